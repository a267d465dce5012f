//! What every handler shares.

use std::sync::Arc;

use axum::extract::FromRef;
use baken_protocol::dsse::EnvelopeError;
use baken_protocol::signature::SigningKey;
use chrono::NaiveDate;

use crate::environment::Environment;
use crate::files::attachments::AttachmentFiles;
use crate::http::away::Away;
use crate::http::bounds::attempts::Limits;
use crate::http::bounds::patience::Patience;
use crate::http::extract::origin::Proxies;
use crate::http::live::Live;
use crate::http::problem::Problem;
use crate::ingest::ReceiptSigner;
use crate::openid;
use crate::register::{Terms, reckon_here, signs_with_a_closed_key};
use crate::storage::{Database, Installation, Place, PlaceError, StorageError, Transaction, UnitOfWork};

use crate::files::data_folder::DataFolder;

/// Why the backend could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no register here.
    #[error("there is no register in this folder; run `baken-backend init` first")]
    NotInitialised,
    /// The register is not where it was looked for.
    #[error(transparent)]
    Place(PlaceError),
    /// The receipt key is missing, unreadable, or not the one the register names.
    #[error(
        "keys/receipt.pkcs8 is missing or is not the key this register names. Restore a backup into another folder and copy \
         that file from its keys, or make another key with the root key: `baken-backend renew --data DIR --root-key FILE \
         --new-receipt-key` (OPERATIONS, procedure 2)"
    )]
    ReceiptKey,
    /// A directory that was taken in after a restore closed it.
    #[error(
        "the receipt key of this register was closed after the backup it was restored from, and devices believe nothing \
         it signs; run `baken-backend renew --data DIR --root-key FILE --new-receipt-key` first, with --directory FILE or \
         --no-later-directory N (OPERATIONS, procedure 9)"
    )]
    ClosedReceiptKey,
    /// The register's newest key directory cannot be read.
    #[error("the newest key directory cannot be read: {0}; restore a backup")]
    Directory(#[from] EnvelopeError),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The folder cannot be read or written.
    #[error("the data folder cannot be used: {0}")]
    Io(#[from] std::io::Error),
}

impl From<PlaceError> for StartError {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::Nowhere => Self::NotInitialised,
            PlaceError::Io(error) => Self::Io(error),
            PlaceError::InDatabase | PlaceError::InFile | PlaceError::Name => Self::Place(error),
        }
    }
}

/// Shared by every handler.
#[derive(Clone)]
pub struct AppState {
    /// The register.
    pub storage: Arc<dyn Database>,
    /// Sealed attachments on disk.
    pub attachments: Arc<AttachmentFiles>,
    /// Where the content key lies, which may be exchanged while this serves.
    pub folder: DataFolder,
    /// Time, ids, randomness.
    pub environment: Environment,
    /// Signs receipts.
    pub receipt_key: Arc<SigningKey>,
    /// What `init` wrote.
    pub installation: Arc<Installation>,
    /// How often what may be tried.
    pub limits: Arc<Limits>,
    /// Asks the municipality's own sign-in.
    pub providers: Arc<openid::Client>,
    /// Who went there and is to come back.
    pub away: Arc<Away>,
    /// Consoles that listen for what changes.
    pub live: Arc<Live>,
    /// Reverse proxies whose word on a request's address is believed.
    pub trusted_proxies: Proxies,
    /// How long whoever is at the other end is waited for.
    pub patience: Patience,
    /// Where people write about this interface; its description says so.
    pub contact: Option<Arc<str>>,
}

impl FromRef<AppState> for Proxies {
    fn from_ref(state: &AppState) -> Self {
        state.trusted_proxies.clone()
    }
}

impl AppState {
    /// Opens the register and the keys in `folder`, and brings the register to this program's schema and terms: for whoever has
    /// the folder alone.
    pub fn open(folder: &DataFolder, environment: Environment) -> Result<Self, StartError> {
        Self::open_at(folder, &Place::of(folder, None)?, environment)
    }

    /// The same with the register at `place`.
    pub fn open_at(folder: &DataFolder, place: &Place, environment: Environment) -> Result<Self, StartError> {
        let storage = place.bring_up()?;
        storage.write::<_, StorageError>(reckon_here)?;
        let (installation, directory) = storage.read::<_, StartError>(|tx| {
            let installation = tx.installation()?.ok_or(StartError::NotInitialised)?;
            Ok((installation, tx.key_directory()?))
        })?;
        if signs_with_a_closed_key(&installation, &directory)? {
            return Err(StartError::ClosedReceiptKey);
        }
        let receipt_key = folder.named_receipt_key(&installation.receipt_key)?.ok_or(StartError::ReceiptKey)?;
        Ok(Self {
            storage: Arc::from(storage),
            attachments: Arc::new(AttachmentFiles::open(folder.attachments())?),
            folder: folder.clone(),
            environment,
            receipt_key: Arc::new(receipt_key),
            installation: Arc::new(installation),
            limits: Arc::default(),
            providers: Arc::default(),
            away: Arc::default(),
            live: Arc::default(),
            trusted_proxies: Proxies::default(),
            patience: Patience::default(),
            contact: None,
        })
    }

    /// Whether browsers reach it encrypted.
    pub fn is_https(&self) -> bool {
        self.installation.address.scheme() == "https"
    }

    /// Runs `work` in a transaction: all of it is durable when this returns, or none of it happened.
    pub fn write<T>(&self, work: impl FnOnce(&dyn Transaction) -> Result<T, Problem>) -> Result<T, Problem> {
        let done = self.storage.write(work)?;
        self.live.wake();
        Ok(done)
    }

    /// Runs `work` on one consistent state.
    pub fn read<T>(&self, work: impl FnOnce(&dyn Transaction) -> Result<T, Problem>) -> Result<T, Problem> {
        self.storage.read(work)
    }

    /// The municipality's day.
    pub fn today(&self) -> NaiveDate {
        self.installation.time_zone.date_of(self.environment.clock.now())
    }

    /// What terms are reckoned by here.
    pub fn terms(&self) -> Terms {
        Terms::of(&self.installation)
    }

    /// Whoever signs receipts here.
    pub fn signer(&self) -> ReceiptSigner<'_> {
        let Installation { tenant, log_origin, .. } = self.installation.as_ref();
        ReceiptSigner { tenant, log_origin, key: &self.receipt_key }
    }

    /// Runs blocking work (the database, hashing, signatures) off the async runtime.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let state = self.clone();
        tokio::task::spawn_blocking(move || work(&state)).await.unwrap_or_else(|_| Err(Problem::internal()))
    }
}
