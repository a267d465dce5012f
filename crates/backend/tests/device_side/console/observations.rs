//! One record of an observation, asked for by its operation.

use baken_protocol::record::{Action, ConfidentialityLevel};
use chrono::TimeDelta;

use super::scene::{agent, at_level, audited, bring, coordinator, inspection, observation, operation, text};
use crate::backend::Backend;
use crate::device::Device;

#[tokio::test]
async fn each_of_two_records_that_claim_one_observation_is_within_reach() {
    let backend = Backend::new();
    let mut one = Device::enrolled(&backend, "Boa 1").await;
    let mut other = Device::enrolled(&backend, "Boa 2").await;
    let (first, mut second) = (observation(&one, |_| ()), observation(&other, |open| open.person_count = 7));
    second.operation.entity = first.operation.entity;
    bring(&backend, &mut one, &[&first]).await;
    backend.pass(TimeDelta::hours(1));
    bring(&backend, &mut other, &[&second]).await;

    let coordinator = coordinator(&backend).await;
    let listed = coordinator.operations("/v1/observations?order=received").await;
    assert_eq!(listed, [operation(&second), operation(&first)]);
    for (record, device, persons) in [(&first, &one, 2), (&second, &other, 7)] {
        let detail = coordinator.json(&format!("/v1/observations/{}", operation(record))).await;
        assert_eq!(text(&detail["summary"]["operation"]), operation(record));
        assert_eq!(text(&detail["summary"]["observation"]), first.operation.entity.to_string());
        assert_eq!(detail["summary"]["personCount"], persons);
        assert_eq!(text(&detail["proof"]["signedBy"]["device"]), device.id.to_string());
        assert!(detail["proof"]["checks"].as_array().unwrap().iter().all(|check| check["holds"] == true));
    }
    let by_entity = coordinator.get(&format!("/v1/observations/{}", first.operation.entity)).await;
    assert_eq!(by_entity.refusal(), (404, "not-found".into()), "an observation's id names no record");
}

#[tokio::test]
async fn a_record_that_was_amended_is_still_within_reach() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (first, mut amended) = (device.record(&[]), device.record(&[]));
    amended.operation.entity = first.operation.entity;
    amended.operation.action = Action::Amend;
    bring(&backend, &mut device, &[&first]).await;
    backend.pass(TimeDelta::hours(1));
    bring(&backend, &mut device, &[&amended]).await;

    let coordinator = coordinator(&backend).await;
    assert_eq!(coordinator.operations("/v1/observations").await, [operation(&amended)]);
    for record in [&first, &amended] {
        let detail = coordinator.json(&format!("/v1/observations/{}", operation(record))).await;
        assert_eq!(text(&detail["summary"]["operation"]), operation(record));
    }
}

#[tokio::test]
async fn what_is_not_there_for_an_account_is_not_told_apart_and_leaves_its_line() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (care, visit) = (at_level(&device, ConfidentialityLevel::Zorg), inspection(&device));
    bring(&backend, &mut device, &[&care, &visit]).await;
    let (agent, coordinator) = (agent(&backend).await, coordinator(&backend).await);

    let (care, visit, nothing) = (operation(&care), operation(&visit), backend.environment.uuid());
    assert_eq!(agent.get(&format!("/v1/observations/{care}")).await.status, 404);
    assert_eq!(agent.get(&format!("/v1/observations/{visit}")).await.status, 404, "an inspection is none");
    assert_eq!(agent.get(&format!("/v1/observations/{nothing}")).await.status, 404);
    assert_eq!(coordinator.get(&format!("/v1/observations/{care}")).await.status, 200);
    assert_eq!(
        audited(&backend, "read", 4),
        [
            format!("agent observation of operation {care} not-found"),
            format!("agent observation of operation {visit} not-found"),
            format!("agent observation of operation {nothing} not-found"),
            format!("coordinator observation of operation {care} ok"),
        ]
    );
    let unreadable = coordinator.get("/v1/observations/x").await;
    assert_eq!(unreadable.refusal(), (400, "bad-request".into()));
}
