//! The lock: the store is shut for everybody who holds it.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, Transaction};

use super::{MayBeTheStores, Store, StoreError, in_transaction, soundness};

/// How often somebody who only reads is told to stop.
const AGAIN: Duration = Duration::from_millis(20);

impl Store {
    /// Does a last thing and closes. Whoever writes finishes; whoever only reads is interrupted; whoever comes later
    /// finds it locked.
    pub(crate) fn close_after<T>(&self, last: impl FnOnce(&mut Connection) -> Option<T>) -> Option<T> {
        let mut slot = self.last_turn();
        let done = slot.as_mut().and_then(last);
        self.shut(slot);
        done
    }

    /// One transaction of that last thing. On a full disk it may use the room that was laid in for it.
    pub(crate) fn last_write<T, E: From<StoreError> + MayBeTheStores>(
        &self,
        connection: &mut Connection,
        work: impl Fn(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.with_reserve(|| in_transaction(connection, &work))
    }

    /// Closes without sending anything on: the program ends.
    pub(crate) fn close(&self) {
        self.shut(self.last_turn());
    }

    /// Whether a lock is under way or was.
    pub(crate) fn is_closed(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    /// Waits for whoever has the turn.
    fn last_turn(&self) -> MutexGuard<'_, Option<Connection>> {
        self.closing.store(true, Ordering::Release);
        self.looking.interrupt();
        match self.connection.try_lock() {
            Ok(slot) => return slot,
            Err(TryLockError::Poisoned(slot)) => return slot.into_inner(),
            Err(TryLockError::WouldBlock) => {}
        }
        thread::scope(|scope| {
            let (turn, waiting) = mpsc::channel::<()>();
            scope.spawn(move || {
                while waiting.recv_timeout(AGAIN) == Err(RecvTimeoutError::Timeout) {
                    // It may be the look that has the turn.
                    self.looking.interrupt();
                    if !self.writing.load(Ordering::Acquire) {
                        self.interrupt.interrupt();
                    }
                }
            });
            let slot = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
            drop(turn);
            slot
        })
    }

    fn shut(&self, mut slot: MutexGuard<'_, Option<Connection>>) {
        if self.failed.load(Ordering::Acquire) {
            soundness::mark_failed(&self.path);
        }
        let connection = slot.take();
        if let Some(connection) = &connection {
            self.looking.note_if_cut_short(connection);
        }
        // Dropping the connection is what makes SQLCipher wipe its keys.
        drop(connection);
        // Whoever looks may wait for a turn, to hear that there is none.
        drop(slot);
        // Before the wait: a disk that hangs may keep whoever looks, and nothing else is to stay for it.
        drop(self.key.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.known.forget();
        self.ahead.forget();
        self.looking.ended();
    }
}
