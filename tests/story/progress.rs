//! What a person is told while records are on their way.

use std::sync::Arc;

use baken_companion::sync::{SyncOutcome, SyncPhase, SyncProgress};

use crate::device::{Device, large_photo};
use crate::meddler::Meddler;
use crate::world::World;

fn with_photo(device: &Device, narrative: &str) {
    let draft = device.draft(narrative);
    device.store().add_photo(draft, &large_photo()).unwrap();
    device.store().finalise(draft).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bar_only_grows_and_ends_full() {
    let world = World::new().await;
    let device = world.device("a").await;
    with_photo(&device, "een");
    device.record("twee");
    let (outcome, told) = device.sync_watched(Meddler::honest(&device.store())).await;
    assert_eq!(outcome, SyncOutcome::Done);
    let last = told.last().unwrap();
    assert_eq!((last.records_total, last.records_sent), (2, 2));
    assert!(last.bytes_total > 100_000, "the photo is counted: {last:?}");
    assert_eq!(last.bytes_sent, last.bytes_total);
    assert_eq!(last.photo_bytes_sent, last.photo_bytes_total);
    assert!((1..last.bytes_total).contains(&last.photo_bytes_total), "the records have bytes too: {last:?}");
    assert_eq!(last.phase, SyncPhase::Done);
    assert!(last.finished_at.is_some() && last.error.is_none());
    let share = |progress: &SyncProgress| (progress.records_sent, progress.bytes_sent);
    assert!(told.windows(2).all(|pair| share(&pair[0]) <= share(&pair[1])), "{told:?}");
    assert!(told.iter().all(|progress| progress.bytes_sent <= progress.bytes_total || progress.bytes_total == 0));
    assert!(told.iter().any(|progress| progress.phase == SyncPhase::Photos && progress.bytes_sent < last.bytes_total));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_in_a_photo_is_told_and_what_is_left_is_what_the_next_run_counts() {
    let world = World::new().await;
    let device = world.device("a").await;
    with_photo(&device, "een");
    let mut pausing = Meddler::honest(&device.store());
    pausing.pause_in_attachment = true;
    let (outcome, told) = device.sync_watched(pausing).await;
    assert_eq!(outcome, SyncOutcome::Paused);
    let paused = told.last().unwrap();
    assert_eq!(paused.phase, SyncPhase::Paused);
    assert!(paused.bytes_sent < paused.bytes_total && paused.bytes_sent > 0, "{paused:?}");
    let (outcome, told) = device.sync_watched(Meddler::honest(&device.store())).await;
    assert_eq!(outcome, SyncOutcome::Done);
    let resumed = told.iter().find(|progress| progress.photo_bytes_sent > 0).unwrap();
    assert_eq!(resumed.photo_bytes_sent, paused.photo_bytes_sent, "it goes on where it stopped");
    let last = told.last().unwrap();
    assert_eq!((last.records_total, last.bytes_sent), (0, last.bytes_total), "the record itself was there already");
    assert_eq!(Arc::strong_count(&device.store()), 2, "nothing of the run holds the store");
}
