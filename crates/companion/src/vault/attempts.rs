//! How long to wait after wrong tries. The wait follows the time that has passed since the device was started, which
//! nobody can set; the wall clock has no part in it.

use serde::{Deserialize, Serialize};

use crate::environment::Uptime;

/// Seconds a person waits after so many wrong tries: nothing for two slips, then ever longer.
const WAITS: [u64; 11] = [0, 0, 0, 5, 15, 30, 60, 120, 300, 600, 0];
/// Where the count cannot be told.
const LONGEST: u64 = 600;

/// Wrong tries so far, and since when the next one is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Attempts {
    pub(super) failures: u32,
    /// When the wait began; none while there is nothing to wait for.
    pub(super) since: Option<Uptime>,
    /// The count could not be read: the longest wait comes before anything else.
    #[serde(default)]
    pub(super) lost: bool,
}

impl Attempts {
    pub(super) const fn none() -> Self {
        Self { failures: 0, since: None, lost: false }
    }

    /// The count was lost with its file. That gives nobody a try for nothing, and locks nobody out.
    pub(super) const fn unknown() -> Self {
        Self { failures: 0, since: Some(Uptime { boot: uuid::Uuid::nil(), ms: u64::MAX }), lost: true }
    }

    pub(super) const fn one_more(&self, now: Uptime) -> Self {
        Self { failures: self.failures.saturating_add(1), since: Some(now), lost: false }
    }

    /// Seconds left to wait.
    pub(super) fn wait_seconds(&self, now: &Uptime) -> u64 {
        let Some(since) = &self.since else { return 0 };
        let tries = usize::try_from(self.failures).unwrap_or(usize::MAX);
        let wait = if self.lost { LONGEST } else { WAITS.get(tries).copied().unwrap_or(LONGEST) };
        let passed = if since.boot == now.boot { now.ms.saturating_sub(since.ms) } else { 0 };
        wait.saturating_sub(passed / 1000)
    }

    /// The same with a wait that begins now, where it began before the device was started anew. `None` otherwise.
    pub(super) fn begun_anew(&self, now: &Uptime) -> Option<Self> {
        let since = self.since.as_ref()?;
        let elsewhere = since.boot != now.boot || since.ms > now.ms;
        elsewhere.then(|| Self { since: Some(*now), ..self.clone() })
    }
}
