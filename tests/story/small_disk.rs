//! A disk that is really full, and one that is really read-only. `make faults` mounts a small one, for this alone.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use baken_companion::sync::SyncOutcome;
use baken_companion::{Failure, FailureCode, RecordState, RecordSummary, StoreError, VaultError};

use crate::device::{Device, SECRET};
use crate::world::World;

fn disk() -> PathBuf {
    std::env::var_os("BAKEN_SMALL_DISK").expect("BAKEN_SMALL_DISK: the mount point of a small file system").into()
}

/// Writes until there is not one byte left.
fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("filling");
    let mut file = std::fs::File::create(&path).unwrap();
    for size in [64 * 1024, 4096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
    path
}

fn remount(disk: &Path, how: &str) {
    let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(disk).status().unwrap();
    assert!(done.success());
}

/// A device whose folder is on the small disk, with three records that are batched and were not sent, and which ended.
struct Waiting {
    world: World,
    disk: PathBuf,
    home: PathBuf,
    records: Vec<RecordSummary>,
}

impl Waiting {
    /// In a folder of this name.
    async fn on_the_disk(name: &str) -> Self {
        let (mut world, disk) = (World::new().await, disk());
        let home = disk.join(name);
        let _ = std::fs::remove_dir_all(&home);
        let device = world.device_in(&home).await;
        world.stop().await;
        let records = (0..3).map(|number| device.record(&format!("waarneming {number}"))).collect();
        assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::Network));
        world.serve().await;
        Self { world, disk, home, records }
    }

    /// The program starts again, and nobody has unlocked it.
    fn locked(&self) -> Device {
        Device::open(&self.home)
    }

    fn unlocked(&self) -> Device {
        let device = self.locked();
        device.companion.unlock(SECRET).unwrap();
        device
    }

    /// The disk keeps nothing more.
    fn read_only(&self) -> ReadOnly<'_> {
        remount(&self.disk, "ro");
        ReadOnly(&self.disk)
    }
}

/// Until this is dropped, also by a test that fails: the next one writes to the same disk.
struct ReadOnly<'a>(&'a Path);

impl Drop for ReadOnly<'_> {
    fn drop(&mut self) {
        remount(self.0, "rw");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make faults`"]
async fn on_a_full_disk_what_is_there_can_be_unlocked_read_and_sent_and_tries_count() {
    let waiting = Waiting::on_the_disk("full").await;
    let filling = fill(&waiting.disk);

    let device = waiting.locked();
    let wrong = device.companion.unlock("een verkeerde wachtzin");
    assert!(matches!(wrong, Err(Failure::Vault(VaultError::WrongSecret { attempts_left: 9 }))), "{wrong:?}");
    drop(device);
    let device = waiting.locked();
    assert_eq!(device.companion.status().unwrap().attempts_left, 9, "the try is on the disk");
    device.companion.unlock(SECRET).unwrap();
    assert_eq!(device.companion.status().unwrap().attempts_left, 10);
    assert_eq!(device.store().records().unwrap().len(), 3);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(waiting.world.verified().operations, 3);
    device.companion.lock();
    for number in 0.. {
        match device.companion.unlock(&format!("geraden {number}")) {
            Err(Failure::Vault(VaultError::Destroyed)) => break,
            Err(Failure::Vault(VaultError::Wait { .. })) => device.pass(600),
            other => assert!(matches!(other, Err(Failure::Vault(VaultError::WrongSecret { .. }))), "{other:?}"),
        }
    }
    assert!(std::fs::read_to_string(waiting.home.join("vault.json")).unwrap().contains("\"wrapped\": null"));
    std::fs::remove_file(filling).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make faults`"]
async fn a_backend_on_a_full_disk_takes_nothing_half_and_everything_later() {
    let disk = disk();
    let data = disk.join("backend");
    let mut world = World::with_data(data.clone()).await;
    let device = world.device("a").await;
    let filling = fill(&disk);
    let records: Vec<_> = (0..3).map(|_| device.record_with_small_photo("met foto")).collect();
    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::StorageFull));
    std::fs::remove_file(&filling).unwrap();
    assert_eq!(world.verified().operations, 0);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of(&records);
    let report = world.verified();
    assert_eq!((report.operations, report.attachments, report.attachments_awaited), (3, 3, 0));
    // What follows wants the room.
    world.stop().await;
    std::fs::remove_dir_all(data).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make faults`"]
async fn on_a_full_disk_receipts_wait_and_are_kept_once_there_is_room() {
    let waiting = Waiting::on_the_disk("room").await;
    std::fs::remove_file(waiting.home.join("reserve")).unwrap();
    let filling = fill(&waiting.disk);
    let device = waiting.unlocked();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(waiting.world.verified().operations, 3);
    std::fs::remove_file(filling).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of(&waiting.records);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make faults`"]
async fn on_a_read_only_disk_what_is_there_can_be_unlocked_read_and_sent() {
    let waiting = Waiting::on_the_disk("read-only").await;
    let read_only = waiting.read_only();
    let device = waiting.locked();
    assert!(device.companion.unlock("een verkeerde wachtzin").is_err());
    assert_eq!(device.companion.status().unwrap().attempts_left, 9);
    let unlocked = device.companion.unlock(SECRET);
    let read = unlocked.and_then(|()| device.store().records()).map(|records| records.len());
    let refused = device.store().start_draft(baken_companion::RecordKind::Observation);
    let sent = device.sync().await;
    drop(read_only);
    assert_eq!(read.unwrap(), 3);
    assert!(matches!(refused, Err(Failure::Store(StoreError::ReadOnly))), "{refused:?}");
    assert_eq!(sent, SyncOutcome::Done);
    assert_eq!(waiting.world.verified().operations, 3);
    let device = device.restart();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of(&waiting.records);
}

/// As a kernel does with a disk that has errors: what is open stays open, and nothing more is written.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make faults`"]
async fn a_disk_that_becomes_read_only_under_the_app_is_unlocked_read_and_tries_count() {
    let waiting = Waiting::on_the_disk("turning").await;
    let device = waiting.locked();
    let mount = |arguments: &[&str]| {
        assert!(Command::new("mount").args(arguments).arg(&waiting.home).status().unwrap().success());
    };
    mount(&["--bind", waiting.home.to_str().unwrap()]);
    mount(&["-o", "remount,bind,ro"]);
    let wrong = device.companion.unlock("een verkeerde wachtzin");
    assert!(matches!(wrong, Err(Failure::Vault(VaultError::WrongSecret { attempts_left: 9 }))), "{wrong:?}");
    let wrong = device.companion.unlock("nog een verkeerde wachtzin");
    assert!(matches!(wrong, Err(Failure::Vault(VaultError::WrongSecret { attempts_left: 8 }))), "{wrong:?}");
    device.companion.unlock(SECRET).unwrap();
    let states = waiting.records.iter().map(|record| device.state_of(record).state);
    assert_eq!(states.collect::<Vec<_>>(), [RecordState::Sending; 3]);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(waiting.world.verified().operations, 3);
    device.companion.lock();
    assert!(Command::new("umount").arg(&waiting.home).status().unwrap().success());
    device.companion.unlock(SECRET).unwrap();
    device.record("en weer te schrijven");
}

/// A record that was signed and that the program died over before a batch listed it, on a disk that can be written no
/// more when it starts again.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make faults`"]
async fn what_no_batch_lists_leaves_from_a_disk_that_keeps_none() {
    let waiting = Waiting::on_the_disk("loose").await;
    let device = waiting.unlocked();
    let loose = [device.record("na de laatste melding"), device.record_with_small_photo("met foto")];
    drop(device);
    let read_only = waiting.read_only();
    let device = waiting.locked();
    let unlocked = device.companion.unlock(SECRET);
    let before: Vec<_> = loose.iter().map(|record| device.state_of(record).state).collect();
    let sent = [device.sync().await, device.sync().await];
    let there = waiting.world.verified();
    drop(read_only);
    unlocked.unwrap();
    assert_eq!(before, [RecordState::Finalised; 2], "in no batch");
    assert_eq!(sent, [SyncOutcome::Done, SyncOutcome::Done]);
    assert_eq!((there.operations, there.attachments), (5, 1));
    let batches = there.batches;
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let device = device.restart();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of(&loose);
    let there = waiting.world.verified();
    assert_eq!((there.operations, there.attachments), (5, 1), "each once");
    assert!(there.batches <= batches + 2, "sent once a run of the program, not at every sync: {}", there.batches);
}
