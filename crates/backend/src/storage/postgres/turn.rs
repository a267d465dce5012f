//! Whose turn it is to write. The database has a lock of its own for programs beside this one; within this one whoever
//! waits takes no connection from those who read, and gives up as with SQLite.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::storage::StorageError;

/// How long one waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The one turn there is.
#[derive(Debug, Default)]
pub(super) struct Turn {
    is_taken: Mutex<bool>,
    freed: Condvar,
}

impl Turn {
    /// Waits for it; whoever holds it too long is in the way, and is told as such.
    pub(super) fn take(&self) -> Result<Taken<'_>, StorageError> {
        self.take_within(PATIENCE)
    }

    fn take_within(&self, patience: Duration) -> Result<Taken<'_>, StorageError> {
        let waited = self.freed.wait_timeout_while(self.is_taken(), patience, |is_taken| *is_taken);
        let (mut is_taken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StorageError::Busy);
        }
        *is_taken = true;
        Ok(Taken(self))
    }

    fn is_taken(&self) -> MutexGuard<'_, bool> {
        self.is_taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Given back when dropped, also in a panic.
#[derive(Debug)]
pub(super) struct Taken<'a>(&'a Turn);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.0.is_taken() = false;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_turn_is_had_by_one_and_not_waited_for_without_end() {
        let turn = Turn::default();
        let taken = turn.take().unwrap();
        assert!(matches!(turn.take_within(Duration::from_millis(1)), Err(StorageError::Busy)));
        drop(taken);
        assert!(turn.take().is_ok());
    }
}
