//! The one sync that may be under way, the events that tell the window how far it is, and what goes on after a lock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use baken_companion::Store;
use baken_companion::sync::{HttpTransport, Sender, Sync, SyncPhase, SyncProgress};
use tauri::{AppHandle, Emitter, Runtime};

/// The event that carries a [`SyncProgress`].
const EVENT: &str = "sync-progress";

/// At most one sync runs; starting a second while it does is no error and does nothing.
#[derive(Default)]
pub(crate) struct SyncDesk {
    /// The run that was started last. Its flags are its own: a run that has ended cannot undo what the next one set.
    run: Mutex<Run>,
    latest: Arc<Mutex<SyncProgress>>,
    /// Somebody asked for a pause, which a lock does not end.
    paused: AtomicBool,
}

/// One run, as far as the desk must know it.
#[derive(Clone, Default)]
struct Run {
    under_way: Arc<AtomicBool>,
    pause: Arc<AtomicBool>,
}

impl SyncDesk {
    pub(crate) fn latest(&self) -> SyncProgress {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the running sync to stop after the step or chunk it is at.
    pub(crate) fn pause(&self) {
        let desk = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        self.paused.store(true, Ordering::Release);
        desk.pause.store(true, Ordering::Relaxed);
    }

    /// Somebody asks for a sync: a pause of before is over.
    pub(crate) fn resume(&self) {
        self.paused.store(false, Ordering::Release);
    }

    /// Whether somebody asked for a pause and for nothing since.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// After a lock: what was signed goes on without the store, at once, until somebody unlocks.
    pub(crate) fn go_on(&self, sender: Arc<Sender>) {
        if !self.paused.load(Ordering::Acquire) {
            tauri::async_runtime::spawn(async move { sender.run().await });
        }
    }

    /// Starts a sync of `store` over `transport` unless one is running, or somebody asked for a pause meanwhile. Blocks on nothing: both were made elsewhere.
    pub(crate) fn start<R: Runtime>(&self, app: AppHandle<R>, store: Arc<Store>, transport: HttpTransport) {
        let mut desk = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        if desk.under_way.load(Ordering::Acquire) || self.is_paused() {
            return;
        }
        let run = Run { under_way: Arc::new(AtomicBool::new(true)), pause: Arc::default() };
        *desk = run.clone();
        let (ended, latest) = (Ended(run.under_way), Arc::clone(&self.latest));
        let under_way = Arc::clone(&ended.0);
        let listener = Arc::new(move |progress: &SyncProgress| {
            // The window must be able to start anew the moment it hears of the end.
            if matches!(progress.phase, SyncPhase::Done | SyncPhase::Paused | SyncPhase::Failed) {
                under_way.store(false, Ordering::Release);
            }
            latest.lock().unwrap_or_else(PoisonError::into_inner).clone_from(progress);
            if let Err(error) = app.emit(EVENT, progress) {
                tracing::warn!(%error, "the window could not be told of sync progress");
            }
        });
        let sync = Sync::new(store, transport, run.pause, listener);
        tauri::async_runtime::spawn(async move {
            let _ended = ended;
            sync.run().await;
        });
    }
}

/// Makes way for the next sync however this one ends, by a panic too.
struct Ended(Arc<AtomicBool>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
