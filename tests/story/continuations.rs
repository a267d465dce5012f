//! A restored log goes by another name: a device follows it by a signed statement, by nothing less, and to one log only.

use std::sync::atomic::Ordering;

use baken_backend::storage::UnitOfWork;
use baken_companion::sync::{SyncOutcome, TransportError};
use baken_companion::{FailureCode, RecordState, RecordSummary};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::log_continuation::{LogContinuation, LogPlace};
use baken_protocol::refusal::RefusalCode;
use baken_protocol::signature::SigningKey;
use ring::rand::SystemRandom;

use crate::backups::{backed_up, restored, restored_as};
use crate::device::Device;
use crate::meddler::Meddler;
use crate::world::World;

const UNEXPLAINED: SyncOutcome = SyncOutcome::Failed(FailureCode::LogUnexplained);
const CONTRADICTS: SyncOutcome = SyncOutcome::Failed(FailureCode::LogContradicts);

/// A device with two receipts, of which the restored backend lacks the second.
async fn after_a_restore() -> (World, Device, RecordSummary) {
    let mut world = World::new().await;
    let device = world.device("a").await;
    device.record("in de kopie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let copy = backed_up(&world);
    let lost = device.record("na de kopie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    restored(&mut world, &copy).await;
    (world, device, lost)
}

fn origin(world: &World) -> String {
    world.storage().read(|tx| tx.installation()).unwrap().unwrap().log_origin
}

fn log_of(device: &Device, record: &RecordSummary) -> Option<String> {
    device.store().receipt(record.operation).unwrap().map(|receipt| receipt.log_origin)
}

/// What the backend says of its log, and the key it signs that with.
fn statement(world: &World) -> (LogContinuation, SigningKey) {
    let said = world.storage().read(|tx| tx.log_continuations()).unwrap().last().unwrap().peek().unwrap();
    let key = std::fs::read(world.data().join("keys/receipt.pkcs8")).unwrap();
    (said, SigningKey::from_pkcs8(&key).unwrap())
}

fn offered(device: &Device, statements: &[Envelope]) -> Meddler {
    let statements: Vec<_> = statements.iter().map(Envelope::to_dsse).collect();
    let mut network = Meddler::honest(&device.store());
    network.log_continuations = Some(Ok(serde_json::to_vec(&statements).unwrap()));
    network
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_follows_a_log_that_is_shown_to_go_on() {
    let (world, device, lost) = after_a_restore().await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(log_of(&device, &lost), Some(origin(&world)), "the old receipt counts no more, the new one does");
    let device = device.restart();
    let next = device.record("en verder");
    let mut silent = Meddler::honest(&device.store());
    silent.log_continuations = Some(Err(TransportError::Network));
    assert_eq!(device.sync_over(silent).await, SyncOutcome::Done, "it is not asked about a log that is known");
    assert_eq!(device.state_of(&next).state, RecordState::Acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_statement_everything_is_sent_and_nothing_of_it_counts_as_received() {
    let refused = TransportError::Refused { status: 404, code: Some(RefusalCode::Malformed) };
    for answer in [Ok(b"[]".to_vec()), Ok(b"[1]".to_vec()), Err(refused)] {
        let (world, device, lost) = after_a_restore().await;
        let next = device.record_with_small_photo("daarna");
        let mut silent = Meddler::honest(&device.store());
        silent.log_continuations = Some(answer);
        assert_eq!(device.sync_over(silent).await, UNEXPLAINED);
        let there = world.verified();
        assert_eq!((there.operations, there.attachments), (3, 1), "all of it left");
        assert_ne!(device.state_of(&next).state, RecordState::Acknowledged);
        assert_eq!(device.sync().await, SyncOutcome::Done, "the statement comes after all");
        for record in [&lost, &next] {
            assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
        }
        assert_eq!(world.verified().operations, 3, "nothing came twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_the_receipt_key_did_not_sign_for_this_log_is_none() {
    let (world, device, lost) = after_a_restore().await;
    let (said, key) = statement(&world);
    let stranger = SigningKey::generate(&SystemRandom::new()).unwrap();
    let elsewhere = LogContinuation { tenant: "GM0363".parse().unwrap(), ..said.clone() };
    let unconnected = LogContinuation { continues: "another".into(), ..said.clone() };
    for forged in [
        Envelope::sign(&said, &stranger).unwrap(),
        Envelope::sign(&elsewhere, &key).unwrap(),
        Envelope::sign(&unconnected, &key).unwrap(),
    ] {
        device.record("iets nieuws");
        assert_eq!(device.sync_over(offered(&device, &[forged])).await, UNEXPLAINED);
        assert_ne!(log_of(&device, &lost), Some(origin(&world)));
    }
    let good = Envelope::sign(&said, &key).unwrap();
    assert_eq!(device.sync_over(offered(&device, &[good])).await, SyncOutcome::Done);
    assert_eq!(log_of(&device, &lost), Some(origin(&world)));
}

/// It was not answered, so it is asked once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_for_the_statement_that_makes_way_is_asked_again_in_the_same_run() {
    let (world, device, _) = after_a_restore().await;
    let next = device.record("daarna");
    let network = Meddler::honest(&device.store());
    network.continuations_make_way.store(true, Ordering::Relaxed);
    assert_eq!(device.sync_over(network).await, SyncOutcome::Done);
    assert_eq!(device.state_of(&next).state, RecordState::Acknowledged);
    assert_eq!(log_of(&device, &next), Some(origin(&world)));
}

/// The statement says that what stands there is another batch than the one the device has a receipt for.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_contradicts_a_receipt_is_not_followed() {
    let (world, device, _) = after_a_restore().await;
    let (said, key) = statement(&world);
    let last = said.last.map(|last| LogPlace { batch_hash: Digest::of(b"another"), ..last });
    let other = Envelope::sign(&LogContinuation { last, ..said }, &key).unwrap();
    assert_eq!(device.sync_over(offered(&device, &[other])).await, CONTRADICTS);
    assert_eq!(world.verified().operations, 2, "what was lost is there all the same");
    assert_eq!(device.sync().await, SyncOutcome::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_logs_that_both_go_on_from_one_are_noticed() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    device.record("in de kopie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let copy = backed_up(&world);
    for (name, outcome) in [("one", SyncOutcome::Done), ("two", CONTRADICTS)] {
        restored_as(name, &mut world, &copy).await;
        let record = device.record(name);
        assert_eq!(device.sync().await, outcome, "{name}");
        assert_eq!(
            world.storage().read(|tx| tx.records_named(record.operation)).unwrap().len(),
            1,
            "it was sent: {name}"
        );
    }
}

/// The machine that was given up comes back, and signs on where it is said to have ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_goes_on_after_its_end_is_noticed() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    device.record("in de kopie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let (before, copy) = (world.data().clone(), backed_up(&world));
    restored(&mut world, &copy).await;
    let known = device.record("op het herstelde register");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    world.serve_from(before).await;
    let record = device.record("op het oude");
    assert_eq!(device.sync().await, CONTRADICTS);
    assert_eq!(
        world.storage().read(|tx| tx.records_named(record.operation)).unwrap().len(),
        1,
        "it was sent all the same"
    );
    assert_eq!(device.state_of(&known).state, RecordState::Acknowledged);
    assert_ne!(device.state_of(&record).state, RecordState::Acknowledged);
}

/// What the statement cuts off is asked for again, whatever the backend says of the chain; the old receipt is no answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_stands_by_what_its_statement_cut_off_is_noticed() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let records = ["een", "twee"].map(|text| device.record(text));
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let cut_off = device.record("drie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let copy = backed_up(&world);
    restored(&mut world, &copy).await;
    let (said, key) = statement(&world);
    let first = device.store().receipt(records[0].operation).unwrap().unwrap();
    let last = Some(LogPlace { leaf_index: first.receipt_number - 1, batch_hash: first.batch_hash });
    let shorter = Envelope::sign(&LogContinuation { last, ..said }, &key).unwrap();
    device.record("daarna");
    assert_eq!(device.sync_over(offered(&device, &[shorter])).await, CONTRADICTS);
    assert_ne!(device.state_of(&cut_off).state, RecordState::Acknowledged);
    for record in &records {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
    }
}

/// A device that was away while the register was restored twice, the second time from a backup of the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_missed_a_log_follows_the_statements_one_by_one_in_any_order() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let first = device.record("in de kopie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    for name in ["one", "two"] {
        let copy = world.folder.path().join(format!("copy of {name}"));
        let data = baken_backend::files::data_folder::DataFolder::new(world.data().clone());
        baken_backend::admin::backup::backup(&data, &copy, &baken_backend::environment::Environment::system()).unwrap();
        restored_as(name, &mut world, &copy).await;
    }
    let record = device.record("en verder");
    let mut statements = world.storage().read(|tx| tx.log_continuations()).unwrap();
    assert_eq!(statements.len(), 2);
    statements.reverse();
    assert_eq!(device.sync_over(offered(&device, &statements)).await, SyncOutcome::Done);
    assert_eq!(log_of(&device, &record), Some(origin(&world)));
    assert_eq!(device.state_of(&first).state, RecordState::Acknowledged, "it was in both");
}
