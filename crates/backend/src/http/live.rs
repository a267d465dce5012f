//! Telling open consoles that something changed. Each listens on a connection of its own ([`frames`]); one watcher
//! looks for all of them ([`watch`]), for as long as somebody listens.
//!
//! What is told is never more than a list would show this account, and less: of what kind it was, and the account's own numbers.
//! Deliberately absent: ids, and whatever happened to what the account may not see, be it only that something did.

mod frames;
mod watch;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use baken_protocol::digest::Digest;
use baken_protocol::ids::RecordId;
use tokio::sync::{Notify, watch as told};

use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::register::DeskCounts;
use crate::storage::{Clearance, ReportNumber};

pub use frames::Frames;

/// How often it is looked when nothing here says that something changed: another program may write too, and a session's time
/// runs out.
const LOOK: Duration = Duration::from_secs(2);
/// What happens within this time is told at once.
const TOGETHER: Duration = Duration::from_millis(250);
/// What a list may have changed by, beside what came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// An act on an observation.
    Handling,
    /// A step of a report.
    Reports,
}

/// Consoles that listen, at most, and what they get where nothing happens.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// In all. Connections are shared with devices (`Patience::connections`).
    pub in_all: usize,
    /// Of one account: a browser needs one for all of its tabs.
    pub of_an_account: usize,
    /// How often something is sent to whoever has nothing to hear, so that no proxy takes the line for dead.
    pub heartbeat: Duration,
}

impl Default for Room {
    fn default() -> Self {
        Self { in_all: 320, of_an_account: 8, heartbeat: Duration::from_secs(15) }
    }
}

/// What one listener was told so far, counted; whoever was slow hears the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Said {
    records: u64,
    handling: u64,
    reports: u64,
    desk: DeskCounts,
    /// The session is over, or allows it no more.
    is_over: bool,
}

#[derive(Debug)]
struct Listener {
    login: String,
    session: Digest,
    /// What it saw, to tell when that became another.
    clearance: Clearance,
    /// The number of the last operation that was looked at for it.
    seen: i64,
    said: told::Sender<Said>,
}

#[derive(Debug, Default)]
struct Open {
    listeners: HashMap<u64, Listener>,
    last: u64,
    is_watched: bool,
    is_stopping: bool,
    /// What was done since the last look, and who may see it, as `shown_to` says it.
    done: Vec<(Deed, String)>,
}

/// Everybody who listens.
#[derive(Debug, Default)]
pub struct Live {
    room: Room,
    open: Mutex<Open>,
    changed: Notify,
}

/// Whoever wants to listen.
pub struct Asker {
    /// The account.
    pub login: String,
    /// The hash of its cookie.
    pub session: Digest,
    /// What it may see.
    pub clearance: Clearance,
}

/// A place among those who listen, given back when it is dropped.
pub struct Place {
    live: Arc<Live>,
    id: u64,
    said: told::Receiver<Said>,
}

impl Live {
    /// With room for so many.
    pub fn with(room: Room) -> Self {
        Self { room, ..Self::default() }
    }

    /// A place; none if there is no room. The first one starts the watcher.
    pub fn listen(state: &AppState, asker: Asker) -> Option<Place> {
        let live = Arc::clone(&state.live);
        let mut open = live.open();
        let own = open.listeners.values().filter(|it| it.login == asker.login).count();
        if open.is_stopping || open.listeners.len() >= live.room.in_all || own >= live.room.of_an_account {
            return None;
        }
        let (sender, said) = told::channel(Said::default());
        let Asker { login, session, clearance } = asker;
        open.last += 1;
        let id = open.last;
        open.listeners.insert(id, Listener { login, session, clearance, seen: i64::MAX, said: sender });
        if !open.is_watched {
            open.is_watched = true;
            tokio::spawn(watch::run(state.clone()));
        }
        drop(open);
        Some(Place { live, id, said })
    }

    /// Something was written; what, the watcher finds out.
    pub fn wake(&self) {
        self.changed.notify_one();
    }

    /// Nobody listens any more, from now on: the server stops.
    pub fn stop(&self) {
        let mut open = self.open();
        open.is_stopping = true;
        open.listeners.clear();
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_heard(&self) -> bool {
        !self.open().listeners.is_empty()
    }

    fn tell(&self, deeds: impl IntoIterator<Item = (Deed, String)>) {
        self.open().done.extend(deeds);
        self.wake();
    }
}

impl Place {
    /// What is true for it now, with the number of the last operation at that time: what comes later is told.
    fn begin(&self, desk: DeskCounts, seen: i64) {
        if let Some(listener) = self.live.open().listeners.get_mut(&self.id) {
            listener.seen = seen;
            listener.said.send_modify(|said| said.desk = desk);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.live.open().listeners.remove(&self.id);
    }
}

/// An act was done on these observations. What cannot be looked up is not told: a list is looked at now and then anyway.
pub fn tell_of_acts(state: &AppState, records: &[RecordId]) {
    if !state.live.is_heard() {
        return;
    }
    let read = state.read(|tx| {
        let rows = records.iter().map(|record| tx.standing_of(*record)).collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter().flatten().map(|row| (Deed::Handling, row.shown_to)).collect::<Vec<_>>())
    });
    state.live.tell(read.unwrap_or_default());
}

/// A step of this report was taken.
pub fn tell_of_report(state: &AppState, report: ReportNumber) {
    if !state.live.is_heard() {
        return;
    }
    let read: Result<_, Problem> = state.read(|tx| Ok(tx.report(report)?));
    state.live.tell(read.ok().flatten().map(|row| (Deed::Reports, row.shown_to)));
}
