//! The records: every operation signed and listed, every column beside it as signed, every sealed byte there.

use std::collections::BTreeSet;

use baken_protocol::attachment_receipt::{AttachmentReceipt, Listing};
use baken_protocol::batch::Batch;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::ids::RecordId;
use baken_protocol::record::Operation;

use super::Audit;
use crate::files::attachments::AttachmentFiles;
use crate::storage::{OperationColumns, StorageError, StoredOperation, listed_codes};

/// An operation as it is stored.
struct Kept(StoredOperation);

impl Kept {
    /// Whether the columns say what the device signed.
    fn says(&self, operation: &Verified<Operation>) -> bool {
        operation.envelope.digest().to_string() == self.0.hash
            && operation.payload.operation.to_string() == self.0.operation
            && operation.payload.device.to_string() == self.0.device
            && OperationColumns::of(&operation.payload) == self.0.columns
            && self.0.as_batch
    }

    /// Whether the batch lists this operation at this position.
    fn is_listed(&self, digest: Digest) -> bool {
        let batch = Envelope::from_json(&self.0.batch).ok().and_then(|envelope| envelope.peek::<Batch>().ok());
        let listed = batch.and_then(|batch| batch.operations.get(self.0.position).copied());
        listed.is_some_and(|reference| reference.sha256 == digest)
    }
}

impl Audit<'_> {
    pub(super) fn operations(&mut self) -> Result<(), StorageError> {
        self.tx.each_operation(&mut |row| {
            let (audit, row) = (&mut *self, Kept(row));
            audit.report.operations += 1;
            let id = &format!("{}.{}", row.0.device, row.0.operation);
            let key = audit.devices.get(&row.0.device).copied();
            let operation = Envelope::from_json(&row.0.envelope)
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
            if Digest::of(&row.0.sealed) != operation.payload.sealed.sha256 {
                audit.fault(format!("the sealed part of operation {id} has been altered"));
            }
            if !row.is_listed(operation.envelope.digest()) {
                audit.fault(format!("operation {id} is not listed by its batch"));
            }
            audit.codes(id, row.0.number, &operation.payload)?;
            audit.listings(id, &operation.payload)
        })?;
        let held = self.tx.count_operations()?;
        if held != self.report.operations {
            self.fault(format!("{} operations have no contents, no batch or no device", held - self.report.operations));
        }
        let stray = self.tx.count_stray_contents()?;
        if stray > 0 {
            self.fault(format!("the contents of {stray} operations belong to no operation"));
        }
        Ok(())
    }

    /// The codes of an operation must be those it signed: no fewer, or a record is not found.
    fn codes(&mut self, id: &str, number: i64, operation: &Operation) -> Result<(), StorageError> {
        let signed = listed_codes(&operation.open).map(|(list, code)| (list.to_owned(), code.to_string()));
        if self.tx.codes_of(number)? != signed.collect() {
            self.fault(format!("the codes of operation {id} are not those it signed"));
        }
        Ok(())
    }

    /// So must its attachments. What is called complete has a receipt of its own, for this very record.
    fn listings(&mut self, id: &str, operation: &Operation) -> Result<(), StorageError> {
        let RecordId { device, operation: own } = operation.id();
        let rows = self.tx.listings_of(operation.id())?;
        let signed: BTreeSet<(String, u64)> =
            operation.attachments.iter().map(|listed| (listed.sha256.to_string(), listed.size_bytes)).collect();
        let held: BTreeSet<(String, u64)> = rows.iter().map(|row| (row.sha256.clone(), row.size_bytes)).collect();
        if held != signed {
            self.fault(format!("the attachments of operation {id} are not those it signed"));
        }
        for attachment in &operation.attachments {
            let sha256 = attachment.sha256.to_string();
            let Some(row) = rows.iter().find(|row| row.sha256 == sha256 && row.is_complete) else { continue };
            let listing = Listing { tenant: &self.installation.tenant, device, operation: own, attachment };
            let receipt = row.receipt.as_deref().and_then(|bytes| Envelope::from_json(bytes).ok());
            let receipt = receipt.zip(self.receipt_keys.as_ref());
            if receipt.is_none_or(|(it, keys)| AttachmentReceipt::verify(it, keys, listing).is_err()) {
                self.fault(format!("the receipt of attachment {sha256} of operation {id} does not hold"));
            }
        }
        Ok(())
    }

    pub(super) fn attachments(&mut self, files: &AttachmentFiles) -> Result<(), StorageError> {
        self.tx.each_file(&mut |(sha256, complete)| {
            let audit = &mut *self;
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
