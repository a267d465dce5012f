//! What the core takes from outside: time and fresh ids (logic receives them, so tests decide both), and which version it
//! is.
//!
//! Key material is not here: it always comes from the operating system through `ring`.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The version of the companion, as it stands in what it signs.
pub const APP_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The time: as the wall shows it, as the program runs, and as it really passes.
pub trait Clock: Send + Sync {
    /// Wall time in UTC, which may be wrong by years.
    fn now(&self) -> DateTime<Utc>;
    /// Milliseconds since the program started; never goes back. It may stand still while the device sleeps.
    fn monotonic_ms(&self) -> u64;
    /// A moment on a clock that nobody can set and that goes on while the device sleeps. `None` where there is no such
    /// clock: then nothing can be said of how long a sleep was.
    fn since_boot(&self) -> Option<Uptime>;
    /// The same for what waits for time to pass. Without such a clock it counts from the program's start, so that a
    /// wait begins anew after a restart and lasts longer by a sleep: never shorter.
    fn uptime(&self) -> Uptime {
        self.since_boot().unwrap_or_else(|| Uptime { boot: Uuid::nil(), ms: self.monotonic_ms() })
    }
}

/// A moment since the device was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uptime {
    /// Which start of the device; of the program, where the device does not name its own.
    pub boot: Uuid,
    /// Milliseconds since then, sleep included.
    pub ms: u64,
}

/// Fresh identifiers.
pub trait Ids: Send + Sync {
    /// A UUID that was never used before.
    fn uuid(&self) -> Uuid;
}

/// The device's own clock.
pub struct SystemClock {
    started: Instant,
    boot: Uuid,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now(), boot: boot_id().unwrap_or_else(|| SystemIds.uuid()) }
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

    fn since_boot(&self) -> Option<Uptime> {
        Some(Uptime { boot: self.boot, ms: awake_and_asleep_ms()? })
    }

    fn uptime(&self) -> Uptime {
        self.since_boot().unwrap_or_else(|| Uptime { boot: self.boot, ms: self.monotonic_ms() })
    }
}

/// Linux and Android name each start.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn boot_id() -> Option<Uuid> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().parse().ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn boot_id() -> Option<Uuid> {
    None
}

/// The clock that counts sleep. Linux and Android: `CLOCK_BOOTTIME`, where `CLOCK_MONOTONIC` stands still
/// (`clock_gettime(2)`).
#[cfg(any(target_os = "linux", target_os = "android"))]
const COUNTS_SLEEP: rustix::time::ClockId = rustix::time::ClockId::Boottime;

/// Apple: `CLOCK_MONOTONIC` "will continue to increment while the system is asleep" (`clock_gettime(3)`); what stands
/// still there is `CLOCK_UPTIME_RAW`, which is what std's `Instant` reads.
#[cfg(target_vendor = "apple")]
const COUNTS_SLEEP: rustix::time::ClockId = rustix::time::ClockId::Monotonic;

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn awake_and_asleep_ms() -> Option<u64> {
    let time = rustix::time::clock_gettime(COUNTS_SLEEP);
    let seconds = u64::try_from(time.tv_sec).ok()?;
    Some(seconds.saturating_mul(1000).saturating_add(u64::try_from(time.tv_nsec / 1_000_000).ok()?))
}

/// Windows: `GetTickCount64` counts sleep and hibernation; `QueryUnbiasedInterruptTime` would not.
#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "one signature on every platform")]
fn awake_and_asleep_ms() -> Option<u64> {
    Some(winsafe::GetTickCount64())
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple", windows)))]
const fn awake_and_asleep_ms() -> Option<u64> {
    None
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
