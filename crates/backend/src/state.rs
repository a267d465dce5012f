//! What every handler shares, and how the data folder is laid out.

use std::fs::{self, File, TryLockError};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use baken_protocol::signature::SigningKey;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::attachments::AttachmentFiles;
use crate::environment::Environment;
use crate::problem::Problem;
use crate::storage::sqlite::SqliteStorage;
use crate::storage::{Installation, Storage, StorageError};

/// The places of a data folder.
#[derive(Debug, Clone)]
pub struct DataFolder(PathBuf);

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

    /// The attachments' folder.
    pub fn attachments(&self) -> PathBuf {
        self.0.join("attachments")
    }

    /// The private key that signs receipts.
    pub fn receipt_key(&self) -> PathBuf {
        self.0.join("keys").join("receipt.pkcs8")
    }

    /// Takes the folder for this process alone, until the file is dropped.
    pub fn lock(&self) -> Result<File, StartError> {
        fs::create_dir_all(&self.0)?;
        let file = File::create(self.0.join("in-use"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StartError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

/// Why the backend could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process serves from this folder.
    #[error("the data folder is in use by another baken-backend; stop that one first")]
    InUse,
    /// There is no register here.
    #[error("there is no register in this folder; run `baken-backend init` first")]
    NotInitialised,
    /// The receipt key is missing, unreadable, or not the one the register names.
    #[error("keys/receipt.pkcs8 is missing or is not the key this register was made with; restore it from a backup")]
    ReceiptKey,
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The folder cannot be read or written.
    #[error("the data folder cannot be used: {0}")]
    Io(#[from] std::io::Error),
}

/// Shared by every handler.
#[derive(Clone)]
pub struct AppState {
    /// The register.
    pub storage: Arc<dyn Storage>,
    /// Sealed attachments on disk.
    pub attachments: Arc<AttachmentFiles>,
    /// Time, ids, randomness.
    pub environment: Environment,
    /// Signs receipts.
    pub receipt_key: Arc<SigningKey>,
    /// What `init` wrote.
    pub installation: Arc<Installation>,
    /// Attempts at enrolment and login, by network address.
    pub attempts: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    /// Attempts at login, by login name.
    pub login_attempts: Arc<DefaultKeyedRateLimiter<String>>,
    /// Pushes that were refused, by network address: each leaves a line in the audit log.
    pub refused_pushes: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    /// Reverse proxies whose word on a request's address is believed.
    pub trusted_proxies: Arc<[IpAddr]>,
}

impl AppState {
    /// Opens the register and keys in `folder`.
    pub fn open(folder: &DataFolder, environment: Environment) -> Result<Self, StartError> {
        if !folder.register().exists() {
            return Err(StartError::NotInitialised);
        }
        let storage = SqliteStorage::open(&folder.register())?;
        let installation = storage.installation()?.ok_or(StartError::NotInitialised)?;
        let pkcs8 = zeroize::Zeroizing::new(fs::read(folder.receipt_key()).map_err(|_| StartError::ReceiptKey)?);
        let receipt_key = SigningKey::from_pkcs8(&pkcs8).map_err(|_| StartError::ReceiptKey)?;
        if receipt_key.public() != installation.receipt_key {
            return Err(StartError::ReceiptKey);
        }
        Ok(Self {
            storage: Arc::new(storage),
            attachments: Arc::new(AttachmentFiles::open(folder.attachments())?),
            environment,
            receipt_key: Arc::new(receipt_key),
            installation: Arc::new(installation),
            attempts: a_minute(30),
            login_attempts: a_minute(5),
            refused_pushes: a_minute(60),
            trusted_proxies: Arc::default(),
        })
    }

    /// Runs blocking work (SQLite, hashing, signatures) off the async runtime.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let state = self.clone();
        tokio::task::spawn_blocking(move || work(&state)).await.unwrap_or_else(|_| Err(Problem::internal()))
    }
}

fn a_minute<K: Clone + Eq + Hash>(attempts: u32) -> Arc<DefaultKeyedRateLimiter<K>> {
    Arc::new(RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(attempts).unwrap_or(NonZeroU32::MIN))))
}
