//! What the shell holds while it runs: the core, and the sync that may be under way.

use std::path::PathBuf;
use std::sync::Arc;

use baken_companion::{CommandError, Companion, Environment, Failure, Options, PlatformSecret, Store};

use crate::sync::SyncDesk;

/// Shared by all commands.
pub(crate) struct Shell {
    pub(crate) companion: Arc<Companion>,
    pub(crate) sync: SyncDesk,
}

impl Shell {
    /// Opens the core on its folder. No platform this runs on gives a keystore secret yet, so a passphrase is
    /// demanded everywhere (docs/adr/0004-passphrase-until-a-keystore.md).
    pub(crate) fn open(folder: PathBuf) -> Result<Self, Failure> {
        let companion = Companion::open(Options {
            folder,
            platform: PlatformSecret::Absent,
            kdf_cost: None,
            environment: Environment::system(),
        })?;
        Ok(Self { companion: Arc::new(companion), sync: SyncDesk::default() })
    }

    /// Runs blocking work of the core (SQLite, Argon2id, image decoding) off the event loop.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Companion) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, CommandError> {
        let companion = Arc::clone(&self.companion);
        let done = tauri::async_runtime::spawn_blocking(move || work(&companion)).await;
        let done = done.unwrap_or_else(|error| {
            tracing::error!(%error, "a command ended unexpectedly");
            Err(Failure::Internal)
        });
        done.map_err(CommandError::from)
    }

    /// The same for work on the unlocked store.
    pub(crate) async fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, CommandError> {
        self.blocking(move |companion| work(companion.store()?.as_ref())).await
    }
}
