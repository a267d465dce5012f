//! Since when nobody has used the app. The core keeps this itself: the screen's own timer may sleep or hang.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::environment::{Clock, Uptime};

/// After so long without a touch the app locks itself.
pub(crate) const AUTO_LOCK_SECONDS: u32 = 120;
/// How much later the core does it, where the screen has not: the screen saves what was typed first.
const GRACE_SECONDS: u32 = 10;

/// The last touch, by the wall clock and by the one nobody can set.
pub(crate) struct Idle(Mutex<(DateTime<Utc>, Uptime)>);

impl Idle {
    pub(crate) fn new(clock: &dyn Clock) -> Self {
        Self(Mutex::new((clock.now(), clock.uptime())))
    }

    pub(crate) fn touched(&self, clock: &dyn Clock) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (clock.now(), clock.uptime());
    }

    /// Whether the time is over by either clock: one may be set back, the other may stand still in the device's sleep.
    pub(crate) fn is_over(&self, clock: &dyn Clock) -> bool {
        let (wall, uptime) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock.uptime();
        let limit = u64::from(AUTO_LOCK_SECONDS + GRACE_SECONDS);
        let passed = now.boot != uptime.boot || now.ms.saturating_sub(uptime.ms) >= limit * 1000;
        let limit = TimeDelta::try_seconds(i64::from(AUTO_LOCK_SECONDS + GRACE_SECONDS)).unwrap_or_default();
        passed || clock.now() - wall >= limit
    }
}
