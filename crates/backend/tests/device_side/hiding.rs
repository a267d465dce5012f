//! Nothing that was acknowledged disappears from sight: not by another device that claims its entity, not by a
//! revoked one, and not by its own.

use baken_backend::http::views::{ObservationPage, ObservationSummary};
use baken_backend::register::{self, Author};
use baken_backend::storage::{Apart, Clearance, Filter, PageRequest, UnitOfWork};
use baken_protocol::ids::ChainId;
use baken_protocol::record::{Action, ConfidentialityLevel, OpenPart};
use chrono::{DateTime, TimeDelta, Utc};

use crate::backend::Backend;
use crate::device::{Device, Record};

const TEAM: ConfidentialityLevel = ConfidentialityLevel::Team;

/// A device with one record held, and an hour gone by since.
async fn held() -> (Backend, Device, Record) {
    held_at("spoed").await
}

async fn held_at(urgency: &str) -> (Backend, Device, Record) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let record = urgent(device.record(&[]), urgency);
    bring(&backend, &device, &record).await;
    (backend, device, record)
}

fn urgent(mut record: Record, urgency: &str) -> Record {
    let OpenPart::Observation(open) = &mut record.operation.open else { panic!("an observation") };
    open.urgency = urgency.parse().unwrap();
    record
}

/// Sends a record on a chain of its own, and an hour goes by.
async fn bring(backend: &Backend, device: &Device, record: &Record) {
    let mut batch = device.batch(1, None, std::slice::from_ref(record));
    batch.chain = ChainId(backend.environment.uuid());
    let answer = device.send(backend, &batch, std::slice::from_ref(record)).await;
    assert!(answer.status.is_success(), "{}", answer.json());
    backend.pass(TimeDelta::hours(1));
}

/// What `device` signs about the entity of another record.
fn claiming(device: &Device, record: &Record, action: Action, level: ConfidentialityLevel) -> Record {
    let mut claim = device.record(&[]);
    claim.operation.entity = record.operation.entity;
    claim.operation.action = action;
    claim.at_level(level)
}

fn list(backend: &Backend, filter: Filter) -> ObservationPage {
    let clearance = Clearance { team: true, care: false, organisation: "gemeente-velsen".into() };
    let request = PageRequest::first(filter, 50);
    let terms = backend.state.terms();
    backend.storage.read(|tx| register::observations(tx, &terms, &clearance, &request)).unwrap().into()
}

fn inbox(backend: &Backend) -> Vec<ObservationSummary> {
    list(backend, Filter::default()).items
}

fn is_in_the_inbox(backend: &Backend, record: &Record) -> bool {
    inbox(backend).iter().any(|item| item.operation == record.operation.id().to_string())
}

/// The only record of the inbox.
fn only(backend: &Backend) -> ObservationSummary {
    let [item] = inbox(backend).try_into().unwrap();
    item
}

fn hours_in(hours: i64) -> DateTime<Utc> {
    crate::backend::BEGIN.parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
}

#[tokio::test]
async fn another_device_cannot_hide_a_record_or_change_how_it_stands() {
    for action in [Action::Create, Action::Amend, Action::Retract] {
        for level in [TEAM, ConfidentialityLevel::Own] {
            let (backend, _, record) = held().await;
            let other = Device::enrolled(&backend, "Boa 2").await;
            let before = only(&backend);
            let claim = urgent(claiming(&other, &record, action, level), "informatief");
            bring(&backend, &other, &claim).await;
            assert!(is_in_the_inbox(&backend, &record), "{action:?} at level {}", level.code());
            let listed = inbox(&backend);
            let after = listed.iter().find(|item| item.operation == before.operation).unwrap();
            assert_eq!((after.due_at, after.amended_at, after.retracted_at), (before.due_at, None, None));
            assert_eq!((after.strictest_urgency.as_str(), after.author), ("spoed", Author::Itself));
            let claimed = listed.iter().find(|item| item.operation == claim.operation.id().to_string());
            let expected = if action == Action::Create { Author::Itself } else { Author::AnotherDevice };
            assert_eq!(claimed.map(|claimed| claimed.author), (level == TEAM).then_some(expected), "{action:?}");
        }
    }
}

#[tokio::test]
async fn what_changes_a_record_that_is_not_here_says_so() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let nothing = device.record(&[]);
    bring(&backend, &device, &claiming(&device, &nothing, Action::Retract, TEAM)).await;
    let item = only(&backend);
    assert_eq!((item.author, item.action, item.retracted_at), (Author::NotHere, Action::Retract, Some(hours_in(0))));
}

#[tokio::test]
async fn a_revoked_device_cannot_hide_what_it_sent_before() {
    let (backend, device, record) = held().await;
    backend.tamper("UPDATE devices SET revoked_at = '2026-11-23T10:30:00.000Z'");
    for action in [Action::Retract, Action::Amend] {
        let claim = urgent(claiming(&device, &record, action, TEAM), "informatief");
        bring(&backend, &device, &claim).await;
        let item = only(&backend);
        assert_eq!(item.operation, record.operation.id().to_string(), "and what it sends now stands apart");
        assert_eq!((item.amended_at, item.retracted_at), (None, None));
    }
    let page = list(&backend, Filter::default());
    assert_eq!((page.total, page.apart, page.urgency_counts["spoed"]), (1, 1, 1), "apart is in no other number");
    let apart = list(&backend, Filter { apart: Apart::Only, ..Filter::default() });
    assert_eq!((apart.items.len(), apart.items[0].quarantined), (1, true));
}

#[tokio::test]
async fn its_own_device_amends_a_record_and_takes_nothing_of_its_urgency() {
    let (backend, device, record) = held_at("acuut").await;
    let lowered = urgent(claiming(&device, &record, Action::Amend, TEAM), "informatief");
    bring(&backend, &device, &lowered).await;
    let item = only(&backend);
    assert_eq!((item.operation.clone(), item.action), (lowered.operation.id().to_string(), Action::Amend));
    assert_eq!((item.urgency.as_str(), item.strictest_urgency.as_str()), ("informatief", "acuut"));
    assert_eq!((item.due_at, item.urgent_since), (Some(hours_in(0)), hours_in(0)));
    assert_eq!((item.amended_at, item.retracted_at), (Some(hours_in(1)), None));
    let page = list(&backend, Filter { urgencies: vec!["acuut".into()], ..Filter::default() });
    assert_eq!((page.total, page.urgency_counts.get("informatief")), (1, None), "counted by the strictest");
}

#[tokio::test]
async fn its_own_device_takes_a_record_back_and_it_stays_as_it_was() {
    let (backend, device, record) = held_at("acuut").await;
    let taken = urgent(claiming(&device, &record, Action::Retract, TEAM), "informatief");
    bring(&backend, &device, &taken).await;
    let item = only(&backend);
    assert_eq!((item.operation.clone(), item.action), (record.operation.id().to_string(), Action::Create));
    assert_eq!((item.strictest_urgency.as_str(), item.due_at), ("acuut", Some(hours_in(0))));
    assert_eq!((item.amended_at, item.retracted_at), (None, Some(hours_in(1))));
    bring(&backend, &device, &claiming(&device, &record, Action::Amend, TEAM)).await;
    assert_eq!(only(&backend).retracted_at, Some(hours_in(1)), "also when it is amended after that");
}

#[tokio::test]
async fn an_amended_record_is_found_by_what_it_said_before() {
    let (backend, device, record) = held().await;
    let mut moved = claiming(&device, &record, Action::Amend, TEAM);
    moved.operation.observed_at = "1990-01-01T00:00:00Z".parse().unwrap();
    let OpenPart::Observation(open) = &mut moved.operation.open else { panic!("an observation") };
    (open.place_kind, open.district) = ("hotel".parse().unwrap(), None);
    open.forms = vec!["onbekend".parse().unwrap()];
    bring(&backend, &device, &moved).await;
    for filter in [
        Filter { place_kinds: vec!["vissersschip".into()], ..Filter::default() },
        Filter { place_kinds: vec!["hotel".into()], ..Filter::default() },
        Filter { districts: vec!["WK045301".into()], ..Filter::default() },
        Filter { forms: vec!["arbeid".into()], ..Filter::default() },
        Filter { forms: vec!["onbekend".into()], ..Filter::default() },
        Filter { from: Some("2026-11-01T00:00:00Z".parse().unwrap()), ..Filter::default() },
    ] {
        let found = list(&backend, filter.clone()).items;
        assert_eq!(found.len(), 1, "{filter:?}");
        assert_eq!(found[0].operation, moved.operation.id().to_string(), "shown as it is now");
    }
    let elsewhere = Filter { place_kinds: vec!["zeeschip".into()], ..Filter::default() };
    assert!(list(&backend, elsewhere).items.is_empty());
}
