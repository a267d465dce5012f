//! One inspection by devices of several organisations: joined without a network, each observation sealed for its own
//! level, and what the municipality sees of it afterwards.

use baken_backend::storage::{DeviceRequest, UnitOfWork};
use baken_companion::{DraftForm, Failure, FailureCode, RecordKind, RecordState, RecordSummary};
use baken_protocol::ids::DeviceId;
use baken_protocol::record::{ConfidentialityLevel, Operation};
use chrono::TimeDelta;

use crate::console::Browser;
use crate::device::Device;
use crate::world::World;

pub(crate) fn started(device: &Device) -> RecordSummary {
    let store = device.store();
    let draft = store.start_draft(RecordKind::Inspection).unwrap();
    let DraftForm::Inspection(mut form) = draft.form else { panic!("an inspection") };
    form.place.kind = Some("zeeschip".parse().unwrap());
    form.place.exact.name = "Noordster".into();
    form.place.exact.imo = "9074729".into();
    form.organisations =
        ["gemeente-handhaving", "politie", "scharlaken-koord"].map(|code| code.parse().unwrap()).to_vec();
    form.ground = Some("awb-5-15".parse().unwrap());
    store.save_draft(draft.id, &DraftForm::Inspection(form)).unwrap();
    store.finalise(draft.id).unwrap()
}

fn observed(device: &Device, narrative: &str, level: ConfidentialityLevel) -> RecordSummary {
    let store = device.store();
    let draft = device.draft(narrative);
    let DraftForm::Observation(mut form) = store.draft(draft).unwrap().form else { panic!("an observation") };
    form.level = level;
    store.save_draft(draft, &DraftForm::Observation(form)).unwrap();
    store.finalise(draft).unwrap()
}

pub(crate) fn code_of(device: &Device) -> String {
    device.store().show_join_code().unwrap().text
}

fn role(code: &str) -> baken_protocol::ids::Code {
    code.parse().unwrap()
}

fn refused(device: &Device, text: &str) -> FailureCode {
    let checked = device.store().check_join_code(text).unwrap_err().code();
    assert_eq!(device.store().join(text, role("handhaving")).unwrap_err().code(), checked);
    assert!(device.store().home().unwrap().inspection.is_none(), "nothing is open after a refusal");
    assert!(device.store().records().unwrap().is_empty());
    checked
}

fn steps(device: &Device) -> usize {
    let records = device.store().records().unwrap();
    records.iter().filter(|record| record.kind == RecordKind::Participation).count()
}

#[tokio::test]
async fn who_joins_takes_the_place_over_and_its_observations_belong_to_the_inspection_of_the_other() {
    let mut world = World::new().await;
    let leads = world.device("boa").await;
    let joins = world.device_of("hulp", "scharlaken-koord").await;
    world.stop().await;
    let inspection = started(&leads);
    let text = code_of(&leads);

    let preview = joins.store().check_join_code(&text).unwrap();
    assert_eq!((preview.started_by.as_str(), preview.taking_part), ("gemeente-handhaving", false));
    let joined = joins.store().join(&text, role("hulpverlening")).unwrap();
    assert_eq!((joined.inspection, joined.place_name.as_str(), joined.joined), (inspection.entity, "Noordster", true));
    assert_eq!(joins.store().home().unwrap().inspection, Some(joined.clone()));
    assert_eq!(joins.store().inspection(inspection.entity).unwrap(), Some(joined));
    let draft = joins.store().start_draft(RecordKind::Observation).unwrap();
    let DraftForm::Observation(form) = draft.form else { panic!("an observation") };
    assert_eq!((form.inspection, form.place.exact.imo.as_str()), (Some(inspection.entity), "9074729"));
    joins.store().discard_draft(draft.id).unwrap();

    let own = observed(&leads, "hutten zonder raam", ConfidentialityLevel::Team);
    let care = observed(&joins, "wil weg", ConfidentialityLevel::Care);
    joins.store().close_inspection().unwrap();
    leads.store().close_inspection().unwrap();
    world.serve().await;
    for device in [&leads, &joins] {
        device.sync().await;
        let records = device.store().records().unwrap();
        assert!(records.iter().all(|record| record.state == RecordState::Acknowledged), "{records:?}");
    }
    let signed = |record: &RecordSummary| -> Operation {
        let sql = "SELECT c.envelope FROM operation_contents c JOIN operations o USING (number) WHERE o.operation = ?1";
        let connection = rusqlite::Connection::open(world.data().join("register.sqlite")).unwrap();
        let id = record.operation.to_string();
        let envelope: Vec<u8> = connection.query_row(sql, [id], |row| row.get(0)).unwrap();
        baken_protocol::dsse::Envelope::from_json(&envelope).unwrap().peek().unwrap()
    };
    let (one, other) = (signed(&own), signed(&care));
    assert_eq!(one.inspection, other.inspection, "both of one inspection");
    assert_eq!(other.inspection.unwrap(), signed(&inspection).entity());
    assert_eq!(
        (one.sealed.recipients[0].to_string(), other.sealed.recipients[0].to_string()),
        ("team".into(), "zorg".into())
    );
    world.verified();
}

#[tokio::test]
async fn joining_twice_is_one_and_whoever_was_done_joins_anew() {
    let world = World::new().await;
    let (leads, joins) = (world.device("boa").await, world.device_of("politie", "politie").await);
    started(&leads);
    let text = code_of(&leads);
    assert_eq!(code_of(&leads), text, "one code, however often it is shown");
    assert_eq!(steps(&leads), 1);
    for _ in 0..2 {
        joins.store().join(&text, role("handhaving")).unwrap();
        assert_eq!(steps(&joins), 1);
    }
    assert!(joins.store().check_join_code(&text).unwrap().taking_part);
    assert_eq!(code_of(&joins), text, "whoever joined shows it to others, to the letter");
    joins.store().close_inspection().unwrap();
    assert_eq!(steps(&joins), 2);
    assert!(joins.store().home().unwrap().inspection.is_none());
    joins.store().join(&text, role("handhaving")).unwrap();
    assert_eq!(steps(&joins), 3);
    let own = leads.store().join(&text, role("handhaving"));
    assert!(matches!(own, Err(Failure::NotAllowed)), "whoever started it is in it");
}

#[tokio::test]
async fn a_code_of_another_municipality_altered_expired_or_of_a_revoked_device_joins_nothing() {
    let (world, elsewhere) = (World::new().await, World::new().await);
    let (leads, joins) = (world.device("boa").await, world.device_of("politie", "politie").await);
    let stranger = elsewhere.device("vreemd").await;
    started(&leads);
    let text = code_of(&leads);
    assert_eq!(refused(&stranger, &text), FailureCode::JoinCodeUnknownDevice, "the same code, another line of keys");
    assert_eq!(refused(&joins, "BAKEN-JOIN:7777"), FailureCode::JoinCodeMalformed);
    assert_eq!(refused(&joins, &"0".repeat(9_000)), FailureCode::JoinCodeTooLarge);
    joins.shift_clock_by(TimeDelta::try_hours(5).unwrap());
    assert_eq!(refused(&joins, &text), FailureCode::JoinCodeExpired);
    joins.shift_clock_by(TimeDelta::zero());
    leads.shift_clock_by(TimeDelta::try_hours(5).unwrap());
    assert_ne!(code_of(&leads), text, "one that is over is made anew");
    assert_eq!(steps(&leads), 1, "which is no other step");
    joins.store().join(&text, role("handhaving")).unwrap();
}

#[tokio::test]
async fn a_device_without_an_open_inspection_has_no_code_to_show() {
    let world = World::new().await;
    let device = world.device("boa").await;
    assert!(matches!(device.store().show_join_code(), Err(Failure::NotAllowed)));
    started(&device);
    code_of(&device);
    device.store().close_inspection().unwrap();
    assert!(matches!(device.store().show_join_code(), Err(Failure::NotAllowed)));
}

/// The device of an organisation, as the municipality knows it.
fn enrolled(world: &World, organisation: &str) -> DeviceId {
    let devices = world.storage().read(|tx| tx.devices(&DeviceRequest::first(10))).unwrap();
    DeviceId(devices.into_iter().find(|device| device.organisation == organisation).unwrap().device)
}

/// What the page of an inspection says of one organisation.
fn said_of<'a>(page: &'a serde_json::Value, organisation: &str) -> &'a serde_json::Value {
    let devices = page["participation"]["participants"].as_array().unwrap();
    devices.iter().find(|it| it["organisation"] == organisation).unwrap()
}

#[tokio::test]
async fn the_municipality_sees_who_took_part_what_each_brought_and_whose_is_still_missing() {
    let world = World::new().await;
    let leads = world.device("boa").await;
    let joins = world.device_of("hulp", "scharlaken-koord").await;
    let silent = world.device_of("politie", "politie").await;
    let inspection = started(&leads);
    let text = code_of(&leads);
    joins.store().join(&text, role("hulpverlening")).unwrap();
    silent.store().join(&text, role("handhaving")).unwrap();
    observed(&silent, "nooit verzonden", ConfidentialityLevel::Team);
    observed(&leads, "hutten zonder raam", ConfidentialityLevel::Team);
    observed(&joins, "wil weg", ConfidentialityLevel::Care);
    leads.store().close_inspection().unwrap();
    leads.sync().await;
    joins.sync().await;
    let coordinator = Browser::sign_in(&world, "coordinator").await;
    let device = enrolled(&world, "gemeente-handhaving");
    let path = format!("inspections/{device}.{}", inspection.operation);
    let page = coordinator.json(&path).await;
    let of = |organisation: &str, member: &str| said_of(&page, organisation)[member].clone();
    assert_eq!(
        (of("gemeente-handhaving", "standing"), of("gemeente-handhaving", "codeSeen")),
        ("complete".into(), "started".into())
    );
    assert_eq!(
        (of("scharlaken-koord", "standing"), of("scharlaken-koord", "codeSeen")),
        ("missing".into(), "proven".into())
    );
    assert_eq!(
        (of("scharlaken-koord", "role"), of("scharlaken-koord", "observationCount")),
        ("hulpverlening".into(), 1.into())
    );
    assert_eq!(
        page["participation"]["awaited"],
        serde_json::json!(["politie"]),
        "joined below deck, and never heard of"
    );

    joins.store().close_inspection().unwrap();
    joins.sync().await;
    silent.sync().await;
    let page = coordinator.json(&path).await;
    assert_eq!(said_of(&page, "scharlaken-koord")["standing"], "complete");
    assert_eq!(said_of(&page, "politie")["standing"], "missing", "it is here, and never said that it is done");
    assert_eq!(page["participation"]["awaited"], serde_json::json!([]));
}

/// Nobody below deck knows of it: what the others saw counts, and what the revoked one says is set apart.
#[tokio::test]
async fn a_starter_that_was_revoked_meanwhile_takes_nothing_from_whoever_joined() {
    let world = World::new().await;
    let (leads, joins) = (world.device("boa").await, world.device_of("hulp", "scharlaken-koord").await);
    let inspection = started(&leads);
    joins.store().join(&code_of(&leads), role("hulpverlening")).unwrap();
    let seen = observed(&joins, "wil weg", ConfidentialityLevel::Team);
    let device = enrolled(&world, "gemeente-handhaving");
    world.storage().write(|tx| tx.revoke(device, "coordinator", "verloren", chrono::DateTime::UNIX_EPOCH)).unwrap();
    leads.sync().await;
    joins.sync().await;
    joins.has_receipts_of([&seen]);
    let coordinator = Browser::sign_in(&world, "coordinator").await;
    let page = coordinator.json(&format!("inspections/{device}.{}", inspection.operation)).await;
    assert_eq!(said_of(&page, "gemeente-handhaving")["quarantined"], true);
    assert_eq!(said_of(&page, "scharlaken-koord")["quarantined"], false);
    assert_eq!(said_of(&page, "scharlaken-koord")["observationCount"], 1);
}
