//! The audit log: append-only, also against this program (triggers), and a chain: each line's hash covers the line
//! before it, so that none can be changed, taken out or put in between while the hashes after it stay. There is no key in
//! it: whoever rewrites every line from there on leaves a chain that holds, with another last hash. Only a hash that was
//! noted elsewhere shows that, and what was cut off at the end.

use baken_sqlite::Cached;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::{SqliteTransaction, time_text};
use crate::storage::{Audit, AuditEntry, StorageError};

impl Audit for SqliteTransaction<'_> {
    fn audit(&self, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
        write(self.connection(), now, entry)
    }
}

/// Writes a line in the transaction of what it tells of: neither is kept without the other.
pub(super) fn write(tx: &Connection, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
    let last = "SELECT hash FROM audit ORDER BY id DESC LIMIT 1";
    let before: Option<String> = tx.query_row_cached(last, [], |row| row.get(0)).optional()?;
    let (before, at) = (before.unwrap_or_default(), time_text(now));
    let hash = entry.hash(&before, &at).ok_or(StorageError::Content)?.to_string();
    let AuditEntry { actor, action, object, id, result, origin, purpose, detail } = *entry;
    let (action, object) = (action.code(), object.code());
    tx.execute_cached(
        "INSERT INTO audit (at, actor, action, object, object_id, result, origin, purpose, detail, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![at, actor, action, object, id, result, origin, purpose, detail, hash],
    )?;
    Ok(())
}
