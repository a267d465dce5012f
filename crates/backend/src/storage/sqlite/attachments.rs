//! Which attachments are announced, and which are held: one row for each record that lists one.

use baken_protocol::digest::Digest;
use baken_protocol::ids::RecordId;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params, params_from_iter};

use super::conditions::Conditions;
use super::{SqliteStorage, parse, parse_time, time_text};
use crate::register::Sight;
use crate::storage::{Attachments, Brought, ListedAttachment, SignAttachment, StorageError};

impl Attachments for SqliteStorage {
    fn listed_attachment(&self, sha256: Digest, record: RecordId) -> Result<Option<ListedAttachment>, StorageError> {
        self.read(|tx| {
            let sql = "SELECT size_bytes, receipt_envelope,
                              EXISTS (SELECT 1 FROM attachments others WHERE others.sha256 = ?3
                                      AND others.device <> ?1 AND others.completed_at IS NOT NULL)
                       FROM attachments WHERE device = ?1 AND operation = ?2 AND sha256 = ?3";
            let names = [record.device.to_string(), record.operation.to_string(), sha256.to_string()];
            let found = tx.query_row(sql, names, |row| {
                let (size_bytes, receipt, others_brought_it) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(ListedAttachment { record, sha256, size_bytes, receipt, others_brought_it })
            });
            Ok(found.optional()?)
        })
    }

    fn complete_attachment(
        &self,
        listed: &ListedAttachment,
        now: DateTime<Utc>,
        sign: &SignAttachment<'_>,
    ) -> Result<(), StorageError> {
        self.write(|tx| {
            let sql = "SELECT a.operation, d.enrolled_at FROM attachments a JOIN devices d ON d.device = a.device
                       WHERE a.device = ?1 AND a.sha256 = ?2 AND a.size_bytes = ?3 AND a.completed_at IS NULL";
            let mut statement = tx.prepare_cached(sql)?;
            let (device, sha256) = (listed.record.device.to_string(), listed.sha256);
            let rows = statement.query_map(params![device, sha256.to_string(), listed.size_bytes], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            for row in rows.collect::<Result<Vec<_>, _>>()? {
                let (operation, enrolled_at) = row;
                // A clock that was set back since makes no receipt that the device must refuse.
                let now = now.max(parse_time(&enrolled_at)?);
                let record = RecordId { operation: parse(&operation)?, ..listed.record };
                let listed = ListedAttachment { record, ..listed.clone() };
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

    fn attachment_shown(&self, sight: &Sight, sha256: Digest) -> Result<Option<Brought>, StorageError> {
        let mut conditions = Conditions::visible(sight);
        conditions.add("a.sha256 = ?", [sha256.to_string().into()]);
        // Whoever only lists the hash of what another brought gives nobody a sight of it.
        let sql = format!(
            "SELECT max(a.completed_at IS NOT NULL) FROM attachments a
             JOIN operations o ON o.device = a.device AND o.operation = a.operation WHERE {}",
            conditions.sql()
        );
        self.read(|tx| {
            let brought: Option<bool> = tx.query_row(&sql, params_from_iter(conditions.values()), |row| row.get(0))?;
            Ok(brought.map(|brought| if brought { Brought::Whole } else { Brought::NotYet }))
        })
    }
}
