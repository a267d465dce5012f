//! `vault.json` on disk: written beside, flushed, then renamed over, so that it is always whole. Only what destroys the
//! wrapping overwrites it in place: that needs no space, and leaves no older copy behind.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

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
    /// It was destroyed since the municipality ordered so, and not for wrong tries.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) wiped: bool,
}

/// More than any vault takes.
const MAX_BYTES: u64 = 16 * 1024;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
        let file: Self = serde_json::from_slice(&bytes).map_err(|_| VaultError::Damaged)?;
        if file.version == VERSION { Ok(file) } else { Err(VaultError::Damaged) }
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), VaultError> {
        Ok(replace_durably(path, &self.bytes()?)?)
    }

    pub(super) fn bytes(&self) -> Result<Vec<u8>, VaultError> {
        serde_json::to_vec_pretty(self).map_err(|_| VaultError::Damaged)
    }

    /// Overwrites the wrapping where it stands.
    pub(super) fn destroy(&mut self, path: &Path) -> Result<(), VaultError> {
        self.wrapped = None;
        Ok(overwrite(&OpenOptions::new().write(true).open(path)?, self.bytes()?)?)
    }
}

/// Replaces a file, and what the file before had in it is overwritten once the new one stands. Flash may keep a page that
/// no file has any more; against that nothing helps from here.
pub(super) fn replace_leaving_nothing(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let before = OpenOptions::new().write(true).open(path)?;
    replace_durably(path, bytes)?;
    Ok(overwrite(&before, Vec::new())?)
}

/// Puts `bytes` over what a file has, and spaces over the rest.
fn overwrite(mut file: &File, mut bytes: Vec<u8>) -> io::Result<()> {
    let length = usize::try_from(file.metadata()?.len()).unwrap_or_default();
    bytes.resize(length.max(bytes.len()), b' ');
    file.write_all(&bytes)?;
    file.sync_all()
}

/// Replaces a file so that after a power cut there is either the old one or the new one, whole.
pub(crate) fn replace_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    sync_folder_of(path)
}

/// What was named or unnamed beside `path` stays so after a power cut.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
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
