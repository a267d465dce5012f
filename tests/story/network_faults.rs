//! A network that loses answers, breaks in the middle, or is not there.

use std::sync::atomic::{AtomicU32, Ordering};

use baken_companion::sync::{PushAnswer, SyncOutcome, TransportError};
use baken_companion::{FailureCode, RecordState};

use crate::device::large_photo;
use crate::meddler::Meddler;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_the_commit_costs_nothing_and_doubles_nothing() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("een");
    let mut lossy = Meddler::honest(&device.store());
    lossy.after_push = Box::new(|_| Err(TransportError::Network));
    assert_eq!(device.sync_over(lossy).await, SyncOutcome::Failed(FailureCode::Network));
    assert_eq!(device.state_of(&record).state, RecordState::Sending, "no network is a wait and no failure");
    assert_eq!(device.store().home().unwrap().observations.failed, 0);
    assert_eq!(world.verified().batches, 1, "the backend holds it already");

    assert_eq!(device.sync().await, SyncOutcome::Done);
    let known = device.state_of(&record);
    assert_eq!((known.state, known.receipt_number), (RecordState::Acknowledged, Some(1)));
    assert_eq!(world.verified().batches, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_killed_during_sync_goes_on_where_it_stopped() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = device.record("een");
    let mut lossy = Meddler::honest(&device.store());
    lossy.after_push = Box::new(|_| Err(TransportError::Network));
    device.sync_over(lossy).await;

    let device = device.restart();
    device.record("twee, na de herstart");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    let report = world.verified();
    assert_eq!((report.batches, report.operations), (2, 2), "what was signed later went into the next batch");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_everything_can_be_recorded_and_goes_later() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    world.stop().await;
    let record = device.record("onder dek");
    assert_eq!(device.state_of(&record).state, RecordState::Finalised);
    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::Network));
    assert_eq!(device.store().home().unwrap().last_sync_error, Some(FailureCode::Network));
    world.serve().await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_eq!(device.store().home().unwrap().last_sync_error, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_cut_off_anywhere_resumes_and_only_then_is_the_record_received() {
    let world = World::new().await;
    let device = world.device("a").await;
    let draft = device.draft("met foto");
    device.store().add_photo(draft, &large_photo()).unwrap();
    let record = device.store().finalise(draft).unwrap();
    let mut cut = 1_u64;
    loop {
        let mut broken = Meddler::honest(&device.store());
        broken.attachment_bytes = Some(cut);
        match device.sync_over(broken).await {
            SyncOutcome::Failed(FailureCode::Network) => {
                assert_eq!(device.state_of(&record).state, RecordState::Sending, "a receipt, but not the photo");
            }
            SyncOutcome::Done => break,
            other @ (SyncOutcome::PhotosWait | SyncOutcome::Paused | SyncOutcome::Failed(_)) => panic!("{other:?}"),
        }
        cut += 131_071;
    }
    assert!(cut > 131_072, "it was cut off at least twice");
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    let report = world.verified();
    assert_eq!((report.attachments, report.attachments_awaited), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_within_a_photo_and_resumes() {
    let world = World::new().await;
    let device = world.device("a").await;
    let draft = device.draft("met foto");
    device.store().add_photo(draft, &large_photo()).unwrap();
    let record = device.store().finalise(draft).unwrap();
    let mut pausing = Meddler::honest(&device.store());
    pausing.pause_in_attachment = true;
    assert_eq!(device.sync_over(pausing).await, SyncOutcome::Paused);
    assert_eq!(device.state_of(&record).attachments_sent, 0);
    assert_eq!(world.verified().attachments_awaited, 1);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_while_a_batch_is_on_its_way_goes_into_the_next() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("een");
    let store = device.store();
    let late = device.draft("twee");
    let calls = AtomicU32::new(0);
    let mut busy = Meddler::honest(&store);
    busy.after_push = Box::new(move |answer: PushAnswer| {
        if calls.fetch_add(1, Ordering::Relaxed) == 0 {
            store.finalise(late).unwrap();
        }
        Ok(answer)
    });
    assert_eq!(device.sync_over(busy).await, SyncOutcome::Done);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let report = world.verified();
    assert_eq!((report.batches, report.operations), (2, 2));
}
