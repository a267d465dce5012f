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
        assert_eq!(text(&detail["summary"]["observation"]), record.operation.entity().to_string());
        assert_eq!(detail["summary"]["personCount"], persons);
        assert_eq!(text(&detail["proof"]["signedBy"]["device"]), device.id.to_string());
        assert!(detail["proof"]["checks"].as_array().unwrap().iter().all(|check| check["holds"] == true));
    }
    let by_entity = coordinator.get(&format!("/v1/observations/{}", first.operation.entity())).await;
    assert_eq!(by_entity.refusal(), (404, "not-found".into()), "an observation's id names no record");
}

#[tokio::test]
async fn a_record_that_was_amended_is_still_within_reach() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let mut other = Device::enrolled(&backend, "Boa 2").await;
    let (first, mut amended) = (device.record(&[]), device.record(&[]));
    amended.operation.entity = first.operation.entity;
    amended.operation.action = Action::Amend;
    bring(&backend, &mut device, &[&first]).await;
    backend.pass(TimeDelta::hours(1));
    bring(&backend, &mut device, &[&amended]).await;

    let mut claim = other.record(&[]);
    (claim.operation.entity, claim.operation.action) = (first.operation.entity, Action::Retract);
    bring(&backend, &mut other, &[&claim]).await;

    let coordinator = coordinator(&backend).await;
    let ids = |items: &serde_json::Value| -> Vec<String> {
        items.as_array().unwrap().iter().map(|item| text(&item["operation"])).collect()
    };
    assert_eq!(coordinator.operations("/v1/observations").await, [operation(&amended), operation(&claim)]);
    for record in [&first, &amended] {
        let detail = coordinator.json(&format!("/v1/observations/{}", operation(record))).await;
        assert_eq!(text(&detail["summary"]["operation"]), operation(record));
        assert_eq!(text(&detail["current"]), operation(&amended));
        assert_eq!(ids(&detail["history"]), [operation(&first), operation(&amended)], "all that its device did");
        assert_eq!(ids(&detail["claims"]), [operation(&claim)], "and what another device says of it");
        assert_eq!(detail["summary"]["dueAt"], "2026-11-24T10:00:00Z", "the earliest term holds");
    }
    let detail = coordinator.json(&format!("/v1/observations/{}", operation(&claim))).await;
    assert_eq!((ids(&detail["history"]), ids(&detail["claims"])), (vec![operation(&claim)], vec![operation(&amended)]));
    assert_eq!(detail["summary"]["author"], "another-device");
}

#[tokio::test]
async fn a_device_that_changes_its_record_without_end_keeps_the_first_and_the_last_in_sight() {
    for action in [Action::Amend, Action::Create] {
        changed_without_end(action).await;
    }
}

async fn changed_without_end(action: Action) {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let first = device.record(&[]);
    let mut changes: Vec<_> = (0..220).map(|_| device.record(&[])).collect();
    for change in &mut changes {
        (change.operation.entity, change.operation.action) = (first.operation.entity, action);
    }
    for records in std::iter::once(&first).chain(&changes).collect::<Vec<_>>().chunks(50) {
        bring(&backend, &mut device, records).await;
        backend.pass(TimeDelta::minutes(1));
    }
    let coordinator = coordinator(&backend).await;
    let last = operation(changes.last().unwrap());
    assert_eq!(coordinator.operations("/v1/observations").await, [last.as_str()]);
    let detail = coordinator.json(&format!("/v1/observations/{last}")).await;
    let history = detail["history"].as_array().unwrap();
    assert_eq!((history.len(), text(&history[0]["operation"])), (200, operation(&first)));
    assert_eq!(text(&history[199]["operation"]), last);
}

#[tokio::test]
async fn what_is_not_there_for_an_account_is_not_told_apart_and_leaves_its_line() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (care, visit) = (at_level(&device, ConfidentialityLevel::Care), inspection(&device));
    bring(&backend, &mut device, &[&care, &visit]).await;
    let (agent, coordinator) = (agent(&backend).await, coordinator(&backend).await);

    let nothing = format!("{0}.{0}", backend.environment.uuid());
    let (care, visit) = (operation(&care), operation(&visit));
    assert_eq!(agent.get(&format!("/v1/observations/{care}")).await.status, 404);
    assert_eq!(agent.get(&format!("/v1/observations/{visit}")).await.status, 404, "an inspection is none");
    assert_eq!(agent.get(&format!("/v1/observations/{nothing}")).await.status, 404);
    assert_eq!(coordinator.get(&format!("/v1/observations/{care}")).await.status, 200);
    assert_eq!(
        audited(&backend, "read", 4),
        [
            format!("agent observation {care} not-found"),
            format!("agent observation {visit} not-found"),
            format!("agent observation {nothing} not-found"),
            format!("coordinator observation {care} ok"),
        ]
    );
    let unreadable = coordinator.get("/v1/observations/x").await;
    assert_eq!(unreadable.refusal(), (400, "bad-request".into()));
}
