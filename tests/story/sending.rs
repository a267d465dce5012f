//! What is signed leaves, also when the app is locked at once; and locked means locked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use baken_companion::sync::{Photos, PushAnswer, SenderLoad, SenderStanding, SyncOutcome, TransportError};
use baken_companion::{Failure, FailureCode, RecordState, RecordSummary};

use crate::device::{Device, SECRET, large_photo};
use crate::meddler::Meddler;
use crate::world::World;

/// Short, so that a test does not wait.
const PATIENCE: Duration = Duration::from_millis(1);

fn with_photo(device: &Device, narrative: &str) -> RecordSummary {
    let draft = device.draft(narrative);
    device.store().add_photo(draft, &large_photo()).unwrap();
    device.store().finalise(draft).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_signed_and_locked_at_once_leaves_with_its_photo_and_needs_no_key() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = with_photo(&device, "acuut, en meteen weg");
    device.companion.lock();
    let sender = device.companion.sender();
    assert_eq!(sender.load(), SenderLoad { batches: 1, photos: 1, acute_photos: 0, receipts: 0 });
    sender.run().await;
    assert_eq!(sender.load(), SenderLoad { batches: 0, photos: 0, acute_photos: 0, receipts: 2 });
    assert!(matches!(device.companion.store(), Err(Failure::Locked)), "nobody unlocked anything");
    let report = world.verified();
    assert_eq!((report.operations, report.attachments), (1, 1));

    device.companion.unlock(SECRET).unwrap();
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged, "the receipts waited");
    assert!(device.store().receipt(record.operation).unwrap().unwrap().verified);
    assert_eq!(sender.load(), SenderLoad::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_goes_on_for_as_long_as_there_is_no_network() {
    let world = World::new().await;
    let device = world.device("a").await;
    with_photo(&device, "onder dek");
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let mut bad = Meddler::honest(&device.store());
    bad.instead_of_push =
        Box::new(move |_, _| (counted.fetch_add(1, Ordering::Relaxed) < 9).then_some(Err(TransportError::Network)));
    device.companion.lock();
    device.companion.sender().run_over(&bad, PATIENCE).await;
    assert_eq!(tries.load(Ordering::Relaxed), 10);
    let report = world.verified();
    assert_eq!((report.operations, report.attachments), (1, 1));
}

/// The answer to a request that was under way when somebody locked is not lost, and the store is closed all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_sync_under_way_at_the_lock_lets_go_of_the_store_and_the_sender_goes_on() {
    let world = World::new().await;
    let device = world.device("a").await;
    let first = device.record("een");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let records = [device.record("twee"), with_photo(&device, "drie")];
    let companion = Arc::clone(&device.companion);
    let mut locking = Meddler::honest(&device.store());
    locking.after_push = Box::new(move |answer| {
        companion.lock();
        Ok(answer)
    });
    assert_eq!(device.sync_over(locking).await, SyncOutcome::Paused);
    assert!(matches!(device.companion.store(), Err(Failure::Locked)));
    device.companion.sender().run().await;
    let report = world.verified();
    assert_eq!((report.batches, report.operations, report.attachments), (2, 3, 1), "nothing was sent as another batch");
    device.companion.unlock(SECRET).unwrap();
    for record in records.iter().chain([&first]) {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_unlocks_takes_the_road_over_and_nothing_is_doubled() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("een");
    world.stop().await;
    device.companion.lock();
    let sender = device.companion.sender();
    let running = tokio::spawn(async move { sender.run().await });
    device.companion.unlock(SECRET).unwrap();
    running.await.unwrap();
    world.serve().await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_eq!(world.verified().batches, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_ends_after_the_lock_loses_nothing_and_a_replay_is_the_same() {
    let world = World::new().await;
    let device = world.device("a").await;
    let sent = device.record("verstuurd, het ontvangstbewijs verloren");
    device.companion.lock();
    device.companion.sender().run().await;
    assert_eq!(world.verified().operations, 1);
    let device = device.restart();
    assert_ne!(device.state_of(&sent).state, RecordState::Acknowledged, "the receipt was in memory only");
    let kept = device.record("niet verstuurd");
    device.companion.lock();
    let device = device.restart();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let report = world.verified();
    assert_eq!((report.batches, report.operations), (2, 2));
    for record in [&sent, &kept] {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_forged_while_the_device_was_locked_is_not_believed_at_the_unlock() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("een");
    let mut forger = Meddler::honest(&device.store());
    forger.instead_of_push = Box::new(|_, _| Some(Ok(PushAnswer::Receipt(b"{}".to_vec()))));
    device.companion.lock();
    device.companion.sender().run_over(&forger, PATIENCE).await;
    device.companion.unlock(SECRET).unwrap();
    assert_ne!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_eq!(world.verified().operations, 0);
    assert_eq!(device.sync().await, SyncOutcome::Done, "it is sent again");
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
}

/// Another history at the backend needs a signature, and so an unlock; photos of what has arrived do not.
#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_signature_waits_for_the_unlock() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("een");
    let mut other = Meddler::honest(&device.store());
    other.instead_of_push = Box::new(|_, _| Some(Ok(PushAnswer::Forked)));
    device.companion.lock();
    device.companion.sender().run_over(&other, PATIENCE).await;
    assert_eq!(device.companion.sender().load(), SenderLoad::default(), "nothing that it could send");
    device.companion.unlock(SECRET).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
}

/// Beside it a photo waits for a network that costs nothing: what nobody can help before the unlock is not paid for again.
#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_signature_is_sent_once_though_a_photo_beside_it_waits_for_another_network() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.store().allowed().over_this_network(Photos::AcuteOnly);
    with_photo(&device, "aan boord");
    let pushes = Arc::new(AtomicU32::new(0));
    let mut other = Meddler::honest(&device.store());
    other.instead_of_push = {
        let pushes = Arc::clone(&pushes);
        Box::new(move |_, _| {
            pushes.fetch_add(1, Ordering::Relaxed);
            Some(Ok(PushAnswer::Forked))
        })
    };
    device.companion.lock();
    let sender = device.companion.sender();
    let mut standing = sender.standing();
    let sends = Arc::clone(&sender);
    let running = tokio::spawn(async move { sends.run_over(&other, PATIENCE).await });
    for _ in 0..3 {
        standing.wait_for(|now| *now == SenderStanding::Waits).await.unwrap();
        assert!(sender.look_again());
        standing.changed().await.unwrap();
    }
    assert_eq!(pushes.load(Ordering::Relaxed), 1);
    assert_eq!((sender.load().batches, sender.load().photos), (0, 1), "woken for a network that costs nothing");
    device.companion.unlock(SECRET).unwrap();
    running.await.unwrap();
    assert_eq!(device.sync().await, SyncOutcome::PhotosWait);
}

/// An answer that says nothing about the batch (a push cut off on the way, a gateway's whim) passes without a person.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_device_tries_again_after_an_answer_that_says_nothing_about_the_batch() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("acuut");
    let tries = AtomicU32::new(0);
    let mut odd = Meddler::honest(&device.store());
    odd.instead_of_push = Box::new(move |_, _| {
        let answer = TransportError::Refused { status: 400, code: None };
        (tries.fetch_add(1, Ordering::Relaxed) < 3).then_some(Err(answer))
    });
    device.companion.lock();
    device.companion.sender().run_over(&odd, PATIENCE).await;
    assert_eq!(world.verified().operations, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn acute_records_leave_in_the_first_batch() {
    let world = World::new().await;
    let device = world.device("a").await;
    for number in 0..3 {
        device.record(&format!("spoed {number}"));
    }
    let draft = device.draft("acuut");
    let baken_companion::DraftForm::Observation(mut form) = device.store().draft(draft).unwrap().form else { panic!() };
    form.urgency = Some("acuut".parse().unwrap());
    // For other readers, so that it needs a batch of its own.
    form.level = baken_protocol::record::ConfidentialityLevel::Care;
    device.store().save_draft(draft, &baken_companion::DraftForm::Observation(form)).unwrap();
    let acute = device.store().finalise(draft).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&acute).receipt_number, Some(1));
    assert_eq!(world.verified().operations, 4);
}

/// The receipts cannot be kept; the records leave all the same, once, and the receipts wait in memory.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_keeps_nothing_back_that_was_signed() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    world.stop().await;
    let mut records = Vec::new();
    for number in 0..12 {
        records.push(device.record(&format!("waarneming {number}")));
        // Each lock batches what waits.
        device.companion.lock();
        device.companion.unlock(SECRET).unwrap();
    }
    world.serve().await;
    device.store().limit_pages_for_tests(Some(0)).unwrap();
    std::fs::remove_file(device.home.join("reserve")).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 12);
    assert!(device.companion.sender().load().receipts > 0, "some had no place on the disk");
    device.store().limit_pages_for_tests(None).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.companion.sender().load().receipts, 0);
    for record in &records {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
    }
    assert_eq!(world.verified().batches, 12, "nothing was sent twice as something else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_calls_chain_after_chain_frozen_is_not_followed_day_and_night() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("een");
    device.sync().await;
    for _ in 0..20 {
        let mut liar = Meddler::honest(&device.store());
        liar.all_chains_frozen = true;
        assert_eq!(device.sync_over(liar).await, SyncOutcome::Failed(FailureCode::BackendError));
    }
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert!(world.verified().batches <= 6, "{}", world.verified().batches);
}

/// That no further chain is opened today holds up batches alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_calls_every_chain_frozen_gets_photos_all_the_same() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = with_photo(&device, "de foto volgt");
    let frozen = |photo_bytes| {
        let mut liar = Meddler::honest(&device.store());
        liar.all_chains_frozen = true;
        liar.attachment_bytes = photo_bytes;
        liar
    };
    let mut slow = Meddler::honest(&device.store());
    slow.attachment_bytes = Some(1000);
    assert_eq!(device.sync_over(slow).await, SyncOutcome::Failed(FailureCode::Network));
    for _ in 0..3 {
        device.sync_over(frozen(Some(1000))).await;
    }
    assert_eq!(world.verified().attachments_awaited, 1);
    assert_eq!(device.sync_over(frozen(None)).await, SyncOutcome::Failed(FailureCode::BackendError));
    assert_eq!(world.verified().attachments_awaited, 0);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
}

/// Nothing says that all is done while a photo is here.
#[tokio::test(flavor = "multi_thread")]
async fn over_a_network_paid_by_the_byte_records_go_and_photos_wait_until_it_costs_nothing() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.store().allowed().over_this_network(Photos::AcuteOnly);
    let record = with_photo(&device, "aan boord");
    let acute = device.acute_draft("meteen");
    device.store().add_photo(acute, &large_photo()).unwrap();
    let acute = device.store().finalise(acute).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::PhotosWait);
    let report = world.verified();
    assert_eq!((report.operations, report.attachments), (2, 1), "that of the acute record alone");
    assert_eq!(device.state_of(&acute).state, RecordState::Acknowledged);
    assert_eq!(device.state_of(&record).state, RecordState::Sending);
    assert_eq!(device.state_of(&record).failure, None, "waiting is no failure");
    device.store().allowed().over_this_network(Photos::All);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().attachments, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_that_a_person_asks_for_go_whatever_the_network_costs() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.store().allowed().over_this_network(Photos::AcuteOnly);
    let record = with_photo(&device, "aan boord");
    assert_eq!(device.sync().await, SyncOutcome::PhotosWait);
    device.store().allowed().asked_by_a_person();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
}

/// A ship leaves its harbour while the app sends.
#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_begins_to_cost_meanwhile_holds_the_next_photo_back() {
    let world = World::new().await;
    let device = world.device("a").await;
    with_photo(&device, "aan boord");
    with_photo(&device, "op de kade");
    let store = device.store();
    let mut leaves = Meddler::honest(&store);
    leaves.after_attachment = {
        let store = Arc::clone(&store);
        Box::new(move |receipt| {
            store.allowed().over_this_network(Photos::AcuteOnly);
            receipt
        })
    };
    assert_eq!(device.sync_over(leaves).await, SyncOutcome::PhotosWait);
    assert_eq!(world.verified().attachments, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_lock_photos_wait_too_and_leave_as_soon_as_the_network_costs_nothing() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.store().allowed().over_this_network(Photos::AcuteOnly);
    with_photo(&device, "en op slot");
    let honest = Meddler::honest(&device.store());
    device.companion.lock();
    let sender = device.companion.sender();
    let mut standing = sender.standing();
    let sends = Arc::clone(&sender);
    let running = tokio::spawn(async move { sends.run_over(&honest, Duration::from_mins(2)).await });
    standing.wait_for(|now| *now == SenderStanding::Waits).await.unwrap();
    assert_eq!(sender.load(), SenderLoad { batches: 0, photos: 1, acute_photos: 0, receipts: 1 });
    sender.allowed().over_this_network(Photos::All);
    assert!(sender.look_again());
    running.await.unwrap();
    assert_eq!(*standing.borrow(), SenderStanding::Rests);
    assert_eq!(world.verified().attachments, 1);
}
