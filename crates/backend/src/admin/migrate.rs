//! `baken-backend migrate --data`: brings a register that is a file to this version's schema and terms while nobody serves
//! from it. `serve` does the same at its start; no other command does, since another process may be serving. One in a
//! database is brought up by `storage::postgres::migrate`, and its terms by the next `serve`.

use crate::files::data_folder::{DataFolder, LockError};
use crate::register::reckon_here;
use crate::storage::sqlite::{SqliteStorage, schema_of};
use crate::storage::{Migrated, StorageError, UnitOfWork};

/// Why the register stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// There is none.
    #[error("there is no register in this folder; run `baken-backend init` first")]
    NotInitialised,
    /// It is in a database.
    #[error(
        "the register of this folder is in a PostgreSQL database, and its owner brings that up: `baken-backend migrate \
         --database URL`"
    )]
    InDatabase,
    /// Another process has the folder.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Brings the register of `folder` up.
pub fn migrate(folder: &DataFolder) -> Result<Migrated, MigrateError> {
    if folder.register_name().exists() {
        return Err(MigrateError::InDatabase);
    }
    if !folder.register().exists() {
        return Err(MigrateError::NotInitialised);
    }
    let _lock = folder.lock()?;
    let from = schema_of(&folder.register())?;
    SqliteStorage::bring_up(&folder.register())?.write::<_, StorageError>(reckon_here)?;
    Ok(Migrated { from, to: schema_of(&folder.register())? })
}
