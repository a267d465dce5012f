//! `baken-backend restore`: a backup becomes a data folder, after every file of it was checked.
//!
//! A restored log is another log: the one that was lost may have gone on, and no number may be signed a second time.
//! So it gets a name of its own, with a signed statement up to where it is the old one's.
//!
//! Devices notice by themselves that the backend knows less than its receipts say, and send again. What people did
//! after the backup nobody sends again: sessions end and open invitations are withdrawn here, since they may have
//! been ended and withdrawn since; devices revoked since must be revoked again by hand.

use std::fs;
use std::path::Path;

use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::TenantId;
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::signature::SigningKey;
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::backup::{BackupError, Manifest};
use crate::data_folder::DataFolder;
use crate::environment::Environment;
use crate::private_files;
use crate::storage::AuditEntry;
use crate::storage::sqlite::disarm;

/// A backup that was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Files restored.
    pub files: usize,
    /// Up to when the backup knows what people did.
    pub known_until: DateTime<Utc>,
}

/// Restores the backup in `from` into the new folder `data`. With `manifest_sha256`, only that very backup.
pub fn restore(
    from: &Path,
    data: &DataFolder,
    manifest_sha256: Option<Digest>,
    environment: &Environment,
) -> Result<Restored, BackupError> {
    if !data.is_empty()? {
        return Err(BackupError::NotEmpty(data.path().to_owned()));
    }
    let manifest = Manifest::verified(from, manifest_sha256)?;
    for folder in [data.path(), &data.attachments(), &data.keys()] {
        private_files::make_folder(folder)?;
    }
    // The register gets its name last: a restore cut short leaves nothing that could be served from.
    let half_way = data.path().join("register.restoring");
    for name in manifest.files.keys() {
        let to = data.path().join(name);
        let to = if to == data.register() { &half_way } else { &to };
        private_files::write(to, &manifest.read(from, name)?)?;
    }
    if !half_way.exists() {
        return Err(BackupError::Manifest);
    }
    let entry = AuditEntry::by_operator("restore", "register");
    let now = environment.clock.now();
    let receipt_key = receipt_key(data)?;
    let suffix = environment.uuid().simple().to_string();
    let sign = |tenant: &TenantId, origin: &str, last| {
        let base = origin.split_once('+').map_or(origin, |(base, _)| base);
        let log_origin = format!("{base}+{suffix}");
        let continuation = LogContinuation {
            tenant: tenant.clone(),
            log_origin: log_origin.clone(),
            continues: origin.to_owned(),
            last,
            restored_at: now,
        };
        Ok((log_origin, Envelope::sign(&continuation, &receipt_key)?))
    };
    let known_until = disarm(&half_way, now, &entry, &sign)?;
    fs::rename(&half_way, data.register())?;
    for folder in [&data.attachments(), &data.keys(), data.path()] {
        private_files::sync_folder(folder)?;
    }
    Ok(Restored { files: manifest.files.len(), known_until })
}

fn receipt_key(data: &DataFolder) -> Result<SigningKey, BackupError> {
    let pkcs8 = Zeroizing::new(fs::read(data.receipt_key())?);
    SigningKey::from_pkcs8(&pkcs8).map_err(|_| BackupError::ReceiptKey)
}
