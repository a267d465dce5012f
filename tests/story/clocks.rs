//! Devices whose clock is wrong by years.

use baken_companion::sync::SyncOutcome;
use baken_companion::{Failure, RecordState};
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
async fn a_clock_years_ahead_does_not_take_a_good_directory_for_an_expired_one_once_it_was_online() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.shift_clock(365 * 20);
    let draft = device.draft("een");
    // Never online since the clock jumped: it cannot know better, says so, and keeps the draft.
    assert!(matches!(device.store().finalise(draft), Err(Failure::DirectoryExpired)));
    assert!(device.store().draft(draft).is_ok());
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let record = device.store().finalise(draft).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_skew(&world, record.operation, |seconds| seconds < -86_400 * 365 * 19);
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
