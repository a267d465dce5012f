//! What a device believes: the invitation over the backend, the root key over whatever is offered, one log.

use baken_backend::storage::UnitOfWork;
use baken_companion::sync::SyncOutcome;
use baken_companion::{Failure, FailureCode};
use baken_protocol::vocabulary::Vocabulary;
use rusqlite::Connection;

use crate::device::{Device, SECRET};
use crate::meddler::Meddler;
use crate::world::World;

/// Somebody with the register in hand.
fn tamper(world: &World, sql: &str) {
    let register = Connection::open(world.data().join("register.sqlite")).unwrap();
    assert!(register.execute(sql, []).unwrap() > 0, "{sql}");
}

async fn refused_to_enrol(world: &World, invitation: &str) -> Failure {
    let device = Device::open(&world.folder.path().join("refused"));
    device.companion.create_vault(SECRET).unwrap();
    let transport = baken_companion::sync::HttpTransport::anonymous().unwrap();
    let refused = device.store().enrol(invitation, None, &transport).await.unwrap_err();
    assert!(!device.store().is_enrolled().unwrap(), "nothing of it was kept");
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_as_another_organisation_than_invited_is_refused() {
    let world = World::new().await;
    let invitation = world.invitation();
    tamper(&world, "UPDATE invitations SET organisation = 'scharlaken-koord'");
    assert_eq!(refused_to_enrol(&world, &invitation).await.code(), FailureCode::NotAsInvited);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_with_an_older_directory_than_invited_is_refused() {
    let world = World::new().await;
    world.renew();
    let invitation = world.invitation();
    tamper(&world, "DELETE FROM key_directories WHERE epoch = 2");
    assert_eq!(refused_to_enrol(&world, &invitation).await.code(), FailureCode::NotAsInvited);
}

/// A backend that offers words of its own for what devices record.
async fn offered(change: impl FnOnce(&mut serde_json::Value)) -> (SyncOutcome, Vocabulary) {
    let world = World::new().await;
    let device = world.device("a").await;
    let mut offered: serde_json::Value = serde_json::from_slice(Vocabulary::BUILT_IN_JSON).unwrap();
    change(&mut offered);
    let mut forger = Meddler::honest(&device.store());
    forger.vocabulary = Some(serde_json::to_vec(&offered).unwrap());
    let outcome = device.sync_over(forger).await;
    let used = device.store().vocabulary().unwrap();
    device.record("en daarna gewoon verder");
    assert_eq!(device.sync().await, SyncOutcome::Done, "an honest backend is believed again");
    (outcome, used)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vocabulary_that_the_root_key_does_not_name_is_not_used_whatever_its_version() {
    let ours = Vocabulary::built_in().version;
    for version in [ours + 1, ours + 2, u32::MAX] {
        let (outcome, used) = offered(|vocabulary| {
            vocabulary["version"] = version.into();
            vocabulary["urgentPhone"] = "09001234".into();
        })
        .await;
        assert_eq!(outcome, SyncOutcome::Done, "it is passed over: {version}");
        assert_eq!(used, Vocabulary::built_in(), "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_words_under_the_version_in_force_are_refused() {
    let (outcome, used) = offered(|vocabulary| vocabulary["bases"][0]["nl"] = "Iets anders".into()).await;
    assert_eq!(outcome, SyncOutcome::Failed(FailureCode::BackendError));
    assert_eq!(used, Vocabulary::built_in());
}

/// The backend's disk is put back to before the first batch, without a new name for the log, and another device comes
/// first: the number the device has a receipt for is signed for another of its batches.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_signs_one_number_twice_is_noticed() {
    let mut world = World::new().await;
    let (device, other) = (world.device("a").await, world.device("b").await);
    let before = crate::backups::backed_up(&world);
    device.record("een");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.record("twee");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let name = world.storage().read(|tx| tx.installation()).unwrap().unwrap().log_origin;
    crate::backups::restored(&mut world, &before).await;
    tamper(&world, &format!("UPDATE installation SET log_origin = '{name}'"));
    world.serve_from(world.data().clone()).await;
    other.record("eerst");
    assert_eq!(other.sync().await, SyncOutcome::Done);
    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::LogContradicts));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_in_the_time_zone_of_the_signed_directory() {
    let world = World::new().await;
    let fresh = Device::open(&world.folder.path().join("fresh"));
    fresh.companion.create_vault(SECRET).unwrap();
    assert_eq!(fresh.companion.status().unwrap().time_zone, None, "before it is enrolled");
    let device = world.device("a").await;
    let zone = |device: &Device| device.companion.status().unwrap().time_zone;
    assert_eq!(zone(&device).as_deref(), Some("Europe/Amsterdam"));
    world.move_to("America/Kralendijk");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(zone(&device).as_deref(), Some("America/Kralendijk"));
    world.renew();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let device = device.restart();
    assert_eq!(zone(&device).as_deref(), Some("America/Kralendijk"), "a renewal carries it on");
    device.companion.lock();
    assert_eq!(zone(&device), None, "a locked device tells nothing");
}
