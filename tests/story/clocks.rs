//! Devices whose clock is wrong by years.

use baken_backend::register::{Proof, prove};
use baken_backend::storage::UnitOfWork;
use baken_companion::RecordState;
use baken_companion::sync::SyncOutcome;
use baken_protocol::ids::OperationId;

use crate::device::SECRET;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_months_behind_changes_nothing_but_what_the_record_says() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done, "the clocks have met");
    device.shift_clock(-300);
    let record = device.record("een");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    let received = device.state_of(&record).received_at.unwrap();
    assert!((received - record.finalised_at).num_days() >= 299, "the receipt has the backend's time");
    let proof = proof(&world, record.operation);
    assert!(proof.clock_offset_seconds.unwrap() > 86_400 * 299, "as the device signed");
    assert_eq!(proof.dated_ahead_seconds, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_years_ahead_stops_no_recording_and_is_said() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.shift_clock(365 * 20);
    // Never online since the clock jumped: the keys look expired, and a record that is not made is lost.
    let record = device.record("een");
    assert!(device.store().home().unwrap().keys_expired);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    let home = device.store().home().unwrap();
    assert!(!home.keys_expired, "by the municipality's clock they are good");
    assert!(home.clock_ahead_seconds.unwrap() < -86_400 * 365 * 19);
    let proof = proof(&world, record.operation);
    assert_eq!(proof.clock_offset_seconds, None, "the device had not heard of another time");
    assert!(proof.dated_ahead_seconds > 86_400 * 365 * 19, "and yet it is certain");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_days_off_is_said_until_somebody_sets_it_right() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.store().home().unwrap().clock_ahead_seconds, None);
    device.shift_clock(-3);
    device.record("een");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let ahead = device.store().home().unwrap().clock_ahead_seconds.unwrap();
    assert!((ahead - 3 * 86_400).abs() < 60, "{ahead}");
    device.shift_clock(0);
    assert_eq!(device.store().home().unwrap().clock_ahead_seconds, None, "without another sync");
    device.shift_clock(2);
    let ahead = device.store().home().unwrap().clock_ahead_seconds.unwrap();
    assert!((ahead + 2 * 86_400).abs() < 60, "{ahead}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_before_a_time_the_municipality_signed_is_wrong_without_any_network() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    world.stop().await;
    device.shift_clock(-365 * 56);
    let record = device.record("onder dek");
    assert_eq!(device.state_of(&record).state, RecordState::Finalised);
    assert!(device.store().home().unwrap().clock_ahead_seconds.unwrap() > 86_400 * 365 * 55);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_slept_through_the_night_signs_that_its_clock_is_right() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.companion.lock();
    device.pass(16 * 3600);
    world.pass(16 * 3600);
    device.companion.unlock(SECRET).unwrap();
    assert_eq!(device.store().home().unwrap().clock_ahead_seconds, None);
    let record = device.record("onder dek");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let offset = proof(&world, record.operation).clock_offset_seconds.unwrap();
    assert!(offset.abs() < 60, "{offset}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_waited_for_days_accuses_no_clock() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let record = device.record("onder dek");
    device.companion.lock();
    device.pass(3 * 86_400);
    world.pass(3 * 86_400);
    device.companion.unlock(SECRET).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let proof = proof(&world, record.operation);
    assert!((proof.received_at - proof.finalised_at).num_days() >= 2, "it did wait");
    assert!(proof.clock_offset_seconds.unwrap().abs() < 60, "{:?}", proof.clock_offset_seconds);
    assert_eq!(proof.dated_ahead_seconds, 0);
}

fn proof(world: &World, operation: OperationId) -> Proof {
    let storage = world.storage();
    let named = storage.read(|tx| tx.records_named(operation)).unwrap();
    let record = storage.read(|tx| tx.record(None, named[0])).unwrap().unwrap();
    let proof = prove(&record, &storage.read(|tx| tx.installation()).unwrap().unwrap()).unwrap();
    assert!(proof.checks.iter().all(|check| check.holds));
    proof
}
