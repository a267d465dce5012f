//! The log: every batch signed and following the one before, every leaf there, every receipt for its batch.

use std::collections::HashMap;

use baken_protocol::batch::Batch;
use baken_protocol::chain::{Head, Place, place};
use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::receipt::Receipt;
use rusqlite::Row;

use super::Audit;
use crate::storage::StorageError;
use crate::storage::sqlite::time_text;

/// A row of `batches` with the owner of its chain.
struct BatchRow {
    leaf: u64,
    chain: String,
    seq: u64,
    hash: String,
    device: String,
    is_known: bool,
    envelope: Vec<u8>,
    receipt: Vec<u8>,
    made_at: String,
    received_at: String,
    quarantined: bool,
}

impl BatchRow {
    const SQL: &str = "SELECT b.leaf_index, b.chain, b.seq, b.hash, b.device, c.chain IS NOT NULL, b.envelope,
                              b.receipt_envelope, b.made_at, b.received_at, b.quarantined
                       FROM batches b LEFT JOIN chains c ON c.device = b.device AND c.chain = b.chain ORDER BY b.leaf_index";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            leaf: row.get(0)?,
            chain: row.get(1)?,
            seq: row.get(2)?,
            hash: row.get(3)?,
            device: row.get(4)?,
            is_known: row.get(5)?,
            envelope: row.get(6)?,
            receipt: row.get(7)?,
            made_at: row.get(8)?,
            received_at: row.get(9)?,
            quarantined: row.get(10)?,
        })
    }

    fn name(&self) -> String {
        format!("batch {} of chain {}.{}", self.seq, self.device, self.chain)
    }

    /// Whether the columns say what the device signed.
    fn says(&self, batch: &Verified<Batch>) -> bool {
        let signed = &batch.payload;
        batch.envelope.digest().to_string() == self.hash
            && signed.chain.to_string() == self.chain
            && signed.seq == self.seq
            && signed.device.to_string() == self.device
            && self.is_known
            && time_text(signed.made_at) == self.made_at
    }
}

impl Audit<'_> {
    pub(super) fn batches(&mut self) -> Result<(), StorageError> {
        let mut heads: HashMap<(String, String), Head> = HashMap::new();
        let mut expected: u64 = 0;
        self.each_row(BatchRow::SQL, |audit, row| {
            let row = BatchRow::read(row)?;
            audit.report.batches += 1;
            if row.leaf != expected {
                audit.fault(format!("leaf {expected} is missing from the log: it goes on at {}", row.leaf));
            }
            expected = row.leaf + 1;
            let key = audit.devices.get(&row.device).copied();
            let batch = Envelope::from_json(&row.envelope)
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
            let chain = (row.device.clone(), row.chain.clone());
            if place(heads.get(&chain).copied(), None, &batch.payload, digest) != Place::Next {
                audit.fault(format!("{} does not follow the one before", row.name()));
            }
            heads.insert(chain, Head { seq: row.seq, hash: digest });
            audit.receipt(&row, &batch);
            audit.listing(&batch.payload, row.leaf)
        })
    }

    /// Where the log went on from another: each statement is signed, and leads from the one before to the next.
    pub(super) fn continuations(&mut self) -> Result<(), StorageError> {
        self.each_row("SELECT log_origin, envelope FROM log_continuations ORDER BY position", |audit, row| {
            let (origin, bytes): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
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
            let sql = "SELECT EXISTS (SELECT 1 FROM batches WHERE leaf_index = ?1 AND hash = ?2)";
            let held: bool =
                self.tx.query_row(sql, rusqlite::params![last.leaf_index, last.batch_hash.to_string()], |row| {
                    row.get(0)
                })?;
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

    fn receipt(&mut self, row: &BatchRow, batch: &Verified<Batch>) {
        let keys = self.receipt_keys.as_ref().zip(self.devices.get(&row.device));
        let receipt = Envelope::from_json(&row.receipt).ok().zip(keys).and_then(|(envelope, (keys, device))| {
            Receipt::verify(envelope, keys, &batch.payload, batch.envelope.digest(), device).ok()
        });
        let holds = receipt.is_some_and(|receipt| {
            let signed = receipt.payload;
            signed.leaf_index == row.leaf
                && time_text(signed.received_at) == row.received_at
                && signed.quarantined == row.quarantined
                && signed.log_origin == self.origin_of(row.leaf)
        });
        if !holds {
            self.fault(format!("the receipt of {} does not hold", row.name()));
        }
    }

    /// Everything a batch lists must be held: here, or (sent before on an abandoned chain) elsewhere.
    fn listing(&mut self, batch: &Batch, leaf: u64) -> Result<(), StorageError> {
        let sql = "SELECT count(*) FROM operations WHERE device = ?1 AND operation = ?2 AND hash = ?3
                   AND leaf_index <= ?4";
        let mut statement = self.tx.prepare_cached(sql)?;
        let mut missing = Vec::new();
        for reference in &batch.operations {
            let found: u64 = statement.query_row(
                rusqlite::params![
                    batch.device.to_string(),
                    reference.operation.to_string(),
                    reference.sha256.to_string(),
                    leaf
                ],
                |row| row.get(0),
            )?;
            if found == 0 {
                missing.push(reference.operation);
            }
        }
        for operation in missing {
            self.fault(format!("operation {operation}, listed by the batch at leaf {leaf}, is missing"));
        }
        Ok(())
    }
}
