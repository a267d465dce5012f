//! The records: every operation signed and listed, every column beside it as signed, every sealed byte there.

use std::collections::BTreeSet;

use baken_protocol::attachment_receipt::{AttachmentReceipt, Listing};
use baken_protocol::batch::Batch;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::ids::RecordId;
use baken_protocol::record::Operation;
use baken_sqlite::Cached;
use rusqlite::{OptionalExtension, Row};

use super::Audit;
use crate::attachments::AttachmentFiles;
use crate::storage::StorageError;
use crate::storage::sqlite::{OperationColumns, listed_codes};

/// A row of `operations` with its batch and its device.
struct OperationRow {
    operation: String,
    hash: String,
    position: usize,
    device: String,
    columns: OperationColumns,
    /// Organisation, time of receipt and quarantine are those of the device and the batch.
    as_batch: bool,
    envelope: Vec<u8>,
    sealed: Vec<u8>,
    batch: Vec<u8>,
    number: i64,
}

impl OperationRow {
    const SQL: &str = "
        SELECT o.operation, o.hash, o.position, o.device, o.entity, o.kind, o.action, o.inspection_device, o.inspection,
               o.level,
               o.place_kind, o.district, o.urgency, o.observed_at, o.finalised_at,
               o.organisation = d.organisation AND o.received_at = b.received_at
                   AND o.quarantined = b.quarantined AND o.device = b.device,
               c.envelope, c.sealed, b.envelope, o.number
        FROM operations o JOIN operation_contents c ON c.number = o.number
        JOIN batches b ON b.leaf_index = o.leaf_index JOIN devices d ON d.device = o.device
        ORDER BY o.leaf_index, o.position";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            operation: row.get(0)?,
            hash: row.get(1)?,
            position: row.get(2)?,
            device: row.get(3)?,
            columns: OperationColumns {
                entity: row.get(4)?,
                kind: row.get(5)?,
                action: row.get(6)?,
                inspection_device: row.get(7)?,
                inspection: row.get(8)?,
                level: row.get(9)?,
                place_kind: row.get(10)?,
                district: row.get(11)?,
                urgency: row.get(12)?,
                observed_at: row.get(13)?,
                finalised_at: row.get(14)?,
            },
            as_batch: row.get(15)?,
            envelope: row.get(16)?,
            sealed: row.get(17)?,
            batch: row.get(18)?,
            number: row.get(19)?,
        })
    }

    /// Whether the columns say what the device signed.
    fn says(&self, operation: &Verified<Operation>) -> bool {
        operation.envelope.digest().to_string() == self.hash
            && operation.payload.operation.to_string() == self.operation
            && operation.payload.device.to_string() == self.device
            && OperationColumns::of(&operation.payload) == self.columns
            && self.as_batch
    }

    /// Whether the batch lists this operation at this position.
    fn is_listed(&self, digest: Digest) -> bool {
        let batch = Envelope::from_json(&self.batch).ok().and_then(|envelope| envelope.peek::<Batch>().ok());
        let listed = batch.and_then(|batch| batch.operations.get(self.position).copied());
        listed.is_some_and(|reference| reference.sha256 == digest)
    }
}

impl Audit<'_> {
    pub(super) fn operations(&mut self) -> Result<(), StorageError> {
        self.each_row(OperationRow::SQL, |audit, row| {
            let row = OperationRow::read(row)?;
            audit.report.operations += 1;
            let id = &format!("{}.{}", row.device, row.operation);
            let key = audit.devices.get(&row.device).copied();
            let operation = Envelope::from_json(&row.envelope)
                .ok()
                .zip(key)
                .and_then(|(envelope, key)| envelope.verify::<Operation>(&key).ok());
            let Some(operation) = operation else {
                audit.fault(format!("operation {id} is not signed by its device"));
                return Ok(());
            };
            if !row.says(&operation) || operation.payload.tenant != audit.installation.tenant {
                audit.fault(format!("operation {id} is not the one the register says"));
            }
            if Digest::of(&row.sealed) != operation.payload.sealed.sha256 {
                audit.fault(format!("the sealed part of operation {id} has been altered"));
            }
            if !row.is_listed(operation.envelope.digest()) {
                audit.fault(format!("operation {id} is not listed by its batch"));
            }
            audit.details(id, row.number, &operation.payload)?;
            audit.attachment_receipts(id, &operation.payload)
        })?;
        let held: u64 = self.tx.query_row("SELECT count(*) FROM operations", [], |row| row.get(0))?;
        if held != self.report.operations {
            self.fault(format!("{} operations have no contents, no batch or no device", held - self.report.operations));
        }
        let sql = "SELECT count(*) FROM operation_contents WHERE number NOT IN (SELECT number FROM operations)";
        let stray: u64 = self.tx.query_row(sql, [], |row| row.get(0))?;
        if stray > 0 {
            self.fault(format!("the contents of {stray} operations belong to no operation"));
        }
        Ok(())
    }

    /// The rows that belong to an operation must be those it signed: no fewer, or a record is not found.
    fn details(&mut self, id: &str, number: i64, operation: &Operation) -> Result<(), StorageError> {
        let codes = listed_codes(&operation.open).map(|(list, code)| (list.to_owned(), code.to_string()));
        let signed: BTreeSet<(String, String)> = codes.collect();
        let sql = "SELECT list, code FROM operation_codes WHERE number = ?1";
        let mut statement = self.tx.prepare_cached(sql)?;
        let rows = statement.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let held = rows.collect::<Result<BTreeSet<(String, String)>, _>>()?;
        drop(statement);
        if held != signed {
            self.fault(format!("the codes of operation {id} are not those it signed"));
        }
        let signed: BTreeSet<(String, u64)> =
            operation.attachments.iter().map(|listed| (listed.sha256.to_string(), listed.size_bytes)).collect();
        let sql = "SELECT sha256, size_bytes FROM attachments WHERE device = ?1 AND operation = ?2";
        if self.pairs(sql, operation.id())? != signed {
            self.fault(format!("the attachments of operation {id} are not those it signed"));
        }
        Ok(())
    }

    /// What is called complete has a receipt of its own, for this very record.
    fn attachment_receipts(&mut self, id: &str, operation: &Operation) -> Result<(), StorageError> {
        let sql = "SELECT receipt_envelope FROM attachments
                   WHERE device = ?1 AND operation = ?2 AND sha256 = ?3 AND completed_at IS NOT NULL";
        let mut faults = Vec::new();
        for attachment in &operation.attachments {
            let RecordId { device, operation } = operation.id();
            let names = [device.to_string(), operation.to_string(), attachment.sha256.to_string()];
            let held: Option<Option<Vec<u8>>> = self.tx.query_row_cached(sql, names, |row| row.get(0)).optional()?;
            let Some(bytes) = held else { continue };
            let listing = Listing { tenant: &self.installation.tenant, device, operation, attachment };
            let receipt = bytes.and_then(|bytes| Envelope::from_json(&bytes).ok()).zip(self.receipt_keys.as_ref());
            if receipt.is_none_or(|(it, keys)| AttachmentReceipt::verify(it, keys, listing).is_err()) {
                faults.push(format!("the receipt of attachment {} of operation {id} does not hold", attachment.sha256));
            }
        }
        self.report.faults.extend(faults);
        Ok(())
    }

    fn pairs(&self, sql: &str, id: RecordId) -> Result<BTreeSet<(String, u64)>, StorageError> {
        let mut statement = self.tx.prepare_cached(sql)?;
        let names = [id.device.to_string(), id.operation.to_string()];
        let rows = statement.query_map(names, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn attachments(&mut self, files: &AttachmentFiles) -> Result<(), StorageError> {
        let sql = "SELECT sha256, max(completed_at) IS NOT NULL FROM attachments GROUP BY sha256 ORDER BY sha256";
        self.each_row(sql, |audit, row| {
            let (sha256, complete): (String, bool) = (row.get(0)?, row.get(1)?);
            if !complete {
                audit.report.attachments_awaited += 1;
                return Ok(());
            }
            let Ok(digest) = sha256.parse::<Digest>() else {
                audit.fault(format!("attachment {sha256} has no hash for a name"));
                return Ok(());
            };
            match files.read(digest) {
                Ok(Some(bytes)) if Digest::of(&bytes) == digest => audit.report.attachments += 1,
                Ok(Some(_)) => audit.fault(format!("attachment {sha256} has been altered")),
                Ok(None) | Err(_) => audit.fault(format!("attachment {sha256} was acknowledged and is missing")),
            }
            Ok(())
        })
    }
}
