//! How often something may be tried, and how many passwords are hashed at once. Kept in memory alone: a restart
//! forgets it.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::origin::Network;

/// After so many attempts those that no longer count are forgotten.
const FORGET_EVERY: u32 = 1024;
/// Passwords hashed at once: each takes 19 MiB and a core.
const HASHED_AT_ONCE: usize = 4;
/// How long a sign-in waits for its turn.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Counts attempts by `K`.
pub struct Attempts<K: Clone + Eq + Hash> {
    limiter: DefaultKeyedRateLimiter<K>,
    counted: AtomicU32,
}

impl<K: Clone + Eq + Hash> Attempts<K> {
    fn with(quota: Quota) -> Self {
        Self { limiter: RateLimiter::keyed(quota), counted: AtomicU32::new(0) }
    }

    /// So many a minute, all at once or spread.
    pub fn a_minute(attempts: u32) -> Self {
        Self::with(Quota::per_minute(NonZeroU32::new(attempts).unwrap_or(NonZeroU32::MIN)))
    }

    /// One an hour.
    pub fn one_an_hour() -> Self {
        Self::with(Quota::per_hour(NonZeroU32::MIN))
    }

    /// As many as anybody likes: for tests of every byte.
    pub fn unlimited() -> Self {
        Self::with(Quota::per_second(NonZeroU32::MAX))
    }

    /// Counts an attempt. Whether it may go on.
    pub fn allow(&self, key: &K) -> bool {
        if self.counted.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(key).is_ok()
    }
}

/// Turns for work that takes much memory.
pub struct Turns {
    permits: Arc<Semaphore>,
    longest_wait: Duration,
}

impl Turns {
    /// So many at once; others wait so long at most.
    pub fn new(at_once: usize, longest_wait: Duration) -> Self {
        Self { permits: Arc::new(Semaphore::new(at_once)), longest_wait }
    }

    /// A turn, to be held until the work is done; none if it did not come in time.
    pub async fn take(&self) -> Option<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.permits).acquire_owned();
        tokio::time::timeout(self.longest_wait, turn).await.ok()?.ok()
    }
}

/// Every limit there is.
pub struct Limits {
    /// Attempts at enrolment and sign-in.
    pub by_network: Attempts<Network>,
    /// Attempts at sign-in as one account: what a person needs who mistypes.
    pub by_login_and_network: Attempts<(String, Network)>,
    /// Attempts at sign-in as one account from everywhere: wide, so that nobody can lock another out alone.
    pub by_login: Attempts<String>,
    /// Audit lines about the limit above.
    pub lines_by_login: Attempts<String>,
    /// Pushes that were refused: each leaves a line in the audit log.
    pub refused_pushes: Attempts<Network>,
    /// Turns for hashing a password.
    pub hashing: Turns,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            by_network: Attempts::a_minute(30),
            by_login_and_network: Attempts::a_minute(5),
            by_login: Attempts::a_minute(100),
            lines_by_login: Attempts::one_an_hour(),
            refused_pushes: Attempts::a_minute(60),
            hashing: Turns::new(HASHED_AT_ONCE, LONGEST_WAIT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_longer_counts_is_forgotten() {
        let attempts = Attempts::unlimited();
        for key in 0..10 * FORGET_EVERY {
            assert!(attempts.allow(&key));
        }
        let kept = attempts.limiter.len();
        assert!(kept <= FORGET_EVERY as usize + 1, "{kept} keys are kept");
    }

    #[test]
    fn what_still_counts_is_not_forgotten() {
        let attempts = Attempts::one_an_hour();
        assert!(attempts.allow(&0));
        for key in 1..=FORGET_EVERY {
            attempts.allow(&key);
        }
        assert!(!attempts.allow(&0));
    }

    #[tokio::test]
    async fn a_turn_is_free_again_once_it_is_given_back() {
        let turns = Turns::new(1, Duration::ZERO);
        let first = turns.take().await;
        assert!(first.is_some() && turns.take().await.is_none());
        drop(first);
        assert!(turns.take().await.is_some());
    }
}
