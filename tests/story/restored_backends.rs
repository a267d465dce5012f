//! A backend that was restored from a backup: what it lacks comes again, and once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use baken_backend::admin::backup::backup;
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::storage::UnitOfWork;
use baken_companion::sync::{SyncOutcome, TransportError};
use baken_companion::{FailureCode, RecordState};
use baken_protocol::refusal::RefusalCode;

use crate::backups::{backed_up, made_of, restored};
use crate::chains::copy_folder;
use crate::device::{Device, SECRET, large_photo};
use crate::meddler::{MALFORMED, Meddler, answering, brings, refuses_the_first_batch};
use crate::world::World;

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
