//! The lock: what was signed is made ready to leave, then the store is shut for everybody who holds it.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use super::{Store, in_transaction, soundness};
use crate::batches;
use crate::failure::Failure;
use crate::sync::Parcel;

/// How often somebody who only reads is told to stop.
const AGAIN: Duration = Duration::from_millis(20);

impl Store {
    /// Signs the last batches, takes out what has to leave, and closes. Whoever writes finishes; whoever only reads is
    /// interrupted; whoever comes later finds it locked.
    pub(crate) fn take_leave(&self) -> Option<Parcel> {
        let mut slot = self.last_turn();
        let parcel = slot.as_mut().and_then(|connection| match self.pack(connection) {
            Ok(parcel) => parcel,
            Err(failure) => {
                tracing::warn!(code = ?failure.code(), "what was signed leaves after the next unlock only");
                None
            }
        });
        self.shut(slot);
        parcel
    }

    /// Closes without sending anything on: the program ends.
    pub(crate) fn close(&self) {
        self.shut(self.last_turn());
    }

    /// Whether a lock is under way or was.
    pub(crate) fn is_closed(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    fn pack(&self, connection: &mut Connection) -> Result<Option<Parcel>, Failure> {
        // What cannot be batched now keeps nothing back that was.
        while let Ok(Some(_)) = self.form_last(connection) {}
        Parcel::load(connection, &self.sender, Parcel::MAX_BYTES)
    }

    fn form_last(&self, connection: &mut Connection) -> Result<Option<u64>, Failure> {
        match in_transaction(connection, |tx| batches::form(tx, self)) {
            Err(Failure::Store(super::StoreError::DiskFull)) if super::reserve::give_up(&self.path) => {
                in_transaction(connection, |tx| batches::form(tx, self))
            }
            other => other,
        }
    }

    /// Waits for whoever has the turn.
    fn last_turn(&self) -> MutexGuard<'_, Option<Connection>> {
        self.closing.store(true, Ordering::Release);
        match self.connection.try_lock() {
            Ok(slot) => return slot,
            Err(TryLockError::Poisoned(slot)) => return slot.into_inner(),
            Err(TryLockError::WouldBlock) => {}
        }
        thread::scope(|scope| {
            let (turn, waiting) = mpsc::channel::<()>();
            scope.spawn(move || {
                while waiting.recv_timeout(AGAIN) == Err(RecvTimeoutError::Timeout) {
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
        // Dropping the connection is what makes SQLCipher wipe its keys.
        drop(slot.take());
        drop(self.key.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.known.forget();
        self.ahead.forget();
    }
}
