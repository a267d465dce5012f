//! SQLite behind the storage traits: one writer, a few readers, WAL, `synchronous=FULL`.

mod accounts;
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
use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::{Health, StorageError};

pub use columns::OperationColumns;
pub use copy::{SignContinuation, backup_recipient, copy_register, disarm};
pub use installation::{AdoptedDirectory, NextDirectory, RegisterKeys, is_installed, keys_of, schema_of};
pub use signed_anew::SignedAnew;

const READERS: usize = 4;

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            Some(_) | None => Self::Sqlite(error),
        }
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
        migrate::assert_current(&Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?)?;
        Self::with_writer(connect(path)?, path)
    }

    /// Opens or makes the register at `path` and brings it to this program's schema: for whoever has it alone.
    pub fn bring_up(path: &Path) -> Result<Self, StorageError> {
        let mut writer = connect(path)?;
        migrate::migrate(&mut writer)?;
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
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Stores a time so that text order is time order.
pub fn time_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Reads what [`time_text`] wrote.
pub fn parse_time(text: &str) -> Result<DateTime<Utc>, StorageError> {
    DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).map_err(|_| StorageError::Content)
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
