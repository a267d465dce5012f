//! The description of the interface: complete, unambiguous, and true of what the backend does.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use baken_backend::headers::API_VERSION;
use serde_json::{Value, json};

use super::scene::coordinator;
use crate::backend::{Answer, Backend};
use crate::device::Device;

/// An operation with its method and path.
struct Call<'a> {
    method: String,
    path: String,
    operation: &'a Value,
}

impl Call<'_> {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn statuses(&self) -> Vec<&str> {
        self.operation["responses"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    /// The schemes it asks for, or nothing.
    fn schemes(&self) -> Vec<&str> {
        let alternatives = self.operation["security"].as_array().unwrap_or_else(|| panic!("{}", self.name()));
        alternatives.iter().flat_map(|all| all.as_object().unwrap().keys().map(String::as_str)).collect()
    }

    /// Asks it with `value` for every part of the path that varies.
    async fn ask(&self, backend: &Backend, value: &str, headers: &[(&str, String)]) -> Answer {
        let part = |part: &'_ str| if part.starts_with('{') { value.to_owned() } else { part.to_owned() };
        let path: Vec<String> = self.path.split('/').map(part).collect();
        let mut request = Request::builder().method(self.method.as_str()).uri(path.join("/"));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        backend.send(request.body(Body::empty()).unwrap()).await
    }
}

async fn description(backend: &Backend) -> Value {
    backend.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await.json()
}

fn calls(description: &Value) -> Vec<Call<'_>> {
    let paths = description["paths"].as_object().unwrap().iter();
    let calls = paths.flat_map(|(path, item)| {
        let methods =
            item.as_object().unwrap().iter().filter(|(name, _)| !["parameters", "servers"].contains(&name.as_str()));
        methods.map(|(method, operation)| Call { method: method.to_uppercase(), path: path.clone(), operation })
    });
    calls.collect()
}

#[tokio::test]
async fn it_says_whose_interface_of_which_version_it_is_and_where() {
    let description = description(&Backend::new()).await;
    assert_eq!(description["info"]["version"], API_VERSION, "as the header says");
    assert!(description["info"]["contact"]["name"].is_string());
    assert_eq!(description["servers"][0]["url"], "/");
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
async fn a_part_of_a_path_that_cannot_be_read_is_refused_as_described() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let member = coordinator(&backend).await;
    let headers = [
        ("authorization", format!("Bearer {}", device.token)),
        ("cookie", member.cookie.clone()),
        ("x-csrf-token", member.csrf.clone()),
    ];
    let description = description(&backend).await;
    let varying = |call: &Call<'_>| call.path.contains('{') && ["GET", "DELETE"].contains(&call.method.as_str());
    for call in calls(&description).into_iter().filter(varying) {
        let problem = &call.operation["responses"]["400"]["content"]["application/problem+json"];
        assert!(problem.is_object(), "{}", call.name());
        let answer = call.ask(&backend, "%ff", &headers).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "{}", call.name());
    }
}
