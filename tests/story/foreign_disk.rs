//! A real exFAT, which keeps no permissions: mounted so that everybody can read it, and for one person alone.
//! `make faults` mounts both.

use std::fs;
use std::path::PathBuf;

use baken_backend::admin::init::init;
use baken_backend::environment::Environment;
use baken_companion::sync::SyncOutcome;
use baken_companion::{Failure, RecordState, VaultError};

use crate::device::Device;
use crate::world::{World, order};

fn disk(variable: &str) -> PathBuf {
    std::env::var_os(variable).expect("the mount point of an exFAT").into()
}

#[test]
#[ignore = "run by `make faults`"]
fn where_everybody_can_read_the_folder_is_named_and_nothing_is_put_there() {
    let disk = disk("BAKEN_OPEN_DISK");
    let home = disk.join("device");
    let refused = Device::try_open(&home).err();
    assert!(matches!(&refused, Some(Failure::FolderPermissions { folder }) if *folder == home), "{refused:?}");
    assert_eq!(fs::read_dir(&home).unwrap().count(), 0);

    let (data, elsewhere) = (disk.join("backend"), tempfile::tempdir().unwrap());
    let order = order(&data, elsewhere.path(), ([127, 0, 0, 1], 8787).into());
    let said = init(&order, &Environment::system()).unwrap_err().to_string();
    assert!(said.contains(data.to_str().unwrap()) && said.contains("dir_mode=0700"), "{said}");
    assert!(!data.exists() && !elsewhere.path().join("secrets").exists());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make faults`"]
async fn mounted_for_one_person_device_and_backend_work_on_it() {
    let disk = disk("BAKEN_OWN_DISK");
    let world = World::with_data(disk.join("backend")).await;
    let device = world.device_in(&disk.join("device")).await;
    let record = device.record_with_photo("met foto");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().attachments, 1);
    device.companion.lock();
    let wrong = device.companion.unlock("een verkeerde wachtzin");
    assert!(matches!(wrong, Err(Failure::Vault(VaultError::WrongSecret { attempts_left: 9 }))), "{wrong:?}");
    let again = device.restart();
    assert_eq!(again.state_of(&record).state, RecordState::Acknowledged);
}
