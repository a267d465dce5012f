//! How long to wait after wrong tries.

use chrono::{DateTime, Utc};

use super::file::VaultFile;

/// Seconds a person waits after so many wrong tries: nothing for two slips, then ever longer.
const WAITS: [u64; 11] = [0, 0, 0, 5, 15, 30, 60, 120, 300, 600, 0];

/// Seconds left to wait at `now`. A clock set back does not shorten the wait: it starts again.
pub(super) fn wait_seconds(file: &VaultFile, now: DateTime<Utc>) -> u64 {
    let Some(last) = file.last_failure_at else { return 0 };
    let tries = usize::try_from(file.failures).unwrap_or(usize::MAX);
    let wait = WAITS.get(tries).copied().unwrap_or(600);
    let passed = u64::try_from((now - last).num_seconds()).unwrap_or(0);
    wait.saturating_sub(passed)
}
