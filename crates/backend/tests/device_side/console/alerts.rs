//! What coordinators must look into: nothing a device does pushes another device's alert out of sight.

use baken_protocol::dsse::Envelope;
use baken_protocol::keydir::Team;
use baken_protocol::record::{Action, ConfidentialityLevel};
use chrono::TimeDelta;
use serde_json::json;

use super::browser::Browser;
use super::scene::{account, agent, at_level, audited, bring, coordinator};
use crate::backend::Backend;
use crate::device::{Device, Record};

/// Makes two histories on a new chain.
async fn fork(backend: &Backend, device: &mut Device) {
    let first = device.record(&[]);
    bring(backend, device, &[&first]).await;
    let other = [device.record(&[])];
    let answer = device.send(backend, &device.batch(1, None, &other), &other).await;
    assert_eq!(answer.refusal(), (409, "forked".into()));
}

async fn listed(member: &Browser<'_>) -> Vec<(String, String, u64)> {
    let alerts = member.json("/v1/alerts").await;
    let alerts = alerts["alerts"].as_array().unwrap().iter();
    let field = |alert: &serde_json::Value, name: &str| alert[name].as_str().unwrap().to_owned();
    alerts.map(|alert| (field(alert, "code"), field(alert, "deviceLabel"), alert["count"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn the_last_alert_of_each_kind_and_device_is_listed_with_their_number() {
    let backend = Backend::new();
    let coordinator = coordinator(&backend).await;
    let mut one = Device::enrolled(&backend, "Boa 1").await;
    let mut other = Device::enrolled(&backend, "Boa 2").await;
    fork(&backend, &mut one).await;
    fork(&backend, &mut other).await;
    fork(&backend, &mut one).await;
    backend.tamper(&format!("UPDATE devices SET revoked_at = enrolled_at WHERE device = '{}'", one.id));
    let late = one.record(&[]);
    bring(&backend, &mut one, &[&late]).await;
    let entry = |code: &str, label: &str, count| (code.to_owned(), label.to_owned(), count);
    assert_eq!(
        listed(&coordinator).await,
        [entry("quarantined", "Boa 1", 1), entry("chain-forked", "Boa 1", 2), entry("chain-forked", "Boa 2", 1)]
    );
    let alerts = coordinator.json("/v1/alerts").await;
    let last: u64 = backend.one("SELECT max(id) FROM alerts WHERE code = 'chain-forked'");
    let detail: String = backend.one(&format!("SELECT detail FROM alerts WHERE id = {last}"));
    assert_eq!((&alerts["alerts"][1]["id"], &alerts["alerts"][1]["detail"]), (&json!(last), &json!(detail)));
}

#[tokio::test]
async fn a_device_that_raises_alerts_without_end_pushes_no_other_out_of_sight() {
    let backend = Backend::new();
    let coordinator = coordinator(&backend).await;
    let mut quiet = Device::enrolled(&backend, "Boa 1").await;
    let mut loud = Device::enrolled(&backend, "Boa 2").await;
    fork(&backend, &mut quiet).await;
    fork(&backend, &mut loud).await;
    let again = "INSERT INTO alerts (id, code, device, raised_at, detail)
                 SELECT id + (SELECT max(id) FROM alerts), code, device, raised_at, detail FROM alerts WHERE device = ";
    for _ in 0..7 {
        backend.tamper(&format!("{again}'{}'", loud.id));
    }
    let entry = |label: &str, count| ("chain-forked".to_owned(), label.to_owned(), count);
    assert_eq!(listed(&coordinator).await, [entry("Boa 2", 128), entry("Boa 1", 1)]);
}

#[tokio::test]
async fn what_a_device_takes_back_is_told_to_those_who_may_see_the_record() {
    let backend = Backend::new();
    let (coordinator, agent) = (coordinator(&backend).await, agent(&backend).await);
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (open, care) = (device.record(&[]), at_level(&device, ConfidentialityLevel::Care));
    bring(&backend, &mut device, &[&open, &care]).await;
    let retracted = |record: &Record, level| {
        let mut retraction = at_level(&device, level);
        retraction.operation.entity = record.operation.entity;
        retraction.operation.action = Action::Retract;
        retraction
    };
    let (care, open) = (retracted(&care, ConfidentialityLevel::Care), retracted(&open, ConfidentialityLevel::Team));
    assert!(listed(&coordinator).await.is_empty());
    bring(&backend, &mut device, &[&care]).await;
    assert!(listed(&agent).await.is_empty(), "no alert tells of what is hidden");
    assert_eq!(listed(&coordinator).await, [("retracted".to_owned(), "Boa 1".to_owned(), 1)]);
    backend.pass(TimeDelta::minutes(5));
    bring(&backend, &mut device, &[&open]).await;
    assert_eq!(listed(&agent).await, [("retracted".to_owned(), "Boa 1".to_owned(), 1)]);
    let alerts = coordinator.json("/v1/alerts").await;
    let expected = json!({ "operation": open.operation.id().to_string(), "kind": "observation" });
    assert_eq!((&alerts["alerts"][0]["count"], &alerts["alerts"][0]["record"]), (&json!(2), &expected));

    let line = |login: &str, shown: u32| format!("{login} alerts {shown} shown ok");
    let all = [("coordinator", 0), ("agent", 0), ("coordinator", 1), ("agent", 1), ("coordinator", 1)];
    assert_eq!(audited(&backend, "list", 9), all.map(|(login, shown)| line(login, shown)), "one line for each reading");
    backend.register.fill_up("audit", "true");
    assert_eq!(coordinator.get("/v1/alerts").await.refusal(), (500, "internal".into()), "nor shown without it");
}

#[tokio::test]
async fn a_second_first_record_and_one_that_nobody_here_opens_are_kept_and_told_of() {
    let backend = Backend::new();
    let (coordinator, agent) = (coordinator(&backend).await, agent(&backend).await);
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let first = device.record(&[]);
    bring(&backend, &mut device, &[&first]).await;
    let mut of_another_kind = device.record(&[]);
    of_another_kind.operation.action = Action::Amend;
    of_another_kind.operation.entity = first.operation.entity;
    bring(&backend, &mut device, &[&of_another_kind]).await;
    let mut other = Device::enrolled(&backend, "Boa 2").await;
    let mut of_another_device = other.record(&[]);
    of_another_device.operation.entity = first.operation.entity;
    bring(&backend, &mut other, &[&of_another_device]).await;
    assert!(listed(&coordinator).await.is_empty(), "an amendment and another device's record are no such thing");

    let mut again = device.record(&[]);
    again.operation.entity = first.operation.entity;
    bring(&backend, &mut device, &[&again]).await;
    let entry = |code: &str, label: &str| (code.to_owned(), label.to_owned(), 1);
    assert_eq!(listed(&coordinator).await, [entry("created-again", "Boa 1")]);
    let alerts = coordinator.json("/v1/alerts").await;
    assert_eq!(alerts["alerts"][0]["record"]["operation"], json!(again.operation.id().to_string()));

    backend.pass(TimeDelta::minutes(1));
    let mut later = other.record(&[]);
    later.operation.sealed.epoch = 9_007_199_254_740_991;
    bring(&backend, &mut other, &[&later]).await;
    assert_eq!(listed(&agent).await, [entry("sealed-for-later", "Boa 2"), entry("created-again", "Boa 1")]);

    backend.pass(TimeDelta::minutes(1));
    let own = |organisation: &str| {
        let mut record = at_level(&device, ConfidentialityLevel::Own);
        record.operation.sealed.recipients = vec![format!("eigen:{organisation}").parse().unwrap(), Team::Recovery];
        record
    };
    let organisation: String = backend.one(&format!("SELECT organisation FROM devices WHERE device = '{}'", device.id));
    let (own, foreign) = (own(&organisation), own("politie"));
    bring(&backend, &mut device, &[&own]).await;
    account(&backend, "collega", &organisation, vec![ConfidentialityLevel::Team]);
    let colleague = Browser::sign_in_as(&backend, "collega").await;
    let told = |listed: Vec<(String, String, u64)>| listed.into_iter().filter(|it| it.0 == "sealed-to-others").count();
    assert_eq!(told(listed(&colleague).await), 0, "sealed to its own");
    bring(&backend, &mut device, &[&foreign]).await;
    let seen: u64 = backend.one("SELECT count(*) FROM oddities WHERE code = 'sealed-to-others'");
    assert_eq!((seen, backend.held()[1]), (1, 7), "all of it is kept");
    assert_eq!(told(listed(&colleague).await), 1);
    assert_eq!(told(listed(&coordinator).await), 0, "who may not see the record hears nothing of it");
    backend.assert_holds();
}

/// A register that was restored without its newest key directory: devices that have it are the first to know.
#[tokio::test]
async fn a_batch_that_goes_by_a_newer_directory_than_there_is_here_is_kept_and_told_of() {
    let backend = Backend::new();
    let coordinator = coordinator(&backend).await;
    let device = Device::enrolled(&backend, "Boa 1").await;
    let first = [device.record(&[])];
    let batch = device.batch(1, None, &first);
    assert_eq!(device.send(&backend, &batch, &first).await.status, 201);
    assert!(listed(&coordinator).await.is_empty());

    let sealed_before = [device.record(&[])];
    let mut later = device.batch(2, Some(Envelope::sign(&batch, &device.key).unwrap().digest()), &sealed_before);
    later.key_epoch = 2;
    assert_eq!(device.send(&backend, &later, &sealed_before).await.status, 201);
    assert_eq!(listed(&coordinator).await, [("sealed-for-later".to_owned(), "Boa 1".to_owned(), 1)]);
    backend.assert_holds();
}
