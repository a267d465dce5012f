//! What every answer has, whoever made it: version, security headers, and a problem where something is wrong.

use axum::body::Body;
use axum::http::{Method, Request};

use crate::backend::{Answer, Backend};

async fn ask(backend: &Backend, method: &str, path: &str) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    backend.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_answer_has_the_version_and_the_security_headers() {
    let backend = Backend::new();
    for (method, path) in [("GET", "/healthz"), ("GET", "/v1/vocabulary"), ("GET", "/v1/nothing"), ("PUT", "/")] {
        let answer = ask(&backend, method, path).await;
        assert_eq!(answer.header("api-version"), "1.0.0", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn whatever_is_refused_is_refused_as_a_problem() {
    let backend = Backend::new();
    let chain = "/v1/devices/00000000-0000-0000-0000-000000000000/chains/00000000-0000-0000-0000-000000000000";
    for (method, path, status, code) in [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("POST", "/v1/nothing", 404, "not-found"),
        ("DELETE", "/v1/key-directory", 405, "method-not-allowed"),
        ("POST", chain, 405, "method-not-allowed"),
        ("GET", chain, 401, "unknown-device"),
        ("GET", "/v1/devices/x/chains/x", 401, "unknown-device"),
        ("POST", "/v1/enrolments", 400, "malformed"),
        ("GET", "/v1/observations", 401, "not-signed-in"),
    ] {
        assert_eq!(ask(&backend, method, path).await.refusal(), (status, code.to_owned()), "{method} {path}");
    }
    assert_eq!(ask(&backend, "DELETE", "/v1/key-directory").await.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn the_console_answers_at_each_of_its_own_pages_and_nowhere_else() {
    let backend = Backend::new();
    for page in ["/", "/inbox", "/inspections", "/inspections/x", "/observations/x", "/devices", "/sign-in"] {
        assert_ne!(ask(&backend, "GET", page).await.status, 404, "{page}");
    }
    for other in ["/inspectionsx", "/observations", "/nothing"] {
        assert_eq!(ask(&backend, "GET", other).await.status, 404, "{other}");
    }
}

#[tokio::test]
async fn it_says_that_it_lives_and_that_the_register_answers() {
    let backend = Backend::new();
    assert_eq!(ask(&backend, "GET", "/healthz").await.body, b"ok");
    assert_eq!(ask(&backend, "GET", "/readyz").await.body, b"ready");
    backend.tamper("DELETE FROM installation");
    assert_eq!(ask(&backend, "GET", "/readyz").await.refusal(), (500, "internal".into()));
    assert_eq!(ask(&backend, "GET", "/healthz").await.status, 200);
}

async fn ask_for(backend: &Backend, path: &str, encoding: &str) -> Answer {
    backend.send(Request::get(path).header("accept-encoding", encoding).body(Body::empty()).unwrap()).await
}

/// Gzip's own mark is there, and the answer says so to the browser and to every cache on the way.
fn assert_compressed(path: &str, compressed: &Answer, plain: &Answer) {
    assert_eq!(compressed.header("content-encoding"), "gzip", "{path}");
    assert_eq!(compressed.header("vary"), "accept-encoding", "{path}");
    assert_eq!(compressed.body[..2], [0x1f, 0x8b], "{path}");
    assert_eq!(compressed.header("content-type"), plain.header("content-type"), "{path}");
    assert!(!plain.headers.contains_key("content-encoding"), "{path}");
    assert!(compressed.body.len() < plain.body.len() * 3 / 4, "{path}");
}

#[tokio::test]
async fn the_vocabulary_and_the_description_travel_compressed_where_that_is_asked() {
    let backend = Backend::new();
    for path in ["/v1/vocabulary", "/v1/openapi.json"] {
        let (compressed, plain) =
            (ask_for(&backend, path, "gzip, br").await, ask_for(&backend, path, "identity").await);
        assert_eq!(plain.status, 200, "{path}");
        assert_compressed(path, &compressed, &plain);
    }
}

#[tokio::test]
async fn the_consoles_files_travel_compressed_where_that_is_asked() {
    let backend = Backend::new();
    let page = ask_for(&backend, "/", "identity").await;
    assert_eq!(page.status, 200, "the console must have been built first: npm run build in ui/");
    let page = String::from_utf8(page.body).unwrap();
    let assets = page.split('"').filter(|text| text.starts_with("/assets/")).map(str::to_owned);
    let assets: Vec<String> = assets.chain(["/".to_owned(), "/icon.svg".to_owned()]).collect();
    for kind in [".js", ".css"] {
        assert!(assets.iter().any(|path| path.ends_with(kind)), "no {kind} in {assets:?}");
    }
    for path in &assets {
        let (compressed, plain) = (ask_for(&backend, path, "gzip").await, ask_for(&backend, path, "identity").await);
        assert_eq!(plain.status, 200, "{path}");
        // What is smaller than a packet is sent as it is.
        if plain.body.len() > 512 {
            assert_compressed(path, &compressed, &plain);
            assert_eq!(compressed.header("cache-control"), plain.header("cache-control"), "{path}");
        }
    }
}

#[tokio::test]
async fn the_vocabulary_is_sent_once_for_each_version() {
    let backend = Backend::new();
    let answer = ask(&backend, "GET", "/v1/vocabulary").await;
    assert!(answer.json()["exploitationForms"].as_array().unwrap().len() >= 6);
    let tag = answer.header("etag").to_owned();
    let request = Request::get("/v1/vocabulary").header("if-none-match", &tag).body(Body::empty()).unwrap();
    let again = backend.send(request).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
}

#[tokio::test]
async fn the_description_names_every_call_of_the_contract() {
    let backend = Backend::new();
    let description = ask(&backend, "GET", "/v1/openapi.json").await.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3."));
    let calls = "post /v1/enrolments; get /v1/key-directory; get /v1/vocabulary; \
                 get /v1/log-continuations; \
                 get /v1/devices/{device}/chains/{chain}; \
                 put /v1/devices/{device}/chains/{chain}/batches/{seq}; \
                 head /v1/operations/{record}/attachments/{sha256}; \
                 patch /v1/operations/{record}/attachments/{sha256}; post /v1/sessions; get /v1/sessions/current; \
                 delete /v1/sessions/current; get /v1/member-key; get /v1/observations; \
                 get /v1/observations/{operation}; get /v1/inspections; get /v1/inspections/{operation}; \
                 get /v1/operations/{operation}/sealed; \
                 get /v1/operations/{operation}/evidence; get /v1/attachments/{sha256}/content; get /v1/devices; \
                 post /v1/devices/{device}/revocation; post /v1/devices/{device}/wipe-order; \
                 get /v1/revocations; get /v1/outcomes; get /v1/invitations; post /v1/invitations; \
                 delete /v1/invitations/{id}; get /v1/alerts";
    let described: Vec<String> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{method} {}", nameless(&format!("/v1{path}"))))
        })
        .collect();
    for call in calls.split("; ") {
        assert!(described.contains(&nameless(call)), "{call} is not among {described:?}");
    }
}

/// A path without the names of its parameters, which no caller ever sees.
fn nameless(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}
