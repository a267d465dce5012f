//! Chains of devices: copies of a device, several at once, and a backend that calls every one frozen.

use std::path::Path;

use baken_companion::sync::SyncOutcome;
use baken_companion::{DraftForm, FailureCode, RecordState};
use baken_protocol::record::ConfidentialityLevel;

use crate::device::{Device, SECRET};
use crate::meddler::Meddler;
use crate::world::World;

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

#[tokio::test(flavor = "multi_thread")]
async fn records_for_different_readers_never_share_a_batch() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("voor allen");
    let draft = device.draft("voor de zorg");
    let DraftForm::Observation(mut form) = device.store().draft(draft).unwrap().form else { panic!("an observation") };
    form.level = ConfidentialityLevel::Care;
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
    assert_eq!(report.frozen_chains, [""; 0], "noticed before anything was forked");
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

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}
