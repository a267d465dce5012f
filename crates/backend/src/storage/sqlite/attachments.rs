//! Which attachments are announced, and which are held: one row for each record that lists one.

use baken_protocol::digest::Digest;
use baken_protocol::ids::RecordId;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params, params_from_iter};

use super::conditions::Conditions;
use super::{SqliteStorage, parse, parse_time, time_text};
use crate::register::Sight;
use crate::storage::{Attachments, ListedAttachment, SignAttachment, StorageError};

impl Attachments for SqliteStorage {
    fn listed_attachment(&self, sha256: Digest, record: RecordId) -> Result<Option<ListedAttachment>, StorageError> {
        self.read(|tx| {
            let sql = "SELECT size_bytes, receipt_envelope FROM attachments
                       WHERE device = ?1 AND operation = ?2 AND sha256 = ?3";
            let found: Option<(u64, Option<Vec<u8>>)> = tx
                .query_row(sql, [record.device.to_string(), record.operation.to_string(), sha256.to_string()], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            Ok(found.map(|(size_bytes, receipt)| ListedAttachment { record, sha256, size_bytes, receipt }))
        })
    }

    fn complete_attachment(
        &self,
        sha256: Digest,
        size_bytes: u64,
        now: DateTime<Utc>,
        sign: &SignAttachment<'_>,
    ) -> Result<(), StorageError> {
        self.write(|tx| {
            let sql = "SELECT a.device, a.operation, d.enrolled_at
                       FROM attachments a JOIN devices d ON d.device = a.device
                       WHERE a.sha256 = ?1 AND a.size_bytes = ?2 AND a.completed_at IS NULL";
            let mut statement = tx.prepare_cached(sql)?;
            let rows = statement.query_map(params![sha256.to_string(), size_bytes], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
            })?;
            for row in rows.collect::<Result<Vec<_>, _>>()? {
                let (device, operation, enrolled_at) = row;
                // A clock that was set back since makes no receipt that the device must refuse.
                let now = now.max(parse_time(&enrolled_at)?);
                let record = RecordId { device: parse(&device)?, operation: parse(&operation)? };
                let listed = ListedAttachment { record, sha256, size_bytes, receipt: None };
                let receipt = sign(&listed, now).and_then(|signed| signed.to_json());
                tx.execute(
                    "UPDATE attachments SET completed_at = ?4, receipt_envelope = ?5
                     WHERE device = ?1 AND operation = ?2 AND sha256 = ?3",
                    params![
                        device,
                        operation,
                        sha256.to_string(),
                        time_text(now),
                        receipt.map_err(|_| StorageError::Content)?
                    ],
                )?;
            }
            Ok(())
        })
    }

    fn attachment_owner(&self, sight: &Sight, sha256: Digest) -> Result<Option<RecordId>, StorageError> {
        let mut conditions = Conditions::visible(sight);
        conditions.add("a.sha256 = ?", [sha256.to_string().into()]);
        let sql = format!(
            "SELECT o.device, o.operation FROM attachments a
             JOIN operations o ON o.device = a.device AND o.operation = a.operation WHERE {} LIMIT 1",
            conditions.sql()
        );
        self.read(|tx| {
            let id: Option<(String, String)> = tx
                .query_row(&sql, params_from_iter(conditions.values()), |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            id.map(|(device, operation)| Ok(RecordId { device: parse(&device)?, operation: parse(&operation)? }))
                .transpose()
        })
    }
}
