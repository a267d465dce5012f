//! The one sync that may be under way, and the events that tell the window how far it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use baken_companion::sync::{HttpTransport, Sync, SyncPhase, SyncProgress};
use baken_companion::{Failure, Store};
use tauri::{AppHandle, Emitter};

/// The event that carries a [`SyncProgress`].
const EVENT: &str = "sync-progress";

/// At most one sync runs; starting a second while it does is no error and does nothing.
#[derive(Default)]
pub(crate) struct SyncDesk {
    running: Arc<AtomicBool>,
    /// The pause of the run that was started last; each run has one of its own, so that none undoes another's.
    pause: Mutex<Arc<AtomicBool>>,
    latest: Arc<Mutex<SyncProgress>>,
}

impl SyncDesk {
    pub(crate) fn latest(&self) -> SyncProgress {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the running sync to stop after the step or chunk it is at.
    pub(crate) fn pause(&self) {
        self.pause.lock().unwrap_or_else(PoisonError::into_inner).store(true, Ordering::Relaxed);
    }

    /// Starts a sync of `store` unless one is running.
    pub(crate) fn start(&self, app: AppHandle, store: Arc<Store>) -> Result<(), Failure> {
        if self.running.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let guard = Running(Arc::clone(&self.running));
        let transport = HttpTransport::for_store(&store)?;
        let pause = Arc::<AtomicBool>::default();
        *self.pause.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&pause);
        let (running, latest) = (Arc::clone(&self.running), Arc::clone(&self.latest));
        let listener = Arc::new(move |progress: &SyncProgress| {
            // The window must be able to start anew the moment it hears of the end.
            if matches!(progress.phase, SyncPhase::Done | SyncPhase::Paused | SyncPhase::Failed) {
                running.store(false, Ordering::Release);
            }
            latest.lock().unwrap_or_else(PoisonError::into_inner).clone_from(progress);
            if let Err(error) = app.emit(EVENT, progress) {
                tracing::warn!(%error, "the window could not be told of sync progress");
            }
        });
        let run = Sync::new(store, transport, pause, listener);
        tauri::async_runtime::spawn(async move {
            let _guard = guard;
            run.run().await;
        });
        Ok(())
    }
}

/// Makes way for the next sync however this one ends, by a panic too.
struct Running(Arc<AtomicBool>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
