//! SQLite behind the storage traits: one writer, a few readers, WAL, `synchronous=FULL`.

mod accounts;
mod after_restore;
mod attachments;
mod audit;
mod columns;
mod conditions;
mod copy;
mod cursor;
mod devices;
mod enrolments;
mod inbox;
mod ingest;
mod inspections;
mod installation;
mod invitations;
mod known_browsers;
mod last_leaf;
mod migrate;
mod records;
mod sessions;
mod signed_anew;
mod standing;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use baken_protocol::digest::Digest;
use baken_sqlite::{Fault, MigrationError, NotATime, make_durable, parse_time};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::{Health, StorageError};

pub use baken_sqlite::time_text;

pub use audit::StoredLine;
pub use columns::{OperationColumns, listed_codes};
pub use copy::{SignContinuation, backup_recipient, copy_register, disarm};
pub use installation::{AdoptedDirectory, NextDirectory, RegisterKeys, is_installed, keys_of, schema_of};
pub use signed_anew::SignedAnew;

const READERS: usize = 4;

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        match Fault::of(&error) {
            Fault::DiskFull => Self::Full,
            Fault::Busy => Self::Busy,
            Fault::Damaged => Self::Damaged,
            Fault::ReadOnly | Fault::Interrupted | Fault::Unreadable | Fault::Other => Self::Sqlite(error),
        }
    }
}

impl From<MigrationError> for StorageError {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::TooNew => Self::TooNew,
            MigrationError::Other(version) => Self::OtherSchema(version),
            MigrationError::TooOld => Self::TooOld,
            MigrationError::Orphans => Self::Content,
            MigrationError::Sqlite(error) => error.into(),
        }
    }
}

impl From<NotATime> for StorageError {
    fn from(NotATime: NotATime) -> Self {
        Self::Content
    }
}

/// The register in one file.
pub struct SqliteStorage {
    writer: Mutex<Connection>,
    readers: Vec<Mutex<Connection>>,
}

impl SqliteStorage {
    /// Opens the register at `path` if it has this program's schema, and changes nothing about it: another process
    /// may be serving from it.
    pub fn open(path: &Path) -> Result<Self, StorageError> {
        migrate::MIGRATIONS.assert_current(&Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?)?;
        Self::with_writer(connect(path)?, path)
    }

    /// Opens or makes the register at `path` and brings it to this program's schema: for whoever has it alone.
    pub fn bring_up(path: &Path) -> Result<Self, StorageError> {
        let mut writer = connect(path)?;
        migrate::MIGRATIONS.apply(&mut writer, |_| Ok::<_, StorageError>(()))?;
        Self::with_writer(writer, path)
    }

    fn with_writer(writer: Connection, path: &Path) -> Result<Self, StorageError> {
        let readers = (0..READERS).map(|_| connect(path).map(Mutex::new)).collect::<Result<_, _>>()?;
        Ok(Self { writer: Mutex::new(writer), readers })
    }

    /// Runs `work` in one transaction: all of it is durable when this returns, or none of it happened.
    pub fn write<T, E: From<StorageError>>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = hold(&self.writer);
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StorageError::from)?;
        let done = work(&transaction)?;
        transaction.commit().map_err(StorageError::from)?;
        Ok(done)
    }

    /// Runs `work` on one consistent state.
    pub fn read<T, E: From<StorageError>>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.reader();
        let transaction = connection.transaction().map_err(StorageError::from)?;
        work(&transaction)
    }

    /// Limits the register to so many more pages, as a full disk would: for tests of exactly that.
    #[doc(hidden)]
    pub fn limit_pages_for_tests(&self, more: u32) -> Result<(), StorageError> {
        let connection = hold(&self.writer);
        let used: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        connection.pragma_update_and_check(None, "max_page_count", used.saturating_add(more), |_| Ok(()))?;
        Ok(())
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        let free = self.readers.iter().find_map(|reader| reader.try_lock().ok());
        free.unwrap_or_else(|| hold(self.readers.first().unwrap_or(&self.writer)))
    }
}

impl Health for SqliteStorage {
    fn check(&self) -> Result<(), StorageError> {
        self.read(|tx| {
            Ok(tx.query_row("SELECT count(*) FROM installation", [], |row| row.get::<_, u64>(0)).map(drop)?)
        })
    }
}

/// A panic elsewhere rolled its transaction back, so the connection behind a poisoned lock is sound.
fn hold(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    make_durable(&connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Reads a stored value through its own parser.
pub fn parse<T: std::str::FromStr>(text: &str) -> Result<T, StorageError> {
    text.parse().map_err(|_| StorageError::Content)
}

/// Reads a stored hash.
pub fn parse_digest(text: &str) -> Result<Digest, StorageError> {
    parse(text)
}

#[cfg(test)]
mod tests;
