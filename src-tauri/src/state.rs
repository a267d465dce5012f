//! What the shell holds while it runs: the core, and the sync that may be under way.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use baken_companion::{CommandError, Companion, Environment, Failure, Options, Store};
use tauri::{AppHandle, Emitter, Runtime};

use crate::surroundings::Surroundings;
use crate::sync::SyncDesk;

/// Shared by all commands.
pub(crate) struct Shell {
    folder: PathBuf,
    companion: Mutex<Option<Arc<Companion>>>,
    pub(crate) sync: SyncDesk,
    pub(crate) surroundings: Surroundings,
    /// Whoever asks the hardware for a finger has it: one question at a time.
    pub(crate) presence: tokio::sync::Mutex<()>,
}

impl Shell {
    /// A shell around the core that lives in `folder`.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            companion: Mutex::default(),
            sync: SyncDesk::default(),
            surroundings: Surroundings::default(),
            presence: tokio::sync::Mutex::default(),
        }
    }

    /// A shell around a core that a test opened.
    #[cfg(test)]
    pub(crate) fn around(companion: Companion) -> Self {
        Self { companion: Mutex::new(Some(Arc::new(companion))), ..Self::new(PathBuf::new()) }
    }

    /// The core, opened when it is first asked for. Where that fails (another window has the folder, the disk is
    /// full) the command fails with the reason, for a person to read, and the next one tries again.
    pub(crate) fn companion(&self) -> Result<Arc<Companion>, Failure> {
        let mut slot = self.companion.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(companion) = slot.as_ref() {
            return Ok(Arc::clone(companion));
        }
        let opened = Arc::new(Companion::open(Options {
            folder: self.folder.clone(),
            kdf_cost: None,
            environment: Environment::system(),
        })?);
        opened.sender().allowed().over_this_network(self.surroundings.photos());
        *slot = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// After a lock, whoever asked for it: what was signed goes on, and the window hears of it.
    pub(crate) fn locked<R: Runtime>(&self, app: &AppHandle<R>) -> Result<(), Failure> {
        self.sync.go_on(app, self.companion()?.sender());
        if let Err(error) = app.emit("locked", ()) {
            tracing::warn!(%error, "the window could not be told of the lock");
        }
        Ok(())
    }

    /// The core, if somebody has asked for it before.
    pub(crate) fn opened(&self) -> Option<Arc<Companion>> {
        self.companion.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Locks if nobody has used the app for too long. Does not open a core that nobody has asked for.
    pub(crate) fn lock_if_idle<R: Runtime>(&self, app: &AppHandle<R>) {
        let companion = self.opened();
        if companion.is_some_and(|companion| companion.lock_if_idle())
            && let Err(failure) = self.locked(app)
        {
            tracing::warn!(code = ?failure.code(), "what was signed could not go on after the lock");
        }
    }

    /// Purges a little of what the municipality has had for long. Does not open a core that nobody has asked for.
    pub(crate) fn purge_if_due(&self) {
        let Some(companion) = self.opened() else { return };
        match companion.purge_if_due() {
            // Locked meanwhile: it goes on after the next unlock.
            Ok(_) | Err(Failure::Locked) => {}
            Err(failure) => tracing::warn!(code = ?failure.code(), "what was received cannot be purged"),
        }
    }

    /// Locks if the window was left for too long. The page has locked long before that, unless it hangs.
    pub(crate) fn lock_if_left<R: Runtime>(&self, app: &AppHandle<R>) {
        if self.surroundings.left_too_long() {
            self.lock_left(app);
        }
    }

    /// Locks, since the window was left for too long. Does not open a core that nobody has asked for.
    pub(crate) fn lock_left<R: Runtime>(&self, app: &AppHandle<R>) {
        let Some(companion) = self.opened() else { return };
        let was_open = companion.store_to_send().is_ok();
        // Also where nothing is open yet: what is being opened stays shut.
        companion.lock();
        if was_open && let Err(failure) = self.locked(app) {
            tracing::warn!(code = ?failure.code(), "what was signed could not go on after the lock");
        }
    }

    /// Runs blocking work of the core (SQLite, Argon2id, image decoding) off the event loop.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Companion) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, CommandError> {
        let companion = self.companion()?;
        let done = tauri::async_runtime::spawn_blocking(move || work(&companion)).await;
        let done = done.unwrap_or_else(|error| {
            tracing::error!(%error, "a command ended unexpectedly");
            Err(Failure::Internal)
        });
        done.map_err(CommandError::from)
    }

    /// The same for what shows nothing of a record, also when the lease is over: sending, and what everybody may read.
    pub(crate) async fn on_store_to_send<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, CommandError> {
        self.blocking(move |companion| work(companion.store_to_send()?.as_ref())).await
    }

    /// The same for work on the unlocked store.
    pub(crate) async fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, CommandError> {
        self.blocking(move |companion| work(companion.store()?.as_ref())).await
    }
}
