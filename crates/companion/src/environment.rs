//! What the core takes from outside: time and fresh ids. Logic receives them, so tests decide both.
//!
//! Key material is not here: it always comes from the operating system through `ring`.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// The time, twice: as the wall shows it, and as it really passes.
pub trait Clock: Send + Sync {
    /// Wall time in UTC, which may be wrong by years.
    fn now(&self) -> DateTime<Utc>;
    /// Milliseconds since the program started; never goes back.
    fn monotonic_ms(&self) -> u64;
}

/// Fresh identifiers.
pub trait Ids: Send + Sync {
    /// A UUID that was never used before.
    fn uuid(&self) -> Uuid;
}

/// The device's own clock.
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Time-ordered random UUIDs (RFC 9562, version 7).
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Clock and ids together, as everything here takes them.
#[derive(Clone)]
pub struct Environment {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn Ids>,
    /// Changes with every start of the program.
    pub boot_id: Uuid,
}

impl Environment {
    /// The real thing.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock::default()), ids: Arc::new(SystemIds), boot_id: SystemIds.uuid() }
    }
}
