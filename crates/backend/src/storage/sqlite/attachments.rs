//! Which attachments are announced, and which are held.

use baken_protocol::digest::Digest;
use baken_protocol::ids::{DeviceId, OperationId};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params, params_from_iter};

use super::inbox::Conditions;
use super::{SqliteStorage, parse, parse_time, time_text};
use crate::register::Sight;
use crate::storage::{Attachments, ListedAttachment, StorageError};

impl Attachments for SqliteStorage {
    fn listed_attachment(&self, sha256: Digest, device: DeviceId) -> Result<Option<ListedAttachment>, StorageError> {
        self.read(|tx| {
            let sql = "SELECT a.size_bytes, a.completed_at
                       FROM attachments a JOIN operations o ON o.operation = a.operation
                       WHERE a.sha256 = ?1 AND o.device = ?2
                       ORDER BY a.completed_at IS NOT NULL, a.completed_at LIMIT 1";
            let found: Option<(u64, Option<String>)> = tx
                .query_row(sql, [sha256.to_string(), device.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((size_bytes, completed_at)) = found else { return Ok(None) };
            let completed_at = completed_at.as_deref().map(parse_time).transpose()?;
            Ok(Some(ListedAttachment { size_bytes, completed_at }))
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

    fn attachment_owner(&self, sight: &Sight, sha256: Digest) -> Result<Option<OperationId>, StorageError> {
        let mut conditions = Conditions::visible(sight);
        conditions.add("a.sha256 = ?", [sha256.to_string().into()]);
        let sql = format!(
            "SELECT o.operation FROM attachments a JOIN operations o ON o.operation = a.operation WHERE {} LIMIT 1",
            conditions.sql()
        );
        self.read(|tx| {
            let id: Option<String> =
                tx.query_row(&sql, params_from_iter(conditions.values()), |row| row.get(0)).optional()?;
            id.map(|id| parse(&id)).transpose()
        })
    }
}
