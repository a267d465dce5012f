//! How long to wait after wrong tries.

use chrono::{DateTime, Utc};

use super::file::VaultFile;

/// Seconds a person waits after so many wrong tries: nothing for two slips, then ever longer.
const WAITS: [u64; 11] = [0, 0, 0, 5, 15, 30, 60, 120, 300, 600, 0];

/// Seconds left to wait at `now`. A clock set back does not shorten the wait: it counts from the new time, once
/// [`mend`] has said so. A clock set forward does; the tenth wrong try is what ends that.
pub(super) fn wait_seconds(file: &VaultFile, now: DateTime<Utc>) -> u64 {
    let Some(last) = file.last_failure_at else { return 0 };
    let tries = usize::try_from(file.failures).unwrap_or(usize::MAX);
    let wait = WAITS.get(tries).copied().unwrap_or(600);
    let passed = u64::try_from((now - last).num_seconds()).unwrap_or(0);
    wait.saturating_sub(passed)
}

/// A last try that lies in the future was written under a clock since set back: the wait counts from now, or else it
/// would last until that future comes. Answers whether anything changed.
pub(super) fn mend(file: &mut VaultFile, now: DateTime<Utc>) -> bool {
    let ahead = file.last_failure_at.is_some_and(|last| last > now);
    if ahead {
        file.last_failure_at = Some(now);
    }
    ahead
}
