//! Chains that a device has left: what is asked about them, and sent on them again.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use baken_companion::sync::{SyncOutcome, TransportError};
use baken_companion::{FailureCode, RecordState};

use crate::backups::{backed_up, restored};
use crate::device::Device;
use crate::front::{Front, Reply};
use crate::meddler::{Meddler, answering, brings, refuses_the_first_batch};
use crate::world::World;

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
