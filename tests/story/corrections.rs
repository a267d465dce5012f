//! A device amends and takes back what it signed, offline, and the backend adds it up. Whatever happens on the way, the
//! steps of one record arrive in the order in which they were signed: what arrives last is what the office sees.

use std::sync::{Arc, Mutex};

use baken_backend::admin::check::Verdict;
use baken_companion::sync::SyncOutcome;
use baken_companion::{
    Action, Correction, Draft, DraftForm, Failure, FailureCode, FieldErrorCode, RecordKind, RecordState, RecordSummary,
    Wanted,
};
use baken_protocol::batch::{Batch, CORRECTIONS_SCHEMA, SCHEMA};
use baken_protocol::ids::OperationId;
use baken_protocol::record::{ConfidentialityLevel, ObservationCorrection};
use baken_protocol::seal;
use baken_protocol::strict_json;
use baken_protocol::wire::Push;
use serde_json::Value;

use crate::console::Browser;
use crate::device::{Device, noise};
use crate::front::{Asked, Front, Reply};
use crate::recovery::recovery_identity;
use crate::team_keys::Dossier;
use crate::world::World;

/// Begins an amendment with this reason and these words.
fn amending(device: &Device, record: &RecordSummary, reason: &str, narrative: &str) -> Draft {
    let draft = device.store().start_amendment(record.operation).unwrap();
    change(device, &draft, |form| {
        form.reason = reason.into();
        form.narrative = narrative.into();
    });
    draft
}

fn change(device: &Device, draft: &Draft, change: impl FnOnce(&mut baken_companion::ObservationForm)) {
    let DraftForm::Observation(mut form) = device.store().draft(draft.id).unwrap().form else {
        panic!("an observation")
    };
    change(&mut form);
    device.store().save_draft(draft.id, &DraftForm::Observation(form)).unwrap();
}

fn amend(device: &Device, record: &RecordSummary, reason: &str, narrative: &str) -> RecordSummary {
    let draft = amending(device, record, reason, narrative);
    device.store().finalise(draft.id).unwrap()
}

fn narrative(form: &DraftForm) -> &str {
    let DraftForm::Observation(form) = form else { panic!("an observation") };
    &form.narrative
}

/// What the device's own pages say of a record: each step with its reason, the last first.
fn history(device: &Device, record: &RecordSummary) -> Vec<(Action, String)> {
    let detail = device.store().record(record.operation).unwrap();
    let reason = |form: DraftForm| match form {
        DraftForm::Observation(form) => form.reason,
        DraftForm::Inspection(form) => form.reason,
        DraftForm::Contact(form) => form.reason,
        DraftForm::Participation(_) => panic!("none is corrected"),
    };
    detail.history.into_iter().map(|step| (step.action, reason(step.form.unwrap()))).collect()
}

async fn only_item(world: &World) -> Value {
    let browser = Browser::sign_in(world, "coordinator").await;
    let page = browser.json("observations").await;
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "one record is one line: {items:?}");
    items[0].clone()
}

/// A batch's schema, and the operations it brought.
type Brought = (u32, Vec<OperationId>);

/// Notes the schema of every batch and the operations it brings, as they pass.
fn noting(front: &Front) -> Arc<Mutex<Vec<Brought>>> {
    let seen: Arc<Mutex<Vec<Brought>>> = Arc::default();
    let noted = Arc::clone(&seen);
    front.answers(move |asked| {
        if let Some(push) = push_of(asked) {
            let batch: Batch = strict_json::parse(&push.batch.payload).unwrap();
            noted.lock().unwrap().push((batch.schema, batch.operations.iter().map(|it| it.operation).collect()));
        }
        None
    });
    seen
}

fn push_of(asked: &Asked<'_>) -> Option<Push> {
    Push::decode(asked.body).ok().filter(|_| asked.path.contains("/batches/"))
}

/// A backend of before corrections said why.
fn knows_no_corrections(asked: &Asked<'_>) -> Option<Reply> {
    let batch: Batch = strict_json::parse(&push_of(asked)?.batch.payload).unwrap();
    (batch.schema != SCHEMA).then(|| Reply::of_the_backend(400, "unknown-version"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_amended_and_taken_back_offline_arrives_in_order_and_is_added_up() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let seen = noting(&front);
    let device = world.device_behind("a", &front.url()).await;
    let first = device.record_with_small_photo("hut 12 op slot");
    let draft = amending(&device, &first, "verkeerde hut", "hut 14 op slot");
    change(&device, &draft, |form| form.urgency = Some("informatief".parse().unwrap()));
    device.store().add_photo(draft.id, &noise(90, 60)).unwrap();
    let amended = device.store().finalise(draft.id).unwrap();
    let taken_back = device.store().retract(amended.operation, "was een ander schip").unwrap();
    assert_eq!((taken_back.entity, taken_back.corrected), (first.entity, Some(Correction::Retracted)));
    assert_eq!((taken_back.photos, taken_back.state), (2, RecordState::Finalised));

    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&first]);
    let said = [
        (Action::Retract, "was een ander schip".to_owned()),
        (Action::Amend, "verkeerde hut".to_owned()),
        (Action::Create, String::new()),
    ];
    assert_eq!(history(&device, &first), said);
    let batches = seen.lock().unwrap().clone();
    let retraction = device.store().record(first.operation).unwrap().history[0].operation;
    assert_eq!(
        batches,
        [(SCHEMA, vec![first.operation]), (CORRECTIONS_SCHEMA, vec![amended.operation, retraction])],
        "a backend that knows no corrections is not kept from the first"
    );

    assert_eq!(world.verified().operations, 3);
    let item = only_item(&world).await;
    assert!(item["operation"].as_str().unwrap().ends_with(&amended.operation.to_string()), "what was said last");
    assert!(item["observation"].as_str().unwrap().ends_with(&first.entity.to_string()));
    assert_eq!((&item["urgency"], &item["strictestUrgency"]), (&"informatief".into(), &"spoed".into()), "it holds");
    assert!(item["amendedAt"].is_string() && item["retractedAt"].is_string() && item["dueAt"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reason_and_what_is_right_are_sealed_with_the_correction() {
    let world = World::new().await;
    let device = world.device("a").await;
    let first = device.record("hut 12 op slot");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let amended = amend(&device, &first, "verkeerde hut", "hut 14 op slot");
    assert_eq!(device.sync().await, SyncOutcome::Done, "the first was there already");
    let item = only_item(&world).await;
    let browser = Browser::sign_in(&world, "coordinator").await;
    let record = item["operation"].as_str().unwrap();
    let detail = browser.json(&format!("observations/{record}")).await;
    assert_eq!(detail["history"].as_array().unwrap().len(), 2);
    let sealed = browser.get(&format!("operations/{record}/sealed")).await.bytes().await.unwrap();
    let text = seal::open(&sealed, &recovery_identity(&world)).unwrap();
    let text = ObservationCorrection::parse(&text).unwrap();
    assert_eq!((text.reason.as_str(), text.narrative.as_str()), ("verkeerde hut", "hut 14 op slot"));
    assert_eq!((text.header.operation, text.header.schema.as_str()), (amended.operation, "observation.v2"));
    let dossier = Dossier::of(&world, record);
    assert_eq!(dossier.judged(Some(&recovery_identity(&world))), (Verdict::Holds, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_begun_survives_the_end_of_the_program_and_is_gone_on_with() {
    let world = World::new().await;
    let device = world.device("a").await;
    let first = device.record("hut 12 op slot");
    let draft = amending(&device, &first, "verkeerde hut", "hut 14");
    device.store().add_photo(draft.id, &noise(90, 60)).unwrap();
    let device = device.restart();
    let drafts = device.store().drafts().unwrap();
    assert_eq!(drafts.iter().map(|it| (it.id, it.amends)).collect::<Vec<_>>(), [(draft.id, true)]);
    let again = device.store().start_amendment(first.operation).unwrap();
    assert_eq!((again.id, again.amends, again.photos.len()), (draft.id, Some(first.operation), 1));
    assert_eq!(narrative(&again.form), "hut 14");
    device.store().discard_draft(draft.id).unwrap();
    assert_eq!(history(&device, &first), [(Action::Create, String::new())], "what was signed stands");
    let anew = device.store().start_amendment(first.operation).unwrap();
    assert_ne!(anew.id, draft.id);
    assert_eq!((narrative(&anew.form), anew.photos.len()), ("hut 12 op slot", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_ends_between_two_steps_loses_neither_and_sends_each_once() {
    let world = World::new().await;
    let device = world.device("a").await;
    let first = device.record("hut 12");
    device.companion.lock();
    device.companion.unlock(crate::device::SECRET).unwrap();
    amend(&device, &first, "een", "hut 13");
    let device = device.restart();
    amend(&device, &first, "twee", "hut 14");
    let device = device.restart();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 3);
    let detail = device.store().record(first.operation).unwrap();
    assert_eq!((narrative(&detail.form.unwrap()), detail.summary.state), ("hut 14", RecordState::Acknowledged));
    let item = only_item(&world).await;
    assert!(item["operation"].as_str().unwrap().ends_with(&detail.summary.operation.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_one_line_for_a_record_where_it_always_stood() {
    let world = World::new().await;
    let device = world.device("a").await;
    let (first, second) = (device.record("een"), device.record("twee"));
    let amended = amend(&device, &first, "het klopte niet", "een, en meer");
    device.store().retract(second.operation, "dubbel").unwrap();
    let page = device.store().record_page(&Wanted::default(), None, 10).unwrap();
    let lines: Vec<_> = page.records.iter().map(|line| (line.operation, line.corrected)).collect();
    let expected = [(second.operation, Some(Correction::Retracted)), (amended.operation, Some(Correction::Amended))];
    assert_eq!((lines.as_slice(), page.total, page.next), (expected.as_slice(), 2, None));
    let top = device.store().record_page(&Wanted::default(), None, 1).unwrap();
    let below = device.store().record_page(&Wanted::default(), top.next, 1).unwrap();
    assert_eq!(below.records, page.records[1..]);
}

/// What is said of a record is never more than what is true of each of its steps.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_waits_for_a_first_step_that_was_refused_and_arrives_after_it() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    let first = device.record("geweigerd");
    let operation = first.operation;
    front.answers(move |asked| asked.brings(operation).then(|| Reply::of_the_backend(400, "malformed")));
    let amended = amend(&device, &first, "het klopte niet", "toch goed");
    let beside = device.record("ernaast");
    for _ in 0..4 {
        device.sync().await;
    }
    device.has_receipts_of([&beside]);
    assert_eq!(world.verified().operations, 1, "no correction without what it corrects");
    let stands = device.state_of(&first);
    assert_eq!((stands.state, stands.failure), (RecordState::Failed, Some(FailureCode::RecordRefused)));
    front.stands_aside();
    device.shift_clock(2);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&first, &amended]);
    assert_eq!(world.verified().operations, 3);
    let browser = Browser::sign_in(&world, "coordinator").await;
    let page = browser.json("observations").await;
    let shown = page["items"].as_array().unwrap().iter().map(|item| item["operation"].as_str().unwrap());
    assert_eq!(shown.filter(|name| name.ends_with(&amended.operation.to_string())).count(), 1, "what was said last");
}

/// An acute correction goes before everything else, and takes what it corrects along.
#[tokio::test(flavor = "multi_thread")]
async fn an_acute_correction_hurries_what_it_corrects_along_and_never_overtakes_it() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let seen = noting(&front);
    let device = world.device_behind("a", &front.url()).await;
    let before = device.record("eerder");
    let first = device.record("hut 12 op slot");
    let draft = amending(&device, &first, "er is gevaar", "hut 12, zij roept");
    change(&device, &draft, |form| form.urgency = Some("acuut".parse().unwrap()));
    let amended = device.store().finalise(draft.id).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let brought: Vec<OperationId> = seen.lock().unwrap().iter().flat_map(|(_, brought)| brought.clone()).collect();
    assert_eq!(brought, [first.operation, amended.operation, before.operation]);
}

/// The same where the first step is in a batch already that did not arrive.
#[tokio::test(flavor = "multi_thread")]
async fn an_acute_correction_of_what_is_on_its_way_opens_no_chain_after_chain() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    let (before, first) = (device.record("eerder"), device.record("hut 12 op slot"));
    front.answers(|_| Some(Reply::of_somebody_else(503)));
    device.sync().await;
    let draft = amending(&device, &first, "er is gevaar", "hut 12, zij roept");
    change(&device, &draft, |form| form.urgency = Some("acuut".parse().unwrap()));
    let amended = device.store().finalise(draft.id).unwrap();
    for _ in 0..3 {
        device.sync().await;
    }
    let seen = noting(&front);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&before, &first, &amended]);
    let brought: Vec<OperationId> = seen.lock().unwrap().iter().flat_map(|(_, brought)| brought.clone()).collect();
    assert_eq!(brought, [first.operation, amended.operation, before.operation]);
    assert_eq!(world.verified().operations, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_backend_takes_the_first_step_and_the_correction_waits_for_a_newer_one() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    front.answers(knows_no_corrections);
    let device = world.device_behind("a", &front.url()).await;
    let first = device.record("hut 12");
    amend(&device, &first, "een", "hut 13");
    amend(&device, &first, "twee", "hut 14");
    let beside = device.record("ernaast");
    device.sync().await;
    device.has_receipts_of([&beside]);
    assert_eq!(world.verified().operations, 2);
    let stands = device.state_of(&first);
    assert_eq!((stands.state, stands.failure), (RecordState::Failed, Some(FailureCode::BackendTooOld)));
    front.stands_aside();
    device.shift_clock_by(chrono::TimeDelta::minutes(61));
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&first]);
    assert_eq!(world.verified().operations, 4);
}

/// Codes of the fields that keep a draft from being signed.
fn refused(result: Result<RecordSummary, Failure>) -> Vec<(String, FieldErrorCode)> {
    let Err(Failure::Invalid(fields)) = result else { panic!("{result:?}") };
    fields.into_iter().map(|field| (field.field, field.code)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_needs_a_reason_and_changes_neither_level_nor_inspection() {
    let world = World::new().await;
    let device = world.device("a").await;
    let first = device.record("hut 12");
    let draft = amending(&device, &first, " \u{200b}\n", "hut 14");
    assert_eq!(refused(device.store().finalise(draft.id)), [("reason".into(), FieldErrorCode::Required)]);
    let elsewhere = device.record("een ander").entity;
    change(&device, &draft, |form| {
        form.reason = "het klopte niet".into();
        form.level = ConfidentialityLevel::Care;
        form.inspection = Some(elsewhere);
    });
    assert_eq!(
        refused(device.store().finalise(draft.id)),
        [("level".into(), FieldErrorCode::Fixed), ("inspection".into(), FieldErrorCode::Fixed)]
    );
    change(&device, &draft, |form| {
        form.level = ConfidentialityLevel::Team;
        form.inspection = None;
        form.reason = "BSN 111222333".into();
    });
    assert_eq!(refused(device.store().finalise(draft.id)), [("reason".into(), FieldErrorCode::CitizenNumber)]);
    change(&device, &draft, |form| form.reason = "x".repeat(2001));
    assert_eq!(refused(device.store().finalise(draft.id)), [("reason".into(), FieldErrorCode::TooLong)]);
    for (reason, code) in [
        ("", FieldErrorCode::Required),
        ("\t ", FieldErrorCode::Required),
        (&"x".repeat(2001), FieldErrorCode::TooLong),
        ("BSN 111222333", FieldErrorCode::CitizenNumber),
    ] {
        assert_eq!(refused(device.store().retract(first.operation, reason)), [("reason".into(), code)]);
    }
    assert_eq!(history(&device, &first).len(), 1, "nothing was signed");
    change(&device, &draft, |form| form.reason = "het klopte niet".into());
    device.store().finalise(draft.id).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_is_neither_amended_nor_taken_back_again() {
    let world = World::new().await;
    let device = world.device("a").await;
    let first = device.record("hut 12");
    let begun = amending(&device, &first, "het klopte niet", "hut 14");
    device.store().retract(first.operation, "dubbel").unwrap();
    assert!(
        matches!(device.store().finalise(begun.id), Err(Failure::Retracted)),
        "nor by a draft that was begun before"
    );
    assert_eq!(device.store().draft(begun.id).unwrap().id, begun.id, "what was typed stays until it is thrown away");
    device.store().discard_draft(begun.id).unwrap();
    assert!(matches!(device.store().start_amendment(first.operation), Err(Failure::Retracted)));
    assert!(matches!(device.store().retract(first.operation, "nog eens"), Err(Failure::Retracted)));
    assert_eq!(
        narrative(&device.store().record(first.operation).unwrap().form.unwrap()),
        "hut 12",
        "it stays to be read"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_corrects_nothing_that_it_did_not_sign() {
    let world = World::new().await;
    let (one, other) = (world.device("a").await, world.device("b").await);
    let theirs = other.record("van een ander");
    assert!(matches!(one.store().start_amendment(theirs.operation), Err(Failure::NotSignedHere)));
    assert!(matches!(one.store().retract(theirs.operation, "niet van mij"), Err(Failure::NotSignedHere)));
    assert_eq!(one.store().drafts().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspection_is_corrected_too_and_one_that_was_taken_back_is_no_longer_open() {
    let world = World::new().await;
    let device = world.device("a").await;
    let store = device.store();
    let draft = store.start_draft(RecordKind::Inspection).unwrap();
    let DraftForm::Inspection(mut form) = draft.form else { panic!("an inspection") };
    form.place.kind = Some("vissersschip".parse().unwrap());
    form.ground = Some("toestemming-bewoner".parse().unwrap());
    store.save_draft(draft.id, &DraftForm::Inspection(form)).unwrap();
    let first = store.finalise(draft.id).unwrap();
    let draft = store.start_amendment(first.operation).unwrap();
    let DraftForm::Inspection(mut form) = draft.form else { panic!("an inspection") };
    (form.reason, form.place.exact.name) = ("naam gevonden".into(), "IJM 204".into());
    store.save_draft(draft.id, &DraftForm::Inspection(form.clone())).unwrap();
    store.finalise(draft.id).unwrap();
    assert_eq!(store.home().unwrap().inspection.unwrap().place_name, "IJM 204");
    store.close_inspection().unwrap();
    let draft = store.start_amendment(first.operation).unwrap();
    form.reason = "nog eens".into();
    store.save_draft(draft.id, &DraftForm::Inspection(form)).unwrap();
    store.finalise(draft.id).unwrap();
    assert_eq!(store.home().unwrap().inspection, None, "to correct it is not to be there again");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 3);

    let draft = store.start_draft(RecordKind::Inspection).unwrap();
    let DraftForm::Inspection(mut form) = draft.form else { panic!("an inspection") };
    form.place.kind = Some("hotel".parse().unwrap());
    form.ground = Some("toestemming-bewoner".parse().unwrap());
    store.save_draft(draft.id, &DraftForm::Inspection(form)).unwrap();
    let open = store.finalise(draft.id).unwrap();
    store.retract(open.operation, "ging niet door").unwrap();
    assert_eq!(store.home().unwrap().inspection, None);
    assert_eq!(device.sync().await, SyncOutcome::Done);
}
