//! Devices whose clock is wrong by years.

use baken_companion::RecordState;
use baken_companion::sync::SyncOutcome;
use baken_protocol::ids::OperationId;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_years_behind_changes_nothing_but_what_the_record_says() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.shift_clock(-365 * 20);
    let record = device.record("een");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    let received = device.state_of(&record).received_at.unwrap();
    assert!((received - record.finalised_at).num_days() > 365 * 19, "the receipt has the backend's time");
    assert_skew(&world, record.operation, |seconds| seconds > 86_400 * 365 * 19);
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
    assert_skew(&world, record.operation, |seconds| seconds < -86_400 * 365 * 19);
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

fn assert_skew(world: &World, operation: OperationId, expected: impl Fn(i64) -> bool) {
    use baken_backend::register::prove;
    use baken_backend::storage::Register;
    let storage = world.storage();
    let named = storage.records_named(operation).unwrap();
    let record = storage.record(None, named[0]).unwrap().unwrap();
    let proof = prove(&record, &storage.installation().unwrap().unwrap()).unwrap();
    assert!(proof.checks.iter().all(|check| check.holds));
    assert!(expected(proof.clock_skew_seconds), "{}", proof.clock_skew_seconds);
}
