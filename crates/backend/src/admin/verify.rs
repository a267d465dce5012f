//! `baken-backend verify`: every signature, hash and link of the register checked again, from the root key down.
//!
//! It trusts nothing the register says about itself: columns are compared with the signed bytes beside them.

use std::collections::HashMap;
use std::path::Path;

use baken_protocol::batch::Batch;
use baken_protocol::chain::{Head, Place, place};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::enrolment::Enrolment;
use baken_protocol::ids::ChainId;
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::receipt::Receipt;
use baken_protocol::record::Operation;
use baken_protocol::signature::VerifyingKey;
use rusqlite::Transaction;
use serde::Serialize;

use crate::attachments::AttachmentFiles;
use crate::storage::sqlite::SqliteStorage;
use crate::storage::{Installation, StorageError};

/// What was checked, and what does not hold.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Key directories checked.
    pub key_directories: u64,
    /// Enrolments checked.
    pub devices: u64,
    /// Batches checked.
    pub batches: u64,
    /// Operations checked.
    pub operations: u64,
    /// Attachments whose bytes are held and were hashed.
    pub attachments: u64,
    /// Attachments announced but not here yet; no fault, a device will bring them.
    pub attachments_awaited: u64,
    /// Everything that does not hold, in words.
    pub faults: Vec<String>,
}

/// Checks the whole register in one consistent view.
pub fn verify(
    storage: &SqliteStorage,
    attachments: &Path,
    installation: &Installation,
) -> Result<Report, StorageError> {
    let files = AttachmentFiles::open(attachments.to_owned()).map_err(|_| StorageError::Content)?;
    storage.read(|tx| {
        let mut audit = Audit { tx, installation, report: Report::default(), devices: HashMap::new() };
        audit.key_directories()?;
        audit.devices()?;
        audit.batches()?;
        audit.operations()?;
        audit.attachments(&files)?;
        Ok(audit.report)
    })
}

struct Audit<'a> {
    tx: &'a Transaction<'a>,
    installation: &'a Installation,
    report: Report,
    devices: HashMap<String, VerifyingKey>,
}

impl Audit<'_> {
    fn fault(&mut self, what: String) {
        self.report.faults.push(what);
    }

    fn key_directories(&mut self) -> Result<(), StorageError> {
        let root = RootFingerprint::of(&self.installation.root_key);
        let mut known: Option<baken_protocol::dsse::Verified<KeyDirectory>> = None;
        for (epoch, bytes) in
            self.rows::<(u64, Vec<u8>)>("SELECT epoch, envelope FROM key_directories ORDER BY epoch")?
        {
            self.report.key_directories += 1;
            let directory = Envelope::from_json(&bytes).ok().and_then(|it| KeyDirectory::verify(it, &root).ok());
            match directory {
                None => self.fault(format!("key directory {epoch} is not signed by the root key")),
                Some(next) => {
                    let follows = known.as_ref().is_none_or(|it| KeyDirectory::check_succession(it, &next).is_ok());
                    if !follows || next.payload.epoch != epoch {
                        self.fault(format!("key directory {epoch} does not follow the one before"));
                    }
                    known = Some(next);
                }
            }
        }
        if known.is_none_or(|it| it.payload.receipt_key != self.installation.receipt_key) {
            self.fault("the newest key directory does not name the receipt key in use".into());
        }
        Ok(())
    }

    fn devices(&mut self) -> Result<(), StorageError> {
        let sql = "SELECT d.device, d.public_key, d.enrolment_envelope, i.challenge
                   FROM devices d JOIN invitations i ON i.id = d.invitation ORDER BY d.device";
        for (device, key, bytes, challenge) in self.rows::<(String, Vec<u8>, Vec<u8>, String)>(sql)? {
            self.report.devices += 1;
            let key = VerifyingKey::parse(&key).ok();
            let enrolment = Envelope::from_json(&bytes).ok().zip(key).and_then(|(envelope, key)| {
                envelope.verify::<Enrolment>(&key).ok().map(|verified| (verified.payload, key))
            });
            match enrolment {
                Some((enrolment, key))
                    if enrolment.public_key == key && enrolment.challenge.to_string() == challenge =>
                {
                    self.devices.insert(device, key);
                }
                Some(_) | None => self.fault(format!("the enrolment of device {device} does not hold")),
            }
        }
        Ok(())
    }

    fn batches(&mut self) -> Result<(), StorageError> {
        let sql = "SELECT leaf_index, chain, seq, hash, device, envelope, receipt_envelope FROM batches
                   ORDER BY leaf_index";
        let mut heads: HashMap<String, Head> = HashMap::new();
        type Row = (u64, String, u64, String, String, Vec<u8>, Vec<u8>);
        for (expected, row) in (0_u64..).zip(self.rows::<Row>(sql)?) {
            let (leaf, chain, seq, hash, device, envelope, receipt) = row;
            self.report.batches += 1;
            if leaf != expected {
                self.fault(format!("leaf {expected} is missing from the log: it goes on at {leaf}"));
            }
            let key = self.devices.get(&device).copied();
            let batch = Envelope::from_json(&envelope)
                .ok()
                .zip(key)
                .and_then(|(envelope, key)| envelope.verify::<Batch>(&key).ok());
            let Some(batch) = batch else {
                self.fault(format!("batch {seq} of chain {chain} is not signed by its device"));
                continue;
            };
            let digest = batch.envelope.digest();
            let head = heads.get(&chain).copied();
            let placed = place(head, None, &batch.payload, digest);
            if digest.to_string() != hash || batch.payload.chain.to_string() != chain || batch.payload.seq != seq {
                self.fault(format!("batch {seq} of chain {chain} is not the one the register says"));
            }
            if placed != Place::Next {
                self.fault(format!("batch {seq} of chain {chain} does not follow the one before"));
            }
            heads.insert(chain.clone(), Head { seq, hash: digest });
            self.receipt(&receipt, &batch.payload, digest, leaf);
            self.listing(&batch.payload, leaf)?;
        }
        Ok(())
    }

    fn receipt(&mut self, bytes: &[u8], batch: &Batch, hash: Digest, leaf: u64) {
        let key = self.installation.receipt_key;
        let receipt =
            Envelope::from_json(bytes).ok().and_then(|envelope| Receipt::verify(envelope, &key, batch, hash).ok());
        if receipt.is_none_or(|receipt| receipt.payload.leaf_index != leaf) {
            self.fault(format!("the receipt of batch {} of chain {} does not hold", batch.seq, batch.chain));
        }
    }

    /// Everything a batch lists must be held: here, or (sent before on an abandoned chain) elsewhere.
    fn listing(&mut self, batch: &Batch, leaf: u64) -> Result<(), StorageError> {
        let mut statement =
            self.tx.prepare_cached("SELECT count(*) FROM operations WHERE operation = ?1 AND hash = ?2")?;
        let mut missing = Vec::new();
        for reference in &batch.operations {
            let found: u64 = statement
                .query_row([reference.operation.to_string(), reference.sha256.to_string()], |row| row.get(0))?;
            if found == 0 {
                missing.push(reference.operation);
            }
        }
        for operation in missing {
            self.fault(format!("operation {operation}, listed by the batch at leaf {leaf}, is missing"));
        }
        Ok(())
    }

    fn operations(&mut self) -> Result<(), StorageError> {
        let mut statement = self.tx.prepare(
            "SELECT o.operation, o.hash, o.device, o.entity, o.envelope, o.sealed, b.envelope
             FROM operations o JOIN batches b ON b.leaf_index = o.leaf_index ORDER BY o.leaf_index, o.position",
        )?;
        let mut rows = statement.query([])?;
        // One row at a time: sealed parts of a whole register do not fit in memory.
        while let Some(row) = rows.next()? {
            let (id, hash, device): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (entity, envelope, sealed, batch): (String, Vec<u8>, Vec<u8>, Vec<u8>) =
                (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
            self.report.operations += 1;
            let key = self.devices.get(&device).copied();
            let operation = Envelope::from_json(&envelope)
                .ok()
                .zip(key)
                .and_then(|(envelope, key)| envelope.verify::<Operation>(&key).ok());
            let Some(operation) = operation else {
                self.fault(format!("operation {id} is not signed by its device"));
                continue;
            };
            let digest = operation.envelope.digest();
            let payload = &operation.payload;
            if digest.to_string() != hash || payload.operation.to_string() != id || payload.entity.to_string() != entity
            {
                self.fault(format!("operation {id} is not the one the register says"));
            }
            if Digest::of(&sealed) != payload.sealed.sha256 {
                self.fault(format!("the sealed part of operation {id} has been altered"));
            }
            let listed = Envelope::from_json(&batch)
                .ok()
                .and_then(|envelope| envelope.peek::<Batch>().ok())
                .is_some_and(|batch| batch.operations.iter().any(|reference| reference.sha256 == digest));
            if !listed {
                self.fault(format!("operation {id} is not listed by its batch"));
            }
        }
        Ok(())
    }

    fn attachments(&mut self, files: &AttachmentFiles) -> Result<(), StorageError> {
        let sql = "SELECT DISTINCT sha256, completed_at IS NOT NULL FROM attachments ORDER BY sha256";
        for (sha256, complete) in self.rows::<(String, bool)>(sql)? {
            let digest: Digest = crate::storage::sqlite::parse_digest(&sha256)?;
            if !complete {
                self.report.attachments_awaited += 1;
                continue;
            }
            match files.read(digest) {
                Ok(Some(bytes)) if Digest::of(&bytes) == digest => self.report.attachments += 1,
                Ok(Some(_)) => self.fault(format!("attachment {sha256} has been altered")),
                Ok(None) | Err(_) => self.fault(format!("attachment {sha256} was acknowledged and is missing")),
            }
        }
        Ok(())
    }

    fn rows<T: RowTuple>(&self, sql: &str) -> Result<Vec<T>, StorageError> {
        let mut statement = self.tx.prepare(sql)?;
        let rows = statement.query_map([], |row| T::read(row))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Chains that were frozen after a fork: no fault of the register, but worth telling.
pub fn frozen_chains(storage: &SqliteStorage) -> Result<Vec<ChainId>, StorageError> {
    storage.read(|tx| {
        let mut statement = tx.prepare("SELECT chain FROM chains WHERE frozen_at IS NOT NULL ORDER BY chain")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|row| crate::storage::sqlite::parse(&row?)).collect()
    })
}

trait RowTuple: Sized {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self>;
}

macro_rules! row_tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: rusqlite::types::FromSql),+> RowTuple for ($($name,)+) {
            fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                Ok(($(row.get::<_, $name>($index)?,)+))
            }
        }
    };
}

row_tuple!(A 0, B 1);
row_tuple!(A 0, B 1, C 2, D 3);
row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
