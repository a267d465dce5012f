//! What the backend takes from outside: time, ids and random bytes. Handlers receive them, so tests decide.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

/// The time.
pub trait Clock: Send + Sync {
    /// Wall time in UTC, to the millisecond.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's own clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }
}

/// Fresh ids and random bytes, from the operating system.
#[derive(Clone)]
pub struct Environment {
    /// The time.
    pub clock: Arc<dyn Clock>,
    random: SystemRandom,
}

/// The operating system gave no random bytes: nothing that needs them may go on.
#[derive(Debug, thiserror::Error)]
#[error("no random bytes from the operating system")]
pub struct NoRandomness;

impl Environment {
    /// With the machine's own clock.
    pub fn system() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    /// With another clock.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self { clock, random: SystemRandom::new() }
    }

    /// A UUID that was never used before (RFC 9562, version 7).
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    /// `N` random bytes.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(bytes)
    }

    /// The source of key material.
    pub fn secure_random(&self) -> &dyn SecureRandom {
        &self.random
    }
}
