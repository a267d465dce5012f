//! The description of the interface: complete, unambiguous, and true of what the backend does.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use baken_backend::http::middleware::headers::API_VERSION;
use serde_json::{Value, json};

use super::scene::coordinator;
use crate::backend::{Answer, Backend};

/// An operation with its method and its whole path.
pub struct Call<'a> {
    pub method: String,
    pub path: String,
    pub operation: &'a Value,
}

impl Call<'_> {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn statuses(&self) -> Vec<&str> {
        self.operation["responses"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    /// The media type of what it takes, if it takes anything.
    pub fn media_type(&self) -> Option<&str> {
        Some(self.operation["requestBody"]["content"].as_object()?.keys().next().unwrap())
    }

    /// Whether it changes something.
    pub fn changes(&self) -> bool {
        ["PUT", "POST", "PATCH", "DELETE"].contains(&self.method.as_str())
    }

    /// The schemes it asks for, or nothing.
    pub fn schemes(&self) -> Vec<&str> {
        let alternatives = self.operation["security"].as_array().unwrap_or_else(|| panic!("{}", self.name()));
        alternatives.iter().flat_map(|all| all.as_object().unwrap().keys().map(String::as_str)).collect()
    }

    /// Asks it with `value` for every part of the path that varies; an empty header is left out.
    pub async fn ask(&self, backend: &Backend, value: &str, headers: &[(&str, String)]) -> Answer {
        let part = |part: &'_ str| match part {
            "{record}" => format!("{value}.{value}"),
            "{report}" => "M-2026-001".to_owned(),
            varies if varies.starts_with('{') => value.to_owned(),
            fixed => fixed.to_owned(),
        };
        let path: Vec<String> = self.path.split('/').map(part).collect();
        let mut request = Request::builder().method(self.method.as_str()).uri(path.join("/"));
        let kind = self.media_type().map(|kind| ("content-type", kind.to_owned()));
        let kind = kind.filter(|_| !headers.iter().any(|(name, _)| *name == "content-type"));
        for (name, value) in headers.iter().cloned().chain(kind).filter(|(_, value)| !value.is_empty()) {
            request = request.header(name, value);
        }
        backend.send(request.body(Body::empty()).unwrap()).await
    }
}

pub async fn description(backend: &Backend) -> Value {
    backend.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await.json()
}

pub fn calls(description: &Value) -> Vec<Call<'_>> {
    let server = |of: &Value| of["servers"][0]["url"].as_str().map(|url| url.trim_end_matches('/').to_owned());
    let root = server(description).unwrap();
    let paths = description["paths"].as_object().unwrap().iter();
    let calls = paths.flat_map(|(path, item)| {
        let methods =
            item.as_object().unwrap().iter().filter(|(name, _)| !["parameters", "servers"].contains(&name.as_str()));
        let path = format!("{}{path}", server(item).unwrap_or(root.clone()));
        methods.map(move |(method, operation)| Call { method: method.to_uppercase(), path: path.clone(), operation })
    });
    calls.collect()
}

#[tokio::test]
async fn it_says_whose_interface_of_which_version_it_is_and_where() {
    let description = description(&Backend::new()).await;
    assert_eq!(description["info"]["version"], API_VERSION, "as the header says");
    let contact = &description["info"]["contact"];
    assert_eq!((&contact["name"], &contact["url"]), (&json!("Beheer Baken, Velsen"), &json!("http://127.0.0.1:8787/")));
    assert_eq!(description["servers"][0]["url"], "/v1");
    assert!(description["paths"].as_object().unwrap().keys().all(|path| !path.starts_with("/v1")));
    let schemes = &description["components"]["securitySchemes"];
    assert_eq!(
        (&schemes["deviceToken"]["type"], &schemes["deviceToken"]["scheme"]),
        (&json!("http"), &json!("bearer"))
    );
    assert_eq!((&schemes["session"]["type"], &schemes["session"]["in"]), (&json!("apiKey"), &json!("cookie")));
    assert_eq!(
        (&schemes["csrfToken"]["in"], &schemes["csrfToken"]["name"]),
        (&json!("header"), &json!("x-csrf-token"))
    );
}

#[tokio::test]
async fn every_call_is_named_once_and_has_what_every_call_has() {
    let description = description(&Backend::new()).await;
    let calls = calls(&description);
    assert!(calls.len() > 20, "{}", calls.len());
    let names: BTreeSet<_> = calls.iter().map(|call| call.operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), calls.len(), "{names:?}");
    for call in &calls {
        let (name, statuses) = (call.name(), call.statuses());
        assert!(call.operation["summary"].is_string(), "{name} says what it does");
        assert!(statuses.contains(&"400"), "{name}: every request may be unreadable");
        for status in statuses.iter().filter(|status| status.starts_with(['2', '3'])) {
            let header = &call.operation["responses"][status]["headers"]["API-Version"];
            assert!(header.is_object(), "{name} {status} has no API-Version");
        }
        assert!(statuses.iter().any(|status| status.starts_with(['2', '3'])), "{name} may succeed");
        let known = &description["components"]["securitySchemes"];
        for scheme in call.schemes() {
            assert!(known[scheme].is_object(), "{name}: {scheme}");
            assert!(statuses.contains(&"401"), "{name} asks who it is");
        }
    }
}

#[tokio::test]
async fn whatever_asks_for_a_token_or_session_is_refused_without_and_nothing_else_is() {
    let backend = Backend::new();
    let description = description(&backend).await;
    for call in calls(&description) {
        let answer = call.ask(&backend, "00000000-0000-0000-0000-000000000000", &[]).await;
        assert_eq!(answer.status == 401, !call.schemes().is_empty(), "{}: {}", call.name(), answer.status);
    }
}

#[tokio::test]
async fn whatever_changes_something_in_a_session_asks_for_its_csrf_token() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let cookie = [("cookie", member.cookie.clone())];
    let description = description(&backend).await;
    for call in calls(&description).iter().filter(|call| call.schemes().contains(&"session")) {
        let answer = call.ask(&backend, "00000000-0000-0000-0000-000000000000", &cookie).await;
        let forged = answer.status == 403 && answer.code() == "csrf";
        assert_eq!(forged, call.schemes().contains(&"csrfToken"), "{}: {}", call.name(), answer.status);
    }
}

#[tokio::test]
async fn it_can_be_read_from_pages_of_other_sites_and_nothing_else_can() {
    let backend = Backend::new();
    let answer = backend.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    let description = answer.json();
    for call in calls(&description) {
        let answer = call.ask(&backend, "00000000-0000-0000-0000-000000000000", &[]).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{}", call.name());
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{}", call.name());
    }
}

#[tokio::test]
async fn whom_to_write_to_is_said_where_the_operator_named_it() {
    let mut backend = Backend::new();
    backend.change(|state| state.contact = Some("baken@velsen.example".into()));
    assert_eq!(description(&backend).await["info"]["contact"]["email"], "baken@velsen.example");
}

#[tokio::test]
async fn every_parameter_has_bounds() {
    let description = description(&Backend::new()).await;
    let mut seen = 0;
    for call in calls(&description) {
        for parameter in call.operation["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            let is = |kind: &str| {
                schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!(kind)))
            };
            let has = |key: &str| !schema[key].is_null();
            let name = format!("{} {}", call.name(), parameter["name"]);
            if is("integer") {
                assert!(has("minimum") && has("maximum"), "{name}: {schema}");
            } else {
                let text = ["maxLength", "pattern", "enum"].into_iter().any(has) || schema["format"] == "uuid";
                assert!(is("string") && text, "{name}: {schema}");
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

#[tokio::test]
async fn every_refusal_that_may_come_of_any_call_is_described() {
    let description = description(&Backend::new()).await;
    for call in calls(&description) {
        let (name, statuses) = (call.name(), call.statuses());
        for status in ["403", "408", "413", "415", "507"].into_iter().filter(|_| call.changes()) {
            assert!(statuses.contains(&status), "{name} changes something: {status}");
        }
        if !call.schemes().is_empty() {
            assert!(statuses.contains(&"507"), "{name} leaves a line in the audit log");
        }
        assert!(statuses.contains(&"503"), "{name}");
        for status in statuses.iter().filter(|status| ["429", "503"].contains(status)) {
            let header = &call.operation["responses"][status]["headers"]["Retry-After"];
            assert_eq!(header["schema"]["type"], "integer", "{name} {status}");
        }
    }
}

/// A change of the interface is a difference that somebody reads. `make bindings` writes the file anew.
#[tokio::test]
async fn the_committed_description_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let mut served = description(&Backend::new()).await;
    // Of each installation its own.
    served["info"].as_object_mut().unwrap().remove("contact");
    let served = serde_json::to_string_pretty(&served).unwrap() + "\n";
    if std::env::var_os("BAKEN_WRITE_DESCRIPTION").is_some() {
        std::fs::write(path, &served).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == served,
        "docs/openapi.json is not what is served: run `make bindings` and read the difference"
    );
}
