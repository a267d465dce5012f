//! The encrypted store: one SQLCipher file, one connection, opened with the vault's key.
//!
//! The key is given as `x'<64 hex key><32 hex salt>'`: with the salt inside the key the file opens after a
//! power cut at any moment, without it some crash states do not (measured, see docs/PROTOCOL.md). WAL with
//! `synchronous=FULL`: a commit that returned has reached the disk.

pub(crate) mod cached;
mod migrate;
pub(crate) mod settings;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, Transaction};
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::known::Known;
use crate::seal_ahead::SealAhead;
use crate::vault::StoreKey;

/// Why the store refused.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full: nothing of the change was kept, everything before it was.
    #[error("no space left on the device")]
    DiskFull,
    /// The file is damaged; it was moved aside under the given name and is kept.
    #[error("the store was damaged and has been moved aside")]
    Damaged {
        /// The name of the file it was moved to, in the data folder.
        moved_to: String,
    },
    /// Made by a newer version of this program.
    #[error("the store was made by a newer version")]
    TooNew,
    /// Something else went wrong in SQLite.
    #[error("the store failed")]
    Sqlite(#[source] rusqlite::Error),
    /// A stored value is not what this program writes.
    #[error("the store holds a value that cannot be read")]
    Content,
    /// A file could not be moved.
    #[error("the store's file cannot be moved")]
    Io(#[from] std::io::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(_) | None => Self::Sqlite(error),
        }
    }
}

/// What a damaged store's files are named, before the time.
const ASIDE: &str = ".damaged-";

/// The unlocked store. Dropping it forgets the key.
pub struct Store {
    connection: Mutex<Connection>,
    pub(crate) environment: Environment,
    pub(crate) known: Known,
    pub(crate) ahead: SealAhead,
}

impl Store {
    /// Opens or makes the store in `path`.
    pub(crate) fn open(path: &Path, key: &StoreKey, environment: Environment) -> Result<Self, StoreError> {
        match Self::try_open(path, key, &environment) {
            Ok(connection) => Ok(Self {
                connection: Mutex::new(connection),
                environment,
                known: Known::default(),
                ahead: SealAhead::default(),
            }),
            Err(StoreError::Sqlite(error)) if is_damage(&error) => {
                Err(StoreError::Damaged { moved_to: move_aside(path, environment.clock.now())? })
            }
            Err(other) => Err(other),
        }
    }

    fn try_open(path: &Path, key: &StoreKey, environment: &Environment) -> Result<Connection, StoreError> {
        let mut connection = Connection::open(path)?;
        let raw = Zeroizing::new(format!("x'{}{}'", HEXLOWER.encode(key.key.as_ref()), HEXLOWER.encode(&key.salt)));
        connection.pragma_update(None, "key", raw.as_str())?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", false)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "secure_delete", true)?;
        let intact: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if intact != "ok" {
            return Err(StoreError::Sqlite(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
                None,
            )));
        }
        migrate::migrate(&mut connection, environment)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(cached::CAPACITY);
        // Without it SQLite prepares a statement anew whenever a parameter it weighed against a partial index changes.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    }

    /// Runs `work` in one transaction: all of it is durable when this returns, or none of it happened.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let transaction = connection.transaction().map_err(StoreError::from)?;
        let done = work(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(done)
    }

    /// Runs `work` on a consistent state.
    pub(crate) fn read<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        work(&self.lock())
    }

    /// Limits the store to so many pages, as a full disk would: for tests of exactly that.
    #[doc(hidden)]
    pub fn limit_pages_for_tests(&self, pages: Option<u32>) -> Result<(), StoreError> {
        let connection = self.lock();
        let used: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let limit = pages.map_or(u32::MAX - 1, |more| used + more);
        connection.pragma_update_and_check(None, "max_page_count", limit, |_| Ok(()))?;
        Ok(())
    }

    /// A panic elsewhere rolled its transaction back, so the connection behind a poisoned lock is sound.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}

/// Whether a file in the data folder is what [`move_aside`] left there, or was put beside it.
pub(crate) fn is_aside(name: &str) -> bool {
    name.starts_with("store.sqlite") && name.contains(ASIDE)
}

fn move_aside(path: &Path, now: DateTime<Utc>) -> Result<String, StoreError> {
    let suffix = format!("{ASIDE}{}", now.format("%Y%m%dT%H%M%SZ"));
    let aside = |file: &Path| -> PathBuf {
        let mut name = file.as_os_str().to_owned();
        name.push(&suffix);
        name.into()
    };
    // The log before the file: beside an empty file that took its place SQLite would delete it.
    for tail in ["-wal", "-shm", ""] {
        let mut name = path.as_os_str().to_owned();
        name.push(tail);
        let file = PathBuf::from(name);
        if file.exists() {
            fs::rename(&file, aside(&file))?;
        }
    }
    Ok(aside(path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
}

/// Stores a time so that text order is time order.
pub(crate) fn time_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Reads what [`time_text`] wrote.
pub(crate) fn parse_time(text: &str) -> Result<DateTime<Utc>, StoreError> {
    DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).map_err(|_| StoreError::Content)
}

#[cfg(test)]
mod tests;
