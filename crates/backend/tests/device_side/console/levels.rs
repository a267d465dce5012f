//! Whoever may not see a record learns of it by no other way: not by a number, not by a time, not by its photo.

use baken_protocol::digest::Digest;
use baken_protocol::record::{Action, ConfidentialityLevel};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::browser::Browser;
use super::scene::{agent, at_level, audited, bring, coordinator, inspection, operation};
use crate::backend::{BEGIN, Backend};
use crate::device::Device;

async fn device_of(member: &Browser<'_>) -> Value {
    let devices = member.json("/v1/devices").await;
    assert_eq!(devices["devices"].as_array().unwrap().len(), 1);
    devices["devices"][0].clone()
}

#[tokio::test]
async fn a_device_that_brought_only_hidden_records_looks_as_if_it_brought_none() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (agent, coordinator) = (agent(&backend).await, coordinator(&backend).await);
    let before = device_of(&agent).await;
    let (care, own) = (at_level(&device, ConfidentialityLevel::Care), at_level(&device, ConfidentialityLevel::Own));
    bring(&backend, &mut device, &[&care, &own]).await;
    assert_eq!(device_of(&agent).await, before, "nothing in it has changed");
    assert_eq!(before["observations"], 0);
    assert!(before["lastReceivedAt"].is_null());
    assert!(before.get("batches").is_none(), "batches are not of one level");
    let seen = device_of(&coordinator).await;
    assert_eq!((&seen["observations"], seen["lastReceivedAt"].as_str()), (&1.into(), Some(BEGIN)));
}

#[tokio::test]
async fn a_devices_number_is_that_of_the_inbox_and_its_time_that_of_the_last_record_shown() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (team, mut amended) = (device.record(&[]), device.record(&[]));
    amended.operation.entity = team.operation.entity;
    amended.operation.action = Action::Amend;
    let hour = TimeDelta::hours(1);
    let (visit, care) = (inspection(&device), at_level(&device, ConfidentialityLevel::Care));
    for record in [&team, &amended, &visit, &care] {
        bring(&backend, &mut device, &[record]).await;
        backend.pass(hour);
    }
    let (agent, coordinator) = (agent(&backend).await, coordinator(&backend).await);
    for (member, observations, last) in [(&agent, 1, "2026-11-23T12:00:00Z"), (&coordinator, 2, "2026-11-23T13:00:00Z")]
    {
        let seen = device_of(member).await;
        assert_eq!((&seen["observations"], seen["lastReceivedAt"].as_str()), (&observations.into(), Some(last)));
        let inbox = member.json(&format!("/v1/observations?device={}", device.id)).await;
        assert_eq!(inbox["total"], seen["observations"]);
    }
    let path = format!("/v1/devices/{}/revocation", device.id);
    let revoked = agent.post(&path, &json!({ "reason": "kwijt" })).await;
    assert_eq!((&revoked.json()["observations"], revoked.status.as_u16()), (&1.into(), 200), "nor by revoking it");
}

#[tokio::test]
async fn the_photo_of_a_hidden_record_does_not_exist() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let photo = b"age file of a photo".as_slice();
    let care = device.record(&[photo]).at_level(ConfidentialityLevel::Care);
    bring(&backend, &mut device, &[&care]).await;
    let sha256 = Digest::of(photo);
    let (agent, coordinator) = (agent(&backend).await, coordinator(&backend).await);
    let path = format!("/v1/attachments/{sha256}/content");
    assert_eq!(agent.get(&path).await.refusal(), (404, "not-found".into()), "nor that it is on its way");
    assert_eq!(coordinator.get(&path).await.refusal(), (409, "incomplete".into()));
    assert_eq!(device.patch(&backend, sha256, 0, photo).await.status, 204);
    assert_eq!(agent.get(&path).await.refusal(), (404, "not-found".into()));
    let shown = coordinator.get(&path).await;
    assert_eq!((shown.status.as_u16(), shown.body.as_slice()), (200, photo));
    let [last, shown] = audited(&backend, "read", 2).try_into().unwrap();
    assert_eq!(last, format!("agent attachment {sha256} not-found"));
    assert_eq!(shown, format!("coordinator attachment {sha256} ok"));
    assert_eq!(coordinator.get("/v1/attachments/x/content").await.refusal(), (400, "bad-request".into()));
}

/// Whoever knows its hash can list it; that shows it to nobody who may not see it.
#[tokio::test]
async fn the_photo_of_a_hidden_record_is_not_shown_by_a_record_that_only_names_it() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let photo = b"age file of a photo".as_slice();
    let care = device.record(&[photo]).at_level(ConfidentialityLevel::Care);
    bring(&backend, &mut device, &[&care]).await;
    assert_eq!(device.patch(&backend, Digest::of(photo), 0, photo).await.status, 204);
    let mut bad = Device::enrolled(&backend, "Boa 2").await;
    let listing = bad.record(&[photo]);
    bring(&backend, &mut bad, &[&listing]).await;
    let path = format!("/v1/attachments/{}/content", Digest::of(photo));
    assert_eq!(agent(&backend).await.get(&path).await.refusal(), (409, "incomplete".into()));
    assert_eq!(coordinator(&backend).await.get(&path).await.status, 200);
}

#[tokio::test]
async fn what_is_sealed_and_signed_of_a_hidden_record_does_not_exist() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let records = [ConfidentialityLevel::Care, ConfidentialityLevel::Own].map(|level| at_level(&device, level));
    bring(&backend, &mut device, &[&records[0], &records[1]]).await;
    let agent = agent(&backend).await;
    for record in &records {
        for what in ["sealed", "evidence"] {
            let path = format!("/v1/operations/{}/{what}", operation(record));
            assert_eq!(agent.get(&path).await.refusal(), (404, "not-found".into()), "{path}");
        }
    }
}
