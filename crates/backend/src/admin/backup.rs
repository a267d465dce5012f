//! `baken-backend backup`: a whole copy while the backend serves, with a manifest of hashes.
//!
//! The register is copied by SQLite's own online backup, so it is one consistent moment; attachments are
//! complete files that never change, copied after it, so none that the register knows as complete is missing.
//! The manifest's own hash is what a restore can be held to: kept apart from the copy, it shows what was exchanged.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use baken_protocol::digest::Digest;
use serde::{Deserialize, Serialize};

use crate::data_folder::DataFolder;
use crate::environment::Environment;
use crate::private_files;
use crate::storage::sqlite::copy_register;
use crate::storage::{AuditEntry, StorageError};

/// The file that lists every other with its hash.
pub const MANIFEST: &str = "manifest.json";
const VERSION: u32 = 1;

/// Every file of a backup with its SHA-256.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this form.
    pub version: u32,
    /// Path within the backup → SHA-256.
    pub files: BTreeMap<String, Digest>,
}

/// A backup that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackedUp {
    /// Files copied.
    pub files: usize,
    /// SHA-256 of the manifest.
    pub manifest_sha256: Digest,
}

/// Why there is no backup, or it cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The target holds something already.
    #[error("the folder {0} is not empty; name another")]
    NotEmpty(PathBuf),
    /// There is no register to copy.
    #[error("there is no register in this folder")]
    NotInitialised,
    /// The manifest is missing or not of this version.
    #[error("the backup's manifest is missing or damaged; nothing was restored")]
    Manifest,
    /// The manifest is another than the one whose hash was given.
    #[error("the backup's manifest does not have the SHA-256 that was given; nothing was restored")]
    OtherManifest,
    /// A file is missing or not what the manifest says.
    #[error("{0} is missing from the backup or has been altered; nothing was restored")]
    Altered(String),
    /// The backup's receipt key cannot be used, so its log cannot be given a name of its own.
    #[error("the backup holds no usable receipt key; nothing was restored")]
    ReceiptKey,
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A file cannot be read or written.
    #[error("a file cannot be read or written: {0}")]
    Io(#[from] io::Error),
}

impl Manifest {
    /// Reads a backup's manifest, which must have the hash `expected` if there is one, and checks every file it
    /// lists.
    pub fn verified(folder: &Path, expected: Option<Digest>) -> Result<Self, BackupError> {
        let bytes = fs::read(folder.join(MANIFEST)).map_err(|_| BackupError::Manifest)?;
        if expected.is_some_and(|expected| expected != Digest::of(&bytes)) {
            return Err(BackupError::OtherManifest);
        }
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|_| BackupError::Manifest)?;
        if manifest.version != VERSION {
            return Err(BackupError::Manifest);
        }
        for name in manifest.files.keys() {
            manifest.read(folder, name)?;
        }
        Ok(manifest)
    }

    /// The bytes of a file of the backup in `folder`, if they are what the manifest says.
    pub fn read(&self, folder: &Path, name: &str) -> Result<Vec<u8>, BackupError> {
        let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        let bytes = if plain { fs::read(folder.join(name)).ok() } else { None };
        let holds = |bytes: &Vec<u8>| self.files.get(name) == Some(&Digest::of(bytes));
        bytes.filter(holds).ok_or_else(|| BackupError::Altered(name.to_owned()))
    }

    fn add(&mut self, copy: &DataFolder, path: &Path, bytes: &[u8]) {
        let name = path.strip_prefix(copy.path()).unwrap_or(path).to_string_lossy().into_owned();
        self.files.insert(name, Digest::of(bytes));
    }
}

/// Copies everything of `data` into the new folder `out`. The line about it is in the copy as well.
pub fn backup(data: &DataFolder, out: &Path, environment: &Environment) -> Result<BackedUp, BackupError> {
    let copy = DataFolder::new(out.to_owned());
    if !copy.is_empty()? {
        return Err(BackupError::NotEmpty(out.to_owned()));
    }
    if !data.register().exists() {
        return Err(BackupError::NotInitialised);
    }
    for folder in [out, &copy.attachments(), &copy.keys()] {
        private_files::make_folder(folder)?;
    }
    let mut manifest = Manifest { version: VERSION, files: BTreeMap::new() };
    // The file is there first, so that it is private whatever SQLite would make it.
    private_files::write(&copy.register(), b"")?;
    let entry = AuditEntry::by_operator("backup", "register");
    copy_register(&data.register(), &copy.register(), environment.clock.now(), &entry)?;
    fs::File::open(copy.register())?.sync_all()?;
    manifest.add(&copy, &copy.register(), &fs::read(copy.register())?);
    let mut files = vec![(data.receipt_key(), copy.receipt_key()), (data.content_key(), copy.content_key())];
    for entry in fs::read_dir(data.attachments())? {
        let name = entry?.file_name();
        if name.to_str().is_some_and(|name| name.parse::<Digest>().is_ok()) {
            files.push((data.attachments().join(&name), copy.attachments().join(&name)));
        }
    }
    for (from, to) in files {
        let bytes = fs::read(from)?;
        private_files::write(&to, &bytes)?;
        manifest.add(&copy, &to, &bytes);
    }
    let text = serde_json::to_vec_pretty(&manifest).map_err(|_| BackupError::Manifest)?;
    private_files::write(&out.join(MANIFEST), &text)?;
    for folder in [&copy.attachments(), &copy.keys(), out] {
        private_files::sync_folder(folder)?;
    }
    Ok(BackedUp { files: manifest.files.len(), manifest_sha256: Digest::of(&text) })
}
