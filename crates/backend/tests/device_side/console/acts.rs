//! An act and its audit line: both are kept or neither, and what was not there is written down as well.

use baken_protocol::invitation::InvitationCode;
use serde_json::json;

use super::browser::{Browser, LOGIN, PASSWORD, attempt_from, backend};
use crate::backend::Backend;
use crate::device::Device;

fn lines(backend: &Backend, action: &str) -> Vec<String> {
    let sql = format!(
        "SELECT coalesce(group_concat(actor || ', ' || object || ', ' || result || ', ' || origin, '; '), '')
         FROM (SELECT * FROM audit_lines WHERE action = '{action}' ORDER BY id) AS lines"
    );
    let text: String = backend.one(&sql);
    text.split("; ").filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The disk is full for the lines of this one action.
fn no_line_for(backend: &Backend, action: &str) {
    backend.register.fill_up("audit", &format!("NEW.action = '{action}'"));
}

fn room_again(backend: &Backend) {
    backend.register.make_room("audit");
}

#[tokio::test]
async fn a_revocation_that_cannot_be_written_down_does_not_happen() {
    let backend = backend();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let browser = Browser::sign_in(&backend).await;
    let path = format!("/v1/devices/{}/revocation", device.id);
    no_line_for(&backend, "revoke");
    assert_eq!(browser.post(&path, &json!({ "reason": "verloren" })).await.refusal(), (500, "internal".into()));
    assert_eq!(backend.one::<u64>("SELECT count(*) FROM devices WHERE revoked_at IS NOT NULL"), 0);
    room_again(&backend);
    assert_eq!(browser.post(&path, &json!({ "reason": "verloren" })).await.status, 200);
    let revoked: String = backend.one("SELECT revoked_by || ' ' || revoked_reason FROM devices");
    assert_eq!(revoked, format!("{LOGIN} verloren"));
    assert_eq!(lines(&backend, "revoke"), [format!("{LOGIN}, device {}, ok, 127.0.0.1", device.id)]);
}

#[tokio::test]
async fn an_invitation_that_cannot_be_written_down_is_not_made() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    let order = json!({ "label": "Boa 1", "organisation": "politie" });
    no_line_for(&backend, "invite");
    assert_eq!(browser.post("/v1/invitations", &order).await.refusal(), (500, "internal".into()));
    assert_eq!(backend.count("invitations"), 0);
    room_again(&backend);
    let made = browser.post("/v1/invitations", &order).await;
    assert_eq!(made.status, 201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(lines(&backend, "invite"), [format!("{LOGIN}, invitation {id}, ok, 127.0.0.1")]);
}

#[tokio::test]
async fn a_withdrawal_that_cannot_be_written_down_does_not_happen_and_one_that_can_ends_the_code() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    let made = browser.post("/v1/invitations", &json!({ "label": "Boa 1", "organisation": "politie" })).await.json();
    let (id, code) = (made["id"].as_str().unwrap(), made["uri"].as_str().unwrap().split('#').nth(1).unwrap());
    let code = InvitationCode::parse(&code.replace('-', "")[..11]).unwrap();
    let path = format!("/v1/invitations/{id}");
    no_line_for(&backend, "withdraw");
    assert_eq!(browser.delete(&path).await.refusal(), (500, "internal".into()));
    assert_eq!(browser.get("/v1/invitations").await.json()["invitations"].as_array().unwrap().len(), 1);
    room_again(&backend);
    assert_eq!(browser.delete(&path).await.status, 204);
    assert_eq!(browser.get("/v1/invitations").await.json()["invitations"].as_array().unwrap().len(), 0);
    assert_eq!(Device::stranger(&backend).enrol(&backend, &code).await.refusal(), (403, "code-unknown".into()));
    assert_eq!(browser.delete(&path).await.refusal(), (404, "not-found".into()), "withdrawn before");
    let line = |result: &str| format!("{LOGIN}, invitation {id}, {result}, 127.0.0.1");
    assert_eq!(lines(&backend, "withdraw"), [line("ok"), line("not-found")]);
}

#[tokio::test]
async fn a_used_invitation_is_not_withdrawn_and_its_device_stays() {
    let backend = backend();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let browser = Browser::sign_in(&backend).await;
    let id: String = backend.one("SELECT id FROM invitations");
    assert_eq!(browser.delete(&format!("/v1/invitations/{id}")).await.refusal(), (404, "not-found".into()));
    assert_eq!(device.get(&backend, &device.chain_path(device.chain)).await.status, 200);
}

#[tokio::test]
async fn a_revocation_of_nobodys_device_is_written_down() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    let nobody = Device::stranger(&backend).id;
    let answer = browser.post(&format!("/v1/devices/{nobody}/revocation"), &json!({ "reason": "verloren" })).await;
    assert_eq!(answer.refusal(), (404, "not-found".into()));
    assert_eq!(lines(&backend, "revoke"), [format!("{LOGIN}, device {nobody}, not-found, 127.0.0.1")]);
}

#[tokio::test]
async fn a_sign_out_that_cannot_be_written_down_does_not_happen() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    no_line_for(&backend, "sign-out");
    assert_eq!(browser.delete("/v1/sessions/current").await.refusal(), (500, "internal".into()));
    assert_eq!(browser.get("/v1/sessions/current").await.status, 200, "and says so, rather than half of it");
    room_again(&backend);
    assert_eq!(browser.delete("/v1/sessions/current").await.status, 204);
    assert_eq!(browser.get("/v1/sessions/current").await.refusal(), (401, "not-signed-in".into()));
    assert_eq!(lines(&backend, "sign-out"), [format!("{LOGIN}, session, ok, 127.0.0.1")]);
}

#[tokio::test]
async fn a_sign_in_or_enrolment_that_cannot_be_written_down_does_not_happen() {
    let backend = backend();
    no_line_for(&backend, "sign-in");
    assert_eq!(attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await.refusal(), (500, "internal".into()));
    assert_eq!(backend.count("sessions"), 0);
    room_again(&backend);
    let (code, device) = (backend.invite("Boa 1"), Device::stranger(&backend));
    no_line_for(&backend, "enrol");
    assert_eq!(device.enrol(&backend, &code).await.refusal(), (500, "internal".into()));
    assert_eq!(backend.count("devices"), 0);
    room_again(&backend);
    let answer = device.enrol(&backend, &code).await;
    assert_eq!(answer.status, 201, "the code is still good");
    let id = device.with(&answer).id;
    assert_eq!(lines(&backend, "enrol"), [format!("{id}, enrolment, ok, 127.0.0.1")]);
}
