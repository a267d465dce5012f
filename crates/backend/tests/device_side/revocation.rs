//! A revoked device: what it signed may be genuine evidence, so it is kept, apart, and a coordinator is told.

use axum::body::Body;
use axum::http::Request;
use baken_protocol::dsse::Envelope;
use baken_protocol::revocations::Revocations;
use chrono::TimeDelta;
use serde_json::json;

use crate::backend::Backend;
use crate::console::browser::{self, Browser};
use crate::device::Device;

fn revoke(backend: &Backend, device: &Device) {
    let sql = format!("UPDATE devices SET revoked_at = '2026-11-23T10:00:00.000Z' WHERE device = '{}'", device.id);
    assert_eq!(backend.tamper(&sql), 1);
}

#[tokio::test]
async fn what_it_sends_is_held_apart_and_a_coordinator_is_told() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let before = device.send_chain(&backend, 1).await;
    revoke(&backend, &device);

    let records = [device.record(&[])];
    let batch = device.batch(2, Some(before[0].1), &records);
    let answer = device.send(&backend, &batch, &records).await;
    assert_eq!(answer.status, 202);
    let receipt = backend.receipt(&answer);
    assert!(receipt.quarantined);
    assert_eq!(receipt.leaf_index, 1);
    let apart: u64 = backend.one("SELECT count(*) FROM operations WHERE quarantined = true");
    assert_eq!(apart, 1, "what came before stays as it was");
    assert_eq!(backend.one::<String>("SELECT code || ' ' || device FROM alerts"), format!("quarantined {}", device.id));

    let again = device.send(&backend, &batch, &records).await;
    assert_eq!((again.status.as_u16(), &again.body), (202, &answer.body), "the same receipt");
    let more = [device.record(&[])];
    let next = device.batch(3, Some(device.hash(&batch)), &more);
    assert_eq!(device.send(&backend, &next, &more).await.status, 202);
    assert_eq!(backend.count("alerts"), 1, "neither a replay nor more of the same pushes another alert out of sight");
    backend.assert_holds();
}

#[tokio::test]
async fn what_was_acknowledged_before_keeps_its_receipt() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let batch = device.batch(1, None, &records);
    let first = device.send(&backend, &batch, &records).await;
    revoke(&backend, &device);
    let replay = device.send(&backend, &batch, &records).await;
    assert_eq!((replay.status.as_u16(), replay.body), (200, first.body));
}

#[tokio::test]
async fn it_may_still_bring_the_photos_of_what_it_sent() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let photo = b"age file of a photo";
    device.send_with(&backend, &[photo]).await;
    revoke(&backend, &device);
    let sha256 = baken_protocol::digest::Digest::of(photo);
    assert_eq!(device.patch(&backend, sha256, 0, photo).await.status, 204);
    assert_eq!(backend.report().attachments, 1);
}

#[tokio::test]
async fn whoever_asks_hears_which_devices_are_revoked_and_which_are_to_be_wiped_by_the_receipt_key() {
    let backend = browser::backend();
    let (lost, stolen) = (Device::enrolled(&backend, "Boa 1").await, Device::enrolled(&backend, "Boa 2").await);
    let asks = Device::enrolled(&backend, "Boa 3").await;
    assert_eq!(word(&backend, &asks).await.devices, []);
    let browser = Browser::sign_in(&backend).await;
    let reason = json!({ "reason": "kwijt" });
    browser.post(&format!("/v1/devices/{}/revocation", lost.id), &reason).await;
    backend.pass(TimeDelta::seconds(5));
    let ordered = browser.post(&format!("/v1/devices/{}/wipe-order", stolen.id), &reason).await.json();
    assert!(ordered["revokedAt"].is_string() && ordered["wipeOrderedAt"].is_string());
    assert!(ordered["wipeFetchedAt"].is_null());
    let heard: Vec<_> = word(&backend, &asks).await.devices.iter().map(|it| (it.device, it.wipe)).collect();
    assert_eq!(heard, [(stolen.id, true), (lost.id, false)]);

    let fetched = "SELECT count(*) FROM devices WHERE wipe_fetched_at IS NOT NULL";
    assert_eq!(backend.one::<u64>(fetched), 0, "another device's question is not its own");
    let status = stolen.get(&backend, &format!("/v1/devices/{}/chains/{}", stolen.id, stolen.chain)).await;
    assert_eq!(status.json()["wipeOrdered"], true);
    let of_the_lost = lost.get(&backend, &format!("/v1/devices/{}/chains/{}", lost.id, lost.chain)).await;
    assert!(of_the_lost.json().get("wipeOrdered").is_none());
    word(&backend, &stolen).await;
    assert_eq!(backend.one::<u64>(fetched), 1);
    let lines = backend.one::<u64>("SELECT count(*) FROM audit WHERE action = 'order-wipe' AND result = 'ok'");
    assert_eq!(lines, 1);
}

#[tokio::test]
async fn nobody_without_a_token_hears_which_devices_are_revoked() {
    let backend = Backend::new();
    let asked = backend.send(Request::get("/v1/revocations").body(Body::empty()).unwrap()).await;
    assert_eq!(asked.refusal(), (401, "unknown-device".into()));
}

async fn word(backend: &Backend, device: &Device) -> Revocations {
    let answer = device.get(backend, "/v1/revocations").await;
    let envelope = Envelope::from_json(&answer.body).unwrap();
    Revocations::verify(envelope, &backend.receipt_keys(), &"GM0453".parse().unwrap()).unwrap().payload
}
