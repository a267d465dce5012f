//! What the platform tells of the window's surroundings, and what the shell does of it.
//!
//! On a phone the core must lock when the window is left, also where the page hangs, and should send as soon as there is a
//! network. A desktop tells nothing: the page sees there for itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use baken_companion::sync::Photos;
use baken_companion::{Clock, SystemClock};
use baken_platform::network::allowance::{self, Allowance, Asker, PhotosOver, allowance};
use baken_platform::plugin::Native;
use baken_platform::screen::leaving::Leaving;
use baken_platform::{Event, Insets, NetworkState, Neutral, PlatformError, Screen};
use serde::Serialize;
use tauri::{AppHandle, Emitter, Manager, Runtime};

use crate::after_lock;
use crate::commands::sync;
use crate::state::Shell;

/// The event that carries [`Insets`].
const INSETS: &str = "insets";
/// The event that carries the [`Permission`](baken_platform::Permission) that was taken away.
const WITHDRAWN: &str = "withdrawn";
/// The event that the system wants memory back.
const MEMORY_LOW: &str = "memory-low";

/// Whether the window is seen, how much of it is the page's, and whether anything may leave.
#[derive(Default)]
pub(crate) struct Surroundings {
    clock: SystemClock,
    leaving: Mutex<Leaving>,
    network: Mutex<Option<NetworkState>>,
    insets: Mutex<Option<Insets>>,
    words: Mutex<Option<Neutral>>,
}

impl Surroundings {
    /// The page is about to open a screen of the system.
    pub(crate) fn expect_absence(&self) {
        let mut leaving = self.leaving();
        *leaving = leaving.expect(self.now());
    }

    /// The room that bars and keyboard take, for a page that begins after it was told; none where nobody tells.
    pub(crate) fn insets(&self) -> Option<Insets> {
        *self.insets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the screen of the system was opened for gave its answer.
    pub(crate) fn absence_ended(&self) {
        let mut leaving = self.leaving();
        *leaving = leaving.answered(self.now());
    }

    /// Whether the window was left for too long. Said once for each leaving.
    pub(crate) fn left_too_long(&self) -> bool {
        let mut leaving = self.leaving();
        let over = leaving.is_over(self.now());
        if over {
            *leaving = Leaving::default();
        }
        over
    }

    fn left(&self, expected: bool) {
        let mut leaving = self.leaving();
        *leaving = leaving.left(self.now(), expected);
    }

    fn returned(&self) {
        let mut leaving = self.leaving();
        *leaving = leaving.returned();
    }

    /// What may leave now, for whoever asks.
    pub(crate) fn allowance(&self, asker: Asker) -> Allowance {
        let state = self.network.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or(NetworkState::UNKNOWN);
        allowance(state, asker, PhotosOver::default())
    }

    /// Which photos the network is fit for. Where there is none, nothing is sent anyway.
    pub(crate) fn photos(&self) -> Photos {
        match self.allowance(Asker::App) {
            Allowance::Records(allowance::Photos::None | allowance::Photos::Acute) => Photos::AcuteOnly,
            Allowance::Records(allowance::Photos::All) | Allowance::Waits | Allowance::SignIn => Photos::All,
        }
    }

    /// Whether something may leave now that could not before.
    fn opens_a_way(&self, state: NetworkState) -> bool {
        let before = self.network.lock().unwrap_or_else(PoisonError::into_inner).replace(state);
        let way = |state| match allowance(state, Asker::App, PhotosOver::default()) {
            Allowance::Waits | Allowance::SignIn => None,
            Allowance::Records(photos) => Some(photos),
        };
        // The first word is how it is, and the page starts by itself.
        before.is_some_and(|before| way(state) > way(before))
    }

    /// What the notification says while something is sent after a lock; the app's own name until the page says it.
    pub(crate) fn words(&self) -> Neutral {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner).clone();
        words.unwrap_or_else(|| Neutral { title: "Baken".to_owned() })
    }

    /// The page says it, in its language.
    pub(crate) fn say(&self, words: Neutral) {
        *self.words.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    }

    fn now(&self) -> u64 {
        self.clock.uptime().ms
    }

    fn leaving(&self) -> MutexGuard<'_, Leaving> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens for as long as the program runs.
pub(crate) fn watch<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        let told = app.clone();
        let watched = app.state::<Native>().watch(Arc::new(move |event| heard(&told, event))).await;
        match watched {
            Ok(()) | Err(PlatformError::Unsupported) => {}
            Err(error) => tracing::warn!(error.code = error.code(), "the platform tells nothing of the window"),
        }
    });
}

/// Called on the platform's own thread, which must not wait: what takes time is done elsewhere.
fn heard<R: Runtime>(app: &AppHandle<R>, event: Event) {
    let shell = app.state::<Shell>();
    match event {
        Event::Left { expected } => shell.surroundings.left(expected),
        Event::Returned => {
            // The system may have stopped the look at the clock meanwhile: what was due then is due now.
            let over = shell.surroundings.left_too_long();
            shell.surroundings.returned();
            if over {
                let app = app.clone();
                tauri::async_runtime::spawn_blocking(move || app.state::<Shell>().lock_left(&app));
            }
        }
        Event::Network(state) => {
            let opens = shell.surroundings.opens_a_way(state);
            if let Some(companion) = shell.opened() {
                let sender = companion.sender();
                sender.allowed().over_this_network(shell.surroundings.photos());
                if opens {
                    sender.look_again();
                    tauri::async_runtime::spawn(send(app.clone()));
                }
            }
        }
        Event::Insets(insets) => {
            *shell.surroundings.insets.lock().unwrap_or_else(PoisonError::into_inner) = Some(insets);
            tell(app, INSETS, insets);
        }
        Event::Withdrawn { what } => tell(app, WITHDRAWN, what),
        Event::WorkDue => {
            tauri::async_runtime::spawn(after_lock::due(app.clone()));
        }
        Event::MemoryLow => {
            if let Some(store) = shell.opened().and_then(|companion| companion.store_to_send().ok()) {
                tauri::async_runtime::spawn_blocking(move || store.spare_memory());
            }
            tell(app, MEMORY_LOW, ());
        }
    }
}

fn tell<R: Runtime>(app: &AppHandle<R>, event: &'static str, payload: impl Serialize + Clone) {
    if let Err(error) = app.emit(event, payload) {
        tracing::warn!(%error, event, "the window could not be told of what is around it");
    }
}

/// Begins to send, unless somebody asked for a pause or nobody has unlocked.
pub(crate) async fn send<R: Runtime>(app: AppHandle<R>) {
    let shell = app.state::<Shell>();
    if shell.sync.is_paused() {
        return;
    }
    if let Err(error) = sync::begin(&app, &shell, Asker::App).await {
        tracing::debug!(code = ?error.code, "nothing is sent though there is a network");
    }
}

#[cfg(test)]
mod tests {
    use baken_platform::network::{Cost, Reach};

    use super::*;

    const fn state(reach: Reach) -> NetworkState {
        NetworkState { reach, cost: Cost::Unmetered, roaming: false }
    }

    #[test]
    fn a_network_that_comes_back_or_lets_somebody_in_opens_a_way_once() {
        let surroundings = Surroundings::default();
        assert!(!surroundings.opens_a_way(state(Reach::Validated)), "the page starts by itself");
        assert!(!surroundings.opens_a_way(state(Reach::None)));
        assert!(surroundings.opens_a_way(state(Reach::Validated)));
        assert!(!surroundings.opens_a_way(state(Reach::Unvalidated)));
        assert!(!surroundings.opens_a_way(state(Reach::Captive)));
        assert!(surroundings.opens_a_way(state(Reach::Unvalidated)));
    }

    #[test]
    fn photos_wait_over_what_is_metered_and_a_network_that_costs_nothing_opens_a_way_for_them() {
        let surroundings = Surroundings::default();
        assert_eq!(surroundings.photos(), Photos::All, "nobody knows of a cost");
        let metered = NetworkState { cost: Cost::Metered, ..state(Reach::Validated) };
        surroundings.opens_a_way(metered);
        assert_eq!(surroundings.photos(), Photos::AcuteOnly);
        assert!(surroundings.opens_a_way(state(Reach::Validated)));
        assert_eq!(surroundings.photos(), Photos::All);
        assert!(!surroundings.opens_a_way(metered));
    }

    #[test]
    fn behind_a_portal_nothing_is_tried_unless_a_person_asks() {
        let surroundings = Surroundings::default();
        surroundings.opens_a_way(state(Reach::Captive));
        assert_eq!(surroundings.allowance(Asker::App), Allowance::SignIn);
        assert!(matches!(surroundings.allowance(Asker::Person), Allowance::Records(_)));
    }

    #[test]
    fn a_window_that_was_just_left_is_not_locked_yet() {
        let surroundings = Surroundings::default();
        surroundings.left(false);
        assert!(!surroundings.left_too_long());
    }
}
