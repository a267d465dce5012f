//! Which attachments are announced, and which are held.

use baken_protocol::digest::Digest;
use baken_protocol::ids::{DeviceId, RecordId};
use baken_sqlite::Cached;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params, params_from_iter};

use super::conditions::Conditions;
use super::{SqliteTransaction, parse, parse_digest, time_text};
use crate::storage::{Attachments, Brought, Clearance, ListedAttachment, StorageError};

impl Attachments for SqliteTransaction<'_> {
    fn listed_attachment(&self, sha256: Digest, record: RecordId) -> Result<Option<ListedAttachment>, StorageError> {
        let sql = "SELECT size_bytes, receipt_envelope,
                          EXISTS (SELECT 1 FROM attachments others WHERE others.sha256 = ?3
                                  AND others.device <> ?1 AND others.completed_at IS NOT NULL)
                   FROM attachments WHERE device = ?1 AND operation = ?2 AND sha256 = ?3";
        let names = [record.device.to_string(), record.operation.to_string(), sha256.to_string()];
        let found = self.connection().query_row(sql, names, |row| {
            let (size_bytes, receipt, others_brought_it) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(ListedAttachment { record, sha256, size_bytes, receipt, others_brought_it })
        });
        Ok(found.optional()?)
    }

    fn unreceipted_listings(
        &self,
        device: DeviceId,
        sha256: Digest,
        size_bytes: u64,
    ) -> Result<Vec<RecordId>, StorageError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT operation FROM attachments
             WHERE device = ?1 AND sha256 = ?2 AND size_bytes = ?3 AND completed_at IS NULL ORDER BY operation",
        )?;
        let values = params![device.to_string(), sha256.to_string(), size_bytes];
        let rows = statement.query_map(values, |row| row.get::<_, String>(0))?;
        rows.map(|operation| Ok(RecordId { device, operation: parse(&operation?)? })).collect()
    }

    fn has_brought(&self, device: DeviceId, sha256: Digest, size_bytes: u64) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM attachments WHERE device = ?1 AND sha256 = ?2 AND size_bytes = ?3
                                  AND completed_at IS NOT NULL)";
        let values = params![device.to_string(), sha256.to_string(), size_bytes];
        Ok(self.connection().query_row_cached(sql, values, |row| row.get(0))?)
    }

    fn awaited_attachments(&self, device: DeviceId, limit: usize) -> Result<Vec<Digest>, StorageError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT DISTINCT sha256 FROM attachments WHERE device = ?1 AND completed_at IS NULL
             ORDER BY sha256 LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![device.to_string(), limit], |row| row.get::<_, String>(0))?;
        rows.map(|hash| parse_digest(&hash?)).collect()
    }

    fn list_attachment(
        &self,
        RecordId { device, operation }: RecordId,
        sha256: Digest,
        size_bytes: u64,
    ) -> Result<(), StorageError> {
        self.connection().execute_cached(
            "INSERT INTO attachments (device, operation, sha256, size_bytes, class) VALUES (?1, ?2, ?3, ?4, 'photo')",
            params![device.to_string(), operation.to_string(), sha256.to_string(), size_bytes],
        )?;
        Ok(())
    }

    fn complete_listing(
        &self,
        RecordId { device, operation }: RecordId,
        sha256: Digest,
        at: DateTime<Utc>,
        receipt: &[u8],
    ) -> Result<(), StorageError> {
        self.connection().execute_cached(
            "UPDATE attachments SET completed_at = ?4, receipt_envelope = ?5
             WHERE device = ?1 AND operation = ?2 AND sha256 = ?3",
            params![device.to_string(), operation.to_string(), sha256.to_string(), time_text(at), receipt],
        )?;
        Ok(())
    }

    fn attachment_shown(&self, clearance: &Clearance, sha256: Digest) -> Result<Option<Brought>, StorageError> {
        let mut conditions = Conditions::visible(clearance);
        conditions.add("a.sha256 = ?", [sha256.to_string().into()]);
        // Whoever only lists the hash of what another brought gives nobody a sight of it.
        let sql = format!(
            "SELECT max(a.completed_at IS NOT NULL) FROM attachments a
             JOIN operations o ON o.device = a.device AND o.operation = a.operation WHERE {}",
            conditions.sql()
        );
        let values = params_from_iter(conditions.values());
        let brought: Option<bool> = self.connection().query_row(&sql, values, |row| row.get(0))?;
        Ok(brought.map(|brought| if brought { Brought::Whole } else { Brought::NotYet }))
    }
}
