//! The one sync that may be under way, the events that tell the window how far it is, and what goes on after a lock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use baken_companion::sync::{HttpTransport, Photos, Sender, Sync, SyncOutcome, SyncPhase, SyncProgress};
use baken_companion::{Companion, FailureCode, Store};
use baken_platform::network::allowance::Asker;
use tauri::{AppHandle, Emitter, Manager, Runtime};

use crate::state::Shell;
use crate::{after_lock, surroundings};

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
    pub(crate) fn go_on<R: Runtime>(&self, app: &AppHandle<R>, sender: Arc<Sender>) {
        if !self.paused.load(Ordering::Acquire) {
            after_lock::go_on(app, sender);
        }
    }

    /// Nothing is tried: the system knows of no way, or of one that wants a person first. The window says so.
    pub(crate) fn not_now<R: Runtime>(&self, app: &AppHandle<R>, why: FailureCode) {
        let desk = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        if !desk.under_way.load(Ordering::Acquire) && !self.is_paused() {
            let latest = SyncProgress { phase: SyncPhase::Failed, error: Some(why), ..SyncProgress::default() };
            show(app, &self.latest, &latest);
        }
    }

    /// Starts a sync of `store` over `transport` unless one is running, or somebody asked for a pause meanwhile. What a
    /// person asks for, one that is running does as well. Blocks on nothing: both were made elsewhere.
    pub(crate) fn start<R: Runtime>(
        &self,
        app: AppHandle<R>,
        store: Arc<Store>,
        transport: HttpTransport,
        asker: Asker,
    ) {
        let mut desk = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_paused() {
            return;
        }
        match asker {
            Asker::PersonPhotosToo => store.allowed().asked_by_a_person(),
            Asker::Person | Asker::App => {}
        }
        if desk.under_way.load(Ordering::Acquire) {
            return;
        }
        let run = Run { under_way: Arc::new(AtomicBool::new(true)), pause: Arc::default() };
        *desk = run.clone();
        let asks = store.allowed().asks();
        let ended = Arc::new(Ended { under_way: run.under_way, store: Arc::clone(&store), asks });
        let (ends, told, latest) = (Arc::clone(&ended), app.clone(), Arc::clone(&self.latest));
        let listener = Arc::new(move |progress: &SyncProgress| {
            // The window must be able to start anew the moment it hears of the end.
            if matches!(progress.phase, SyncPhase::Done | SyncPhase::PhotosWait | SyncPhase::Paused | SyncPhase::Failed)
            {
                ends.now();
            }
            show(&told, &latest, progress);
        });
        let sync = Sync::new(Arc::clone(&store), transport, run.pause, listener);
        tauri::async_runtime::spawn(async move {
            let _ended = EndsAtLast(ended);
            let outcome = sync.run().await;
            if outcome == SyncOutcome::Failed(FailureCode::WipeOrdered) {
                carry_out_wipe(&app).await;
                return;
            }
            if outcome != SyncOutcome::PhotosWait {
                // Nothing waits for the asker's word any more.
                store.allowed().were_done(store.allowed().asks());
            } else if store.allowed().photos() == Photos::All {
                // The network became another while the run was ending, or somebody asked: nobody else heard of it then.
                surroundings::send(app).await;
            }
        });
    }
}

/// The municipality ordered that this device be wiped. The window hears of a lock, and sees what became of it.
pub(crate) async fn carry_out_wipe<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    match shell.blocking(Companion::carry_out_wipe).await {
        Ok(false) => {}
        Ok(true) => {
            if let Err(failure) = shell.locked(app) {
                tracing::warn!(code = ?failure.code(), "what was signed could not go on after the wipe");
            }
            crate::presence::tidy_later(app);
        }
        Err(error) => {
            tracing::error!(code = ?error.code, "the wipe that was ordered is carried out at the next opening");
        }
    }
}

/// Keeps how far a sync is, and tells the window.
fn show<R: Runtime>(app: &AppHandle<R>, latest: &Mutex<SyncProgress>, progress: &SyncProgress) {
    latest.lock().unwrap_or_else(PoisonError::into_inner).clone_from(progress);
    if let Err(error) = app.emit(EVENT, progress) {
        tracing::warn!(%error, "the window could not be told of sync progress");
    }
}

/// Makes way for the next sync, and ends what a person asked this one for.
struct Ended {
    under_way: Arc<AtomicBool>,
    store: Arc<Store>,
    /// How often a person had asked when it began.
    asks: u64,
}

impl Ended {
    /// Once; what is asked after it is the next one's.
    fn now(&self) {
        if self.under_way.load(Ordering::Acquire) {
            self.store.allowed().were_done(self.asks);
            self.under_way.store(false, Ordering::Release);
        }
    }
}

/// However a sync ends, by a panic too.
struct EndsAtLast(Arc<Ended>);

impl Drop for EndsAtLast {
    fn drop(&mut self) {
        self.0.now();
    }
}
