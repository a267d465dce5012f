//! The receipt key is changed: whoever has the old one gets nothing believed any more, devices go on with the next, and a
//! backup from before it is restored without leaving a device behind.

use std::path::PathBuf;

use baken_backend::admin::newest_directory::{NewestDirectoryError, take_in};
use baken_backend::admin::renew::{RenewError, renew, renew_receipt_key};
use baken_backend::environment::Environment;
use baken_backend::register::Sight;
use baken_backend::state::{AppState, DataFolder, StartError};
use baken_backend::storage::{Enrolments, Ingest, Register};
use baken_companion::sync::{PushAnswer, SyncOutcome};
use baken_companion::{FailureCode, ReceiptView, RecordState, RecordSummary};
use baken_protocol::batch::Batch;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::receipt::Receipt;
use baken_protocol::signature::SigningKey;
use baken_protocol::wire::Push;
use chrono::{DateTime, TimeDelta, Utc};

use crate::chains::{backed_up, made_of, refuses_the_first_batch};
use crate::world::{Device, Meddler, SECRET, World};

const NOT_BELIEVED: SyncOutcome = SyncOutcome::Failed(FailureCode::ReceiptInvalid);

fn receipt_key(world: &World) -> SigningKey {
    SigningKey::from_pkcs8(&std::fs::read(world.data().join("keys/receipt.pkcs8")).unwrap()).unwrap()
}

fn root_key(world: &World) -> PathBuf {
    world.folder.path().join("secrets/root.pkcs8")
}

/// Another key signs receipts in the register that is not served now.
fn next_receipt_key(world: &World) -> Result<(), RenewError> {
    let storage = world.storage();
    let installation = storage.installation().unwrap().unwrap();
    let folder = DataFolder::new(world.data().clone());
    renew_receipt_key(&folder, &storage, &installation, &Environment::system(), &root_key(world)).map(drop)
}

async fn served_with_the_next_receipt_key(world: &mut World) {
    world.stop().await;
    next_receipt_key(world).unwrap();
    world.serve().await;
}

fn receipt(device: &Device, record: &RecordSummary) -> ReceiptView {
    device.store().receipt(record.operation).unwrap().unwrap()
}

/// The newest public key directory, as anybody may save it.
fn saved_directory(world: &World) -> PathBuf {
    let file = world.folder.path().join("newest.dsse.json");
    std::fs::write(&file, world.storage().key_directory().unwrap()).unwrap();
    file
}

/// Somebody in between who swallows what is sent, and answers with a receipt by `key` of this time and number.
fn swallowing(world: &World, device: &Device, key: SigningKey, received_at: DateTime<Utc>, leaf_index: u64) -> Meddler {
    let storage = world.storage();
    let log_origin = storage.installation().unwrap().unwrap().log_origin;
    let mut network = Meddler::honest(&device.store());
    network.instead_of_push = Box::new(move |_, bytes| {
        let envelope = Push::decode(bytes).unwrap().batch.expand::<Batch>(Digest::of(b"nobody's"));
        let batch = envelope.peek::<Batch>().unwrap();
        let receipt = Receipt {
            tenant: batch.tenant,
            device: batch.device,
            device_key: storage.device(batch.device).unwrap().unwrap().public_key,
            chain: batch.chain,
            seq: batch.seq,
            batch_hash: envelope.digest(),
            received_at,
            log_origin: log_origin.clone(),
            leaf_index,
            missing_attachments: vec![],
            quarantined: false,
        };
        Some(Ok(PushAnswer::Receipt(Envelope::sign(&receipt, &key).unwrap().to_json().unwrap())))
    });
    network
}

/// Two devices, so that there is a number that was signed and that this device has no receipt for.
async fn two_devices_with_a_receipt_each(world: &World) -> (Device, RecordSummary) {
    let (device, other) = (world.device("a").await, world.device("b").await);
    for one in [&other, &device] {
        one.record("voor de wisseling");
        assert_eq!(one.sync().await, SyncOutcome::Done);
    }
    let record = device.store().records().unwrap().remove(0);
    (device, record)
}

/// Before the device heard of the closing nobody can tell it; from then on it believes nothing by that key, and what it
/// was told before is found out by what the backend says it has.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_with_the_closed_key_is_not_believed_however_it_backdates() {
    let mut world = World::new().await;
    let (device, before) = two_devices_with_a_receipt_each(&world).await;
    let (old, at) = (receipt_key(&world).pkcs8().to_vec(), receipt(&device, &before).received_at);
    let old = || SigningKey::from_pkcs8(&old).unwrap();
    served_with_the_next_receipt_key(&mut world).await;
    let first = device.record("voordat het toestel ervan weet");
    assert_eq!(device.sync_over(swallowing(&world, &device, old(), at, 0)).await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 2, "swallowed");
    let records = ["een", "twee"].map(|text| device.record(text));
    assert_eq!(device.sync_over(swallowing(&world, &device, old(), at, 0)).await, NOT_BELIEVED);
    for record in &records {
        assert_ne!(device.state_of(record).state, RecordState::Acknowledged);
    }
    assert_eq!(device.sync().await, SyncOutcome::Done);
    for record in records.iter().chain([&first]) {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
    }
    assert_eq!(world.verified().operations, 5, "all of it is at the backend");
}

/// The receipt key in use, even: nothing was received from a device before the municipality let it in.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_from_before_the_device_was_let_in_is_not_believed() {
    let world = World::new().await;
    let (device, before) = two_devices_with_a_receipt_each(&world).await;
    let at = receipt(&device, &before).received_at - TimeDelta::days(1);
    let record = device.record("iets");
    let swallowed = swallowing(&world, &device, receipt_key(&world), at, 5);
    assert_eq!(device.sync_over(swallowed).await, NOT_BELIEVED);
    assert_ne!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_goes_on_with_the_next_key_in_one_run_and_what_it_kept_still_counts() {
    let mut world = World::new().await;
    let (device, before) = two_devices_with_a_receipt_each(&world).await;
    let kept = receipt(&device, &before);
    served_with_the_next_receipt_key(&mut world).await;
    let record = device.record_with_small_photo("erna");
    assert_eq!(device.sync().await, SyncOutcome::Done, "it asks for the directory by itself");
    let (old, new) = (receipt(&device, &before), receipt(&device, &record));
    assert!(old.verified && new.verified && new.received_attachments == 1);
    assert_eq!(old.receipt_key_fingerprint, kept.receipt_key_fingerprint);
    assert_eq!(new.receipt_key_fingerprint, receipt_key(&world).public().fingerprint());
    assert_eq!(world.verified().operations, 3);
}

/// Backup, then another receipt key, then the disk is lost: with the newest directory, saved anywhere, devices follow the
/// register that is restored, and send again what it lacks.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_from_before_the_key_was_changed_is_restored_and_every_device_goes_on() {
    let mut world = World::new().await;
    let (device, before) = two_devices_with_a_receipt_each(&world).await;
    let copy = backed_up(&world);
    served_with_the_next_receipt_key(&mut world).await;
    let record = device.record_with_small_photo("na de kopie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let newest = saved_directory(&world);

    let data = world.folder.path().join("restored");
    let restored = made_of(&copy, &world, &data, Some(&newest));
    let state = restored.taken_in.unwrap();
    assert_eq!((restored.key_directory, state.receipt_key_is_closed, state.teams_without_key.len()), (2, true, 0));
    world.stop().await;
    world.point_to(data);
    let opened = AppState::open(&DataFolder::new(world.data().clone()), Environment::system());
    assert!(matches!(opened.err(), Some(StartError::ClosedReceiptKey)), "no device would believe what it signs");
    let (storage, installation) = (world.storage(), world.storage().installation().unwrap().unwrap());
    let renewed = renew(&storage, &installation, &Environment::system(), &root_key(&world));
    assert!(matches!(renewed, Err(RenewError::ClosedReceiptKey)));
    next_receipt_key(&world).unwrap();
    world.serve().await;
    world.verified();

    let more = device.record("en verder");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    for one in [&before, &record, &more] {
        assert_eq!(device.state_of(one).state, RecordState::Acknowledged);
        assert!(receipt(&device, one).verified);
    }
    let there = world.verified();
    assert_eq!((there.operations, there.attachments), (4, 1), "and the photo");
    assert_eq!(receipt(&device, &more).receipt_key_fingerprint, receipt_key(&world).public().fingerprint());
}

/// Restored without the directory, and served as it is: nothing it answers is believed, all of it is sent, of earlier
/// chains too, and the coordinators are told.
#[tokio::test(flavor = "multi_thread")]
async fn a_register_restored_without_the_newest_directory_gets_everything_all_the_same() {
    let mut world = World::new().await;
    let (device, _) = two_devices_with_a_receipt_each(&world).await;
    let copy = backed_up(&world);
    served_with_the_next_receipt_key(&mut world).await;
    let lost = ["een", "twee"].map(|text| {
        let record = device.record(text);
        // Each lock batches what waits.
        device.companion.lock();
        device.companion.unlock(SECRET).unwrap();
        record
    });
    assert_eq!(device.sync().await, SyncOutcome::Done);
    // A batch that is refused once: the device goes on in a new chain.
    let more = ["drie", "vier"].map(|text| device.record(text));
    assert_eq!(device.sync_over(refuses_the_first_batch(&device)).await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 6);

    crate::chains::restored(&mut world, &copy).await;
    assert_eq!(world.verified().operations, 2);
    let newest = device.record("vijf");
    assert_eq!(device.sync().await, NOT_BELIEVED);
    assert_eq!(world.verified().operations, 7, "all of it is there");
    assert_ne!(device.state_of(&newest).state, RecordState::Acknowledged);
    for record in lost.iter().chain(&more) {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged, "of the backend before");
    }
    let sight = Sight { team: true, care: true, organisation: "gemeente-velsen".to_owned() };
    let codes: Vec<_> = world.storage().alerts(&sight).unwrap().into_iter().map(|alert| alert.code).collect();
    assert_eq!(codes, ["sealed-for-later"], "it goes by a directory that is not here");
}

/// It was restored without the directory, as from before: that is mended as long as it was not renewed by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_register_restored_without_the_newest_directory_takes_it_in_later() {
    let mut world = World::new().await;
    let (device, _) = two_devices_with_a_receipt_each(&world).await;
    let first = world.folder.path().join("first.dsse.json");
    std::fs::write(&first, world.storage().key_directory().unwrap()).unwrap();
    let copy = backed_up(&world);
    served_with_the_next_receipt_key(&mut world).await;
    let record = device.record("na de kopie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let newest = saved_directory(&world);

    let (data, alone) = (world.folder.path().join("restored"), world.folder.path().join("alone"));
    for data in [&data, &alone] {
        assert_eq!(made_of(&copy, &world, data, None).key_directory, 1);
    }
    world.stop().await;
    world.point_to(alone);
    next_receipt_key(&world).unwrap();
    let taken = |world: &World, file| {
        take_in(&DataFolder::new(world.data().clone()), &world.storage(), &Environment::system(), file)
    };
    assert!(matches!(taken(&world, &newest), Err(NewestDirectoryError::OtherLine { offered: 2, known: 2 })));

    world.point_to(data);
    assert!(taken(&world, &newest).unwrap().unwrap().receipt_key_is_closed);
    assert_eq!(taken(&world, &newest).unwrap(), None, "it has it now");
    assert!(matches!(taken(&world, &first), Err(NewestDirectoryError::Older { offered: 1, known: 2 })));
    next_receipt_key(&world).unwrap();
    world.serve().await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_eq!(world.verified().operations, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_of_another_root_key_is_not_taken_in() {
    let (world, other) = (World::new().await, World::new().await);
    let file = saved_directory(&other);
    let mut world = world;
    world.stop().await;
    let folder = DataFolder::new(world.data().clone());
    let refused = take_in(&folder, &world.storage(), &Environment::system(), &file);
    assert!(matches!(refused, Err(NewestDirectoryError::NotOne(..))));
    std::fs::write(&file, "[]").unwrap();
    let refused = take_in(&folder, &world.storage(), &Environment::system(), &file);
    assert!(matches!(refused, Err(NewestDirectoryError::NotOne(..))));
}
