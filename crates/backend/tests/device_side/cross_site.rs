//! What another web site makes a browser send: refused at every call that changes something, whatever it is and whoever
//! is signed in, before it costs anything.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use baken_backend::http::bounds::attempts::{Attempts, Limits};
use baken_backend::http::extract::origin::Origin;
use serde_json::Value;

use crate::backend::Backend;
use crate::console::description::{Call, calls, description};
use crate::console::scene::coordinator;

const ELSEWHERE: &str = "https://elders.example";
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// One where every budget is spent by a single attempt.
fn of_single_attempts() -> Backend {
    let mut backend = Backend::new();
    backend.change(|state| {
        state.limits = Arc::new(Limits {
            refused_enrolments: Attempts::a_minute(1),
            failed_by_network: Attempts::a_minute(1),
            failed_by_login_and_network: Attempts::a_minute(1),
            failed_by_login: Attempts::a_minute(1),
            refused_pushes: Attempts::a_minute(1),
            ..Limits::default()
        });
    });
    backend
}

fn assert_nothing_was_spent(backend: &Backend) {
    let (limits, network) = (&backend.state.limits, Origin([127, 0, 0, 1].into()).network());
    assert!(limits.refused_enrolments.is_left(&network) && limits.refused_pushes.is_left(&network));
    assert!(limits.failed_by_network.is_left(&network));
    assert!(limits.failed_by_login_and_network.is_left(&("coordinator".to_owned(), network)));
    assert!(limits.failed_by_login.is_left(&"coordinator".to_owned()));
}

fn changing(description: &Value) -> Vec<Call<'_>> {
    let calls: Vec<_> = calls(description).into_iter().filter(Call::changes).collect();
    assert!(calls.len() >= 8, "{}", calls.len());
    calls
}

#[tokio::test]
async fn every_call_that_changes_something_refuses_what_another_site_sends() {
    let backend = of_single_attempts();
    let member = coordinator(&backend).await;
    let lines = backend.count("audit");
    let signed_in = [("cookie", member.cookie.clone()), ("x-csrf-token", member.csrf.clone())];
    let sites = ["cross-site", "same-site"].map(|site| ("sec-fetch-site", site));
    let origins = [ELSEWHERE, "null", "http://127.0.0.1:1"].map(|origin| ("origin", origin));
    for call in changing(&description(&backend).await) {
        for (name, value) in sites.into_iter().chain(origins) {
            let headers = [&signed_in[..], &[(name, value.to_owned())]].concat();
            let answer = call.ask(&backend, NIL, &headers).await;
            assert_eq!(answer.refusal(), (403, "cross-site".into()), "{} with {name}: {value}", call.name());
        }
    }
    assert_nothing_was_spent(&backend);
    assert_eq!(backend.count("audit"), lines);
}

#[tokio::test]
async fn every_call_that_changes_something_refuses_what_a_form_could_send() {
    let backend = of_single_attempts();
    let member = coordinator(&backend).await;
    let lines = backend.count("audit");
    let signed_in = [("cookie", member.cookie.clone()), ("x-csrf-token", member.csrf.clone())];
    let simple = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""];
    for call in changing(&description(&backend).await) {
        // Nothing is sent along with a DELETE, so it may say nothing about it.
        for kind in simple.into_iter().filter(|kind| !kind.is_empty() || call.method != "DELETE") {
            let headers = [&signed_in[..], &[("content-type", kind.to_owned())]].concat();
            let answer = call.ask(&backend, NIL, &headers).await;
            assert_eq!(answer.refusal(), (415, "unsupported-media-type".into()), "{} as {kind:?}", call.name());
        }
    }
    assert_nothing_was_spent(&backend);
    assert_eq!(backend.count("audit"), lines);
}

#[tokio::test]
async fn a_document_of_another_kind_that_is_sent_here_is_of_an_unsupported_kind_too() {
    let backend = of_single_attempts();
    let member = coordinator(&backend).await;
    let headers = [
        ("cookie", member.cookie.clone()),
        ("x-csrf-token", member.csrf.clone()),
        ("content-type", "application/partial-upload".to_owned()),
    ];
    let description = description(&backend).await;
    for call in changing(&description).iter().filter(|call| call.media_type() == Some("application/json")) {
        assert_eq!(call.ask(&backend, NIL, &headers).await.refusal().0, 415, "{}", call.name());
    }
    assert_nothing_was_spent(&backend);
}

#[tokio::test]
async fn a_page_elsewhere_that_sends_all_day_locks_no_office_out() {
    let backend = Backend::new();
    for _ in 0..100 {
        let request = Request::post("/v1/enrolments")
            .header("origin", ELSEWHERE)
            .header("sec-fetch-site", "cross-site")
            .header("content-type", "text/plain")
            .body(Body::from("{}"));
        assert_eq!(backend.send(request.unwrap()).await.status, 403);
    }
    assert_eq!(backend.count("audit"), 0);
    coordinator(&backend).await;
}
