//! What was received leaves the device after a time, and the municipality still has it: also after a disaster there.

use baken_backend::content::{load, read};
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_companion::sync::SyncOutcome;
use baken_companion::{Failure, RecordState};
use baken_protocol::catalogue::CatalogueKind;

use crate::backups::{backed_up, restored};
use crate::device::{Device, SECRET};
use crate::world::World;

const DAY: u64 = 24 * 3600;

/// All that is due, as the app does it: a little at each look.
pub(crate) fn purged(device: &Device) -> u32 {
    let looks = std::iter::repeat_with(|| device.companion.purge_if_due().unwrap());
    looks.take_while(|purged| *purged > 0).sum()
}

fn unlocked_and_purged(device: &Device) -> u32 {
    device.companion.lock();
    device.companion.unlock(SECRET).unwrap();
    purged(device)
}

/// At the municipality and on the device.
pub(crate) fn pass_days(world: &World, device: &Device, days: u64) {
    world.pass(days * DAY);
    device.pass(days * DAY);
}

pub(crate) fn say_days(world: &World, days: u32) {
    // And that what is not purged is shown for ever.
    let file = format!(r#"{{"phones":[],"purgeAfterDays":{days},"leaseDays":0}}"#);
    let kind = CatalogueKind::Settings;
    let settings = read(kind, file.as_bytes()).unwrap();
    load(&DataFolder::new(world.data().clone()), &world.storage(), &Environment::system(), kind, &settings, 366)
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_received_is_purged_at_the_unlock_and_comes_again_to_a_backend_that_lost_it() {
    let mut world = World::new().await;
    say_days(&world, 30);
    let device = world.device("a").await;
    let copy = backed_up(&world);
    let records: Vec<_> = (0..5).map(|number| device.record(&format!("hut {number}"))).collect();
    let photo = device.record_with_small_photo("met foto");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let waiting = device.record("nog niet verzonden");
    assert_eq!(purged(&device), 0, "nothing is due on the day itself");
    device.shift_clock(31);
    assert_eq!(unlocked_and_purged(&device), 0, "somebody set the clock; so much time has not passed");
    device.shift_clock(0);
    pass_days(&world, &device, 31);
    assert_eq!(unlocked_and_purged(&device), 6);
    assert!(device.store().record(waiting.operation).unwrap().form.is_some());
    for record in records.iter().chain([&photo]) {
        let detail = device.store().record(record.operation).unwrap();
        assert!(detail.form.is_none() && detail.photos.is_empty() && detail.purged_at.is_some());
        assert_eq!(detail.summary.state, RecordState::Acknowledged);
        assert!(device.store().receipt(record.operation).unwrap().is_some(), "the receipt stays");
    }
    assert!(matches!(device.store().start_amendment(photo.operation), Err(Failure::Unreadable)));
    assert!(matches!(device.store().retract(photo.operation, "vergissing"), Err(Failure::Unreadable)));

    restored(&mut world, &copy).await;
    assert_eq!(world.verified().operations, 0, "lost with the disk");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 7);
    device.has_receipts_of(records.iter().chain([&photo]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_municipality_says_after_how_many_days_and_an_open_device_looks_daily() {
    let world = World::new().await;
    let device = world.device("a").await;
    say_days(&world, 7);
    let record = device.record("hut 12");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(purged(&device), 0);
    pass_days(&world, &device, 8);
    let draft = device.store().start_amendment(record.operation).unwrap();
    assert_eq!(purged(&device), 0, "somebody amends it");
    device.store().discard_draft(draft.id).unwrap();
    assert_eq!(purged(&device), 0, "it looked today");
    pass_days(&world, &device, 2);
    assert_eq!(purged(&device), 1);
}
