//! `vault.json` on disk: written beside, flushed, then renamed over, so that it is always whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::VaultError;

pub(super) const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct VaultFile {
    pub(super) version: u32,
    pub(super) kdf: Kdf,
    /// Hexadecimal; public, SQLCipher writes it at the head of the store too.
    pub(super) store_salt: String,
    /// None once ten wrong tries have destroyed it.
    pub(super) wrapped: Option<Wrapped>,
    pub(super) failures: u32,
    pub(super) last_failure_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Kdf {
    pub(super) algorithm: String,
    pub(super) memory_kib: u32,
    pub(super) iterations: u32,
    pub(super) lanes: u32,
    pub(super) salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Wrapped {
    pub(super) nonce: String,
    pub(super) ciphertext: String,
}

impl VaultFile {
    pub(super) fn read(path: &Path) -> Result<Self, VaultError> {
        let file: Self = serde_json::from_slice(&fs::read(path)?).map_err(|_| VaultError::Damaged)?;
        if file.version == VERSION { Ok(file) } else { Err(VaultError::Damaged) }
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), VaultError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(|_| VaultError::Damaged)?;
        Ok(replace_durably(path, &bytes)?)
    }
}

/// Replaces a file so that after a power cut there is either the old one or the new one, whole.
fn replace_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) => sync_folder(folder),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows gives no handle to flush a folder by; NTFS journals the rename itself.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
