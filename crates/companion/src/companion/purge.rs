//! When an open store is purged: at the unlock, and daily for as long as it stays open. Little at a time, so that nobody who
//! records waits for it.

use std::sync::PoisonError;

use chrono::TimeDelta;

use crate::access::Access;
use crate::companion::Companion;
use crate::failure::Failure;

/// At most so many records at each look.
const AT_ONCE: u32 = 4;
/// From when nothing was left to purge until the next look.
const AGAIN: TimeDelta = TimeDelta::days(1);

impl Companion {
    /// Purges a little of what is due, and answers how many records it were. To be asked every second or so.
    pub fn purge_if_due(&self) -> Result<u32, Failure> {
        let Some(store) = self.current() else { return Ok(0) };
        let now = self.options.environment.clock.now();
        let mut due = self.purge_due.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back meanwhile does not put it off.
        if self.vault.access() != Access::ReadWrite || due.is_some_and(|due| now < due && due - now <= AGAIN) {
            return Ok(0);
        }
        // Also after a failure: it is not tried every second.
        *due = Some(now + AGAIN);
        let purged = store.purge(AT_ONCE)?;
        if purged == AT_ONCE {
            *due = None;
        }
        Ok(purged)
    }
}
