//! The whole register, row by row.

use std::collections::BTreeSet;

use baken_protocol::digest::Digest;
use baken_protocol::ids::RecordId;

use super::{Columns, SqlTransaction, values};
use crate::storage::{
    Each, EnrolledRow, ListedRow, OperationColumns, StorageError, StoredBatch, StoredLine, StoredLogEntry,
    StoredOperation, Whole,
};

const DEVICES: &str = "
    SELECT d.device, d.public_key, d.enrolment_envelope, i.challenge,
           coalesce(d.label = i.label AND d.organisation = i.organisation AND i.used_at IS NOT NULL, false),
           d.certificate_envelope, d.organisation
    FROM devices d LEFT JOIN invitations i ON i.id = d.invitation ORDER BY d.device";

const BATCHES: &str = "
    SELECT b.leaf_index, b.chain, b.seq, b.hash, b.device, c.chain IS NOT NULL, b.envelope,
           b.receipt_envelope, b.made_at, b.received_at, b.quarantined,
           coalesce(l.kind = 'batch' AND l.hash = b.hash AND l.received_at = b.received_at, false)
    FROM batches b LEFT JOIN chains c ON c.device = b.device AND c.chain = b.chain
    LEFT JOIN log_entries l ON l.leaf_index = b.leaf_index ORDER BY b.leaf_index";

const LOG: &str = "
    SELECT l.leaf_index, l.kind, b.leaf_index IS NOT NULL
    FROM log_entries l LEFT JOIN batches b ON b.leaf_index = l.leaf_index ORDER BY l.leaf_index";

const OPERATIONS: &str = "
    SELECT o.operation, o.hash, o.position, o.device, o.entity, o.kind, o.action, o.inspection_device, o.inspection,
           o.level, o.place_kind, o.district, o.urgency, o.observed_at, o.finalised_at,
           o.organisation = d.organisation AND o.received_at = b.received_at
               AND o.quarantined = b.quarantined AND o.device = b.device,
           c.envelope, c.sealed, b.envelope, o.number
    FROM operations o JOIN operation_contents c ON c.number = o.number
    JOIN batches b ON b.leaf_index = o.leaf_index JOIN devices d ON d.device = o.device
    ORDER BY o.leaf_index, o.position";

const AUDIT: &str =
    "SELECT id, hash, at, actor, action, object, object_id, result, origin, purpose, detail FROM audit ORDER BY id";

impl Whole for SqlTransaction<'_> {
    fn each_key_directory(&self, check: &mut Each<'_, (u64, Vec<u8>)>) -> Result<(), StorageError> {
        let sql = "SELECT epoch, envelope FROM key_directories ORDER BY epoch";
        self.sql().each(sql, &[], |row| check((row.get(0)?, row.get(1)?)))
    }

    fn each_device(&self, check: &mut Each<'_, EnrolledRow>) -> Result<(), StorageError> {
        self.sql().each(DEVICES, &[], |row| check(enrolled(row)?))
    }

    fn each_continuation(&self, check: &mut Each<'_, (String, Vec<u8>)>) -> Result<(), StorageError> {
        let sql = "SELECT log_origin, envelope FROM log_continuations ORDER BY position";
        self.sql().each(sql, &[], |row| check((row.get(0)?, row.get(1)?)))
    }

    fn each_log_entry(&self, check: &mut Each<'_, StoredLogEntry>) -> Result<(), StorageError> {
        self.sql().each(LOG, &[], |row| {
            check(StoredLogEntry { leaf: row.get(0)?, kind: row.get(1)?, has_batch: row.get(2)? })
        })
    }

    fn each_batch(&self, check: &mut Each<'_, StoredBatch>) -> Result<(), StorageError> {
        self.sql().each(BATCHES, &[], |row| check(batch(row)?))
    }

    fn each_operation(&self, check: &mut Each<'_, StoredOperation>) -> Result<(), StorageError> {
        self.sql().each(OPERATIONS, &[], |row| check(operation(row)?))
    }

    fn each_file(&self, check: &mut Each<'_, (String, bool)>) -> Result<(), StorageError> {
        let sql = "SELECT sha256, max(completed_at) IS NOT NULL FROM attachments GROUP BY sha256 ORDER BY sha256";
        self.sql().each(sql, &[], |row| check((row.rendered(0)?, row.get(1)?)))
    }

    fn each_audit_line(&self, check: &mut Each<'_, StoredLine>) -> Result<(), StorageError> {
        self.sql().each(AUDIT, &[], |row| check(audit_line(row)?))
    }

    fn stands_at(&self, leaf: u64, hash: Digest) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM batches WHERE leaf_index = $1 AND hash = $2)";
        self.sql().value(sql, values![leaf, hash])
    }

    fn came_by(&self, RecordId { device, operation }: RecordId, hash: Digest, leaf: u64) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM operations WHERE device = $1 AND operation = $2 AND hash = $3
                                  AND leaf_index <= $4)";
        self.sql().value(sql, values![device, operation, hash, leaf])
    }

    fn count_operations(&self) -> Result<u64, StorageError> {
        self.sql().value("SELECT count(*) FROM operations", &[])
    }

    fn count_stray_contents(&self) -> Result<u64, StorageError> {
        let sql = "SELECT count(*) FROM operation_contents WHERE number NOT IN (SELECT number FROM operations)";
        self.sql().value(sql, &[])
    }

    fn codes_of(&self, number: i64) -> Result<BTreeSet<(String, String)>, StorageError> {
        let sql = "SELECT list, code FROM operation_codes WHERE number = $1";
        let codes = self.sql().all(sql, values![number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(codes.into_iter().collect())
    }

    fn listings_of(&self, RecordId { device, operation }: RecordId) -> Result<Vec<ListedRow>, StorageError> {
        let sql = "SELECT sha256, size_bytes, completed_at IS NOT NULL, receipt_envelope FROM attachments
                   WHERE device = $1 AND operation = $2 ORDER BY sha256";
        self.sql().all(sql, values![device, operation], |row| {
            let (sha256, size_bytes, is_complete, receipt) = (row.rendered(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(ListedRow { sha256, size_bytes, is_complete, receipt })
        })
    }

    fn line_with(&self, hash: Digest) -> Result<Option<u64>, StorageError> {
        self.sql().first("SELECT id FROM audit WHERE hash = $1 ORDER BY id LIMIT 1", values![hash], |row| row.get(0))
    }
}

fn enrolled(row: &dyn Columns) -> Result<EnrolledRow, StorageError> {
    Ok(EnrolledRow {
        device: row.rendered(0)?,
        public_key: row.get(1)?,
        enrolment: row.get(2)?,
        challenge: row.rendered_if_any(3)?,
        as_invited: row.get(4)?,
        certificate: row.get(5)?,
        organisation: row.get(6)?,
    })
}

fn batch(row: &dyn Columns) -> Result<StoredBatch, StorageError> {
    Ok(StoredBatch {
        leaf: row.get(0)?,
        chain: row.rendered(1)?,
        seq: row.get(2)?,
        hash: row.rendered(3)?,
        device: row.rendered(4)?,
        is_known: row.get(5)?,
        envelope: row.get(6)?,
        receipt: row.get(7)?,
        made_at: row.rendered(8)?,
        received_at: row.rendered(9)?,
        quarantined: row.get(10)?,
        is_entered: row.get(11)?,
    })
}

fn operation(row: &dyn Columns) -> Result<StoredOperation, StorageError> {
    Ok(StoredOperation {
        operation: row.rendered(0)?,
        hash: row.rendered(1)?,
        position: row.get(2)?,
        device: row.rendered(3)?,
        columns: OperationColumns {
            entity: row.rendered(4)?,
            kind: row.get(5)?,
            action: row.get(6)?,
            inspection_device: row.rendered_if_any(7)?,
            inspection: row.rendered_if_any(8)?,
            level: row.get(9)?,
            place_kind: row.get(10)?,
            district: row.get(11)?,
            urgency: row.get(12)?,
            observed_at: row.rendered(13)?,
            finalised_at: row.rendered(14)?,
        },
        as_batch: row.get(15)?,
        envelope: row.get(16)?,
        sealed: row.get(17)?,
        batch: row.get(18)?,
        number: row.get(19)?,
    })
}

fn audit_line(row: &dyn Columns) -> Result<StoredLine, StorageError> {
    let texts = [row.rendered(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?];
    Ok(StoredLine { id: row.get(0)?, hash: row.rendered(1)?, texts, purpose: row.get(9)?, detail: row.get(10)? })
}
