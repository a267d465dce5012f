//! The log: every batch signed and following the one before, every leaf there, every receipt for its batch.

use std::collections::HashMap;

use baken_protocol::batch::{Batch, OperationReference};
use baken_protocol::chain::{Head, Place, place};
use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::ids::RecordId;
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::receipt::Receipt;

use baken_sqlite::time_text;

use super::Audit;
use crate::storage::{LogEntryKind, StorageError, StoredBatch, StoredLogEntry};

/// A batch as it is stored.
struct Kept(StoredBatch);

impl Kept {
    fn name(&self) -> String {
        format!("batch {} of chain {}.{}", self.0.seq, self.0.device, self.0.chain)
    }

    /// Whether the columns say what the device signed.
    fn says(&self, batch: &Verified<Batch>) -> bool {
        let signed = &batch.payload;
        batch.envelope.digest().to_string() == self.0.hash
            && signed.chain.to_string() == self.0.chain
            && signed.seq == self.0.seq
            && signed.device.to_string() == self.0.device
            && self.0.is_known
            && time_text(signed.made_at) == self.0.made_at
    }
}

impl Audit<'_> {
    /// Every place of the log is taken, by something that is held.
    pub(super) fn log(&mut self) -> Result<(), StorageError> {
        let mut expected: u64 = 0;
        self.tx.each_log_entry(&mut |StoredLogEntry { leaf, kind, has_batch }| {
            if leaf != expected {
                self.fault(format!("leaf {expected} is missing from the log: it goes on at {leaf}"));
            }
            expected = leaf.saturating_add(1);
            if kind != LogEntryKind::Batch.code() {
                self.fault(format!("leaf {leaf} is of a kind that this version does not know"));
            } else if !has_batch {
                self.fault(format!("leaf {leaf} is missing: its batch is not held"));
            }
            Ok(())
        })
    }

    pub(super) fn batches(&mut self) -> Result<(), StorageError> {
        let mut heads: HashMap<(String, String), Head> = HashMap::new();
        self.tx.each_batch(&mut |row| {
            let (audit, row) = (&mut *self, Kept(row));
            audit.report.batches += 1;
            if !row.0.is_entered {
                audit.fault(format!("{} is not in the log as it came", row.name()));
            }
            let key = audit.devices.get(&row.0.device).copied();
            let batch = Envelope::from_json(&row.0.envelope)
                .ok()
                .zip(key)
                .and_then(|(envelope, key)| envelope.verify::<Batch>(&key).ok());
            let Some(batch) = batch else {
                audit.fault(format!("{} is not signed by its device", row.name()));
                return Ok(());
            };
            if !row.says(&batch) || batch.payload.tenant != audit.installation.tenant {
                audit.fault(format!("{} is not the one the register says", row.name()));
            }
            let digest = batch.envelope.digest();
            let chain = (row.0.device.clone(), row.0.chain.clone());
            if place(heads.get(&chain).copied(), None, &batch.payload, digest) != Place::Next {
                audit.fault(format!("{} does not follow the one before", row.name()));
            }
            heads.insert(chain, Head { seq: row.0.seq, hash: digest });
            audit.receipt(&row, &batch);
            audit.listing(&batch.payload, row.0.leaf)
        })
    }

    /// Where the log went on from another: each statement is signed, and leads from the one before to the next.
    pub(super) fn continuations(&mut self) -> Result<(), StorageError> {
        self.tx.each_continuation(&mut |(origin, bytes)| {
            let audit = &mut *self;
            let envelope = Envelope::from_json(&bytes).ok().zip(audit.receipt_keys.as_ref());
            let said = envelope
                .and_then(|(it, keys)| LogContinuation::verify(it, keys, &audit.installation.tenant).ok())
                .map(|verified| verified.payload);
            let follows = |said: &LogContinuation| {
                said.log_origin == origin
                    && audit.continuations.last().is_none_or(|before| before.log_origin == said.continues)
            };
            match said.filter(follows) {
                Some(said) => audit.continuations.push(said),
                None => audit.fault(format!("the statement that the log goes on as {origin} does not hold")),
            }
            Ok(())
        })?;
        if self.continuations.last().is_some_and(|last| last.log_origin != self.installation.log_origin) {
            self.fault("the log goes by another name than its last continuation says".into());
        }
        let mut faults = Vec::new();
        for said in &self.continuations {
            let Some(last) = said.last else { continue };
            let held = self.tx.stands_at(last.leaf_index, last.batch_hash)?;
            if !held {
                faults.push(format!("the log goes on from place {}, where another batch stands", last.leaf_index));
            }
        }
        self.report.faults.extend(faults);
        Ok(())
    }

    /// The name the log had when it signed this number.
    fn origin_of(&self, leaf: u64) -> &str {
        let before = self.continuations.iter().find(|said| said.last.is_some_and(|last| leaf <= last.leaf_index));
        before.map_or(self.installation.log_origin.as_str(), |said| said.continues.as_str())
    }

    fn receipt(&mut self, row: &Kept, batch: &Verified<Batch>) {
        let keys = self.receipt_keys.as_ref().zip(self.devices.get(&row.0.device));
        let receipt = Envelope::from_json(&row.0.receipt).ok().zip(keys).and_then(|(envelope, (keys, device))| {
            Receipt::verify(envelope, keys, &batch.payload, batch.envelope.digest(), device).ok()
        });
        let holds = receipt.is_some_and(|receipt| {
            let signed = receipt.payload;
            signed.leaf_index == row.0.leaf
                && time_text(signed.received_at) == row.0.received_at
                && signed.quarantined == row.0.quarantined
                && signed.log_origin == self.origin_of(row.0.leaf)
        });
        if !holds {
            self.fault(format!("the receipt of {} does not hold", row.name()));
        }
    }

    /// Everything a batch lists must be held: here, or (sent before on an abandoned chain) elsewhere.
    fn listing(&mut self, batch: &Batch, leaf: u64) -> Result<(), StorageError> {
        let mut missing = Vec::new();
        for OperationReference { operation, sha256 } in &batch.operations {
            let record = RecordId { device: batch.device, operation: *operation };
            if !self.tx.came_by(record, *sha256, leaf)? {
                missing.push(*operation);
            }
        }
        for operation in missing {
            self.fault(format!("operation {operation}, listed by the batch at leaf {leaf}, is missing"));
        }
        Ok(())
    }
}
