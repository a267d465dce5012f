//! Which attachments are announced, and which are held.

use baken_protocol::digest::Digest;
use baken_protocol::ids::DeviceId;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{SqliteStorage, time_text};
use crate::storage::{Attachments, ListedAttachment, StorageError};

impl Attachments for SqliteStorage {
    fn listed_attachment(&self, sha256: Digest, device: DeviceId) -> Result<Option<ListedAttachment>, StorageError> {
        self.read(|tx| {
            let sql = "SELECT a.size_bytes, a.completed_at IS NOT NULL AS complete
                       FROM attachments a JOIN operations o ON o.operation = a.operation
                       WHERE a.sha256 = ?1 AND o.device = ?2 ORDER BY complete LIMIT 1";
            let found = tx.query_row(sql, [sha256.to_string(), device.to_string()], |row| {
                Ok(ListedAttachment { size_bytes: row.get(0)?, complete: row.get(1)? })
            });
            Ok(found.optional()?)
        })
    }

    fn complete_attachment(&self, sha256: Digest, now: DateTime<Utc>) -> Result<(), StorageError> {
        self.write(|tx| {
            tx.execute(
                "UPDATE attachments SET completed_at = ?2 WHERE sha256 = ?1 AND completed_at IS NULL",
                params![sha256.to_string(), time_text(now)],
            )?;
            Ok(())
        })
    }
}
