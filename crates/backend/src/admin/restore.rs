//! `baken-backend restore`: a backup becomes a data folder, after every file of it was checked.
//!
//! Devices notice by themselves that the backend knows less than its receipts say, and send again. What people did
//! after the backup nobody sends again: sessions end and open invitations are withdrawn here, since they may have
//! been ended and withdrawn since; devices revoked since must be revoked again by hand.

use std::fs;
use std::path::Path;

use baken_protocol::digest::Digest;
use chrono::{DateTime, Utc};

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
    let known_until = disarm(&half_way, environment.clock.now(), &entry)?;
    fs::rename(&half_way, data.register())?;
    for folder in [&data.attachments(), &data.keys(), data.path()] {
        private_files::sync_folder(folder)?;
    }
    Ok(Restored { files: manifest.files.len(), known_until })
}
