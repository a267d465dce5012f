//! How often something may be tried, and how many passwords are hashed at once. Kept in memory alone: a restart
//! forgets it.
//!
//! Each purpose has a budget of its own, so that what spends one leaves the others whole. A budget is a bucket that
//! fills up again evenly (the generic cell rate algorithm, ITU-T I.371 annex A). Asking whether something is left and
//! counting are two things here: what went well is never counted. The libraries for this only know both at once. What a
//! device may bring of attachments is counted the same way, in KiB.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use baken_protocol::digest::Digest;
use baken_protocol::ids::DeviceId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::http::bounds::room::Budget;
use crate::http::extract::origin::Network;

/// After so many attempts those that no longer count are forgotten.
const FORGET_EVERY: u32 = 1024;
/// Passwords hashed at once for those who never signed in before: each takes 19 MiB and a core.
const HASHED_FOR_STRANGERS: usize = 3;
/// And for those who did: a flood of strangers never makes them wait.
const HASHED_FOR_KNOWN: usize = 2;
/// KiB of attachments a device may bring in a day: some 1,500 photos of a busy shift, and little beside a disk.
const KIB_A_DAY: u32 = 2 * 1024 * 1024;
/// Wrong codes of a second factor in a day: three of a million are right at any moment.
const WRONG_CODES_A_DAY: u32 = 20;
/// How long a sign-in waits for its turn.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Counts attempts by `K`.
pub struct Attempts<K> {
    /// What one attempt costs.
    each: Duration,
    /// What may be spent at once.
    whole: Duration,
    spent: Mutex<Spent<K>>,
}

struct Spent<K> {
    /// When all that was counted will have been given back.
    until: HashMap<K, Instant>,
    counted: u32,
}

impl<K: Clone + Eq + Hash> Attempts<K> {
    fn with(each: Duration, at_once: u32) -> Self {
        let spent = Spent { until: HashMap::new(), counted: 0 };
        Self { each, whole: each * at_once, spent: Mutex::new(spent) }
    }

    /// So many a minute, all at once or spread.
    pub fn a_minute(attempts: u32) -> Self {
        let attempts = attempts.max(1);
        Self::with(Duration::from_mins(1) / attempts, attempts)
    }

    /// One an hour.
    pub fn one_an_hour() -> Self {
        Self::with(Duration::from_hours(1), 1)
    }

    /// So many a day, all at once or spread.
    pub fn a_day(attempts: u32) -> Self {
        let attempts = attempts.max(1);
        Self::with(Duration::from_hours(24) / attempts, attempts)
    }

    /// As many as anybody likes: for tests of every byte.
    pub fn unlimited() -> Self {
        Self::with(Duration::ZERO, 1)
    }

    /// Whether another attempt is left.
    pub fn is_left(&self, key: &K) -> bool {
        self.has_room(&self.spent.lock().unwrap_or_else(PoisonError::into_inner), key, self.each, Instant::now())
    }

    /// Counts an attempt, if one is left. Whether it was.
    pub fn allow(&self, key: &K) -> bool {
        self.allow_several(key, 1)
    }

    /// Counts so many at once, if all of them are left. Whether they were.
    pub fn allow_several(&self, key: &K, attempts: u32) -> bool {
        let cost = self.each.saturating_mul(attempts);
        let (mut spent, now) = (self.spent.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        if !self.has_room(&spent, key, cost, now) {
            return false;
        }
        spent.counted += 1;
        if spent.counted % FORGET_EVERY == 0 {
            spent.until.retain(|_, until| *until > now);
            spent.until.shrink_to_fit();
        }
        let until = spent.until.entry(key.clone()).or_insert(now);
        *until = (*until).max(now) + cost;
        true
    }

    fn has_room(&self, spent: &Spent<K>, key: &K, cost: Duration, now: Instant) -> bool {
        let used = spent.until.get(key).map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        used.saturating_add(cost) <= self.whole
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

/// Every limit there is, each for one purpose.
pub struct Limits {
    /// Enrolments that were refused: each leaves a line in the audit log.
    pub refused_enrolments: Attempts<Network>,
    /// Codes of invitations to be a member that were refused, likewise.
    pub refused_joinings: Attempts<Network>,
    /// Failed sign-ins from one network, whatever login, by those who never signed in there.
    pub failed_by_network: Attempts<Network>,
    /// Failed sign-ins to one account from one network: what a person needs who mistypes.
    pub failed_by_login_and_network: Attempts<(String, Network)>,
    /// Failed sign-ins to one account from everywhere, by those who never signed in to it.
    pub failed_by_login: Attempts<String>,
    /// Failed sign-ins in a browser that signed in to that account before.
    pub failed_by_browser: Attempts<Digest>,
    /// Wrong codes of a second factor, by account and by the browser that is known for it: whoever has the password guesses
    /// with what strangers have, and keeps the member's own browser from nothing.
    pub wrong_codes: Attempts<(String, Option<Digest>)>,
    /// Journeys to the municipality's own sign-in that were begun from one network.
    pub departures: Attempts<Network>,
    /// Audit lines about guessing at one account.
    pub lines_by_login: Attempts<String>,
    /// Pushes that were refused: each leaves a line in the audit log.
    pub refused_pushes: Attempts<Network>,
    /// Questions of what the network lets through: each may carry as much as the largest push.
    pub passage: Attempts<Network>,
    /// KiB of attachments by the device that brings them. Records are not counted: nothing that is acute ever waits for this.
    pub attachment_kib: Attempts<DeviceId>,
    /// Turns for hashing a password of somebody who never signed in before.
    pub hashing: Turns,
    /// The same for a browser or a network that is known.
    pub hashing_for_known: Turns,
    /// Bytes of bodies that are on their way.
    pub bodies: Budget,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            refused_enrolments: Attempts::a_minute(30),
            refused_joinings: Attempts::a_minute(30),
            failed_by_network: Attempts::a_minute(30),
            failed_by_login_and_network: Attempts::a_minute(5),
            failed_by_login: Attempts::a_minute(100),
            failed_by_browser: Attempts::a_minute(5),
            wrong_codes: Attempts::a_day(WRONG_CODES_A_DAY),
            departures: Attempts::a_minute(60),
            lines_by_login: Attempts::one_an_hour(),
            refused_pushes: Attempts::a_minute(60),
            passage: Attempts::a_minute(120),
            attachment_kib: Attempts::a_day(KIB_A_DAY),
            hashing: Turns::new(HASHED_FOR_STRANGERS, LONGEST_WAIT),
            hashing_for_known: Turns::new(HASHED_FOR_KNOWN, LONGEST_WAIT),
            bodies: Budget::default(),
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
        let kept = attempts.spent.lock().unwrap().until.len();
        assert!(kept <= FORGET_EVERY as usize, "{kept} keys are kept");
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

    #[tokio::test(start_paused = true)]
    async fn so_many_at_once_and_then_one_for_each_part_of_the_minute() {
        let attempts = Attempts::a_minute(5);
        for _ in 0..5 {
            assert!(attempts.is_left(&()) && attempts.is_left(&()), "asking costs nothing");
            assert!(attempts.allow(&()));
        }
        assert!(!attempts.is_left(&()) && !attempts.allow(&()));
        tokio::time::advance(Duration::from_millis(11_999)).await;
        assert!(!attempts.is_left(&()));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(attempts.allow(&()));
        assert!(!attempts.allow(&()));
        tokio::time::advance(Duration::from_hours(3)).await;
        assert_eq!((0..9).filter(|_| attempts.allow(&())).count(), 5, "what was not used is not saved up");
    }

    #[tokio::test(start_paused = true)]
    async fn several_at_once_are_all_counted_or_none() {
        let attempts = Attempts::a_day(24);
        assert!(attempts.allow_several(&(), 20) && !attempts.allow_several(&(), 5) && attempts.allow_several(&(), 4));
        tokio::time::advance(Duration::from_hours(5)).await;
        assert!(!attempts.allow_several(&(), 6) && attempts.allow_several(&(), 5) && !attempts.allow(&()));
        assert!(!attempts.allow_several(&(), u32::MAX));
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
