//! What a coordinator typed wrong: every wrong field is told at once, each with its own code.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use super::browser::{Browser, attempt_from, backend};
use crate::backend::Answer;
use crate::device::Device;

fn errors(answer: &Answer) -> Value {
    assert_eq!(answer.refusal(), (400, "invalid".into()));
    answer.json()["errors"].clone()
}

fn field(field: &str, code: &str) -> Value {
    json!({ "field": field, "code": code })
}

#[tokio::test]
async fn an_invitation_tells_everything_that_is_wrong_with_it() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    let (required, no_organisation) = (field("label", "required"), field("organisation", "required"));
    let (long, unknown) = (field("label", "too-long"), field("organisation", "unknown"));
    for (body, expected) in [
        (json!({}), json!([required, no_organisation])),
        (json!({ "label": "", "organisation": "" }), json!([required, no_organisation])),
        (json!({ "label": "  ", "organisation": "nergens" }), json!([required, unknown])),
        (json!({ "label": "x".repeat(61), "organisation": "Geen Code!" }), json!([long, unknown])),
        (json!({ "label": "Boa 1", "organisation": "nergens" }), json!([unknown])),
        (json!({ "label": "Boa 1" }), json!([no_organisation])),
        (json!({ "organisation": "politie" }), json!([required])),
    ] {
        assert_eq!(errors(&browser.post("/v1/invitations", &body).await), expected, "{body}");
    }
    assert_eq!(backend.count("invitations"), 0);
    let longest = json!({ "label": format!(" {} ", "é".repeat(60)), "organisation": "politie" });
    assert_eq!(browser.post("/v1/invitations", &longest).await.status, 201);
}

#[tokio::test]
async fn a_revocation_needs_a_reason_and_not_a_novel() {
    let backend = backend();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let browser = Browser::sign_in(&backend).await;
    let path = format!("/v1/devices/{}/revocation", device.id);
    for (body, code) in [
        (json!({}), "required"),
        (json!({ "reason": " \n" }), "required"),
        (json!({ "reason": "x".repeat(501) }), "too-long"),
    ] {
        assert_eq!(errors(&browser.post(&path, &body).await), json!([field("reason", code)]), "{code}");
    }
    assert_eq!(backend.one::<u64>("SELECT count(*) FROM devices WHERE revoked_at IS NOT NULL"), 0);
    assert_eq!(browser.post(&path, &json!({ "reason": "é".repeat(500) })).await.status, 200);
}

#[tokio::test]
async fn what_is_no_such_json_is_malformed_and_names_no_field() {
    let backend = backend();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let browser = Browser::sign_in(&backend).await;
    let revocation = format!("/v1/devices/{}/revocation", device.id);
    for path in ["/v1/invitations", revocation.as_str()] {
        for body in ["", "{", "[1]", "{\"label\":1}", "{\"reason\":null}", "{\"meer\":\"x\"}"] {
            let answer = browser.send(Method::POST, path, Body::from(body)).await;
            assert_eq!(answer.refusal(), (400, "malformed".into()), "{path} {body}");
            assert_eq!(answer.json()["errors"], json!([]), "{path} {body}");
        }
    }
    assert_eq!(backend.count("invitations"), 1, "the device's own");
}

/// One engine keeps it in a text and the other does not, so neither is asked.
#[tokio::test]
async fn a_nul_in_a_text_is_malformed() {
    let backend = backend();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let browser = Browser::sign_in(&backend).await;
    let path = format!("/v1/devices/{}/revocation", device.id);
    assert_eq!(browser.post(&path, &json!({ "reason": "kwijt\0" })).await.refusal(), (400, "malformed".into()));
    assert_eq!(backend.one::<u64>("SELECT count(*) FROM devices WHERE revoked_at IS NOT NULL"), 0);
    let attempt = attempt_from(&backend, "127.0.0.1", "coordinator\0", "geraden").await;
    assert_eq!(attempt.refusal(), (400, "malformed".into()));
}
