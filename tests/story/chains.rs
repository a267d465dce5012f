//! Two histories: restored backends, restored devices, several devices at once.

use baken_backend::storage::UnitOfWork;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use baken_backend::admin::backup::backup;
use baken_backend::admin::restore::{RestoreOrder, Restored, restore};
use baken_backend::admin::verify::frozen_chains;
use baken_backend::environment::Environment;
use baken_backend::http::state::DataFolder;
use baken_companion::sync::{SyncOutcome, TransportError};
use baken_companion::{DraftForm, FailureCode, RecordState};
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::refusal::RefusalCode;
use baken_protocol::seal::Identity;

use crate::front::{Front, Reply};
use crate::refusals::{MALFORMED, answering, brings};
use crate::world::{Device, Meddler, SECRET, World, large_photo};

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_restored_from_a_backup_gets_again_what_it_lost() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    device.record("een");
    device.sync().await;
    let copy = backed_up(&world);
    let record = device.record("twee");
    device.sync().await;
    assert_eq!(world.verified().operations, 2);

    restored(&mut world, &copy).await;
    assert_eq!(world.verified().operations, 1, "the second was lost with the disk");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 2, "the device noticed by itself");
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
}

/// The numbers after the backup were signed for what was lost with the disk. Under the log's new name they are free.
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_log_signs_no_number_of_the_old_one_a_second_time() {
    let mut world = World::new().await;
    let (device, other) = (world.device("a").await, world.device("b").await);
    device.record("voor de kopie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let copy = backed_up(&world);
    let lost: Vec<_> = ["een", "twee"].map(|text| (device.record(text), text)).into();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let before = world.storage().read(|tx| tx.installation()).unwrap().unwrap().log_origin;
    restored(&mut world, &copy).await;
    assert_ne!(world.storage().read(|tx| tx.installation()).unwrap().unwrap().log_origin, before);
    other.record("eerst");
    assert_eq!(other.sync().await, SyncOutcome::Done);
    assert_eq!(device.sync().await, SyncOutcome::Done, "another log says other things");
    assert_eq!(world.verified().operations, 4);
    for (record, text) in lost {
        assert_eq!(device.state_of(&record).state, RecordState::Acknowledged, "{text}");
    }
    let copy_of_it = world.folder.path().join("second-copy");
    backup(&DataFolder::new(world.data().clone()), &copy_of_it, &Environment::system()).unwrap();
    let data = world.folder.path().join("restored-again");
    made_of(&copy_of_it, &world, &data, &[]);
    world.serve_from(data).await;
    device.record("en verder");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 5, "a log may go on from one that went on itself");
}

/// Refuses the first batch as malformed: the device goes on in a new chain, one record at a time.
pub(crate) fn refuses_the_first_batch(device: &Device) -> Meddler {
    let refused = AtomicBool::new(false);
    let mut meddler = Meddler::honest(&device.store());
    meddler.instead_of_push = Box::new(move |_, _| {
        let first = !refused.swap(true, Ordering::Relaxed);
        first.then_some(Err(TransportError::Refused { status: 400, code: Some(RefusalCode::Malformed) }))
    });
    meddler
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backend_gets_again_what_came_on_an_earlier_chain_with_its_photo() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let copy = backed_up(&world);
    let draft = device.draft("met foto");
    device.store().add_photo(draft, &large_photo()).unwrap();
    let first = device.store().finalise(draft).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.record("twee");
    device.record("drie");
    assert_eq!(device.sync_over(refuses_the_first_batch(&device)).await, SyncOutcome::Done);
    let before = world.verified();
    assert_eq!((before.operations, before.attachments), (3, 1));

    restored(&mut world, &copy).await;
    assert_eq!(world.verified().operations, 0, "all of it was lost with the disk");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let after = world.verified();
    assert_eq!((after.operations, after.attachments, after.attachments_awaited), (3, 1, 0));
    assert_eq!(device.state_of(&first).state, RecordState::Acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backend_gets_again_a_photo_that_came_after_its_batch() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let draft = device.draft("met foto");
    device.store().add_photo(draft, &large_photo()).unwrap();
    let record = device.store().finalise(draft).unwrap();
    let mut slow = Meddler::honest(&device.store());
    slow.attachment_bytes = Some(1000);
    assert_eq!(device.sync_over(slow).await, SyncOutcome::Failed(FailureCode::Network));
    let copy = backed_up(&world);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().attachments, 1);

    restored(&mut world, &copy).await;
    assert_eq!(world.verified().attachments_awaited, 1, "the batch is in the backup, its photo is not");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let after = world.verified();
    assert_eq!((after.operations, after.attachments, after.attachments_awaited), (1, 1, 0));
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
}

/// A backend that lost what had receipts, and then took something else at the same places from a copy of the device.
#[tokio::test(flavor = "multi_thread")]
async fn what_had_a_receipt_is_sent_again_when_another_history_took_its_place() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    device.record("een");
    device.sync().await;
    let device = device.restart();
    let twin = world.folder.path().join("twin");
    copy_folder(&device.home, &twin);
    let copy = backed_up(&world);
    let lost = device.record("twee, met een ontvangstbewijs");
    assert_eq!(device.sync().await, SyncOutcome::Done);

    restored(&mut world, &copy).await;
    let twin = Device::open(&twin);
    twin.companion.unlock(SECRET).unwrap();
    twin.record("twee, op de kopie");
    assert_eq!(twin.sync().await, SyncOutcome::Done);
    assert!(
        world.storage().read(|tx| tx.records_named(lost.operation)).unwrap().is_empty(),
        "the backend does not have it"
    );

    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.storage().read(|tx| tx.records_named(lost.operation)).unwrap().len(), 1);
    assert_eq!(device.state_of(&lost).state, RecordState::Acknowledged);
    assert_eq!(world.verified().operations, 3);
}

/// The record was placed on a chain that the device has left; its photo is awaited all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backend_gets_again_a_photo_whose_record_came_on_a_chain_since_left() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let draft = device.draft("met foto");
    device.store().add_photo(draft, &large_photo()).unwrap();
    let record = device.store().finalise(draft).unwrap();
    let mut slow = Meddler::honest(&device.store());
    slow.attachment_bytes = Some(1000);
    assert_eq!(device.sync_over(slow).await, SyncOutcome::Failed(FailureCode::Network));
    let device = device.restart();
    let twin = world.folder.path().join("twin");
    copy_folder(&device.home, &twin);
    device.record("twee, op het origineel");
    let mut slow = Meddler::honest(&device.store());
    slow.attachment_bytes = Some(1000);
    assert_eq!(device.sync_over(slow).await, SyncOutcome::Failed(FailureCode::Network));
    let copy = backed_up(&world);

    let twin = Device::open(&twin);
    twin.companion.unlock(SECRET).unwrap();
    assert_eq!(twin.sync().await, SyncOutcome::Done, "on a chain of its own by now");
    assert_eq!(twin.state_of(&record).state, RecordState::Acknowledged);
    restored(&mut world, &copy).await;
    assert_eq!(world.verified().attachments_awaited, 1);
    assert_eq!(twin.sync().await, SyncOutcome::Done);
    assert_eq!((world.verified().attachments, world.verified().attachments_awaited), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_calls_every_chain_frozen_does_not_fill_the_device() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("een");
    device.sync().await;
    let mut liar = Meddler::honest(&device.store());
    liar.all_chains_frozen = true;
    assert_eq!(device.sync_over(liar).await, SyncOutcome::Failed(FailureCode::BackendError));
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert!(world.verified().batches <= 4, "each chain left costs one batch: {}", world.verified().batches);
}

/// A backend restored from a backup, and stricter than it was, refuses a batch it gave a receipt for.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_batch_with_a_receipt_is_taken_apart_like_any_other() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let copy = backed_up(&world);
    let records: Vec<_> = (0..3).map(|number| device.record(&format!("waarneming {number}"))).collect();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.record("erna");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    restored(&mut world, &copy).await;
    assert_eq!(device.sync_over(refuses_the_first_batch(&device)).await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 4);
    for record in &records {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
    }
}

/// Stricter for good: what was taken apart is not asked for again on the chain it came on first.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_a_receipt_that_is_refused_for_good_is_sent_a_few_times_and_no_more() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let copy = backed_up(&world);
    let records: Vec<_> = (0..3).map(|number| device.record(&format!("waarneming {number}"))).collect();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    restored(&mut world, &copy).await;
    let bad = vec![records[1].operation];
    let tries = Arc::new(AtomicU32::new(0));
    let mut strict = Meddler::honest(&device.store());
    let counted = Arc::clone(&tries);
    strict.instead_of_push = Box::new(move |_, bytes| {
        brings(bytes, &bad).then(|| {
            counted.fetch_add(1, Ordering::Relaxed);
            Err(MALFORMED)
        })
    });
    assert_eq!(device.sync_over(strict).await, SyncOutcome::Done);
    assert_eq!(tries.load(Ordering::Relaxed), 2, "with the others, and alone");
    assert_eq!(device.state_of(&records[1]).failure, Some(FailureCode::RecordRefused));
    assert_eq!(device.state_of(&records[2]).state, RecordState::Acknowledged);
    assert_eq!(world.verified().operations, 2);
}

/// A backend that says of everything that it is too old for it: after a few records it is left in peace, whether these
/// had receipts of another day or not.
#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_a_few_records_in_a_row_are_set_aside_for_what_is_not_about_them() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let copy = backed_up(&world);
    let mut records = Vec::new();
    for number in 0..6 {
        records.push(device.record(&format!("waarneming {number}")));
        assert_eq!(device.sync().await, SyncOutcome::Done);
    }
    restored(&mut world, &copy).await;
    let all = records.iter().map(|record| record.operation).collect();
    let too_old = TransportError::Refused { status: 400, code: Some(RefusalCode::UnknownVersion) };
    let outcome = device.sync_over(answering(&device, all, too_old)).await;
    assert_eq!(outcome, SyncOutcome::Failed(FailureCode::BackendTooOld));
    let apart = records.iter().filter(|record| device.state_of(record).failure == Some(FailureCode::BackendTooOld));
    assert_eq!(apart.count(), 3);
}

/// An answer from a while ago, of a cache or a copy of the register, about a chain that the device has left.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_yesterday_about_an_earlier_chain_is_acted_on_once_in_a_run() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    let first = device.record("een");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let chain = device.store().receipt(first.operation).unwrap().unwrap().chain.to_string();
    device.record("twee");
    device.record("drie");
    assert_eq!(device.sync_over(refuses_the_first_batch(&device)).await, SyncOutcome::Done);

    let pushes = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&pushes);
    front.answers(move |asked| {
        if !asked.path.contains(&chain) {
            return None;
        }
        let stale = r#"{"nextSeq":1,"head":null,"frozen":false,"missingAttachments":[]}"#;
        if asked.is_about_a_chain() {
            return Some(Reply::well(stale.to_owned()));
        }
        counted.fetch_add(1, Ordering::Relaxed);
        None
    });
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(pushes.load(Ordering::Relaxed), 1);
    assert_eq!(world.verified().operations, 3);
}

/// Each batch counts the runs in which it was not taken for itself.
#[tokio::test(flavor = "multi_thread")]
async fn two_batches_without_an_answer_on_two_chains_are_both_taken_apart_in_the_end() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let copy = backed_up(&world);
    device.record("op de eerste keten, goed");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let earlier = device.record("op de eerste keten");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.record("op de tweede keten, goed");
    device.record("op de tweede keten, ook goed");
    assert_eq!(device.sync_over(refuses_the_first_batch(&device)).await, SyncOutcome::Done);
    restored(&mut world, &copy).await;
    let later = device.record("op de tweede keten");
    let silent = || {
        let broken = vec![earlier.operation, later.operation];
        answering(&device, broken, TransportError::Unavailable { status: 500 })
    };
    for run in 0..2 {
        let outcome = device.sync_over(silent()).await;
        assert_eq!(outcome, SyncOutcome::Failed(FailureCode::BackendError), "run {run}");
        assert_eq!(device.state_of(&later).failure, None, "run {run}");
    }
    // While the first one holds the batches up the second is not even tried: its own runs come after.
    for _ in 0..3 {
        device.sync_over(silent()).await;
    }
    for record in [&earlier, &later] {
        assert_eq!(device.state_of(record).failure, Some(FailureCode::BackendError));
    }
    assert_eq!(world.verified().operations, 3);
    device.shift_clock(1);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_for_different_readers_never_share_a_batch() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("voor allen");
    let draft = device.draft("voor de zorg");
    let DraftForm::Observation(mut form) = device.store().draft(draft).unwrap().form else { panic!("an observation") };
    form.level = ConfidentialityLevel::Zorg;
    device.store().save_draft(draft, &DraftForm::Observation(form)).unwrap();
    device.store().finalise(draft).unwrap();
    device.record("weer voor allen");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let report = world.verified();
    assert_eq!((report.batches, report.operations), (2, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_restored_from_a_copy_goes_on_in_a_new_chain_and_nothing_is_lost() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("een");
    device.sync().await;
    let device = device.restart();
    let copy = world.folder.path().join("copy");
    copy_folder(&device.home, &copy);
    device.record("twee, op het origineel");
    device.sync().await;

    let restored = Device::open(&copy);
    restored.companion.unlock(SECRET).unwrap();
    let record = restored.record("drie, op de kopie");
    assert_eq!(restored.sync().await, SyncOutcome::Done);
    assert_eq!(restored.state_of(&record).state, RecordState::Acknowledged);
    let report = world.verified();
    assert_eq!((report.batches, report.operations), (3, 3));
    assert_eq!(frozen_chains(&world.storage()).unwrap().len(), 0, "noticed before anything was forked");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_at_once_share_one_gapless_log() {
    let world = World::new().await;
    let (one, other) = (world.device("a").await, world.device("b").await);
    for number in 0..6 {
        one.record(&format!("a{number}"));
        other.record(&format!("b{number}"));
        let (first, second) = tokio::join!(one.sync(), other.sync());
        assert_eq!((first, second), (SyncOutcome::Done, SyncOutcome::Done));
    }
    let report = world.verified();
    assert_eq!((report.devices, report.batches, report.operations), (2, 12, 12));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_folder_is_refused() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert!(matches!(Device::try_open(&device.home), Err(baken_companion::Failure::InUse)));
    let home = device.home.clone();
    drop(device);
    assert!(Device::try_open(&home).is_ok());
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

/// A backup of the register as it is now.
pub(crate) fn backed_up(world: &World) -> PathBuf {
    let copy = world.folder.path().join("copy");
    backup(&DataFolder::new(world.data().clone()), &copy, &Environment::system()).unwrap();
    copy
}

/// Fetched from its safe.
fn backup_identity(world: &World) -> Identity {
    let file = world.folder.path().join("secrets/backup.age-identity.txt");
    std::fs::read_to_string(file).unwrap().parse().unwrap()
}

/// The disk is lost: from now on the backend serves what the backup holds.
pub(crate) async fn restored(world: &mut World, copy: &Path) {
    restored_as("restored", world, copy).await;
}

/// The same, into a folder of this name.
pub(crate) async fn restored_as(name: &str, world: &mut World, copy: &Path) {
    let data = world.folder.path().join(name);
    made_of(copy, world, &data, &[]);
    world.serve_from(data).await;
}

/// The data folder that becomes of a backup, with the newest key directories in files where they were kept.
pub(crate) fn made_of(copy: &Path, world: &World, data: &Path, directories: &[PathBuf]) -> Restored {
    let identity = backup_identity(world);
    let order = RestoreOrder { from: copy, identity: &identity, manifest_sha256: None, directories };
    restore(&order, &DataFolder::new(data.to_owned()), &Environment::system()).unwrap()
}

/// A device with two chains that it left, each with a receipt.
async fn with_two_closed_chains(world: &World) -> Device {
    let device = world.device("a").await;
    for text in ["een", "twee"] {
        device.record(text);
        assert_eq!(device.sync().await, SyncOutcome::Done);
        device.record(&format!("{text} en nog"));
        assert_eq!(device.sync_over(refuses_the_first_batch(&device)).await, SyncOutcome::Done);
    }
    device
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_while_earlier_chains_are_asked_for_ends_the_run() {
    let world = World::new().await;
    let device = with_two_closed_chains(&world).await;
    let asked = Arc::new(AtomicU32::new(0));
    let mut network = Meddler::honest(&device.store());
    let (counted, pause) = (Arc::clone(&asked), Arc::clone(&network.pause));
    // The first is the one in use.
    network.asked_of_chain =
        Box::new(move |_| pause.store(counted.fetch_add(1, Ordering::Relaxed) == 1, Ordering::Relaxed));
    assert_eq!(device.sync_over(network).await, SyncOutcome::Paused);
    assert_eq!(asked.load(Ordering::Relaxed), 2, "none after the pause");
    assert_eq!(device.sync().await, SyncOutcome::Done);
}

/// What made way for something acute was not tried: the same run brings it back after it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_brought_back_and_makes_way_is_brought_back_in_the_same_run() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let copy = backed_up(&world);
    let first = device.record("een");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    for text in ["twee", "drie"] {
        device.record(text);
    }
    assert_eq!(device.sync_over(refuses_the_first_batch(&device)).await, SyncOutcome::Done);
    restored(&mut world, &copy).await;
    let device = Arc::new(device);
    let mut network = Meddler::honest(&device.store());
    let (acute, first) = (Arc::new(OnceLock::new()), vec![first.operation]);
    let (signed, signs) = (Arc::clone(&acute), Arc::clone(&device));
    network.instead_of_push = Box::new(move |_, bytes| {
        if !brings(bytes, &first) || signed.get().is_some() {
            return None;
        }
        signed.get_or_init(|| signs.acute_record("acuut"));
        Some(Err(TransportError::Network))
    });
    assert_eq!(device.sync_over(network).await, SyncOutcome::Done);
    assert_eq!(device.state_of(acute.get().unwrap()).state, RecordState::Acknowledged);
    assert_eq!(world.verified().operations, 4);
}
