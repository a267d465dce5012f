//! `baken-backend dossier`: one record with everything to check it by, for someone who trusts neither us nor
//! our programs: a court, an auditor, the person it is about.
//!
//! It holds data and a page for people, and nothing that could be started: what checks it is published by itself
//! (`admin::verifier`). It holds no other record: the batch lists the others by hash alone. That it was made stands in
//! the audit log, as every read does.

pub mod layout;

use std::io;
use std::path::{Path, PathBuf};

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{OperationId, OwnedIdError, RecordId};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::record::Operation;

use self::layout::{ATTACHMENTS, Manifest, Part};
use super::verifier;
use crate::environment::Environment;
use crate::files::attachments::AttachmentFiles;
use crate::files::data_folder::is_empty;
use crate::files::private_files;
use crate::storage::{
    AuditAction, AuditEntry, AuditObject, Database, StorageError, StoredRecord, Transaction, UnitOfWork,
};

/// Why there is no dossier.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// No such operation.
    #[error("there is no operation with this id")]
    NotFound,
    /// Several devices gave this id to something of theirs.
    #[error("several devices have a record with this id; name one: {0}")]
    Ambiguous(String),
    /// The folder holds something already.
    #[error("the folder {0} is not empty; name another")]
    NotEmpty(PathBuf),
    /// An attachment has not arrived yet, or has no receipt of its own.
    #[error("attachment {0} has not arrived yet; make the dossier once the device has synced")]
    AttachmentMissing(Digest),
    /// The record's stored bytes cannot be read: run `verify`.
    #[error("the record's stored bytes cannot be read; run `baken-backend verify`")]
    Unreadable,
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A file cannot be read or written.
    #[error("the dossier cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// A record as somebody types it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordName {
    /// With its device.
    Whole(RecordId),
    /// The operation's id alone.
    Operation(OperationId),
}

impl std::fmt::Display for RecordName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(record) => record.fmt(f),
            Self::Operation(operation) => operation.fmt(f),
        }
    }
}

impl std::str::FromStr for RecordName {
    type Err = OwnedIdError;

    fn from_str(text: &str) -> Result<Self, OwnedIdError> {
        let alone = |_| text.parse().map(Self::Operation).map_err(|_| OwnedIdError);
        text.parse().map(Self::Whole).or_else(alone)
    }
}

impl RecordName {
    /// The record that is meant.
    fn find(self, tx: &dyn Transaction) -> Result<RecordId, DossierError> {
        let operation = match self {
            Self::Whole(record) => return Ok(record),
            Self::Operation(operation) => operation,
        };
        let named = tx.records_named(operation)?;
        match named.as_slice() {
            [] => Err(DossierError::NotFound),
            [only] => Ok(*only),
            several => {
                Err(DossierError::Ambiguous(several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
            }
        }
    }
}

/// Writes the dossier of the record that is named into the new folder `out`; answers which that is.
pub fn dossier(
    storage: &dyn Database,
    attachments: &Path,
    environment: &Environment,
    name: RecordName,
    out: &Path,
) -> Result<RecordId, DossierError> {
    if !is_empty(out)? {
        return Err(DossierError::NotEmpty(out.to_owned()));
    }
    let found = storage.read(|tx| match name.find(tx) {
        Ok(id) => Ok(tx.record(None, id)?.map(|record| (id, record))),
        Err(DossierError::NotFound) => Ok(None),
        Err(refused) => Err(refused),
    })?;
    let id = found.as_ref().map_or(name, |(id, _)| RecordName::Whole(*id)).to_string();
    let entry = AuditEntry::by_operator(AuditAction::Dossier, AuditObject::Record, &id).if_found(found.is_some());
    storage.write(|tx| tx.audit(environment.clock.now(), &entry))?;
    let (id, record) = found.ok_or(DossierError::NotFound)?;
    let signed: Operation = record.operation.peek().map_err(|_| DossierError::Unreadable)?;
    let files = AttachmentFiles::open(attachments.to_owned())?;
    // Everything is in hand before anything is written: half a dossier would stand in the way of the whole one.
    let parts = messages(&record, &signed)?;
    if let Some(missing) = signed.attachments.iter().find(|attachment| !files.path(attachment.sha256).exists()) {
        return Err(DossierError::AttachmentMissing(missing.sha256));
    }
    private_files::make_folder(out)?;
    if !signed.attachments.is_empty() {
        private_files::make_folder(&out.join(ATTACHMENTS))?;
    }
    let write = |part: Part, bytes: &[u8]| private_files::write(&out.join(part.to_string()), bytes);
    for (part, bytes) in &parts {
        write(*part, bytes)?;
    }
    for attachment in &signed.attachments {
        let bytes = files.read(attachment.sha256)?.ok_or(DossierError::AttachmentMissing(attachment.sha256))?;
        write(Part::Attachment(attachment.sha256), &bytes)?;
    }
    if !signed.attachments.is_empty() {
        private_files::sync_folder(&out.join(ATTACHMENTS))?;
    }
    private_files::sync_folder(out)?;
    Ok(id)
}

/// Every part but the attachments themselves.
fn messages(record: &StoredRecord, signed: &Operation) -> Result<Vec<(Part, Vec<u8>)>, DossierError> {
    let json = |envelope: &Envelope| envelope.to_json().map_err(|_| DossierError::Unreadable);
    let mut parts = vec![
        (Part::Page, verifier::page().into_bytes()),
        (Part::Certificate, json(&record.certificate)?),
        (Part::Enrolment, json(&record.enrolment)?),
        (Part::Operation, json(&record.operation)?),
        (Part::Batch, json(&record.batch)?),
        (Part::Receipt, json(&record.receipt)?),
        (Part::Sealed, record.sealed.clone()),
    ];
    let mut epochs = vec![];
    for directory in &record.key_directories {
        let epoch = directory.peek::<KeyDirectory>().map_err(|_| DossierError::Unreadable)?.epoch;
        epochs.push(epoch);
        parts.push((Part::KeyDirectory(epoch), json(directory)?));
    }
    parts.push((Part::Manifest, Manifest::new(epochs).to_text().into_bytes()));
    for attachment in &signed.attachments {
        let is_its = |receipt: &&Envelope| {
            receipt.peek::<AttachmentReceipt>().is_ok_and(|said| said.sha256 == attachment.sha256)
        };
        let receipt = record.attachment_receipts.iter().find(is_its);
        let receipt = receipt.ok_or(DossierError::AttachmentMissing(attachment.sha256))?;
        parts.push((Part::AttachmentReceipt(attachment.sha256), json(receipt)?));
    }
    Ok(parts)
}
