//! `baken-backend dossier`: one record with everything to check it by, for someone who trusts neither us nor
//! our programs: a court, an auditor, the person it is about.
//!
//! It holds no other record: the batch lists the others by hash alone. That it was made stands in the audit log, as
//! every read does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use baken_protocol::ids::{OperationId, OwnedIdError, RecordId};
use baken_protocol::record::Operation;

use crate::attachments::AttachmentFiles;
use crate::data_folder::is_empty;
use crate::environment::Environment;
use crate::private_files;
use crate::storage::sqlite::SqliteStorage;
use crate::storage::{Audit, AuditEntry, Installation, Register, StorageError};

const CHECK_PY: &str = include_str!("dossier/check.py");
const CHECK_HTML: &str = include_str!("dossier/check.html");

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
    /// An attachment has not arrived yet.
    #[error("attachment {0} has not arrived yet; make the dossier once the device has synced")]
    AttachmentMissing(baken_protocol::digest::Digest),
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

impl std::str::FromStr for RecordName {
    type Err = OwnedIdError;

    fn from_str(text: &str) -> Result<Self, OwnedIdError> {
        let alone = |_| text.parse().map(Self::Operation).map_err(|_| OwnedIdError);
        text.parse().map(Self::Whole).or_else(alone)
    }
}

impl RecordName {
    /// The record that is meant. Asking for one that is not there leaves its line too.
    pub fn find(self, storage: &SqliteStorage, environment: &Environment) -> Result<RecordId, DossierError> {
        let operation = match self {
            Self::Whole(record) => return Ok(record),
            Self::Operation(operation) => operation,
        };
        let named = storage.records_named(operation)?;
        match named.as_slice() {
            [] => {
                let object = format!("operation {operation}");
                let entry = AuditEntry { result: "not-found", ..AuditEntry::by_operator("dossier", &object) };
                storage.audit(environment.clock.now(), &entry)?;
                Err(DossierError::NotFound)
            }
            [only] => Ok(*only),
            several => {
                Err(DossierError::Ambiguous(several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
            }
        }
    }
}

/// Writes the dossier of record `id` into the new folder `out`.
pub fn dossier(
    storage: &SqliteStorage,
    attachments: &Path,
    installation: &Installation,
    environment: &Environment,
    id: RecordId,
    out: &Path,
) -> Result<(), DossierError> {
    if !is_empty(out)? {
        return Err(DossierError::NotEmpty(out.to_owned()));
    }
    let record = storage.record(None, id)?;
    let object = format!("operation {id}");
    let result = if record.is_some() { "ok" } else { "not-found" };
    let entry = AuditEntry { result, ..AuditEntry::by_operator("dossier", &object) };
    storage.audit(environment.clock.now(), &entry)?;
    let record = record.ok_or(DossierError::NotFound)?;
    let signed: Operation = record.operation.peek().map_err(|_| DossierError::Unreadable)?;
    let files = AttachmentFiles::open(attachments.to_owned())?;
    if let Some(missing) = signed.attachments.iter().find(|attachment| !files.path(attachment.sha256).exists()) {
        return Err(DossierError::AttachmentMissing(missing.sha256));
    }
    private_files::make_folder(out)?;
    fs::create_dir_all(out.join("attachments"))?;
    let envelopes = [
        ("operation", &record.operation),
        ("batch", &record.batch),
        ("receipt", &record.receipt),
        ("enrolment", &record.enrolment),
        ("certificate", &record.certificate),
        ("keydir", record.key_directories.last().ok_or(DossierError::Unreadable)?),
    ];
    for (name, envelope) in envelopes {
        let json = envelope.to_json().map_err(|_| DossierError::Unreadable)?;
        fs::write(out.join(format!("{name}.dsse.json")), json)?;
    }
    let keys =
        [("device", record.signer.public_key), ("receipt", installation.receipt_key), ("root", installation.root_key)];
    for (name, key) in keys {
        fs::write(out.join(format!("{name}.pem")), key.to_pem())?;
    }
    fs::write(out.join("sealed.age"), &record.sealed)?;
    for attachment in &signed.attachments {
        let bytes = files.read(attachment.sha256)?.ok_or(DossierError::AttachmentMissing(attachment.sha256))?;
        fs::write(out.join("attachments").join(format!("{}.age", attachment.sha256)), bytes)?;
    }
    fs::write(out.join("check.py"), CHECK_PY)?;
    let page = CHECK_HTML
        .replace("{operation}", &id.to_string())
        .replace("{municipality}", &escape(&installation.municipality))
        .replace("{tenant}", installation.tenant.as_str())
        .replace("{root}", &installation.root_key.fingerprint().to_string())
        .replace("{script}", &escape(CHECK_PY));
    fs::write(out.join("CHECK.html"), page)?;
    Ok(())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
