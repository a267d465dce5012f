//! What a device must not believe, and what a backend refuses.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use baken_backend::register::alerts;
use baken_backend::storage::{AlertCode, Clearance, DeviceRequest, UnitOfWork};
use baken_companion::sync::{PushAnswer, SyncOutcome};
use baken_companion::{FailureCode, RecordState, RecordSummary};
use baken_protocol::ids::DeviceId;

use crate::device::{Device, SECRET, large_photo};
use crate::meddler::{MALFORMED, Meddler, answering, brings};
use crate::world::World;

/// As many records, each in a batch of its own; nothing of it was sent.
fn in_batches_of_their_own(device: &Device, count: usize) -> Vec<RecordSummary> {
    let in_a_batch = |number| {
        let record = device.record(&format!("waarneming {number}"));
        // Each lock batches what waits.
        device.companion.lock();
        device.companion.unlock(SECRET).unwrap();
        record
    };
    (0..count).map(in_a_batch).collect()
}

fn cut_short(answer: PushAnswer) -> PushAnswer {
    match answer {
        PushAnswer::Receipt(receipt) => PushAnswer::Receipt(receipt[..receipt.len() - 10].to_vec()),
        other @ (PushAnswer::Gap { .. } | PushAnswer::Forked) => other,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_receipt_that_is_not_believed_keeps_no_other_batch_back() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records = in_batches_of_their_own(&device, 4);
    let pushes = AtomicU32::new(0);
    let mut forger = Meddler::honest(&device.store());
    // The first, and whenever it is sent again in this run.
    let first = records[0].operation;
    let of_the_first = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&of_the_first);
    forger.instead_of_push = Box::new(move |_, bytes| {
        pushes.fetch_add(1, Ordering::Relaxed);
        assert!(pushes.load(Ordering::Relaxed) < 20, "not over and over");
        seen.store(brings(bytes, &[first]), Ordering::Relaxed);
        None
    });
    forger.after_push =
        Box::new(move |answer| Ok(if of_the_first.load(Ordering::Relaxed) { cut_short(answer) } else { answer }));
    assert_eq!(device.sync_over(forger).await, SyncOutcome::Failed(FailureCode::ReceiptInvalid), "it is told");
    assert_eq!(world.verified().operations, 4, "all of them are there");
    let states: Vec<_> = records.iter().map(|record| device.state_of(record).state).collect();
    assert_eq!(states[0], RecordState::Sending, "nobody vouches for it");
    assert_eq!(states[1..], [RecordState::Acknowledged; 3]);
    assert_eq!(device.sync().await, SyncOutcome::Done, "time cures it");
    assert_eq!(device.state_of(&records[0]).state, RecordState::Acknowledged);
    assert_eq!(world.verified().batches, 4);
}

/// Somebody who swallows what is sent and whose receipts are not believed sets nothing aside.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_in_the_backends_place_makes_no_record_wait() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records = in_batches_of_their_own(&device, 4);
    let first = records[0].operation;
    let mut liar = Meddler::honest(&device.store());
    liar.instead_of_push =
        Box::new(move |_, bytes| brings(bytes, &[first]).then(|| Ok(PushAnswer::Receipt(b"{}".to_vec()))));
    assert_eq!(device.sync_over(liar).await, SyncOutcome::Failed(FailureCode::ReceiptInvalid));
    for record in &records {
        assert_eq!(device.state_of(record).state, RecordState::Sending);
    }
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!((world.verified().batches, world.verified().operations), (4, 4));
}

/// A run in which a third of the records is refused, several of them in a row.
#[tokio::test(flavor = "multi_thread")]
async fn ten_refused_records_keep_no_good_one_back_in_one_run() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records: Vec<_> = (0..30).map(|number| device.record(&format!("waarneming {number}"))).collect();
    let is_bad = |at: usize| at < 7 || [8, 10, 12].contains(&at);
    let bad: Vec<_> = (0..30).filter(|at| is_bad(*at)).map(|at| records[at].operation).collect();
    let pushes = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&pushes);
    let mut strict = Meddler::honest(&device.store());
    strict.instead_of_push = Box::new(move |_, bytes| {
        counted.fetch_add(1, Ordering::Relaxed);
        brings(bytes, &bad).then_some(Err(MALFORMED))
    });
    assert_eq!(device.sync_over(strict).await, SyncOutcome::Done);
    for (at, record) in records.iter().enumerate() {
        let (state, failure) = if is_bad(at) {
            (RecordState::Failed, Some(FailureCode::RecordRefused))
        } else {
            (RecordState::Acknowledged, None)
        };
        let known = device.state_of(record);
        assert_eq!((known.state, known.failure), (state, failure), "{at}");
    }
    assert_eq!(world.verified().operations, 20);
    assert!(pushes.load(Ordering::Relaxed) <= 40, "{pushes:?}");
    device.shift_clock_by(chrono::TimeDelta::try_hours(20).unwrap());
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 20, "the backend was well, so all ten wait a day");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_refuses_everything_is_asked_a_few_times_in_a_run() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records: Vec<_> = (0..60).map(|number| device.record(&format!("waarneming {number}"))).collect();
    let failed = |device: &Device| records.iter().filter(|it| device.state_of(it).state == RecordState::Failed).count();
    for run in 1..=2 {
        let pushes = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&pushes);
        let mut strict = Meddler::honest(&device.store());
        strict.instead_of_push = Box::new(move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
            Some(Err(MALFORMED))
        });
        assert_eq!(device.sync_over(strict).await, SyncOutcome::Failed(FailureCode::BackendError));
        assert!(pushes.load(Ordering::Relaxed) <= 20, "{pushes:?}");
        assert_eq!(failed(&device), 3 * run, "the others wait for nothing: it may be the backend");
    }
    device.shift_clock(2);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 60);
}

/// A deployment that went wrong for some minutes: whatever it said of them, an hour later all of them leave.
#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_refused_everything_costs_an_hour_and_not_a_day() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records: Vec<_> = (0..20).map(|number| device.record(&format!("waarneming {number}"))).collect();
    let operations: Vec<_> = records.iter().map(|record| record.operation).collect();
    // In the second no more than the three are tried.
    for _ in 0..2 {
        let strict = answering(&device, operations.clone(), MALFORMED);
        assert_eq!(device.sync_over(strict).await, SyncOutcome::Failed(FailureCode::BackendError));
    }
    device.shift_clock_by(chrono::TimeDelta::try_minutes(61).unwrap());
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 20);
}

/// A record that was refused yesterday goes behind what was signed today.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_before_goes_last_also_after_the_lock() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let refused = device.record("gisteren geweigerd");
    let strict = || answering(&device, vec![refused.operation], MALFORMED);
    assert_eq!(device.sync_over(strict()).await, SyncOutcome::Done);
    device.shift_clock(2);
    // Let go again by a run without a network, which puts it into a batch.
    world.stop().await;
    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::Network));
    world.serve().await;
    let network = strict();
    let good = device.record("vandaag");
    device.companion.lock();
    device.companion.sender().run_over(&network, Duration::from_millis(1)).await;
    assert_eq!(world.verified().operations, 1, "the good one left without a key");
    device.companion.unlock(SECRET).unwrap();
    assert_eq!(device.state_of(&good).state, RecordState::Acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_directory_of_another_root_is_not_believed() {
    let (world, other) = (World::new().await, World::new().await);
    let device = world.device("a").await;
    device.record("een");
    let mut forger = Meddler::honest(&device.store());
    forger.key_directory = Some(other.storage().read(|tx| tx.key_directory()).unwrap());
    assert_eq!(device.sync_over(forger).await, SyncOutcome::Failed(FailureCode::FingerprintMismatch));
    assert_eq!(device.sync().await, SyncOutcome::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_directory_that_cannot_be_read_keeps_no_photo_back() {
    let world = World::new().await;
    let device = world.device("a").await;
    let draft = device.draft("met foto");
    device.store().add_photo(draft, &large_photo()).unwrap();
    device.store().finalise(draft).unwrap();
    let mut forger = Meddler::honest(&device.store());
    forger.key_directory = Some(b"{}".to_vec());
    assert_eq!(device.sync_over(forger).await, SyncOutcome::Failed(FailureCode::BackendError));
    assert_eq!(world.verified().attachments, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refused_record_never_blocks_the_rest() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records: Vec<_> = (0..5).map(|number| device.record(&format!("waarneming {number}"))).collect();
    let bad = records[2].operation;
    assert_eq!(device.sync_over(answering(&device, vec![bad], MALFORMED)).await, SyncOutcome::Done);
    for record in &records {
        let known = device.state_of(record);
        if record.operation == bad {
            assert_eq!((known.state, known.failure), (RecordState::Failed, Some(FailureCode::RecordRefused)));
        } else {
            assert_eq!(known.state, RecordState::Acknowledged);
        }
    }
    assert_eq!(world.verified().operations, 4);

    device.sync().await;
    assert_eq!(world.verified().operations, 4, "not tried again at every turn");
    device.shift_clock(2);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 5, "a backend that was mended takes it the next day");
    assert_eq!(device.state_of(&records[2]).state, RecordState::Acknowledged);
}

/// What is refused in the evening must not make what was refused in the morning wait once more.
#[tokio::test(flavor = "multi_thread")]
async fn each_refused_record_waits_a_day_of_its_own() {
    let world = World::new().await;
    let device = world.device("a").await;
    let hours = |hours| chrono::TimeDelta::try_hours(hours).unwrap();
    let first = device.record("in de ochtend");
    let refused = vec![first.operation];
    assert_eq!(device.sync_over(answering(&device, refused, MALFORMED)).await, SyncOutcome::Done);
    device.shift_clock_by(hours(16));
    let second = device.record("in de avond");
    let refused = vec![first.operation, second.operation];
    assert_eq!(device.sync_over(answering(&device, refused, MALFORMED)).await, SyncOutcome::Done);
    assert_eq!(device.state_of(&second).failure, Some(FailureCode::RecordRefused));

    device.shift_clock_by(hours(26));
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&first).state, RecordState::Acknowledged);
    assert_eq!(device.state_of(&second).state, RecordState::Failed, "its day is not over");
    device.shift_clock_by(hours(42));
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&second).state, RecordState::Acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_keeps_no_refused_record_waiting() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.shift_clock(20);
    let record = device.record("een");
    let refused = vec![record.operation];
    assert_eq!(device.sync_over(answering(&device, refused, MALFORMED)).await, SyncOutcome::Done);
    device.shift_clock(0);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_photo_that_is_refused_keeps_no_other_back() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records: Vec<_> = (0..3)
        .map(|number| {
            let draft = device.draft(&format!("foto {number}"));
            device.store().add_photo(draft, &large_photo()).unwrap();
            device.store().finalise(draft).unwrap()
        })
        .collect();
    let mut strict = Meddler::honest(&device.store());
    strict.refuse_first_attachment = true;
    assert_eq!(device.sync_over(strict).await, SyncOutcome::Failed(FailureCode::BackendError));
    let states: Vec<_> = records.iter().map(|record| device.state_of(record).state).collect();
    // It is offered again by itself: nobody has to act on it.
    assert_eq!(states, [RecordState::Sending, RecordState::Acknowledged, RecordState::Acknowledged]);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().attachments, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_counts_as_received_only_with_a_receipt_of_its_own() {
    let world = World::new().await;
    let device = world.device("a").await;
    let with_photo = || {
        let draft = device.draft("met foto");
        device.store().add_photo(draft, &large_photo()).unwrap();
        device.store().finalise(draft).unwrap()
    };
    let first = with_photo();
    let taken: Arc<Mutex<Vec<u8>>> = Arc::default();
    let mut forger = Meddler::honest(&device.store());
    let seen = Arc::clone(&taken);
    forger.after_attachment = Box::new(move |receipt| {
        seen.lock().unwrap().clone_from(&receipt);
        receipt[..receipt.len() - 10].to_vec()
    });
    assert_eq!(device.sync_over(forger).await, SyncOutcome::Failed(FailureCode::ReceiptInvalid));
    assert_ne!(device.state_of(&first).state, RecordState::Acknowledged, "the photo is there, its receipt is not");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&first).state, RecordState::Acknowledged);

    let second = with_photo();
    let mut forger = Meddler::honest(&device.store());
    forger.after_attachment = Box::new(move |_| taken.lock().unwrap().clone());
    assert_eq!(device.sync_over(forger).await, SyncOutcome::Failed(FailureCode::ReceiptInvalid));
    assert_ne!(device.state_of(&second).state, RecordState::Acknowledged, "that receipt is another photo's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_told_and_its_records_are_kept_apart() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("ervoor");
    device.sync().await;
    let storage = world.storage();
    let id = storage.read(|tx| tx.devices(&DeviceRequest::first(1))).unwrap()[0].device;
    let now = chrono::DateTime::UNIX_EPOCH;
    storage.write(|tx| tx.revoke(DeviceId(id), "coordinator", "verloren", now)).unwrap();
    let record = device.record("erna");
    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::Revoked));
    assert!(device.store().receipt(record.operation).unwrap().unwrap().verified, "it may be genuine evidence");
    let named = storage.read(|tx| tx.records_named(record.operation)).unwrap();
    let kept = storage.read(|tx| tx.record(None, named[0])).unwrap().unwrap();
    assert!(kept.quarantined);
    let clearance = Clearance { team: true, care: true, organisation: "gemeente-velsen".to_owned() };
    assert_eq!(storage.read(|tx| alerts(tx, &clearance)).unwrap()[0].code, AlertCode::Quarantined);
    assert_eq!(world.verified().operations, 2);
}

/// A backend that calls every record malformed fills no disk: what is kept for each stays what it is for one.
#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_all_refused_take_room_in_proportion() {
    let mut stored = vec![];
    for count in [60, 120, 240] {
        let world = World::new().await;
        let device = world.device("a").await;
        let records: Vec<_> = (0..count).map(|number| device.record(&format!("waarneming {number}"))).collect();
        let operations: Vec<_> = records.iter().map(|record| record.operation).collect();
        let refused =
            |device: &Device| records.iter().filter(|it| device.state_of(it).state == RecordState::Failed).count();
        let mut runs = 0;
        while refused(&device) < count {
            device.sync_over(answering(&device, operations.clone(), MALFORMED)).await;
            runs += 1;
            assert!(runs <= count, "{} of {count} are told as refused", refused(&device));
        }
        // Closed, so that the log beside the store is taken in.
        device.companion.lock();
        stored.push(device.stored_bytes());
        device.companion.unlock(SECRET).unwrap();
        device.shift_clock(2);
        assert_eq!(device.sync().await, SyncOutcome::Done);
        assert_eq!(world.verified().operations, u64::try_from(count).unwrap(), "and nothing is lost");
    }
    let [a, b, c] = stored[..] else { panic!("three") };
    assert!((c - b) * 10 < (b - a) * 26, "twice the records, twice the room: {stored:?}");
}
