//! `baken-backend import`: what a device without a network put into a file, taken in as if it had come over one, and a file of
//! receipts that goes back.
//!
//! It may be run while a server serves, and as often as one likes: what is held already gets its receipt once more. One part
//! that is refused keeps no other back. Each is told, and stands in the audit log. Deliberately absent: belief in the file.
//! Its parts are signed and sealed, and are checked by that alone.

use std::fmt;

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::carried::{self, CarriedError, CarryCode, Part, PartName};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainReference, RecordId};
use baken_protocol::vocabulary::Vocabulary;
use baken_protocol::wire::Push;
use chrono::{DateTime, Utc};

use crate::environment::Environment;
use crate::files::attachments::AttachmentFiles;
use crate::ingest::{self, ReceiptSigner, TakeError, Taken, note_whole, upload};
use crate::register::Terms;
use crate::storage::{
    AuditAction, AuditEntry, AuditObject, Database, HeldBatch, Installation, LOCAL, OPERATOR, StorageError,
    Transaction, UnitOfWork,
};

/// Why nothing of a file was taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be opened.
    #[error("{0}; compare the code with the one on the device's screen")]
    Carried(#[from] CarriedError),
    /// It is a file of receipts, for a device.
    #[error("this file has nothing of a device in it: it is one of receipts, to be read on the device")]
    NothingToTake,
    /// The receipt key is missing, or was closed.
    #[error("the receipt key cannot sign: start the server once to read why")]
    ReceiptKey,
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A receipt could not be made.
    #[error(transparent)]
    Take(#[from] TakeError),
    /// An attachment cannot be written.
    #[error("an attachment cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// What became of a file.
#[derive(Debug, Default)]
pub struct Imported {
    /// Batches that are held now, and were not before.
    pub batches: usize,
    /// Batches that were held already.
    pub held_before: usize,
    /// Of all of these, set apart, since their device is revoked.
    pub set_apart: usize,
    /// Attachments that are held whole.
    pub attachments: usize,
    /// Parts that were not taken, each with the reason.
    pub refused: Vec<Refused>,
    /// The file of receipts, to be carried back.
    pub receipts: Vec<u8>,
}

/// A part that was not taken.
#[derive(Debug)]
pub struct Refused {
    part: PartName,
    why: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.why)
    }
}

/// Where it is taken in.
pub struct Desk<'a> {
    /// The register.
    pub storage: &'a dyn Database,
    /// Sealed attachments.
    pub attachments: &'a AttachmentFiles,
    /// What `init` wrote.
    pub installation: &'a Installation,
    /// Signs receipts.
    pub signer: ReceiptSigner<'a>,
    /// Time.
    pub environment: &'a Environment,
}

/// What becomes of one part: its receipt, or why there is none.
enum Fate {
    Receipt(Part),
    Refused(String),
}

impl Desk<'_> {
    /// Takes a file in.
    pub fn import(&self, file: &[u8], code: &CarryCode) -> Result<Imported, ImportError> {
        let parts = carried::open(file, code)?;
        let mut imported = Imported::default();
        let mut back = Vec::new();
        for part in &parts {
            let fate = match part.name {
                PartName::Push(chain, seq) => self.push(chain, seq, &part.bytes, &mut imported)?,
                PartName::Attachment(record, sha256) => self.attachment(record, sha256, &part.bytes, &mut imported)?,
                PartName::Receipt(..)
                | PartName::AttachmentReceipt(..)
                | PartName::KeyDirectory
                | PartName::Vocabulary
                | PartName::Revocations
                | PartName::LogContinuations => continue,
            };
            match fate {
                Fate::Receipt(receipt) => back.push(receipt),
                Fate::Refused(why) => imported.refused.push(Refused { part: part.name, why }),
            }
        }
        if back.is_empty() && imported.refused.is_empty() {
            return Err(ImportError::NothingToTake);
        }
        self.note(file, &imported)?;
        let mut all = self.news()?;
        all.append(&mut back);
        imported.receipts = carried::seal(&all, code)?;
        Ok(imported)
    }

    fn push(
        &self,
        chain: ChainReference,
        seq: u64,
        bytes: &[u8],
        imported: &mut Imported,
    ) -> Result<Fate, ImportError> {
        let now = self.now();
        let Some(device) = self.storage.read(|tx| tx.device(chain.device))? else {
            return self.refused(chain, seq, "unknown-device", "no device of this register has this id".to_owned());
        };
        let push = match Push::decode(bytes).map_err(ingest::Refusal::from) {
            Ok(push) => ingest::verify(push, &self.installation.tenant, chain, seq, &device.public_key),
            Err(refusal) => Err(refusal),
        };
        let push = match push {
            Ok(push) => push,
            Err(refusal) => return self.refused(chain, seq, refusal.code().as_str(), refusal.to_string()),
        };
        let terms = Terms::of(self.installation);
        let taken =
            self.storage.write::<_, TakeError>(|tx| ingest::take(tx, (&self.signer, &terms), &push, bytes, now))?;
        let held = match taken {
            Taken::Accepted(held) => {
                imported.batches += 1;
                held
            }
            Taken::Replayed(held) => {
                imported.held_before += 1;
                held
            }
            Taken::Gap { expected_seq } => {
                let why = format!("the chain waits for its batch {expected_seq}: make a new file on the device");
                return Ok(Fate::Refused(why));
            }
            Taken::Forked | Taken::Frozen => {
                return Ok(Fate::Refused("the chain has another history here; a coordinator is told".to_owned()));
            }
        };
        imported.set_apart += usize::from(held.quarantined);
        let HeldBatch { receipt, .. } = held;
        Ok(Fate::Receipt(Part { name: PartName::Receipt(chain, seq), bytes: receipt }))
    }

    fn refused(&self, chain: ChainReference, seq: u64, code: &str, why: String) -> Result<Fate, ImportError> {
        let id = format!("{chain}/{seq}");
        let entry = AuditEntry::new("unknown", AuditAction::Push, AuditObject::Batch, &id, LOCAL).ended(code);
        self.storage.write::<_, StorageError>(|tx| tx.audit(self.now(), &entry))?;
        Ok(Fate::Refused(why))
    }

    fn attachment(
        &self,
        record: RecordId,
        sha256: Digest,
        bytes: &[u8],
        imported: &mut Imported,
    ) -> Result<Fate, ImportError> {
        let listing = |tx: &dyn Transaction| tx.listed_attachment(sha256, record);
        let Some(listed) = self.storage.read(listing)? else {
            return Ok(Fate::Refused("no record that is held lists it".to_owned()));
        };
        if listed.receipt.is_none() {
            if Digest::of(bytes) != sha256 || u64::try_from(bytes.len()) != Ok(listed.size_bytes) {
                return Ok(Fate::Refused("these are not the bytes that its record lists".to_owned()));
            }
            let upload = upload(&listed);
            let offset = self.attachments.progress(upload)?;
            let rest = usize::try_from(offset.offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default();
            let done = if offset.complete { Ok(offset) } else { self.attachments.append(upload, offset.offset, rest) };
            match done {
                Ok(progress) if progress.complete => {}
                Ok(_) => return Ok(Fate::Refused("it is sent over a network just now: try again".to_owned())),
                Err(error) => return Ok(Fate::Refused(error.to_string())),
            }
            self.attachments.sync()?;
            self.storage.write::<_, TakeError>(|tx| note_whole(tx, &self.signer, &listed, self.now()))?;
        }
        let Some(receipt) = self.storage.read(listing)?.and_then(|listed| listed.receipt) else {
            return Ok(Fate::Refused("it has no receipt yet: try again".to_owned()));
        };
        debug_assert!(Envelope::from_json(&receipt).is_ok_and(|it| it.peek::<AttachmentReceipt>().is_ok()));
        imported.attachments += 1;
        Ok(Fate::Receipt(Part { name: PartName::AttachmentReceipt(record, sha256), bytes: receipt }))
    }

    /// What a device would fetch over a network.
    fn news(&self) -> Result<Vec<Part>, ImportError> {
        let (directory, continuations, revocations) = self.storage.read::<_, TakeError>(|tx| {
            Ok((tx.key_directory()?, tx.log_continuations()?, self.signer.revocations(tx)?))
        })?;
        let continuations: Vec<_> = continuations.iter().map(Envelope::to_dsse).collect();
        let continuations = serde_json::to_vec(&continuations).map_err(|_| StorageError::Content)?;
        Ok(vec![
            Part { name: PartName::KeyDirectory, bytes: directory },
            Part { name: PartName::LogContinuations, bytes: continuations },
            Part { name: PartName::Vocabulary, bytes: Vocabulary::BUILT_IN_JSON.into() },
            Part { name: PartName::Revocations, bytes: revocations },
        ])
    }

    fn note(&self, file: &[u8], imported: &Imported) -> Result<(), StorageError> {
        let Imported { batches, held_before, attachments, refused, .. } = imported;
        let id = Digest::of(file).to_string();
        let detail = format!(
            "{batches} batches, {held_before} held before, {attachments} attachments, {} parts not taken",
            refused.len()
        );
        let entry =
            AuditEntry::new(OPERATOR, AuditAction::Import, AuditObject::CarriedFile, &id, LOCAL).with_detail(&detail);
        self.storage.write(|tx| tx.audit(self.now(), &entry))
    }

    fn now(&self) -> DateTime<Utc> {
        self.environment.clock.now()
    }
}
