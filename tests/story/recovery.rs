//! Ten wrong tries shut a device for its owner; the municipality can still bring back what was on it.

use baken_backend::storage::{DeviceRequest, UnitOfWork};
use baken_companion::sync::SyncOutcome;
use baken_companion::{Environment, Failure, FailureCode, Phase, VaultError};
use baken_protocol::seal::{self, Identity};
use baken_recover::{Found, bring_back, send};

use crate::device::{Device, large_photo};
use crate::front::{Front, Reply};
use crate::portals::narrative;
use crate::world::World;

/// Guesses until the wrapping is destroyed.
fn lock_out(device: &Device) {
    device.companion.lock();
    for number in 0.. {
        match device.companion.unlock(&format!("geraden wachtzin {number}")) {
            Err(Failure::Vault(VaultError::WrongSecret { .. })) => {}
            Err(Failure::Vault(VaultError::Wait { .. })) => device.pass(600),
            Err(Failure::Vault(VaultError::Destroyed)) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(device.companion.status().unwrap().phase, Phase::Destroyed);
}

pub(crate) fn recovery_identity(world: &World) -> Identity {
    let text = std::fs::read_to_string(world.folder.path().join("secrets/recovery.age-identity.txt")).unwrap();
    text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_tries_take_nothing_from_the_municipality() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("al verstuurd");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let draft = device.draft("met foto, nooit verstuurd");
    device.store().add_photo(draft, &large_photo()).unwrap();
    device.store().finalise(draft).unwrap();
    let unsigned = device.draft("nog niet ondertekend");
    device.store().add_photo(unsigned, &large_photo()).unwrap();
    lock_out(&device);

    let out = world.folder.path().join("brought back");
    let identity = recovery_identity(&world);
    let (store, found) = bring_back(&device.home, &identity, &out, Environment::system()).unwrap();
    assert_eq!(found, Found { records: 2, unsent_records: 1, batches: 1, photos: 1, drafts: 1 });
    for entry in std::fs::read_dir(&out).unwrap().chain(std::fs::read_dir(out.join("batches")).unwrap()) {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(11).any(|window| window == b"ondertekend"), "{} is readable", path.display());
        }
    }
    let drafts = std::fs::read(out.join("drafts.jsonl.age")).unwrap();
    let drafts = seal::open_raw(&drafts, &identity, 1 << 20).unwrap();
    assert!(String::from_utf8(drafts.to_vec()).unwrap().contains("nog niet ondertekend"));
    assert_eq!(std::fs::read_dir(out.join("draft-photos")).unwrap().count(), 1);

    send(store).await.unwrap();
    let report = world.verified();
    assert_eq!((report.operations, report.attachments, report.attachments_awaited), (2, 1, 0));
}

/// On the device they would have been offered again some day. Nobody will unlock it any more.
#[tokio::test(flavor = "multi_thread")]
async fn records_that_waited_apart_are_brought_back_too_and_not_called_delivered_before_they_are() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    let refused = device.record_with_small_photo("geweigerd");
    let large = device.record(&narrative(7, 16_000));
    let operation = refused.operation;
    front.answers(move |asked| {
        if asked.brings(operation) {
            return Some(Reply::of_the_backend(400, "malformed"));
        }
        (asked.body.len() > 6000).then(|| Reply::of_somebody_else(413))
    });
    device.sync().await;
    let failures = [&refused, &large].map(|record| device.state_of(record).failure);
    assert_eq!(failures, [Some(FailureCode::RecordRefused), Some(FailureCode::GatewayTooLarge)]);
    lock_out(&device);

    let identity = recovery_identity(&world);
    let out = world.folder.path().join("out");
    let (store, found) = bring_back(&device.home, &identity, &out, Environment::system()).unwrap();
    assert_eq!(found, Found { records: 2, unsent_records: 2, batches: 2, photos: 1, drafts: 0 });
    let names = |folder: &str| {
        let entries = std::fs::read_dir(out.join(folder)).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let id = world.storage().read(|tx| tx.devices(&DeviceRequest::first(1))).unwrap()[0].device;
    let (batches, photos) = (names("batches"), names("photos"));
    assert!(batches[0].starts_with(&format!("0001-{id}.")), "{batches:?}");
    assert!(photos[0].starts_with(&format!("{id}.{operation}-")), "{photos:?}");

    let told = send(store).await.unwrap_err().to_string();
    assert!(told.contains("2 records"), "{told}");
    front.stands_aside();
    // What was written out holds it all still.
    let again = world.folder.path().join("again");
    let (store, found) = bring_back(&out, &identity, &again, Environment::system()).unwrap();
    assert_eq!((found.batches, found.photos), (2, 1));
    send(store).await.unwrap();
    let report = world.verified();
    assert_eq!((report.operations, report.attachments, report.attachments_awaited), (2, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_recovery_identity_opens_a_folder_and_the_folder_stays_as_it_is() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("een");
    lock_out(&device);
    let before = std::fs::read(device.home.join("store.sqlite")).unwrap();
    let out = world.folder.path().join("out");
    let refused = bring_back(&device.home, &Identity::generate(), &out, Environment::system());
    assert!(format!("{:#}", refused.err().unwrap()).contains("does not open this folder"));
    let again = world.folder.path().join("again");
    let identity = recovery_identity(&world);
    drop(bring_back(&device.home, &identity, &again, Environment::system()).unwrap());
    assert_eq!(std::fs::read(device.home.join("store.sqlite")).unwrap(), before);
    // What was written out is such a folder too.
    let once_more = world.folder.path().join("once more");
    let (_, found) = bring_back(&again, &identity, &once_more, Environment::system()).unwrap();
    assert_eq!(found.batches, 1);
    assert!(bring_back(&again, &identity, &once_more, Environment::system()).is_err(), "nothing is overwritten");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_starts_anew_leaves_what_can_be_brought_back() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("een");
    lock_out(&device);
    device.companion.erase_destroyed().unwrap();
    assert_eq!(device.companion.status().unwrap().phase, Phase::New);
    let aside = std::fs::read_dir(&device.home).unwrap().map(|entry| entry.unwrap().path());
    let aside = aside.filter(|path| path.is_dir()).collect::<Vec<_>>();
    let [aside] = aside.as_slice() else { panic!("{aside:?}") };
    let out = world.folder.path().join("out");
    let (_, found) = bring_back(aside, &recovery_identity(&world), &out, Environment::system()).unwrap();
    assert_eq!((found.records, found.batches), (1, 1));
}
