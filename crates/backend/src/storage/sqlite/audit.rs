//! The audit log: append-only, also against this program (triggers).

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{SqliteStorage, time_text};
use crate::storage::{Audit, AuditEntry, StorageError};

impl Audit for SqliteStorage {
    fn audit(&self, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO audit (at, actor, action, object, result, origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![time_text(now), entry.actor, entry.action, entry.object, entry.result, entry.origin],
            )?;
            Ok(())
        })
    }
}
