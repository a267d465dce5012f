//! A phone was stolen while it was open: the municipality shuts it out and has it wiped, and loses nothing by that.

use baken_backend::storage::UnitOfWork;
use baken_companion::sync::SyncOutcome;
use baken_companion::{Clock, Environment, Failure, FailureCode, Phase, SystemClock, VaultError};
use baken_protocol::ids::DeviceId;
use baken_protocol::revocations::{Revocations, RevokedDevice};
use baken_recover::bring_back;

use crate::device::SECRET;
use crate::front::{Front, Reply};
use crate::joint::{code_of, started};
use crate::recovery::recovery_identity;
use crate::world::World;

fn id(world: &World, number: usize) -> DeviceId {
    let first = baken_backend::storage::DeviceRequest::first(10);
    let mut devices = world.storage().read(|tx| tx.devices(&first)).unwrap();
    devices.sort_by_key(|device| device.enrolled_at);
    DeviceId(devices[number].device)
}

fn order_wipe(world: &World, device: DeviceId) {
    let now = SystemClock::default().now();
    let done = world.storage().write(|tx| {
        tx.revoke(device, "coordinator", "gestolen", now)?;
        tx.order_wipe(device, "coordinator", now)
    });
    assert!(done.unwrap());
}

fn fetched(world: &World, device: DeviceId) -> bool {
    world.storage().read(|tx| tx.stored_device(device)).unwrap().unwrap().wipe_fetched_at.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn at_its_next_contact_a_stolen_device_destroys_its_keys_and_what_was_signed_still_arrives() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("voor de diefstal");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.record("niet verzonden");
    device.draft("nog niet ondertekend");
    order_wipe(&world, id(&world, 0));

    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::WipeOrdered));
    assert!(fetched(&world, id(&world, 0)));
    assert!(device.companion.carry_out_wipe().unwrap());
    let status = device.companion.status().unwrap();
    assert_eq!((status.phase, status.wiped), (Phase::Destroyed, true));
    assert!(matches!(device.companion.unlock(SECRET), Err(Failure::Vault(VaultError::Destroyed))));

    // Without a key: whoever goes on after a lock brings what was signed.
    device.companion.sender().run().await;
    assert_eq!(world.verified().operations, 2);
    let out = world.folder.path().join("out");
    let (_, found) = bring_back(&device.home, &recovery_identity(&world), &out, Environment::system()).unwrap();
    assert_eq!(found.drafts, 1, "and the draft is the municipality's to bring back");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_comes_first_before_anything_is_sent() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    device.sync().await;
    device.record("niet verzonden");
    order_wipe(&world, id(&world, 0));
    // Whoever has the device lets nothing of it out.
    front.answers(|asked| asked.path.contains("/batches").then(|| Reply::of_somebody_else(503)));
    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::WipeOrdered));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_municipality_can_order_it() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let own = id(&world, 0);
    let key = baken_protocol::signature::SigningKey::generate(&ring::rand::SystemRandom::new()).unwrap();
    let claim = Revocations {
        tenant: "GM0453".parse().unwrap(),
        devices: vec![RevokedDevice { device: own, revoked_at: chrono::DateTime::UNIX_EPOCH, wipe: true }],
    };
    let forged = baken_protocol::dsse::Envelope::sign(&claim, &key).unwrap().to_json().unwrap();
    let forged = String::from_utf8(forged).unwrap();
    front.answers(move |asked| asked.path.ends_with("/revocations").then(|| Reply::well(forged.clone())));
    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::BackendError));
    assert!(!device.companion.carry_out_wipe().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_heard_of_another_that_was_revoked_does_not_join_it() {
    let world = World::new().await;
    let (revoked, honest) = (world.device("a").await, world.device("b").await);
    started(&revoked);
    let code = code_of(&revoked);
    let now = SystemClock::default().now();
    let lost = id(&world, 0);
    assert!(world.storage().write(|tx| tx.revoke(lost, "coordinator", "verloren", now)).unwrap());
    assert_eq!(honest.sync().await, SyncOutcome::Done);
    let refused = honest.store().check_join_code(&code);
    assert_eq!(refused.unwrap_err().code(), FailureCode::JoinCodeRevoked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_before_there_was_such_a_word_is_no_failure() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    front.answers(|asked| asked.path.ends_with("/revocations").then(|| Reply::of_the_backend(404, "not-found")));
    assert_eq!(device.sync().await, SyncOutcome::Done);
}

/// Something in between plays an older directory back: the key that is known is still the right one.
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_is_not_accepted_silences_no_order() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    order_wipe(&world, id(&world, 0));
    let forged = {
        let key = baken_protocol::signature::SigningKey::generate(&ring::rand::SystemRandom::new()).unwrap();
        let claim = Revocations { tenant: "GM0453".parse().unwrap(), devices: vec![] };
        String::from_utf8(baken_protocol::dsse::Envelope::sign(&claim, &key).unwrap().to_json().unwrap()).unwrap()
    };
    front.answers(move |asked| asked.path.ends_with("/key-directory").then(|| Reply::well(forged.clone())));
    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::WipeOrdered));
}
