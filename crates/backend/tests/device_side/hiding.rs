//! Nobody makes a record vanish from the inbox by claiming its entity: not another device, not a revoked one.

use baken_backend::register::{Filter, PageRequest, Sight};
use baken_backend::storage::Inbox;
use baken_protocol::record::{Action, ConfidentialityLevel};
use chrono::TimeDelta;

use crate::backend::Backend;
use crate::device::{Device, Record};

/// A device with one record held, and an hour gone by since.
async fn held() -> (Backend, Device, Record) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    assert_eq!(device.send(&backend, &device.batch(1, None, &records), &records).await.status, 201);
    backend.pass(TimeDelta::hours(1));
    let [record] = records;
    (backend, device, record)
}

/// What `device` signs about the entity of another record.
fn claiming(device: &Device, record: &Record, action: Action, level: ConfidentialityLevel) -> Record {
    let mut claim = device.record(&[]);
    claim.operation.entity = record.operation.entity;
    claim.operation.action = action;
    claim.at_level(level)
}

fn is_in_the_inbox(backend: &Backend, record: &Record) -> bool {
    let sight = Sight { team: true, care: false, organisation: "gemeente-velsen".into() };
    let inbox = backend.storage.observations(&sight, &PageRequest::first(Filter::default(), 50)).unwrap();
    inbox.items.iter().any(|item| item.operation == record.operation.operation.0)
}

#[tokio::test]
async fn another_device_cannot_hide_a_record() {
    for action in [Action::Create, Action::Amend, Action::Retract] {
        for level in [ConfidentialityLevel::Team, ConfidentialityLevel::Eigen] {
            let (backend, _, record) = held().await;
            let other = Device::enrolled(&backend, "Boa 2").await;
            let claim = [claiming(&other, &record, action, level)];
            assert_eq!(other.send(&backend, &other.batch(1, None, &claim), &claim).await.status, 201);
            assert!(is_in_the_inbox(&backend, &record), "{action:?} at level {}", level.code());
        }
    }
}

#[tokio::test]
async fn a_revoked_device_cannot_hide_what_it_sent_before() {
    let (backend, device, record) = held().await;
    backend.tamper("UPDATE devices SET revoked_at = '2026-11-23T10:30:00.000Z'");
    let device = Device { chain: baken_protocol::ids::ChainId(backend.environment.uuid()), ..device };
    let claim = [claiming(&device, &record, Action::Retract, ConfidentialityLevel::Team)];
    assert_eq!(device.send(&backend, &device.batch(1, None, &claim), &claim).await.status, 202);
    assert!(is_in_the_inbox(&backend, &record));
}

#[tokio::test]
async fn its_own_device_amends_a_record() {
    let (backend, device, record) = held().await;
    let device = Device { chain: baken_protocol::ids::ChainId(backend.environment.uuid()), ..device };
    let amended = [claiming(&device, &record, Action::Amend, ConfidentialityLevel::Team)];
    assert_eq!(device.send(&backend, &device.batch(1, None, &amended), &amended).await.status, 201);
    assert!(!is_in_the_inbox(&backend, &record), "replaced");
    assert!(is_in_the_inbox(&backend, &amended[0]));
}
