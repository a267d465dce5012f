//! `baken-backend backup`: a whole copy while the backend serves, with a manifest of hashes.
//!
//! The register is copied by SQLite's own online backup, so it is one consistent moment; attachments are
//! complete files that never change, copied after it, so none that the register knows as complete is missing.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use baken_protocol::digest::Digest;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

use super::init::make_private_folder;
use crate::state::DataFolder;
use crate::storage::StorageError;

/// The file that lists every other with its hash.
pub const MANIFEST: &str = "manifest.json";
const VERSION: u32 = 1;
const PAGES_A_STEP: i32 = 1024;

/// Every file of a backup with its SHA-256.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this form.
    pub version: u32,
    /// Path within the backup → SHA-256.
    pub files: BTreeMap<String, Digest>,
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
    /// A file is missing or not what the manifest says.
    #[error("{0} is missing from the backup or has been altered; nothing was restored")]
    Altered(String),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A file cannot be read or written.
    #[error("a file cannot be read or written: {0}")]
    Io(#[from] io::Error),
}

impl Manifest {
    /// Reads and checks a backup's manifest, and every file it lists.
    pub fn verified(folder: &Path) -> Result<Self, BackupError> {
        let bytes = fs::read(folder.join(MANIFEST)).map_err(|_| BackupError::Manifest)?;
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|_| BackupError::Manifest)?;
        if manifest.version != VERSION {
            return Err(BackupError::Manifest);
        }
        for (name, expected) in &manifest.files {
            let plain = Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
            let holds = plain && fs::read(folder.join(name)).is_ok_and(|bytes| Digest::of(&bytes) == *expected);
            if !holds {
                return Err(BackupError::Altered(name.clone()));
            }
        }
        Ok(manifest)
    }
}

/// Copies everything of `data` into the new folder `out`.
pub fn backup(data: &DataFolder, out: &Path) -> Result<Manifest, BackupError> {
    if out.exists() && fs::read_dir(out)?.next().is_some() {
        return Err(BackupError::NotEmpty(out.to_owned()));
    }
    if !data.register().exists() {
        return Err(BackupError::NotInitialised);
    }
    make_private_folder(out)?;
    fs::create_dir_all(out.join("attachments"))?;
    fs::create_dir_all(out.join("keys"))?;
    copy_register(&data.register(), &out.join("register.sqlite")).map_err(StorageError::from)?;
    let mut manifest = Manifest { version: VERSION, files: BTreeMap::new() };
    manifest.add(out, "register.sqlite")?;
    fs::copy(data.receipt_key(), out.join("keys/receipt.pkcs8"))?;
    manifest.add(out, "keys/receipt.pkcs8")?;
    for entry in fs::read_dir(data.attachments())? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.parse::<Digest>().is_ok() {
            let within = format!("attachments/{name}");
            fs::copy(&path, out.join(&within))?;
            manifest.add(out, &within)?;
        }
    }
    let text = serde_json::to_vec_pretty(&manifest).map_err(|_| BackupError::Manifest)?;
    fs::write(out.join(MANIFEST), text)?;
    Ok(manifest)
}

impl Manifest {
    fn add(&mut self, folder: &Path, name: &str) -> io::Result<()> {
        let path = folder.join(name);
        self.files.insert(name.to_owned(), Digest::of(&fs::read(&path)?));
        fs::File::open(&path)?.sync_all()
    }
}

fn copy_register(from: &Path, to: &Path) -> rusqlite::Result<()> {
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    source.busy_timeout(Duration::from_secs(10))?;
    let mut target = Connection::open(to)?;
    {
        let copy = Backup::new(&source, &mut target)?;
        while copy.step(PAGES_A_STEP)? != StepResult::Done {}
    }
    target.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
}
