//! A device that nobody heard of for long: it shows nothing until it was in contact, and nothing is lost by that.

use baken_backend::content::{load, read};
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::storage::UnitOfWork;
use baken_companion::sync::SyncOutcome;
use baken_companion::{Clock, Failure, SystemClock};
use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::ids::DeviceId;
use chrono::TimeDelta;

use crate::carried::{carried_out, import};
use crate::device::{Device, SECRET};
use crate::world::World;

const DAY: u64 = 24 * 3600;

/// Locks it, and opens it so many days later.
fn opened_after(world: &World, device: &Device, days: u64) {
    world.pass(days * DAY);
    device.pass(days * DAY);
    device.companion.lock();
    device.companion.unlock(SECRET).unwrap();
}

fn is_over(device: &Device) -> bool {
    let refused = matches!(device.companion.store(), Err(Failure::LeaseOver));
    assert_eq!(device.companion.status().unwrap().lease_over, refused);
    refused
}

fn say_lease(world: &World, days: u32) {
    let file = format!(r#"{{"phones":[],"leaseDays":{days}}}"#);
    let kind = CatalogueKind::Settings;
    let settings = read(kind, file.as_bytes()).unwrap();
    load(&DataFolder::new(world.data().clone()), &world.storage(), &Environment::system(), kind, &settings, 366)
        .unwrap();
}

fn revoke(world: &World) {
    let first = baken_backend::storage::DeviceRequest::first(1);
    let device = world.storage().read(|tx| tx.devices(&first)).unwrap().remove(0).device;
    let now = SystemClock::default().now();
    world.storage().write(|tx| tx.revoke(DeviceId(device), "coordinator", "gestolen", now)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_month_without_a_contact_nothing_is_shown_until_there_was_one_and_nothing_is_lost() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let record = device.record("hut 12");
    let draft = device.draft("nog niet ondertekend");
    opened_after(&world, &device, 24);
    assert_eq!(device.store().home().unwrap().lease_ends_at, None, "that is not near");
    opened_after(&world, &device, 2);
    assert!(device.store().home().unwrap().lease_ends_at.is_some(), "it is told days ahead");
    opened_after(&world, &device, 5);
    assert!(is_over(&device));
    let device = device.restart();
    device.pass(31 * DAY);
    device.companion.lock();
    device.companion.unlock(SECRET).unwrap();
    assert!(is_over(&device), "a new start changes nothing");

    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert!(!is_over(&device));
    device.has_receipts_of([&record]);
    assert!(device.store().draft(draft).is_ok());
    assert_eq!(device.store().home().unwrap().lease_ends_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_when_it_ends_goes_on() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    opened_after(&world, &device, 29);
    let draft = device.draft("hut 12");
    device.pass(2 * DAY);
    device.store().finalise(draft).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_makes_it_no_longer() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    opened_after(&world, &device, 31);
    assert!(is_over(&device));
    // Its own clock is all that goes on after a restart of the device.
    let device = device.restart();
    assert!(is_over(&device));
    device.shift_clock_by(TimeDelta::days(-20));
    device.companion.lock();
    device.companion.unlock(SECRET).unwrap();
    assert!(is_over(&device));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_revoked_stays_shut_and_what_it_signed_still_leaves() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.record("voor de diefstal");
    revoke(&world);
    opened_after(&world, &device, 31);
    device.sync().await;
    assert!(is_over(&device));
    assert_eq!(world.verified().operations, 1);
    device.companion.lock();
    device.companion.unlock(SECRET).unwrap();
    assert!(is_over(&device), "not for its receipts either");
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_that_somebody_carried_are_a_contact_too() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let record = device.record("hut 12");
    opened_after(&world, &device, 20);
    let away = carried_out(&device);
    let receipts = import(&world, &away.bytes, &away.summary.code).unwrap().receipts;
    device.store().carry_in(&receipts, None).unwrap();
    device.has_receipts_of([&record]);
    opened_after(&world, &device, 20);
    assert!(!is_over(&device), "twenty days since the receipt");
    opened_after(&world, &device, 11);
    assert!(is_over(&device));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_municipality_says_for_how_long_and_zero_is_for_ever() {
    let world = World::new().await;
    let device = world.device("a").await;
    say_lease(&world, 3);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    opened_after(&world, &device, 2);
    assert!(!is_over(&device));
    assert!(device.store().home().unwrap().lease_ends_at.is_some(), "from half of a short one");
    opened_after(&world, &device, 1);
    assert!(is_over(&device));
    say_lease(&world, 0);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    opened_after(&world, &device, 4000);
    assert!(!is_over(&device));
}

/// Whoever has it signs something, locks it, lets it send, and never lets it hear more.
#[tokio::test(flavor = "multi_thread")]
async fn receipts_of_what_a_revoked_device_sends_after_a_lock_renew_nothing() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    revoke(&world);
    opened_after(&world, &device, 20);
    device.record("van de dief");
    device.companion.lock();
    device.companion.sender().run().await;
    assert_eq!(world.verified().operations, 1);
    opened_after(&world, &device, 11);
    assert!(is_over(&device));
}

/// Nothing but the clock on the wall is set.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_held_still_makes_it_no_longer() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    for day in 1..=31 {
        device.pass(DAY);
        device.shift_clock(-day);
        device.companion.lock();
        device.companion.unlock(SECRET).unwrap();
    }
    assert!(is_over(&device));
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_is_all_that_goes_on_while_it_is_over() {
    let world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    opened_after(&world, &device, 31);
    assert!(matches!(device.companion.store(), Err(Failure::LeaseOver)));
    let changed = device.companion.change_passphrase(SECRET, "zeven meeuwen op het dak");
    assert!(matches!(changed, Err(Failure::LeaseOver)));
    assert!(device.companion.store_to_send().unwrap().reference_shelf().is_ok());
}
