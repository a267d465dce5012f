//! Whether the store's file is whole, and when that is looked at (docs/adr/0026).
//!
//! At an unlock only the tables that do not grow with the records are looked at, and what was not received yet is read.
//! The rest is looked at while the store is open (`store/looking.rs`): all but photos and spoken notes after every unlock,
//! and those once a day. Whatever gives reason for doubt is looked at before the store opens: a store the program ended
//! without closing, one that failed while it was open, one that was not looked at to the end for some unlocks, one that
//! is to be migrated. A damaged page is never read as if it were good: SQLCipher authenticates each, and after one that is
//! not what was written it answers nothing more on that connection.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use baken_sqlite::{Fault, Migrations};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use super::migrate::MIGRATIONS;
use super::settings::Setting;
use crate::access::Access;

/// How long a store that was found whole is taken to be whole.
const TRUSTED: TimeDelta = TimeDelta::days(1);
/// Looks that a lock may cut short, one after the other, before one is waited for.
pub(super) const MOST_CUT_SHORT: u32 = 3;
/// What is added to the store's name for the mark of one that failed.
const FAILED: &str = "-failed";

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Every page.
    Everything,
    /// All but photos and spoken notes.
    AllButPhotos,
    /// What does not grow with the records.
    Steady,
}

/// How the store was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Closed: there is no log beside it.
    Closed,
    /// With what was written last in its log.
    Open,
}

/// What is to be looked at, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    /// Before it opens.
    pub(super) before: Extent,
    /// While it is open.
    pub(super) meanwhile: Option<Extent>,
}

/// How the store in `path` was left. To be asked before it is opened.
pub(super) fn left(path: &Path) -> Left {
    if fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0) { Left::Open } else { Left::Closed }
}

/// What has to be looked at by `now`.
pub(super) fn due(
    connection: &Connection,
    path: &Path,
    left: Left,
    access: Access,
    now: DateTime<Utc>,
) -> Result<Due, StoreError> {
    // A store that is only being made has no settings yet.
    let current = Migrations::version_of(connection)? == MIGRATIONS.newest();
    if left == Left::Open || !current || beside(path, FAILED).exists() {
        return Ok(Due { before: Extent::Everything, meanwhile: None });
    }
    // Where even this cannot be read, the look itself says why.
    let found: Option<DateTime<Utc>> = Setting::FoundWholeAt.read(connection).unwrap_or_default();
    let cut_short: u32 = Setting::LooksCutShort.read(connection).unwrap_or_default().unwrap_or_default();
    let trusted = found.is_some_and(|found| found <= now && now - found < TRUSTED);
    let extent = if trusted { Extent::AllButPhotos } else { Extent::Everything };
    // Where nothing can be noted, no unlock knows of the one before.
    Ok(if found.is_none() || cut_short >= MOST_CUT_SHORT || access == Access::ReadOnly {
        Due { before: extent, meanwhile: None }
    } else {
        Due { before: Extent::Steady, meanwhile: Some(extent) }
    })
}

/// Looks; fails as SQLite does where it reads a damaged page.
pub(super) fn look(connection: &Connection, extent: Extent) -> Result<(), StoreError> {
    let sql = match extent {
        Extent::Everything => "PRAGMA quick_check(1)",
        Extent::AllButPhotos => {
            "SELECT found.quick_check FROM sqlite_schema s, pragma_quick_check(s.name) found
             WHERE s.type = 'table' AND s.name NOT IN ('photos', 'spoken_pieces') AND found.quick_check <> 'ok' LIMIT 1"
        }
        Extent::Steady => {
            "SELECT found.quick_check FROM sqlite_schema s, pragma_quick_check(s.name) found
             WHERE s.type = 'table'
                   AND s.name NOT IN ('operations', 'outbox_entries', 'corrections', 'batches', 'receipts', 'photos',
                                      'catalogues', 'known_places', 'listed', 'outcomes', 'purged', 'record_words',
                                      'record_words_data', 'record_words_idx', 'spoken_pieces')
                   AND found.quick_check <> 'ok' LIMIT 1"
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

/// Reads what was signed and not received yet, as sending will: where a page of it is damaged, the store is moved aside
/// before anybody records more beside it. What was received is the municipality's too.
pub(super) fn read_unsent(connection: &Connection) -> Result<(), StoreError> {
    for (sql, columns) in [(UNSENT_RECORDS, 4), (UNSENT_BATCHES, 2)] {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                row.get_ref(column)?;
            }
        }
    }
    Ok(())
}

const UNSENT_RECORDS: &str = "
    SELECT o.signature, o.payload, o.form, o.sealed
    FROM (SELECT position FROM outbox WHERE chain IS NULL AND seq IS NULL AND refused IS NULL
          UNION ALL
          SELECT e.position FROM batches b CROSS JOIN outbox_entries e ON e.chain = b.chain AND e.seq = b.seq
          WHERE NOT EXISTS (SELECT 1 FROM standing_receipts r WHERE r.chain = b.chain AND r.seq = b.seq)) w
    CROSS JOIN operations o ON o.position = w.position";

const UNSENT_BATCHES: &str = "
    SELECT b.signature, b.payload FROM batches b
    WHERE NOT EXISTS (SELECT 1 FROM standing_receipts r WHERE r.chain = b.chain AND r.seq = b.seq)";

/// Remembers what was found whole. A disk too full for that keeps nobody out: it is looked at again.
pub(super) fn note_whole(connection: &Connection, path: &Path, extent: Extent, now: DateTime<Utc>) {
    if extent == Extent::Steady {
        return;
    }
    let noted = note_cut_short(connection, None).and_then(|()| match extent {
        Extent::Everything => Setting::FoundWholeAt.write(connection, Some(&now)),
        Extent::AllButPhotos | Extent::Steady => Ok(()),
    });
    if let Err(error) = noted {
        tracing::debug!(%error, "the store is looked at again at the next unlock");
    }
    if extent == Extent::Everything {
        match fs::remove_file(beside(path, FAILED)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::debug!(%error, "the store is looked at again at the next unlock");
            }
            Ok(()) | Err(_) => {}
        }
    }
}

/// Remembers how many looks were cut short since one was not: `None` where one was not.
pub(super) fn note_cut_short(connection: &Connection, more: Option<u32>) -> Result<(), StoreError> {
    let before: Option<u32> = Setting::LooksCutShort.read(connection).unwrap_or_default();
    match (before, more) {
        // Most looks end, and cost no commit to say so.
        (None, None) => Ok(()),
        (Some(_), None) => Setting::LooksCutShort.write::<u32>(connection, None),
        (before, Some(more)) => {
            Setting::LooksCutShort.write(connection, Some(&before.unwrap_or_default().saturating_add(more)))
        }
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
