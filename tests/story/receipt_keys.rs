//! The receipt key is changed: whoever has the old one gets nothing believed any more, devices go on with the next, and a
//! backup from before it is restored without leaving a device behind.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use baken_backend::admin::backup::backup;
use baken_backend::admin::check::{Note, Verdict, check};
use baken_backend::admin::dossier::{RecordName, dossier};
use baken_backend::admin::newest_directory::{Missing, NewestDirectoryError};
use baken_backend::admin::renew::RenewError;
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::http::state::{AppState, StartError};
use baken_backend::register::alerts;
use baken_backend::storage::{AlertCode, Clearance, UnitOfWork};
use baken_companion::sync::{PushAnswer, SyncOutcome};
use baken_companion::{FailureCode, ReceiptView, RecordState, RecordSummary};
use baken_protocol::batch::Batch;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::receipt::Receipt;
use baken_protocol::signature::SigningKey;
use baken_protocol::wire::Push;
use chrono::{DateTime, TimeDelta, Utc};

use crate::backups::{backed_up, made_of};
use crate::device::{Device, SECRET};
use crate::meddler::{Meddler, refuses_the_first_batch};
use crate::world::World;

const NOT_BELIEVED: SyncOutcome = SyncOutcome::Failed(FailureCode::ReceiptInvalid);

fn receipt_key(world: &World) -> SigningKey {
    SigningKey::from_pkcs8(&std::fs::read(world.data().join("keys/receipt.pkcs8")).unwrap()).unwrap()
}

/// Another key signs receipts in the register that is not served now.
fn next_receipt_key(world: &World) -> Result<(), RenewError> {
    next_receipt_key_after(world, &[])
}

/// The same, once these directories were taken in.
fn next_receipt_key_after(world: &World, directories: &[PathBuf]) -> Result<(), RenewError> {
    world.renewing(|renewal| renewal.after(directories).receipt_key()).map(drop)
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
    let newest = world.storage().read(|tx| tx.key_directory()).unwrap();
    let epoch = Envelope::from_json(&newest).unwrap().peek::<KeyDirectory>().unwrap().epoch;
    let file = world.folder.path().join(format!("keydir-{epoch}.dsse.json"));
    std::fs::write(&file, newest).unwrap();
    file
}

/// Somebody in between who swallows what is sent, and answers with a receipt by `key` of this time and number.
fn swallowing(world: &World, device: &Device, key: SigningKey, received_at: DateTime<Utc>, leaf_index: u64) -> Meddler {
    let storage = world.storage();
    let log_origin = storage.read(|tx| tx.installation()).unwrap().unwrap().log_origin;
    let mut network = Meddler::honest(&device.store());
    network.instead_of_push = Box::new(move |_, bytes| {
        let envelope = Push::decode(bytes).unwrap().batch.expand::<Batch>(Digest::of(b"nobody's"));
        let batch = envelope.peek::<Batch>().unwrap();
        let receipt = Receipt {
            tenant: batch.tenant,
            device: batch.device,
            device_key: storage.read(|tx| tx.device(batch.device)).unwrap().unwrap().public_key,
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

/// It was not answered, so it is asked once more: nothing is called invalid that is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_for_the_next_key_that_makes_way_is_asked_again_in_the_same_run() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    served_with_the_next_receipt_key(&mut world).await;
    let record = device.record("met de volgende");
    let network = Meddler::honest(&device.store());
    network.directory_makes_way.store(true, Ordering::Relaxed);
    assert_eq!(device.sync_over(network).await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
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
    let restored = made_of(&copy, &world, &data, &[newest]);
    let state = restored.taken_in.unwrap();
    assert_eq!((restored.key_directory, state.receipt_key_is_closed, state.teams_without_key.len()), (2, true, 0));
    world.stop().await;
    world.point_to(data);
    let opened = AppState::open(&DataFolder::new(world.data().clone()), Environment::system());
    assert!(matches!(opened.err(), Some(StartError::ClosedReceiptKey)), "no device would believe what it signs");
    // The one that was brought may not be the last: somebody says so.
    assert!(matches!(next_receipt_key(&world), Err(RenewError::NewestUnknown { known: 2 })));
    let renewed = world.renewing(|renewal| renewal.with_none_later_than(Some(2)).renew());
    assert!(matches!(renewed, Err(RenewError::ClosedReceiptKey)));
    world.renewing(|renewal| renewal.with_none_later_than(Some(2)).receipt_key()).unwrap();
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

    crate::backups::restored(&mut world, &copy).await;
    assert_eq!(world.verified().operations, 2);
    let newest = device.record("vijf");
    assert_eq!(device.sync().await, NOT_BELIEVED);
    assert_eq!(world.verified().operations, 7, "all of it is there");
    assert_ne!(device.state_of(&newest).state, RecordState::Acknowledged);
    for record in lost.iter().chain(&more) {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged, "of the backend before");
    }
    let clearance = Clearance { team: true, care: true, organisation: "gemeente-velsen".to_owned() };
    let codes: Vec<_> =
        world.storage().read(|tx| alerts(tx, &clearance)).unwrap().into_iter().map(|alert| alert.code).collect();
    assert_eq!(codes, [AlertCode::SealedForLater], "it goes by a directory that is not here");
}

fn number_in_force(world: &World) -> u64 {
    Envelope::from_json(&world.storage().read(|tx| tx.key_directory()).unwrap())
        .unwrap()
        .peek::<KeyDirectory>()
        .unwrap()
        .epoch
}

/// It was restored without the directory: nothing is signed before somebody says which one is the newest, and the one that
/// is brought is taken in together with what follows it, or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_register_restored_without_the_newest_directory_signs_none_before_it_has_it() {
    let mut world = World::new().await;
    let (device, _) = two_devices_with_a_receipt_each(&world).await;
    let first = saved_directory(&world);
    let copy = backed_up(&world);
    served_with_the_next_receipt_key(&mut world).await;
    let record = device.record("na de kopie");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let newest = saved_directory(&world);

    let data = world.folder.path().join("restored");
    assert_eq!(made_of(&copy, &world, &data, &[]).key_directory, 1);
    world.stop().await;
    world.point_to(data);
    let said = next_receipt_key(&world).unwrap_err();
    assert!(matches!(said, RenewError::NewestUnknown { known: 1 }));
    assert!(said.to_string().contains("--no-later-directory 1"), "{said}");
    assert!(matches!(world.renewing(|renewal| renewal.renew()), Err(RenewError::NewestUnknown { known: 1 })));
    let older = next_receipt_key_after(&world, std::slice::from_ref(&first));
    older.unwrap();
    let own_line = number_in_force(&world);
    assert_eq!(own_line, 2, "somebody named the first as the newest");
    let other = next_receipt_key_after(&world, std::slice::from_ref(&newest));
    let other = other.unwrap_err();
    assert!(
        matches!(other, RenewError::Newest(NewestDirectoryError::OtherLine { offered: 2, known: 2 })),
        "and it cannot be mended: {other}"
    );

    let data = world.folder.path().join("once-more");
    made_of(&copy, &world, &data, &[]);
    world.point_to(data);
    let both = [newest.clone()];
    let closed = world.renewing(|renewal| renewal.after(&both).renew());
    assert!(matches!(closed, Err(RenewError::ClosedReceiptKey)));
    assert_eq!(number_in_force(&world), 1, "what is refused changes nothing");
    next_receipt_key_after(&world, &both).unwrap();
    assert_eq!(number_in_force(&world), 3);
    let older = next_receipt_key_after(&world, &[first]).unwrap_err();
    assert!(matches!(older, RenewError::Newest(NewestDirectoryError::Older { offered: 1, known: 3 })));
    world.serve().await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_eq!(world.verified().operations, 3);
}

/// Whoever knows that there is none says so, by its number; once one was signed nobody asks any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_register_is_renewed_where_somebody_says_that_it_has_the_newest_directory() {
    let mut world = World::new().await;
    let copy = backed_up(&world);
    let data = world.folder.path().join("restored");
    made_of(&copy, &world, &data, &[]);
    world.stop().await;
    world.point_to(data);
    let saying = |number| world.renewing(|renewal| renewal.with_none_later_than(Some(number)).renew());
    for wrong in [0, 2] {
        assert!(matches!(saying(wrong), Err(RenewError::OtherNewest { known: 1, .. })), "{wrong}");
    }
    assert!(saying(1).unwrap().after_restore);
    assert!(!world.renewing(|renewal| renewal.renew()).unwrap().after_restore);
    // What it copies of itself has to be asked about again.
    let (copy, data) = (world.folder.path().join("second-copy"), world.folder.path().join("restored-again"));
    backup(&DataFolder::new(world.data().clone()), &copy, &Environment::system()).unwrap();
    made_of(&copy, &world, &data, &[saved_directory(&world)]);
    world.point_to(data);
    assert!(matches!(world.renewing(|renewal| renewal.renew()), Err(RenewError::NewestUnknown { known: 3 })));
    world.verified();
}

/// A directory that was skipped is missed by the records that were sealed under it, and by nothing else; it can be brought
/// at the restore, or later.
#[tokio::test(flavor = "multi_thread")]
async fn directories_that_were_skipped_come_along_or_are_named() {
    let mut world = World::new().await;
    let (device, _) = two_devices_with_a_receipt_each(&world).await;
    let copy = backed_up(&world);
    world.renew();
    let second = saved_directory(&world);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let record = device.record("onder de tweede");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    world.renew();
    let third = saved_directory(&world);
    let (with, without) = (world.folder.path().join("with"), world.folder.path().join("without"));
    let whole = made_of(&copy, &world, &with, &[third.clone(), second.clone()]).taken_in.unwrap();
    assert_eq!((whole.epoch, whole.taken_in, whole.missing), (3, vec![2, 3], vec![]));
    let skipping = made_of(&copy, &world, &without, std::slice::from_ref(&third)).taken_in.unwrap();
    assert_eq!((skipping.epoch, skipping.taken_in, skipping.missing), (3, vec![3], vec![Missing(2, 2)]));

    let proven = |world: &World, name: &str| {
        let (storage, out) = (world.storage(), world.folder.path().join(name));
        let attachments = world.data().join("attachments");
        dossier(&storage, &attachments, &Environment::system(), RecordName::Operation(record.operation), &out).unwrap();
        let root = storage.read(|tx| tx.installation()).unwrap().unwrap().root_key.fingerprint();
        let report = check(&out, root, None);
        assert_eq!(report.verdict, Verdict::Holds, "{report}");
        report.notes
    };
    world.serve_from(without).await;
    assert_eq!(device.sync().await, SyncOutcome::Done, "it sends again what is not there");
    assert_eq!(proven(&world, "skipping"), vec![Note::NoSealingDirectory { epoch: 2 }]);
    world.stop().await;
    let lone = world.renewing(|renewal| renewal.after(std::slice::from_ref(&second)).renew());
    assert!(matches!(lone, Err(RenewError::Newest(NewestDirectoryError::Older { offered: 2, known: 3 }))));
    let renewed = world.renewing(|renewal| renewal.after(&[second.clone(), third.clone()]).renew()).unwrap();
    let state = renewed.taken_in.unwrap();
    assert_eq!((renewed.epoch, state.taken_in, state.missing), (4, vec![2], vec![]));
    assert_eq!(proven(&world, "filled"), vec![]);
    world.verified();
}

#[tokio::test(flavor = "multi_thread")]
async fn directories_that_are_not_of_one_line_or_of_this_root_key_are_not_taken_in() {
    let (mut world, other) = (World::new().await, World::new().await);
    let strange = saved_directory(&other);
    let copy = backed_up(&world);
    // A drill goes on from the same directory by itself.
    let drill = world.folder.path().join("drill");
    made_of(&copy, &world, &drill, &[]);
    world.stop().await;
    let own = world.data().clone();
    world.point_to(drill);
    world.renewing(|renewal| renewal.with_none_later_than(Some(1)).renew()).unwrap();
    let of_the_drill = world.folder.path().join("drill-2.dsse.json");
    std::fs::rename(saved_directory(&world), &of_the_drill).unwrap();
    world.point_to(own);
    world.renew();
    let newest = saved_directory(&world);

    let data = world.folder.path().join("restored");
    made_of(&copy, &world, &data, &[]);
    world.point_to(data);
    let refused = |files: &[&PathBuf]| {
        let files: Vec<PathBuf> = files.iter().map(|file| (*file).clone()).collect();
        let refused = world.renewing(|renewal| renewal.after(&files).renew()).unwrap_err();
        assert_eq!(number_in_force(&world), 1);
        let RenewError::Newest(refused) = refused else { panic!("{refused}") };
        refused
    };
    assert!(matches!(refused(&[&newest, &of_the_drill]), NewestDirectoryError::TwoLines(2, 2)));
    assert!(matches!(refused(&[&strange]), NewestDirectoryError::NotOne(..)));
    std::fs::write(&strange, "[]").unwrap();
    assert!(matches!(refused(&[&newest, &strange]), NewestDirectoryError::NotOne(..)));
    world.renewing(|renewal| renewal.after(std::slice::from_ref(&newest)).renew()).unwrap();
    let unfit = world.renewing(|renewal| renewal.after(std::slice::from_ref(&of_the_drill)).renew());
    assert!(matches!(unfit, Err(RenewError::Newest(NewestDirectoryError::OtherLine { offered: 2, known: 2 }))));
}

/// A drill signs on from the directory of the backup. A device that knows a later one of the real register is not led there,
/// however far the drill went on.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_does_not_follow_the_directories_of_a_drill_though_their_numbers_are_higher() {
    let mut world = World::new().await;
    let (device, _) = two_devices_with_a_receipt_each(&world).await;
    let (copy, real, drill) = (backed_up(&world), world.data().clone(), world.folder.path().join("drill"));
    world.renew();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    made_of(&copy, &world, &drill, &[]);
    world.stop().await;
    world.point_to(drill);
    world.renewing(|renewal| renewal.with_none_later_than(Some(1)).renew()).unwrap();
    for _ in 0..3 {
        world.renew();
    }
    assert_eq!(number_in_force(&world), 5);
    let of_the_drill = world.storage().read(|tx| tx.key_directory()).unwrap();
    world.point_to(real);
    world.serve().await;
    let record = device.record("tijdens de oefening");
    let mut network = Meddler::honest(&device.store());
    network.key_directory = Some(of_the_drill);
    assert_eq!(device.sync_over(network).await, SyncOutcome::Failed(FailureCode::DirectoryRollback));
    world.renew();
    assert_eq!(device.sync().await, SyncOutcome::Done, "and it follows the real one");
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_eq!(world.verified().operations, 3);
}
