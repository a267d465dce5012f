//! A lost disk, and what its backup brings back.

use std::path::{Path, PathBuf};

use baken_backend::admin::backup::backup;
use baken_backend::admin::restore::{RestoreOrder, Restored, restore};
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_protocol::seal::Identity;

use crate::world::World;

/// A backup of the register as it is now.
pub(crate) fn backed_up(world: &World) -> PathBuf {
    let copy = world.folder.path().join("copy");
    backup(&DataFolder::new(world.data().clone()), &copy, &Environment::system()).unwrap();
    copy
}

/// Fetched from its safe.
fn backup_identity(world: &World) -> Identity {
    let file = world.folder.path().join("secrets/backup.age-identity.txt");
    std::fs::read_to_string(file).unwrap().parse().unwrap()
}

/// The disk is lost: from now on the backend serves what the backup holds.
pub(crate) async fn restored(world: &mut World, copy: &Path) {
    restored_as("restored", world, copy).await;
}

/// The same, into a folder of this name.
pub(crate) async fn restored_as(name: &str, world: &mut World, copy: &Path) {
    let data = world.folder.path().join(name);
    made_of(copy, world, &data, &[]);
    world.serve_from(data).await;
}

/// The data folder that becomes of a backup, with the newest key directories in files where they were kept.
pub(crate) fn made_of(copy: &Path, world: &World, data: &Path, directories: &[PathBuf]) -> Restored {
    let identity = backup_identity(world);
    let order = RestoreOrder { from: copy, identity: &identity, manifest_sha256: None, directories };
    restore(&order, &DataFolder::new(data.to_owned()), &Environment::system()).unwrap()
}
