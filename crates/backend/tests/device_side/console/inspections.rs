//! Inspections: each is found, with or without observations, and proven like an observation.

use baken_protocol::record::{Action, ConfidentialityLevel};
use chrono::TimeDelta;
use serde_json::json;

use super::scene::{
    agent, at_level, audited, bring, coordinator, inspection, join_secret, operation, step, text, within,
};
use crate::backend::{BEGIN, Backend};
use crate::device::Device;
use baken_protocol::join_code::JoinSecret;

#[tokio::test]
async fn one_without_observations_is_found_and_proven() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let visit = inspection(&device);
    bring(&backend, &mut device, &[&visit]).await;

    let agent = agent(&backend).await;
    let page = agent.json("/v1/inspections").await;
    let expected = json!({
        "inspection": visit.operation.entity().to_string(),
        "operation": operation(&visit),
        "device": device.id,
        "deviceLabel": "Boa 1",
        "organisation": "gemeente-handhaving",
        "startedAt": BEGIN,
        "receivedAt": BEGIN,
        "placeKind": "hotel",
        "district": "WK045305",
        "organisations": ["politie", "nla"],
        "ground": "toestemming",
        "observationCount": 0,
        "amendedAt": null,
        "retractedAt": null,
        "quarantined": false,
    });
    assert_eq!(page, json!({ "items": [expected], "nextCursor": null }));

    let detail = agent.json(&format!("/v1/inspections/{}", operation(&visit))).await;
    assert_eq!(text(&detail["operation"]), operation(&visit));
    assert_eq!(text(&detail["inspection"]), visit.operation.entity().to_string());
    let checks = detail["proof"]["checks"].as_array().unwrap();
    assert!(checks.len() == 9 && checks.iter().all(|check| check["holds"] == true), "{checks:?}");
    backend.tamper("UPDATE operation_contents SET sealed = x'00'");
    let detail = agent.json(&format!("/v1/inspections/{}", operation(&visit))).await;
    let failing = detail["proof"]["checks"].as_array().unwrap().iter().filter(|check| check["holds"] == false);
    assert_eq!(failing.map(|check| text(&check["code"])).collect::<Vec<_>>(), ["sealed-hash"]);
}

#[tokio::test]
async fn the_last_received_comes_first_page_by_page() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let mut newest_first = Vec::new();
    for together in [1, 3, 1] {
        let made: Vec<_> = (0..together).map(|_| inspection(&device)).collect();
        let observation = device.record(&[]);
        bring(&backend, &mut device, &made.iter().chain([&observation]).collect::<Vec<_>>()).await;
        newest_first.splice(0..0, made.iter().rev().map(operation));
        backend.pass(TimeDelta::hours(1));
    }
    let coordinator = coordinator(&backend).await;
    assert_eq!(coordinator.operations("/v1/inspections").await, newest_first);
    let (mut seen, mut query) = (Vec::new(), "limit=2".to_owned());
    for _ in 0..3 {
        let path = format!("/v1/inspections?{query}");
        seen.extend(coordinator.operations(&path).await);
        if let Some(next) = coordinator.json(&path).await["nextCursor"].as_str() {
            query = format!("limit=2&cursor={next}");
        }
    }
    assert_eq!(seen, newest_first);
    assert!(coordinator.json(&format!("/v1/inspections?{query}")).await["nextCursor"].is_null());
}

#[tokio::test]
async fn every_record_of_an_inspection_is_listed_under_its_name_and_no_other_devices() {
    let backend = Backend::new();
    let mut one = Device::enrolled(&backend, "Boa 1").await;
    let mut other = Device::enrolled(&backend, "Boa 2").await;
    let (first, mut second, another) = (inspection(&one), inspection(&other), inspection(&one));
    second.operation.entity = first.operation.entity;
    let mut amended = inspection(&one);
    amended.operation.entity = first.operation.entity;
    amended.operation.action = Action::Amend;
    bring(&backend, &mut one, &[&first, &another]).await;
    backend.pass(TimeDelta::hours(1));
    bring(&backend, &mut other, &[&second]).await;

    let coordinator = coordinator(&backend).await;
    let path = format!("/v1/inspections?entity={}", first.operation.entity());
    assert_eq!(coordinator.operations(&path).await, [operation(&first)]);
    let others = format!("/v1/inspections?entity={}", second.operation.entity());
    assert_eq!(coordinator.operations(&others).await, [operation(&second)]);
    backend.pass(TimeDelta::minutes(5));
    bring(&backend, &mut one, &[&amended]).await;
    assert_eq!(coordinator.operations(&path).await, [operation(&amended)]);
    for record in [&first, &second, &amended] {
        let detail = coordinator.json(&format!("/v1/inspections/{}", operation(record))).await;
        assert_eq!(text(&detail["operation"]), operation(record), "also the one that was replaced");
    }
    let by_entity = coordinator.get(&format!("/v1/inspections/{}", first.operation.entity())).await;
    assert_eq!(by_entity.refusal(), (404, "not-found".into()));
}

#[tokio::test]
async fn its_observations_are_counted_and_shown_as_far_as_the_account_may_see() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let visit = inspection(&device);
    let [team, care, own] = [ConfidentialityLevel::Team, ConfidentialityLevel::Care, ConfidentialityLevel::Own]
        .map(|level| within(at_level(&device, level), visit.operation.entity()));
    let elsewhere = device.record(&[]);
    let mut amended = within(device.record(&[]), visit.operation.entity());
    amended.operation.entity = team.operation.entity;
    amended.operation.action = Action::Amend;
    bring(&backend, &mut device, &[&visit, &team, &care, &own, &elsewhere]).await;
    backend.pass(TimeDelta::hours(1));
    bring(&backend, &mut device, &[&amended]).await;
    let (agent, coordinator) = (agent(&backend).await, coordinator(&backend).await);
    for (member, mut expected) in [(agent, vec![&amended]), (coordinator, vec![&amended, &care])] {
        let page = member.json("/v1/inspections").await;
        assert_eq!(page["items"][0]["observationCount"], expected.len());
        let detail = member.json(&format!("/v1/inspections/{}", operation(&visit))).await;
        let mut shown: Vec<_> =
            detail["observations"].as_array().unwrap().iter().map(|item| text(&item["operation"])).collect();
        shown.sort_unstable();
        expected.sort_unstable_by_key(|record| operation(record));
        assert_eq!(shown, expected.into_iter().map(operation).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn what_a_revoked_device_brought_is_marked() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    backend.tamper("UPDATE devices SET revoked_at = '2026-11-23T09:00:00.000Z'");
    let visit = inspection(&device);
    bring(&backend, &mut device, &[&visit]).await;
    let coordinator = coordinator(&backend).await;
    assert_eq!(coordinator.json("/v1/inspections").await["items"][0]["quarantined"], true);
    let detail = coordinator.json(&format!("/v1/inspections/{}", operation(&visit))).await;
    assert_eq!(detail["proof"]["quarantined"], true);
}

#[tokio::test]
async fn whoever_sees_no_level_sees_no_inspection() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (visit, observation) = (inspection(&device), device.record(&[]));
    bring(&backend, &mut device, &[&visit, &observation]).await;
    let agent = agent(&backend).await;
    backend.tamper("UPDATE accounts SET levels = '[]'");
    assert!(agent.operations("/v1/inspections").await.is_empty());
    let (visit, observation) = (operation(&visit), operation(&observation));
    assert_eq!(agent.get(&format!("/v1/inspections/{visit}")).await.status, 404);
    backend.tamper("UPDATE accounts SET levels = '[\"team\"]'");
    assert_eq!(agent.get(&format!("/v1/inspections/{observation}")).await.status, 404, "an observation is none");
    assert_eq!(agent.get(&format!("/v1/inspections/{visit}")).await.status, 200);
    assert_eq!(
        audited(&backend, "read", 3),
        [
            format!("agent inspection {visit} not-found"),
            format!("agent inspection {observation} not-found"),
            format!("agent inspection {visit} ok"),
        ]
    );
}

#[tokio::test]
async fn listing_leaves_a_line_that_says_what_was_shown_and_what_is_wrong_is_refused() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (first, second) = (inspection(&device), inspection(&device));
    bring(&backend, &mut device, &[&first, &second]).await;
    let coordinator = coordinator(&backend).await;
    let page = coordinator.json("/v1/inspections?limit=1").await;
    let next = text(&page["nextCursor"]);
    coordinator.get(&format!("/v1/inspections?cursor={next}")).await;
    coordinator.get(&format!("/v1/inspections?entity={}", first.operation.entity())).await;
    assert_eq!(
        audited(&backend, "list", 3),
        [
            "coordinator inspections 1 shown ok".to_owned(),
            format!("coordinator inspections after={} 1 shown ok", operation(&second)),
            format!("coordinator inspections entity={} 1 shown ok", first.operation.entity()),
        ]
    );
    let refused = coordinator.get("/v1/inspections?entity=x&limit=0").await;
    assert_eq!(refused.refusal(), (400, "invalid".into()));
    let wrong = json!([{ "field": "entity", "code": "invalid" }, { "field": "limit", "code": "out-of-range" }]);
    assert_eq!(refused.json()["errors"], wrong);
}

/// Counts are of what the account may see; whether all is here is of all there is.
#[tokio::test]
async fn who_takes_part_is_shown_with_what_each_brought_and_whose_is_still_missing() {
    let backend = Backend::new();
    let mut starts = Device::enrolled(&backend, "Boa 1").await;
    let mut joins = Device::enrolled(&backend, "Boa 2").await;
    let mut guesses = Device::enrolled(&backend, "Boa 3").await;
    let visit = inspection(&starts);
    let (entity, secret) = (visit.operation.entity(), join_secret());
    let [begins, joined] = [&starts, &joins].map(|device| step(device, entity, &secret, None));
    bring(&backend, &mut joins, &[&joined]).await;
    bring(&backend, &mut starts, &[&visit]).await;
    let agent = agent(&backend).await;
    let path = format!("/v1/inspections/{}", operation(&visit));
    let first = agent.json(&path).await["participation"].clone();
    assert_eq!(first["participants"][0]["codeSeen"], "not-yet-known", "whoever started has not said so yet");

    bring(&backend, &mut starts, &[&begins]).await;
    let made_up = step(&guesses, entity, &JoinSecret::from_random([9; 16]), None);
    let seen = within(guesses.record(&[]), entity);
    bring(&backend, &mut guesses, &[&made_up, &seen]).await;
    let [team, care] =
        [ConfidentialityLevel::Team, ConfidentialityLevel::Care].map(|level| within(at_level(&joins, level), entity));
    backend.pass(TimeDelta::minutes(10));
    let mut done = step(&joins, entity, &secret, Some(2));
    done.operation.finalised_at += TimeDelta::minutes(10);
    bring(&backend, &mut joins, &[&done, &team]).await;
    let of = |page: &serde_json::Value, label: &str, member: &str| {
        let devices = page["participation"]["participants"].as_array().unwrap();
        devices.iter().find(|it| it["deviceLabel"] == label).map(|it| it[member].clone()).unwrap()
    };
    let page = agent.json(&path).await;
    assert_eq!((of(&page, "Boa 1", "codeSeen"), of(&page, "Boa 2", "codeSeen")), (json!("started"), json!("proven")));
    assert_eq!(of(&page, "Boa 3", "codeSeen"), "unproven");
    assert_eq!(
        (of(&page, "Boa 2", "standing"), of(&page, "Boa 1", "standing")),
        (json!("missing"), json!("taking-part"))
    );
    assert_eq!(of(&page, "Boa 2", "observationCount"), 1);
    assert_eq!(page["participation"]["awaited"], json!(["politie", "nla"]), "of these nobody said anything");

    bring(&backend, &mut joins, &[&care]).await;
    let page = agent.json(&path).await;
    assert_eq!((of(&page, "Boa 2", "standing"), of(&page, "Boa 2", "observationCount")), (json!("complete"), json!(1)));
    let all = coordinator(&backend).await.json(&path).await;
    assert_eq!(of(&all, "Boa 2", "observationCount"), 2);
}

#[tokio::test]
async fn an_inspection_of_one_device_has_no_participants() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let visit = inspection(&device);
    bring(&backend, &mut device, &[&visit]).await;
    let detail = coordinator(&backend).await.json(&format!("/v1/inspections/{}", operation(&visit))).await;
    assert!(detail["participation"].is_null());
}
