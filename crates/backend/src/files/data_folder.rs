//! How a data folder is laid out. A backup is laid out alike; nothing else in the program knows these names.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use baken_protocol::signature::{SigningKey, VerifyingKey};
use fs4::{FileExt, TryLockError};
use zeroize::Zeroizing;

/// The places of a data folder.
#[derive(Debug, Clone)]
pub struct DataFolder(PathBuf);

/// The folder cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process serves from this folder.
    #[error("the data folder is in use by another baken-backend; stop that one first")]
    InUse,
    /// Another process makes a backup of it.
    #[error("another backup of this data folder is being made; wait until that one ends")]
    BeingCopied,
    /// The folder cannot be read or written.
    #[error("the data folder cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl DataFolder {
    /// A data folder at `path`.
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database.
    pub fn register(&self) -> PathBuf {
        self.0.join("register.sqlite")
    }

    /// The database that was moved from here, as it was.
    pub fn moved_register(&self) -> PathBuf {
        self.0.join("register.moved.sqlite")
    }

    /// The name of the register in a database; there only where it is in one.
    pub fn register_name(&self) -> PathBuf {
        self.0.join("register-name")
    }

    /// The database and what SQLite keeps beside it while it is open.
    pub fn register_files(&self) -> [PathBuf; 3] {
        ["", "-wal", "-shm"].map(|tail| self.0.join(format!("register.sqlite{tail}")))
    }

    /// The copy of the database that a backup is made of, and what SQLite keeps beside it: there only while one is.
    pub fn register_copy(&self) -> [PathBuf; 4] {
        ["", "-journal", "-wal", "-shm"].map(|tail| self.0.join(format!("register.copying{tail}")))
    }

    /// The attachments' folder.
    pub fn attachments(&self) -> PathBuf {
        self.0.join("attachments")
    }

    /// The keys' folder.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The private key that signs receipts.
    pub fn receipt_key(&self) -> PathBuf {
        self.keys().join("receipt.pkcs8")
    }

    /// The receipt key that is to follow, while `renew --new-receipt-key` is under way.
    pub fn next_receipt_key(&self) -> PathBuf {
        self.keys().join("receipt.next.pkcs8")
    }

    /// The receipt key that the register names. Where a renewal was cut short between the register and the key's file, the
    /// file is put in its place first: whatever writes the next one would write over it. None where neither file holds it.
    /// For whoever has the folder alone.
    pub fn named_receipt_key(&self, named: &VerifyingKey) -> io::Result<Option<SigningKey>> {
        let held = |path: &Path| read_key(path).filter(|key| key.public() == *named);
        if let Some(key) = held(&self.receipt_key()) {
            return Ok(Some(key));
        }
        let Some(next) = held(&self.next_receipt_key()) else { return Ok(None) };
        self.take_next_receipt_key()?;
        Ok(Some(next))
    }

    /// Puts the next receipt key in the place of the one before.
    pub fn take_next_receipt_key(&self) -> io::Result<()> {
        fs::rename(self.next_receipt_key(), self.receipt_key())?;
        crate::files::private_files::sync_folder(&self.keys())
    }

    /// The private key that signs daily content.
    pub fn content_key(&self) -> PathBuf {
        self.keys().join("content.pkcs8")
    }

    /// The content key that is to follow, while `renew --new-content-key` is under way.
    pub fn next_content_key(&self) -> PathBuf {
        self.keys().join("content.next.pkcs8")
    }

    /// The content key that the key directory names, under whichever name a renewal that was cut short left it. None where
    /// neither file holds it.
    pub fn named_content_key(&self, named: &VerifyingKey) -> Option<SigningKey> {
        let files = [self.content_key(), self.next_content_key()];
        files.iter().find_map(|file| read_key(file).filter(|key| key.public() == *named))
    }

    /// Puts the next content key in the place of the one before.
    pub fn take_next_content_key(&self) -> io::Result<()> {
        fs::rename(self.next_content_key(), self.content_key())?;
        crate::files::private_files::sync_folder(&self.keys())
    }

    /// Whether there is nothing in it, or no such folder.
    pub fn is_empty(&self) -> io::Result<bool> {
        is_empty(&self.0)
    }

    /// Takes the folder, which is there, for this process alone, until the file is dropped.
    pub fn lock(&self) -> Result<File, LockError> {
        self.taken("in-use", LockError::InUse)
    }

    /// Takes the right to copy the folder, which is there, for this process alone, until the file is dropped.
    pub fn lock_for_copying(&self) -> Result<File, LockError> {
        self.taken("copy-in-use", LockError::BeingCopied)
    }

    fn taken(&self, name: &str, by_another: LockError) -> Result<File, LockError> {
        let file = File::create(self.0.join(name))?;
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(by_another),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

/// The private key in the file `path`; none where that holds no key.
pub fn read_key(path: &Path) -> Option<SigningKey> {
    SigningKey::from_pkcs8(&Zeroizing::new(fs::read(path).ok()?)).ok()
}

/// Whether there is nothing in the folder at `path`, or no such folder.
pub fn is_empty(path: &Path) -> io::Result<bool> {
    Ok(!path.exists() || fs::read_dir(path)?.next().is_none())
}
