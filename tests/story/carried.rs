//! A device without a network: what it has to send is carried by hand, and the receipts are carried back.

use baken_backend::admin::import::{Desk, ImportError, Imported};
use baken_backend::files::attachments::AttachmentFiles;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::ingest::ReceiptSigner;
use baken_backend::storage::UnitOfWork;
use baken_companion::sync::{CarriedIn, CarriedOut, SyncOutcome};
use baken_companion::{FailureCode, RecordState, RecordSummary};
use baken_protocol::carried::{self, CarryCode, Part, PartName};

use crate::device::{Device, large_photo};
use crate::world::World;

pub(crate) fn import(world: &World, file: &[u8], code: &str) -> Result<Imported, ImportError> {
    let folder = DataFolder::new(world.data().clone());
    let storage = world.storage();
    let installation = storage.read(|tx| tx.installation()).unwrap().unwrap();
    let key = folder.named_receipt_key(&installation.receipt_key).unwrap().unwrap();
    let attachments = AttachmentFiles::open(folder.attachments()).unwrap();
    let signer = ReceiptSigner { tenant: &installation.tenant, log_origin: &installation.log_origin, key: &key };
    let environment = world.environment();
    let desk = Desk {
        storage: &storage,
        attachments: &attachments,
        installation: &installation,
        signer,
        environment: &environment,
    };
    desk.import(file, &code.parse().unwrap())
}

pub(crate) fn carried_out(device: &Device) -> CarriedOut {
    device.store().carry_out().unwrap().unwrap()
}

fn with_photo(device: &Device, narrative: &str) -> RecordSummary {
    let draft = device.draft(narrative);
    device.store().add_photo(draft, &large_photo()).unwrap();
    device.store().finalise(draft).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_carried_is_received_as_if_it_had_been_sent_and_its_receipts_say_so_on_the_device() {
    let world = World::new().await;
    let device = world.device("a").await;
    let records = [device.record("zonder netwerk"), with_photo(&device, "met foto")];
    let CarriedOut { bytes, summary } = carried_out(&device);
    assert_eq!((summary.photos, summary.photos_left), (1, 0));
    assert!(records.iter().all(|record| device.state_of(record).state != RecordState::Acknowledged));

    let imported = import(&world, &bytes, &summary.code).unwrap();
    assert_eq!((imported.batches, imported.attachments, imported.refused.len()), (summary.batches, 1, 0));
    let report = world.verified();
    assert_eq!((report.operations, report.attachments, report.attachments_awaited), (2, 1, 0));

    let brought = device.store().carry_in(&imported.receipts, None).unwrap();
    assert_eq!(brought, CarriedIn { batches: summary.batches, photos: 1, refused: 0 });
    for record in &records {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
    }
    assert!(device.store().carry_out().unwrap().is_none(), "nothing waits any more");
    device.record("weer netwerk");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_taken_in_twice_or_beside_a_network_makes_no_second_record() {
    let world = World::new().await;
    let device = world.device("a").await;
    with_photo(&device, "eens");
    let first = carried_out(&device);
    device.record("later");
    let second = carried_out(&device);
    assert_eq!(second.summary.batches, first.summary.batches + 1, "what has no receipt is in the next file too");
    assert_eq!(import(&world, &second.bytes, &second.summary.code).unwrap().batches, 2);
    let again = import(&world, &first.bytes, &first.summary.code).unwrap();
    assert_eq!((again.batches, again.held_before), (0, 1));
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 2);
    assert_eq!(device.store().carry_in(&again.receipts, None).unwrap().refused, 0, "and its receipts hold still");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_code_opens_a_file_and_what_was_altered_is_refused_whole() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("zonder netwerk");
    let CarriedOut { mut bytes, summary } = carried_out(&device);
    let clear = b"vissersschip";
    assert!(!bytes.windows(clear.len()).any(|window| window == clear), "the open part is not for who finds the stick");
    let other = CarryCode::generate(&ring::rand::SystemRandom::new()).unwrap().to_string();
    assert!(matches!(import(&world, &bytes, &other), Err(ImportError::Carried(_))));
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    assert!(matches!(import(&world, &bytes, &summary.code), Err(ImportError::Carried(_))));
    assert_eq!(world.verified().operations, 0);
    let refused = device.store().carry_in(&bytes, None).unwrap_err();
    assert_eq!(refused.code(), FailureCode::CarriedUnreadable);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_part_that_is_refused_keeps_no_other_back() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("goed");
    with_photo(&device, "met foto");
    let CarriedOut { bytes, summary } = carried_out(&device);
    let code: CarryCode = summary.code.parse().unwrap();
    let mut parts = carried::open(&bytes, &code).unwrap();
    let photo = parts.iter_mut().find(|part| matches!(part.name, PartName::Attachment(..))).unwrap();
    photo.bytes[0] ^= 1;
    let PartName::Push(chain, seq) = parts[0].name else { panic!("batches come first") };
    parts.insert(0, Part { name: PartName::Push(chain, seq + 40), bytes: b"no push".to_vec() });
    let imported = import(&world, &carried::seal(&parts, &code).unwrap(), &summary.code).unwrap();
    assert_eq!((imported.batches, imported.attachments, imported.refused.len()), (summary.batches, 0, 2));
    let brought = device.store().carry_in(&imported.receipts, None).unwrap();
    assert_eq!((brought.batches, brought.photos), (summary.batches, 0));
    assert_eq!(carried_out(&device).summary.photos, 1, "the photo is in the next file");
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_of_another_device_are_not_believed_and_a_file_of_receipts_is_not_taken_in_by_the_office() {
    let world = World::new().await;
    let (one, other) = (world.device("a").await, world.device("b").await);
    one.record("van een");
    let CarriedOut { bytes, summary } = carried_out(&one);
    let imported = import(&world, &bytes, &summary.code).unwrap();
    assert!(other.store().carry_in(&imported.receipts, None).is_err(), "it does not know the code");
    let brought = other.store().carry_in(&imported.receipts, Some(&summary.code)).unwrap();
    assert_eq!(brought, CarriedIn { batches: 0, photos: 0, refused: 1 });
    let wrong_way = import(&world, &imported.receipts, &summary.code);
    assert!(matches!(wrong_way, Err(ImportError::NothingToTake)));
}
