//! SQLite behind the storage traits: one writer, a few readers, WAL, `synchronous=FULL`.

mod copy;
mod door;
mod file;
mod migrate;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use baken_sqlite::{Fault, MigrationError, NotATime, make_durable};
use rusqlite::{Connection, OpenFlags};

use super::sql::{Engine, SqlTransaction, Table, Take, Value};
use super::{Database, StorageError, Transaction};

pub use baken_sqlite::time_text;

pub use copy::{as_one_file, backup_recipient, copy_register, in_copy};
pub use file::{RegisterKeys, is_installed, keys_of, schema_of};

const READERS: usize = 4;
/// Negative: SQLite takes it as KiB then, and as pages otherwise.
const WRITER_CACHE_KIB: i32 = -4 * 1024;
/// 16 MiB of the log of writes.
const CHECKPOINT_AFTER_PAGES: u32 = 4096;

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
        // A batch touches pages of every index. They fit in memory until it is committed, and what the next batches
        // touch again is carried over into the file once for all of them.
        writer.pragma_update(None, "cache_size", WRITER_CACHE_KIB)?;
        writer.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_AFTER_PAGES, |_| Ok(()))?;
        let readers = (0..READERS).map(|_| connect(path).map(Mutex::new)).collect::<Result<_, _>>()?;
        Ok(Self { writer: Mutex::new(writer), readers })
    }

    /// Limits the register to so many more pages, as a full disk would: for tests of exactly that.
    #[doc(hidden)]
    pub fn limit_pages_for_tests(&self, more: u32) -> Result<(), StorageError> {
        let connection = hold(&self.writer);
        let used: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        connection.pragma_update_and_check(None, "max_page_count", used.saturating_add(more), |_| Ok(()))?;
        Ok(())
    }

    /// The connection that writes, for tests that look at the file or change it behind the program's back.
    #[doc(hidden)]
    pub fn connection_for_tests(&self) -> MutexGuard<'_, Connection> {
        hold(&self.writer)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        let free = self.readers.iter().find_map(|reader| reader.try_lock().ok());
        free.unwrap_or_else(|| hold(self.readers.first().unwrap_or(&self.writer)))
    }
}

impl Database for SqliteStorage {
    fn begin(&self) -> Result<Box<dyn Transaction + '_>, StorageError> {
        SqliteTransaction::begin(hold(&self.writer), "BEGIN IMMEDIATE")
    }

    fn snapshot(&self) -> Result<Box<dyn Transaction + '_>, StorageError> {
        SqliteTransaction::begin(self.reader(), "BEGIN")
    }
}

/// One transaction on a connection that nobody else has meanwhile.
struct SqliteTransaction<'a> {
    connection: MutexGuard<'a, Connection>,
}

impl<'a> SqliteTransaction<'a> {
    fn begin(connection: MutexGuard<'a, Connection>, how: &str) -> Result<Box<dyn Transaction + 'a>, StorageError> {
        connection.execute_batch(how)?;
        Ok(Box::new(SqlTransaction::new(Self { connection })))
    }
}

impl Engine for SqliteTransaction<'_> {
    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, StorageError> {
        Engine::execute(&*self.connection, sql, values)
    }

    fn insert(&self, table: &Table<'_>, values: &[Value<'_>]) -> Result<(), StorageError> {
        self.connection.insert(table, values)
    }

    fn rows(&self, sql: &str, values: &[Value<'_>], take: &mut Take<'_>) -> Result<(), StorageError> {
        self.connection.rows(sql, values, take)
    }

    fn stream(&self, sql: &str, values: &[Value<'_>], take: &mut Take<'_>) -> Result<(), StorageError> {
        self.connection.stream(sql, values, take)
    }

    fn commit(&self) -> Result<(), StorageError> {
        self.connection.commit()
    }
}

impl Drop for SqliteTransaction<'_> {
    /// Undoes what was not committed, also after a commit that failed and in a panic.
    fn drop(&mut self) {
        if !self.connection.is_autocommit() && self.connection.execute_batch("ROLLBACK").is_err() {
            tracing::error!("a transaction could not be rolled back");
        }
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
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Reads a stored value through its own parser.
fn parse<T: std::str::FromStr>(text: &str) -> Result<T, StorageError> {
    text.parse().map_err(|_| StorageError::Content)
}

#[cfg(test)]
mod tests;
