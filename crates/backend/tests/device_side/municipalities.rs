//! Several municipalities on one server: each is as if it were alone, and nobody at one of them learns of another.

use std::sync::Arc;

use axum::http::header::{HeaderMap, HeaderValue};
use baken_backend::http::serve::{Front, serve};
use baken_backend::http::state::AppState;
use baken_backend::storage::Installation;
use baken_protocol::digest::Digest;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::backend::Backend;
use crate::console::browser::{self, Browser, LOGIN, PASSWORD};
use crate::console::description::{calls, description};
use crate::device::Device;

const HERE: &str = "here.example";
const THERE: &str = "there.example";

/// A municipality with an account, a device, a record with a photo, an invitation and a session.
struct Municipality {
    backend: Backend,
    device: Device,
    /// What stands in a path, by its name there.
    names: Vec<(&'static str, String)>,
    cookie: String,
    csrf: String,
}

impl Municipality {
    async fn at(host: &str) -> Self {
        let mut backend = browser::backend();
        backend.change(|state| {
            let address = format!("http://{host}").parse().unwrap();
            state.installation = Arc::new(Installation { address, ..(*state.installation).clone() });
        });
        let device = Device::enrolled(&backend, "Boa 1").await;
        let photo = format!("age file of a photo at {host}").into_bytes();
        let records = [device.record(&[&photo])];
        let batch = device.batch(1, None, &records);
        assert_eq!(device.send(&backend, &batch, &records).await.status, 201);
        assert_eq!(device.patch(&backend, Digest::of(&photo), 0, &photo).await.status, 204);
        backend.invite("Boa 2");
        let session = Browser::sign_in(&backend).await;
        let (cookie, csrf) = (session.cookie.clone(), session.csrf.clone());
        drop(session);
        let record = records[0].operation.id();
        let names = vec![
            ("device", device.id.to_string()),
            ("chain", device.chain.to_string()),
            ("seq", "1".to_owned()),
            ("operation", record.operation.to_string()),
            ("record", record.to_string()),
            ("sha256", Digest::of(&photo).to_string()),
            ("id", backend.one("SELECT id FROM invitations WHERE used_at IS NULL")),
        ];
        Self { backend, device, names, cookie, csrf }
    }
}

/// An answer, as far as it tells anything: not when it was given.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: u16,
    headers: HeaderMap,
    body: String,
}

struct Server {
    address: String,
    client: reqwest::Client,
    stop: oneshot::Sender<()>,
}

impl Server {
    async fn of(states: Vec<AppState>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let front = Front::of(states, false).unwrap();
        tokio::spawn(serve(front, listener, async { stopped.await.unwrap_or_default() }));
        Self { address, client: reqwest::Client::new(), stop }
    }

    async fn ask(&self, host: &str, method: &str, path: &str, with: &[(&str, &str)], body: String) -> Told {
        let method = method.to_uppercase().parse().unwrap();
        let request = self.client.request(method, format!("{}{path}", self.address)).header("host", host);
        let request = with.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = request.body(body).send().await.unwrap();
        let (status, mut headers) = (answer.status().as_u16(), answer.headers().clone());
        headers.remove("date");
        Told { status, headers, body: answer.text().await.unwrap() }
    }

    async fn get(&self, host: &str, path: &str) -> Told {
        self.ask(host, "get", path, &[], String::new()).await
    }
}

fn path_of(path: &str, names: &[(&str, String)]) -> String {
    names.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
}

/// Every call of the interface, with the names, the tokens and the session of another municipality: the answer is the one
/// that names, tokens and sessions get that never were anywhere.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_another_municipalitys_is_answered_as_what_never_was() {
    let (here, there) = (Municipality::at(HERE).await, Municipality::at(THERE).await);
    let server = Server::of(vec![here.backend.state.clone(), there.backend.state.clone()]).await;
    let nobody = uuid::Uuid::from_u128(7).to_string();
    let never = vec![
        ("device", nobody.clone()),
        ("chain", nobody.clone()),
        ("seq", "1".to_owned()),
        ("operation", nobody.clone()),
        ("record", format!("{nobody}.{nobody}")),
        ("sha256", Digest::of(b"never").to_string()),
        ("id", nobody.clone()),
    ];
    let description = description(&here.backend).await;
    let mut asked = 0;
    for call in calls(&description) {
        let own = [("cookie", &*here.cookie), ("x-csrf-token", &*here.csrf), ("sec-fetch-site", "same-origin")];
        let (token, no_token) = (format!("Bearer {}", there.device.token), format!("Bearer {}", "A".repeat(43)));
        let no_cookie = format!("baken={}", "A".repeat(there.cookie.len() - "baken=".len()));
        let strange = [("cookie", &*there.cookie), ("x-csrf-token", &*there.csrf), ("authorization", &*token)];
        let never_was = [("cookie", &*no_cookie), ("x-csrf-token", &*there.csrf), ("authorization", &*no_token)];
        let sealed = ["device", "chain", "operation", "record", "sha256", "id"];
        let named = sealed.iter().any(|name| call.path.contains(&format!("{{{name}}}")));
        // Whoever belongs here asks for what is there; whoever belongs there asks for anything.
        for (with, names, without, no_names) in
            [(&own[..], &there.names, &own[..], &never), (&strange[..], &there.names, &never_was[..], &never)]
        {
            if !named && with == own {
                continue;
            }
            let body = || json!({"label": "Boa", "organisation": "gemeente-handhaving", "reason": "kwijt"}).to_string();
            let json = [("content-type", "application/json")];
            let (with, without) = ([with, &json].concat(), [without, &json].concat());
            let strange = server.ask(HERE, &call.method, &path_of(&call.path, names), &with, body()).await;
            let never = server.ask(HERE, &call.method, &path_of(&call.path, no_names), &without, body()).await;
            assert_eq!(strange, never, "{} {}", call.method, call.path);
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked}");
    let held = |it: &Municipality| (it.backend.held(), it.backend.count("sessions"), it.backend.count("invitations"));
    assert_eq!(held(&here), held(&there));
    here.backend.assert_holds();
    there.backend.assert_holds();
    server.stop.send(()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_host_is_answered_by_its_own_municipality_and_any_other_by_nobody() {
    let (here, there) = (Municipality::at(HERE).await, Municipality::at(THERE).await);
    let server = Server::of(vec![here.backend.state.clone(), there.backend.state.clone()]).await;
    for (host, it) in [(HERE, &here), (THERE, &there), ("HERE.example:80", &here)] {
        let cookie = [("cookie", &*it.cookie)];
        let told = server.ask(host, "get", "/v1/observations", &cookie, String::new()).await;
        assert_eq!(told.status, 200, "{}", told.body);
        assert!(told.body.contains(&it.names[4].1), "its own record");
    }
    let hosts = ["nobody.example", "sub.here.example", "here.example.evil", "here.example.", "127.0.0.1", ""];
    let told = server.get(hosts[0], "/v1/observations").await;
    assert_eq!(told.status, 421);
    // A device takes it for a proxy's answer, which sets no record aside.
    assert!(!told.headers.contains_key("api-version"));
    for host in hosts {
        for path in ["/", "/v1/observations", "/v1/key-directory", "/v1/openapi.json"] {
            assert_eq!(server.get(host, path).await, told, "{host} {path}");
        }
        assert_eq!(server.get(host, "/healthz").await.body, "ok");
        assert_eq!(server.get(host, "/readyz").await.body, "ready");
    }
    server.stop.send(()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn which_one_is_out_of_order_nobody_else_hears() {
    let (here, there) = (Municipality::at(HERE).await, Municipality::at(THERE).await);
    let server = Server::of(vec![here.backend.state.clone(), there.backend.state.clone()]).await;
    there.backend.tamper("DELETE FROM installation");
    assert_eq!(server.get("127.0.0.1", "/readyz").await.status, 503);
    assert_eq!(server.get(HERE, "/readyz").await.status, 200);
    server.stop.send(()).unwrap();
}

/// Guessing at one municipality keeps nobody out at another, where somebody may have the same name.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_at_one_is_counted_at_that_one_alone() {
    let (here, there) = (Municipality::at(HERE).await, Municipality::at(THERE).await);
    let server = Server::of(vec![here.backend.state.clone(), there.backend.state.clone()]).await;
    let sign_in = async |host, password| {
        let body = json!({ "login": LOGIN, "password": password }).to_string();
        server.ask(host, "post", "/v1/sessions", &[("content-type", "application/json")], body).await.status
    };
    let mut statuses = vec![];
    for _ in 0..40 {
        statuses.push(sign_in(HERE, "guessed").await);
    }
    assert!(statuses.starts_with(&[401]) && statuses.ends_with(&[429]), "{statuses:?}");
    assert_eq!(sign_in(THERE, PASSWORD).await, 201);
    server.stop.send(()).unwrap();
}

#[tokio::test]
async fn one_that_is_alone_gets_every_request_and_two_of_one_host_are_refused() {
    let (here, also) = (Municipality::at(HERE).await, Municipality::at("HERE.example:80").await);
    let refused = Front::of(vec![here.backend.state.clone(), also.backend.state.clone()], false).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "two data folders have the address here.example; each municipality needs a host of its own"
    );
    // A cookie knows no port, so a host is one municipality's, but on this machine.
    let by_port = Municipality::at("here.example:8443").await;
    assert!(Front::of(vec![here.backend.state.clone(), by_port.backend.state.clone()], false).is_err());
    let trial = [Municipality::at("127.0.0.1:1").await, Municipality::at("127.0.0.1:2").await];
    assert!(Front::of(trial.iter().map(|it| it.backend.state.clone()).collect(), false).is_ok());
    let server = Server::of(vec![here.backend.state.clone()]).await;
    for host in ["any.example", "127.0.0.1"] {
        let told = server.get(host, "/v1/vocabulary").await;
        assert_eq!((told.status, told.headers.get("api-version")), (200, Some(&HeaderValue::from_static("1.0.0"))));
    }
    server.stop.send(()).unwrap();
}

/// Where one of several cannot be served, the others are; what is meant for that one reaches none of them.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_left_out_is_nobodys_and_the_machine_is_not_called_well() {
    let here = Municipality::at(HERE).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let front = Front::of(vec![here.backend.state.clone()], true).unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(serve(front, listener, async { stopped.await.unwrap_or_default() }));
    let server = Server { address, client: reqwest::Client::new(), stop };
    assert_eq!(server.get(HERE, "/v1/vocabulary").await.status, 200);
    assert_eq!(server.get(THERE, "/v1/vocabulary").await.status, 421);
    assert_eq!(server.get("127.0.0.1", "/readyz").await.status, 503);
    assert_eq!(server.get("127.0.0.1", "/healthz").await.status, 200);
    server.stop.send(()).unwrap();
}
