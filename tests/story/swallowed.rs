//! Something on the way takes what is sent and never answers: what goes first goes all the same.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use baken_companion::sync::{Between, PushAnswer, SyncOutcome, TransportError};
use baken_companion::{FailureCode, RecordState, RecordSummary};
use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::device::{Device, SECRET, large_photo};
use crate::meddler::{Meddler, Swallowed, answering, brings};
use crate::portals::narrative;
use crate::world::World;

/// Long enough for whatever a test waits for.
async fn within<T>(test: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), test).await.expect("something holds the road for ever")
}

/// A network that swallows whatever brings this record, of which nothing moves for so long.
fn swallowing(device: &Device, record: &RecordSummary, still_seconds: u64) -> Meddler {
    let swallowed = vec![record.operation];
    let mut network = Meddler::honest(&device.store());
    network.swallows = Box::new(move |bytes| brings(bytes, &swallowed));
    network.still_seconds = still_seconds;
    network
}

/// A run of which the first record is swallowed at this moment.
struct Stuck {
    world: World,
    device: Arc<Device>,
    first: RecordSummary,
    swallowed: watch::Receiver<Swallowed>,
    pause: Arc<AtomicBool>,
    running: JoinHandle<SyncOutcome>,
}

impl Stuck {
    async fn on(first: fn(&Device) -> RecordSummary, still_seconds: u64) -> Self {
        let world = World::new().await;
        let device = Arc::new(world.device("a").await);
        let first = first(&device);
        let network = swallowing(&device, &first, still_seconds);
        let (swallowed, pause) = (network.swallowed.subscribe(), Arc::clone(&network.pause));
        let running = tokio::spawn({
            let device = Arc::clone(&device);
            async move { device.sync_over(network).await }
        });
        let mut stuck = Self { world, device, first, swallowed, pause, running };
        stuck.until(|swallowed| swallowed.now).await;
        stuck
    }

    async fn until(&mut self, holds: impl FnMut(&Swallowed) -> bool) {
        within(self.swallowed.wait_for(holds)).await.expect("the run ended");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acute_record_goes_before_a_batch_that_does_not_move() {
    let mut stuck = Stuck::on(|device| device.record("ingeslikt"), 11).await;
    let acute = stuck.device.acute_record("acuut");
    stuck.until(|swallowed| swallowed.begun == 2).await;
    stuck.device.has_receipts_of([&acute]);
    assert_eq!(stuck.world.verified().operations, 1);
    // Nobody waits for a pause either.
    stuck.pause.store(true, Ordering::Relaxed);
    assert_eq!(within(stuck.running).await.unwrap(), SyncOutcome::Paused);
    assert_eq!(stuck.device.sync().await, SyncOutcome::Done);
    stuck.device.has_receipts_of([&stuck.first]);
    assert_eq!(stuck.world.verified().operations, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moves_is_not_cut_off_for_something_acute() {
    let mut stuck = Stuck::on(|device| device.record("langzaam"), 9).await;
    let acute = stuck.device.acute_record("acuut");
    stuck.until(|swallowed| swallowed.looks >= 3).await;
    let swallowed = *stuck.swallowed.borrow();
    assert!(swallowed.now && swallowed.begun == 1, "it is still on its way");
    assert_ne!(stuck.device.state_of(&acute).state, RecordState::Acknowledged);
    stuck.running.abort();
}

/// That it makes way for nothing acute is seen where the time does not pass by itself (`sync/way.rs`).
#[tokio::test(flavor = "multi_thread")]
async fn what_is_acute_makes_way_for_a_pause() {
    let stuck = Stuck::on(|device| device.acute_record("acuut"), 11).await;
    stuck.device.acute_record("ook acuut");
    stuck.pause.store(true, Ordering::Relaxed);
    assert_eq!(within(stuck.running).await.unwrap(), SyncOutcome::Paused);
    assert_eq!(stuck.swallowed.borrow().begun, 1);
    assert_eq!(stuck.device.sync().await, SyncOutcome::Done);
    assert_eq!(stuck.world.verified().operations, 2);
}

/// A backend that has others waiting refuses a batch, so batches wait and photos go on.
#[tokio::test(flavor = "multi_thread")]
async fn an_acute_record_waits_for_no_photo_though_batches_wait() {
    let world = World::new().await;
    let device = Arc::new(world.device("a").await);
    for number in 0..2 {
        device.record_with_small_photo(&format!("met foto {number}"));
    }
    let mut breaks = Meddler::honest(&device.store());
    breaks.attachment_bytes = Some(0);
    assert_eq!(device.sync_over(breaks).await, SyncOutcome::Failed(FailureCode::Network));
    let refused = device.record("geweigerd");
    let mut busy = answering(&device, vec![refused.operation], TransportError::Unavailable { status: 429 });
    let (acute, photos) = (Arc::new(OnceLock::new()), Arc::new(AtomicU32::new(0)));
    let (signed, counted, signs) = (Arc::clone(&acute), Arc::clone(&photos), Arc::clone(&device));
    busy.after_attachment = Box::new(move |receipt| {
        let acute = signed.get_or_init(|| signs.acute_record("acuut"));
        if counted.fetch_add(1, Ordering::Relaxed) == 1 {
            assert_eq!(signs.state_of(acute).state, RecordState::Acknowledged, "before the next photo");
        }
        receipt
    });
    assert_eq!(device.sync_over(busy).await, SyncOutcome::Failed(FailureCode::BackendError));
    assert_eq!(photos.load(Ordering::Relaxed), 2);
    assert_eq!(device.state_of(acute.get().unwrap()).state, RecordState::Acknowledged);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 4);
}

/// A line that moves and breaks: what is large does not begin anew three times before it.
#[tokio::test(flavor = "multi_thread")]
async fn an_acute_record_goes_before_the_next_try_of_a_batch_that_broke_off() {
    let world = World::new().await;
    let device = Arc::new(world.device("a").await);
    let large = device.record("groot");
    let mut breaking = Meddler::honest(&device.store());
    let (acute, sent) = (Arc::new(OnceLock::new()), Arc::new(Mutex::new(Vec::new())));
    let (signed, heard, signs) = (Arc::clone(&acute), Arc::clone(&sent), Arc::clone(&device));
    breaking.instead_of_push = Box::new(move |_, bytes| {
        let is_large = brings(bytes, &[large.operation]);
        heard.lock().unwrap().push(if is_large { "groot" } else { "acuut" });
        is_large.then(|| {
            signed.get_or_init(|| signs.acute_record("acuut"));
            Err(TransportError::Network)
        })
    });
    let (outcome, _) = device.sync_trying(3, breaking).await;
    assert_eq!(outcome, SyncOutcome::Failed(FailureCode::Network));
    assert_eq!(*sent.lock().unwrap(), ["groot", "acuut", "groot", "groot", "groot", "groot"]);
    assert_eq!(device.state_of(acute.get().unwrap()).state, RecordState::Acknowledged);
}

/// A network that turned something large away is asked whether it still does: after what is acute.
#[tokio::test(flavor = "multi_thread")]
async fn an_acute_record_waits_for_no_question_of_sizes() {
    let world = World::new().await;
    let device = world.device("a").await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let narrow = |limit: usize| {
        let too_large = move |bytes: usize| (bytes > limit).then_some(Err(Between::TooLarge { bytes }.into()));
        let mut gateway = Meddler::honest(&device.store());
        let (asked, sent) = (Arc::clone(&heard), Arc::clone(&heard));
        gateway.instead_of_passes = Box::new(move |bytes| {
            asked.lock().unwrap().push("asked");
            too_large(bytes).map(|answer| answer.map(|_: PushAnswer| ()))
        });
        gateway.instead_of_push = Box::new(move |_, bytes| {
            sent.lock().unwrap().push("sent");
            too_large(bytes.len())
        });
        gateway
    };
    let large = device.record(&narrative(7, 16_000));
    device.sync_over(narrow(6000)).await;
    assert_eq!(device.state_of(&large).failure, Some(FailureCode::GatewayTooLarge));
    heard.lock().unwrap().clear();
    device.acute_record("acuut");
    assert_eq!(device.sync_over(narrow(usize::MAX)).await, SyncOutcome::Done);
    assert_eq!(*heard.lock().unwrap(), ["sent", "asked", "sent"], "and then what was too large, in the same run");
    assert_eq!(world.verified().operations, 2);
}

/// It makes way after a lock as well, and then the sender has what is acute first.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_lock_what_is_acute_leaves_before_what_does_not_move() {
    let stuck = Stuck::on(|device| device.record("ingeslikt"), 61).await;
    let after_the_lock = swallowing(&stuck.device, &stuck.first, 61);
    let mut swallowed = after_the_lock.swallowed.subscribe();
    stuck.device.acute_record("acuut");
    stuck.device.companion.lock();
    assert_eq!(within(stuck.running).await.unwrap(), SyncOutcome::Paused);
    let sender = stuck.device.companion.sender();
    let sending = tokio::spawn(async move { sender.run_over(&after_the_lock, Duration::from_millis(1)).await });
    within(swallowed.wait_for(|swallowed| swallowed.now)).await.unwrap();
    assert_eq!(stuck.world.verified().operations, 1, "the acute one");
    stuck.device.companion.unlock(SECRET).unwrap();
    within(sending).await.unwrap();
    assert_eq!(stuck.device.sync().await, SyncOutcome::Done);
    assert_eq!(stuck.world.verified().operations, 2);
}

/// A run without a network put what was there into a batch; what was signed as acute since goes first all the same.
#[tokio::test(flavor = "multi_thread")]
async fn an_acute_record_does_not_wait_behind_a_batch_of_an_earlier_run() {
    let world = World::new().await;
    let device = world.device("a").await;
    let first = device.record("eerder");
    let mut offline = Meddler::honest(&device.store());
    offline.instead_of_push = Box::new(|_, _| Some(Err(TransportError::Network)));
    assert_eq!(device.sync_over(offline).await, SyncOutcome::Failed(FailureCode::Network));
    let acute = device.acute_record("acuut");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let number = |record| device.state_of(record).receipt_number;
    assert_eq!((number(&acute), number(&first)), (Some(1), Some(2)));
    assert_eq!(world.verified().batches, 2);
}

/// Of two photos the first that is asked about is refused: it is the acute record's.
#[tokio::test(flavor = "multi_thread")]
async fn the_photo_of_an_acute_record_goes_first() {
    let world = World::new().await;
    let device = world.device("a").await;
    let first = device.record_with_small_photo("eerder");
    let draft = device.acute_draft("acuut");
    device.store().add_photo(draft, &large_photo()).unwrap();
    let acute = device.store().finalise(draft).unwrap();
    let mut strict = Meddler::honest(&device.store());
    strict.refuse_first_attachment = true;
    assert_eq!(device.sync_over(strict).await, SyncOutcome::Failed(FailureCode::BackendError));
    let states = [&acute, &first].map(|record| device.state_of(record).state);
    assert_eq!(states, [RecordState::Sending, RecordState::Acknowledged]);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().attachments, 2);
}

/// A filter that takes what is large and says nothing: what is in it goes in smaller portions, and so does what comes
/// within the hour, since each try may hold the road for many minutes.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_swallowed_for_its_size_goes_in_smaller_portions() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records: Vec<_> = (0..40).map(|number| device.record(&narrative(number, 9000))).collect();
    let swallowed = Arc::new(AtomicU32::new(0));
    let filter = || {
        let counted = Arc::clone(&swallowed);
        let mut filter = Meddler::honest(&device.store());
        filter.instead_of_push = Box::new(move |_, bytes| {
            (bytes.len() > 100_000).then(|| {
                counted.fetch_add(1, Ordering::Relaxed);
                Err(TransportError::Silent { bytes: bytes.len() })
            })
        });
        filter
    };
    assert_eq!(device.sync_over(filter()).await, SyncOutcome::Done);
    assert_eq!(swallowed.load(Ordering::Relaxed), 1);
    assert_eq!(world.verified().operations, 40);
    for (minutes, tries) in [(59, 1), (61, 2), (100, 2)] {
        device.shift_clock_by(TimeDelta::try_minutes(minutes).unwrap());
        for number in 0..30 {
            device.record(&narrative(number, 9000));
        }
        assert_eq!(device.sync_over(filter()).await, SyncOutcome::Done);
        assert_eq!(swallowed.load(Ordering::Relaxed), tries, "after {minutes} minutes");
    }
    device.has_receipts_of(&records);
}
