//! Which attachments are announced, and which are held.

use baken_protocol::digest::Digest;
use baken_protocol::ids::{DeviceId, RecordId};
use baken_protocol::record::AttachmentReference;
use chrono::{DateTime, Utc};

use super::conditions::Conditions;
use super::{SqlTransaction, Value, values};
use crate::storage::{Attachments, Brought, Clearance, ListedAttachment, StorageError};

impl Attachments for SqlTransaction<'_> {
    fn listed_attachment(&self, sha256: Digest, record: RecordId) -> Result<Option<ListedAttachment>, StorageError> {
        let sql = "SELECT size_bytes, receipt_envelope,
                          EXISTS (SELECT 1 FROM attachments others WHERE others.sha256 = $1
                                  AND others.device <> $2 AND others.completed_at IS NOT NULL)
                   FROM attachments WHERE device = $2 AND operation = $3 AND sha256 = $1";
        self.sql().first(sql, values![sha256, record.device, record.operation], |row| {
            let (size_bytes, receipt, others_brought_it) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(ListedAttachment { record, sha256, size_bytes, receipt, others_brought_it })
        })
    }

    fn unreceipted_listings(
        &self,
        device: DeviceId,
        sha256: Digest,
        size_bytes: u64,
    ) -> Result<Vec<RecordId>, StorageError> {
        let sql = "SELECT operation FROM attachments
                   WHERE device = $1 AND sha256 = $2 AND size_bytes = $3 AND completed_at IS NULL ORDER BY operation";
        self.sql().all(sql, values![device, sha256, size_bytes], |row| Ok(RecordId { device, operation: row.get(0)? }))
    }

    fn has_brought(&self, device: DeviceId, sha256: Digest, size_bytes: u64) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM attachments WHERE device = $1 AND sha256 = $2 AND size_bytes = $3
                                  AND completed_at IS NOT NULL)";
        self.sql().value(sql, values![device, sha256, size_bytes])
    }

    fn awaited_attachments(&self, device: DeviceId, limit: usize) -> Result<Vec<Digest>, StorageError> {
        let sql = "SELECT DISTINCT sha256 FROM attachments WHERE device = $1 AND completed_at IS NULL
                   ORDER BY sha256 LIMIT $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.sql().all(sql, values![device, limit], |row| row.get(0))
    }

    fn list_attachment(
        &self,
        RecordId { device, operation }: RecordId,
        attachment: &AttachmentReference,
    ) -> Result<(), StorageError> {
        let AttachmentReference { sha256, size_bytes, class } = *attachment;
        self.sql().execute(
            "INSERT INTO attachments (device, operation, sha256, size_bytes, class) VALUES ($1, $2, $3, $4, $5)",
            values![device, operation, sha256, size_bytes, class.name()],
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
        self.sql().execute(
            "UPDATE attachments SET completed_at = $1, receipt_envelope = $2
             WHERE device = $3 AND operation = $4 AND sha256 = $5",
            values![at, receipt, device, operation, sha256],
        )?;
        Ok(())
    }

    fn attachment_shown(&self, clearance: &Clearance, sha256: Digest) -> Result<Option<Brought>, StorageError> {
        let mut conditions = Conditions::visible(clearance);
        conditions.add("a.sha256 = ?", [Value::Hash(sha256)]);
        // Whoever only lists the hash of what another brought gives nobody a sight of it.
        let sql = format!(
            "SELECT max(CASE WHEN a.completed_at IS NULL THEN 0 ELSE 1 END) FROM attachments a
             JOIN operations o ON o.device = a.device AND o.operation = a.operation WHERE {}",
            conditions.sql()
        );
        let brought: Option<i64> = self.sql().value(&sql, conditions.values())?;
        Ok(brought.map(|brought| if brought == 0 { Brought::NotYet } else { Brought::Whole }))
    }
}
