//! Whether the store's file is whole, and when that is looked at.
//!
//! Everything but the photos is looked at at every unlock. Photos are nearly all of a large store, and looking at them
//! takes seconds for each gigabyte: they are looked at once a day, whenever the program ended without closing the store,
//! and after the store failed while it was open. A damaged page is never read as if it were good: SQLCipher
//! authenticates each, and after one that is not what was written it answers nothing more on that connection.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use baken_sqlite::Fault;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use super::settings::Setting;

/// How long a store that was found whole is taken to be whole.
const TRUSTED: TimeDelta = TimeDelta::days(1);
/// What is added to the store's name for the mark of one that failed.
const FAILED: &str = "-failed";

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Every page.
    Everything,
    /// All but the photos.
    AllButPhotos,
}

/// How the store was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Closed: there is no log beside it.
    Closed,
    /// With what was written last in its log.
    Open,
}

/// How the store in `path` was left. To be asked before it is opened.
pub(super) fn left(path: &Path) -> Left {
    if fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0) { Left::Open } else { Left::Closed }
}

/// What has to be looked at by `now`.
pub(super) fn due(connection: &Connection, path: &Path, left: Left, now: DateTime<Utc>) -> Result<Extent, StoreError> {
    let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    // A store that is only being made has no settings yet.
    if left == Left::Open || version == 0 || beside(path, FAILED).exists() {
        return Ok(Extent::Everything);
    }
    // Where even this cannot be read, the look itself says why.
    let found: Option<DateTime<Utc>> = Setting::FoundWholeAt.read(connection).unwrap_or_default();
    let trusted = found.is_some_and(|found| found <= now && now - found < TRUSTED);
    Ok(if trusted { Extent::AllButPhotos } else { Extent::Everything })
}

/// Looks; fails as SQLite does where it reads a damaged page.
pub(super) fn look(connection: &Connection, extent: Extent) -> Result<(), StoreError> {
    let sql = match extent {
        Extent::Everything => "PRAGMA quick_check(1)",
        Extent::AllButPhotos => {
            "SELECT found.quick_check FROM sqlite_schema s, pragma_quick_check(s.name) found
             WHERE s.type = 'table' AND s.name <> 'photos' AND found.quick_check <> 'ok' LIMIT 1"
        }
    };
    let found: Option<String> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    match found.as_deref() {
        None | Some("ok") => Ok(()),
        Some(_) => {
            let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
            Err(StoreError::Sqlite(rusqlite::Error::SqliteFailure(corrupt, None)))
        }
    }
}

/// Remembers that every page was found whole. A disk too full for that keeps nobody out: it is looked at again.
pub(super) fn note(connection: &Connection, path: &Path, now: DateTime<Utc>) {
    if let Err(error) = Setting::FoundWholeAt.write(connection, Some(&now)) {
        tracing::debug!(%error, "the store is looked at again at the next unlock");
    }
    match fs::remove_file(beside(path, FAILED)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::debug!(%error, "the store is looked at again at the next unlock");
        }
        Ok(()) | Err(_) => {}
    }
}

/// An error that may be the store's own, of whatever kind `Store::read` and `Store::write` are asked with.
pub(crate) trait MayBeTheStores {
    /// The store's part in it.
    fn of_store(&self) -> Option<&StoreError>;
}

impl MayBeTheStores for StoreError {
    fn of_store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// Whether `error` may come of a damaged page.
pub(super) fn is_failure(error: &StoreError) -> bool {
    matches!(error, StoreError::Sqlite(error) if Fault::of(error).may_be_the_file())
}

/// Marks a store that failed while it was open: at the next unlock every page of it is looked at.
pub(super) fn mark_failed(path: &Path) {
    if let Err(error) = fs::write(beside(path, FAILED), []) {
        tracing::warn!(%error, "the store failed, and cannot be marked as such");
    }
}

fn beside(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    name.into()
}
