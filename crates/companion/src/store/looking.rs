//! The look at the file while the store is open, so that nobody waits for it at an unlock.
//!
//! It has a connection of its own that reads the file itself and not its log, and takes no turn: what a person does never
//! waits for it. The file may change under it, so what it finds is believed only when it is found again while nobody
//! writes. A lock ends it at once; what it did not get to is counted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, InterruptHandle};

use super::soundness::{self, Extent};
use super::{Store, StoreError, open};

/// How often one that is under way is told to stop.
const AGAIN: Duration = Duration::from_millis(20);

/// A look, from the unlock to the lock.
pub(super) struct Looking {
    /// What is still to be looked at.
    due: Mutex<Option<Extent>>,
    interrupt: Mutex<Option<InterruptHandle>>,
    /// Ends when the thread that looks has.
    thread: Mutex<Option<Receiver<()>>>,
    found_damage: AtomicBool,
}

impl Looking {
    pub(super) fn new(due: Option<Extent>) -> Self {
        Self {
            due: Mutex::new(due),
            interrupt: Mutex::default(),
            thread: Mutex::default(),
            found_damage: AtomicBool::new(false),
        }
    }

    /// Ends the statement that is under way.
    pub(super) fn interrupt(&self) {
        if let Some(interrupt) = self.interrupt.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            interrupt.interrupt();
        }
    }

    /// Counts what was not looked at to the end, for the unlocks to come.
    pub(super) fn note_if_cut_short(&self, connection: &Connection) {
        if self.due().is_some()
            && let Err(error) = soundness::note_cut_short(connection, Some(1))
        {
            tracing::debug!(%error, "nobody counts that a look was cut short");
        }
    }

    /// Waits for the end of the thread that looks, which was told.
    pub(super) fn ended(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            while thread.recv_timeout(AGAIN) == Err(RecvTimeoutError::Timeout) {
                self.interrupt();
            }
        }
    }

    fn due(&self) -> Option<Extent> {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn done(&self) {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Store {
    /// Begins to look at what is due, in a thread of its own. Whoever locks ends it.
    pub(crate) fn begin_to_look(self: &Arc<Self>) {
        let (ending, ended) = mpsc::channel();
        *self.looking.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
        let store = Arc::clone(self);
        let begun = thread::Builder::new().name("look".to_owned()).spawn(move || {
            store.look();
            // Before the end is told: then nothing of the store is held here.
            drop(store);
            drop(ending);
        });
        if let Err(error) = begun {
            tracing::debug!(%error, "the store is looked at at another unlock");
        }
    }

    /// Looks at what is due.
    pub(crate) fn look(&self) {
        let Some(extent) = self.looking.due() else { return };
        let may_be_damage = |found: &Result<(), StoreError>| found.as_ref().err().is_some_and(soundness::is_failure);
        let mut found = self.look_beside(extent);
        // A checkpoint beside the look passes for damage: it is looked at once more before anybody has to wait for it.
        if may_be_damage(&found) {
            found = self.look_beside(extent);
        }
        if may_be_damage(&found) {
            found = self.look_alone(extent);
        }
        match found {
            Ok(()) => {
                let now = self.environment.clock.now();
                let noted = self.read::<_, StoreError>(|connection| {
                    soundness::note_whole(connection, &self.path, extent, now);
                    self.looking.done();
                    Ok(())
                });
                if let Err(error) = noted {
                    tracing::debug!(%error, "it was locked before it could be noted that the store is whole");
                }
            }
            Err(error) if soundness::is_failure(&error) => {
                tracing::error!(%error, "a part of the store is damaged; it is moved aside at the next unlock");
                soundness::mark_failed(&self.path);
                self.looking.found_damage.store(true, Ordering::Release);
                self.looking.done();
            }
            Err(error) => tracing::debug!(%error, "the store was not looked at to the end"),
        }
    }

    /// Waits for the end of the look that the unlock began: for tests of what comes of it, and for whoever measures it.
    #[doc(hidden)]
    pub fn await_look(&self) {
        let thread = self.looking.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // It says nothing but that it ended.
        if let Some(thread) = thread {
            let _ = thread.recv();
        }
    }

    /// Whether a part of the store was found damaged since it was opened.
    pub(crate) fn found_damage(&self) -> bool {
        self.looking.found_damage.load(Ordering::Acquire)
    }

    /// Looks while others go on.
    pub(super) fn look_beside(&self, extent: Extent) -> Result<(), StoreError> {
        let connection = {
            let key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
            open::beside(&self.path, key.as_ref().ok_or(StoreError::Closed)?)?
        };
        *self.looking.interrupt.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(connection.get_interrupt_handle());
        // Whoever locks from here on finds what to interrupt.
        if self.is_closed() { Err(StoreError::Closed) } else { soundness::look(&connection, extent) }
    }

    /// Looks while everybody waits. All that was written is in the file then, and nothing of it changes.
    fn look_alone(&self, extent: Extent) -> Result<(), StoreError> {
        self.read(|connection| {
            let (busy, in_log, in_file): (i64, i64, i64) =
                connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?;
            // A disk too full for that tells nothing about the file.
            if busy != 0 || in_log != in_file { Err(StoreError::DiskFull) } else { self.look_beside(extent) }
        })
    }
}
