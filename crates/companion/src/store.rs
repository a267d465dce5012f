//! The encrypted store: one SQLCipher file, one connection, opened with the vault's key.
//!
//! The key is given as `x'<64 hex key><32 hex salt>'`: with the salt inside the key the file opens after a
//! power cut at any moment, without it some crash states do not (measured, see docs/PROTOCOL.md). WAL with
//! `synchronous=FULL`: a commit that returned has reached the disk.
//!
//! A lock closes it, whoever still holds it: what is left is a husk that answers [`StoreError::Closed`]. This process
//! alone has the folder, so the index of the WAL stands in memory and a full disk does not keep the store shut; one
//! that cannot be written at all is opened for reading.

pub(crate) mod allowed;
mod closing;
pub(crate) mod known;
mod looking;
mod migrate;
mod open;
mod reserve;
pub(crate) mod road;
pub(crate) mod seal_ahead;
pub(crate) mod settings;
mod soundness;
mod sparing;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use baken_sqlite::{Fault, MigrationError, NotATime};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, InterruptHandle, Transaction, TransactionBehavior};

use crate::access::Access;
use crate::environment::Environment;
use crate::vault::StoreKey;
use known::Known;
use looking::Looking;
use road::Road;
use seal_ahead::SealAhead;

pub(crate) use baken_sqlite::{Cached, parse_time, time_text};
pub(crate) use soundness::MayBeTheStores;

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
    /// Made by a version between two releases, with other migrations.
    #[error("the store was made by a version that was never released")]
    OtherSchema,
    /// It was locked meanwhile.
    #[error("the store was locked")]
    Closed,
    /// The folder cannot be written; what is there can be read and sent.
    #[error("the store cannot be written")]
    ReadOnly,
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
        match Fault::of(&error) {
            Fault::DiskFull => Self::DiskFull,
            Fault::ReadOnly => Self::ReadOnly,
            // Nothing but a lock interrupts a statement.
            Fault::Interrupted => Self::Closed,
            Fault::Busy | Fault::Damaged | Fault::Unreadable | Fault::Other => Self::Sqlite(error),
        }
    }
}

impl From<MigrationError> for StoreError {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::TooNew => Self::TooNew,
            MigrationError::Other(_) => Self::OtherSchema,
            MigrationError::Sqlite(error) => error.into(),
            MigrationError::Orphans | MigrationError::TooOld => Self::Content,
        }
    }
}

impl From<NotATime> for StoreError {
    fn from(NotATime: NotATime) -> Self {
        Self::Content
    }
}

/// What a damaged store's files are named, before the time.
const ASIDE: &str = ".damaged-";

/// The unlocked store. Closing it forgets the key, whoever still holds it.
pub struct Store {
    connection: Mutex<Option<Connection>>,
    /// Ends a statement that only reads, for a lock that does not wait.
    interrupt: InterruptHandle,
    /// Whether a lock is under way or was: from then on nobody begins anything.
    closing: AtomicBool,
    /// Whether the one whose turn it is writes.
    writing: AtomicBool,
    /// A page of it could not be read.
    failed: AtomicBool,
    /// Whether the municipality was heard to order that this device be wiped, also where that could not be written down.
    pub(crate) wipe_ordered: AtomicBool,
    /// Whether the lease was over when it was opened, and no contact renewed it since.
    pub(crate) lease_over: AtomicBool,
    looking: Looking,
    path: PathBuf,
    /// What the municipality must be able to open too; gone once closed.
    key: Mutex<Option<StoreKey>>,
    pub(crate) environment: Environment,
    pub(crate) known: Known,
    pub(crate) ahead: SealAhead,
    pub(crate) road: Arc<Road>,
}

impl Store {
    /// Opens or makes the store in `path`; `road` is the one way to the backend.
    pub(crate) fn open(
        path: &Path,
        key: StoreKey,
        environment: Environment,
        access: Access,
        road: Arc<Road>,
    ) -> Result<Self, StoreError> {
        let (connection, due) = match open::connection(path, &key, &environment, access) {
            Err(StoreError::Sqlite(error)) if Fault::of(&error) == Fault::Damaged && access == Access::ReadWrite => {
                return Err(StoreError::Damaged { moved_to: move_aside(path, environment.clock.now())? });
            }
            other => other?,
        };
        if access == Access::ReadWrite {
            reserve::lay_in(path);
        }
        Ok(Self {
            interrupt: connection.get_interrupt_handle(),
            connection: Mutex::new(Some(connection)),
            closing: AtomicBool::new(false),
            writing: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            wipe_ordered: AtomicBool::new(false),
            lease_over: AtomicBool::new(false),
            looking: Looking::new(due),
            path: path.to_owned(),
            key: Mutex::new(Some(key)),
            environment,
            known: Known::default(),
            ahead: SealAhead::default(),
            road,
        })
    }

    /// Runs `work` in one transaction: all of it is durable when this returns, or none of it happened.
    pub(crate) fn write<T, E: From<StoreError> + MayBeTheStores>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.turn(|connection| {
            let _writing = Flag::raise(&self.writing);
            in_transaction(connection, work)
        })
    }

    /// The same for what brings records out. On a full disk it may use the room that was laid in for exactly that.
    pub(crate) fn write_to_send<T, E: From<StoreError> + MayBeTheStores>(
        &self,
        work: impl Fn(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.with_reserve(|| self.write(&work))
    }

    fn with_reserve<T, E: MayBeTheStores>(&self, mut work: impl FnMut() -> Result<T, E>) -> Result<T, E> {
        match work() {
            Err(error) if matches!(error.of_store(), Some(StoreError::DiskFull)) && reserve::give_up(&self.path) => {
                work()
            }
            other => other,
        }
    }

    /// Runs `work` on a consistent state.
    pub(crate) fn read<T, E: From<StoreError> + MayBeTheStores>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.turn(|connection| work(connection))
    }

    /// Limits the store to so many pages, as a full disk would: for tests of exactly that.
    #[doc(hidden)]
    pub fn limit_pages_for_tests(&self, pages: Option<u32>) -> Result<(), StoreError> {
        self.turn(|connection| {
            let used: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let limit = pages.map_or(u32::MAX - 1, |more| used + more);
            connection.pragma_update_and_check(None, "max_page_count", limit, |_| Ok(()))?;
            Ok(())
        })
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// The key, while it is open.
    pub(crate) const fn key(&self) -> &Mutex<Option<StoreKey>> {
        &self.key
    }

    /// Waits for its turn at the one connection. A panic elsewhere rolled its transaction back, so the connection
    /// behind a poisoned lock is sound.
    fn turn<T, E: From<StoreError> + MayBeTheStores>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut slot = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.as_mut() {
            Some(connection) if !self.closing.load(Ordering::Acquire) => work(connection).inspect_err(|error| {
                if error.of_store().is_some_and(soundness::is_failure) {
                    self.failed.store(true, Ordering::Release);
                }
            }),
            Some(_) | None => Err(StoreError::Closed.into()),
        }
    }
}

/// Runs `work` in one transaction that says from its start that it will write: it never fails half-way because
/// somebody else wrote first.
fn in_transaction<T, E: From<StoreError>>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
    let done = work(&transaction)?;
    transaction.commit().map_err(StoreError::from)?;
    Ok(done)
}

/// True for as long as it lives.
struct Flag<'a>(&'a AtomicBool);

impl<'a> Flag<'a> {
    fn raise(flag: &'a AtomicBool) -> Self {
        flag.store(true, Ordering::Release);
        Self(flag)
    }
}

impl Drop for Flag<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
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

/// A store in a folder, for tests of what is kept in one.
#[cfg(test)]
pub(crate) fn scratch(folder: &Path) -> Store {
    let key = StoreKey { key: zeroize::Zeroizing::new([1; 32]), salt: [9; 16] };
    Store::open(&folder.join("store.sqlite"), key, Environment::system(), Access::ReadWrite, Arc::default())
        .expect("a fresh folder takes a store")
}

#[cfg(test)]
mod tests;
