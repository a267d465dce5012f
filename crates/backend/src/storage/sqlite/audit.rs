//! The audit log: append-only, also against this program (triggers).

use chrono::{DateTime, Utc};
use rusqlite::{Transaction, params};

use super::{SqliteStorage, time_text};
use crate::storage::{Audit, AuditEntry, StorageError};

impl Audit for SqliteStorage {
    fn audit(&self, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
        self.write(|tx| write(tx, now, entry))
    }
}

/// Writes a line in the transaction of what it tells of: neither is kept without the other.
pub(super) fn write(tx: &Transaction<'_>, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
    tx.execute(
        "INSERT INTO audit (at, actor, action, object, result, origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![time_text(now), entry.actor, entry.action, entry.object, entry.result, entry.origin],
    )?;
    Ok(())
}
