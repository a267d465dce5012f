//! The lease: for how long this device shows what it holds without a contact with the municipality. A device that was
//! stolen and is kept away from every network never hears that it is revoked or to be wiped; when its lease is over it
//! shows nothing any more until it was in contact, and sending still works (docs/adr/0051-a-lease.md).
//!
//! It is looked at when the store is opened, so nobody is shut out of what they are writing. A contact is a signed word
//! on revocations over a connection this device trusts, or a receipt, also one that was carried here; neither counts for
//! a device that is named as revoked. A clock that is set back does not make it longer: the latest time seen is kept, and all
//! that the clock which nobody can set counted since.
//!
//! Deliberately absent: recording while it is over. Whoever cannot send for that long is told so days before.

use std::sync::atomic::Ordering;

use baken_protocol::catalogue::settings::{LEASE_DAYS, Settings};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::content;
use crate::environment::Uptime;
use crate::failure::Failure;
use crate::store::Store;
use crate::store::settings::Setting;
use crate::trust::{clock_reading, device, known_time, revocations};

/// For so long before its end a person is told; for half of a shorter one.
const TOLD_BEFORE: TimeDelta = TimeDelta::days(5);
/// The latest time seen is written down when it is so much later than what is written, not at each opening.
const WORTH_WRITING: TimeDelta = TimeDelta::hours(1);

/// The latest time that an opening saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    at: DateTime<Utc>,
    /// The clock that nobody can set, then; none where there was none.
    uptime: Option<Uptime>,
}

impl Seen {
    /// The earliest that it can be by now, whatever the wall's clock says. A device that was started anew was started
    /// after this was seen.
    fn by_now(self, uptime: Option<Uptime>) -> DateTime<Utc> {
        let passed = uptime.map_or(0, |now| {
            let before = self.uptime.filter(|seen| seen.boot == now.boot).map_or(0, |seen| seen.ms);
            now.ms.saturating_sub(before)
        });
        let passed = TimeDelta::try_milliseconds(i64::try_from(passed).unwrap_or(i64::MAX)).unwrap_or_default();
        self.at.checked_add_signed(passed).unwrap_or(self.at)
    }
}

/// A lease that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lease {
    /// When the municipality was last heard.
    since: DateTime<Utc>,
    /// For how long that is good.
    length: TimeDelta,
}

impl Lease {
    /// Nothing where it does not end, is not known to have begun, or ends after all times there are.
    fn ends(self) -> Option<DateTime<Utc>> {
        self.since.checked_add_signed(self.length)
    }

    fn is_over(self, now: DateTime<Utc>) -> bool {
        self.ends().is_some_and(|ends| now >= ends)
    }

    fn told_from(self) -> Option<DateTime<Utc>> {
        self.ends()?.checked_sub_signed(TOLD_BEFORE.min(self.length / 2))
    }
}

impl Store {
    /// Looks whether the lease is over, as an opening does. Where that cannot be read it goes on: a store that is damaged
    /// shows what it still can.
    pub(crate) fn begin_lease(&self, access: Access) {
        let over = self.read(|connection| self.is_lease_over(connection)).unwrap_or_else(|failure| {
            tracing::warn!(code = ?failure.code(), "whether the lease is over cannot be read");
            false
        });
        self.lease_over.store(over, Ordering::Release);
        if access == Access::ReadWrite
            && let Err(failure) = self.note_time_seen()
        {
            tracing::warn!(code = ?failure.code(), "the latest time seen is not written down");
        }
    }

    /// Whether nothing is shown until the next contact.
    pub fn lease_is_over(&self) -> bool {
        self.lease_over.load(Ordering::Acquire)
    }

    /// The municipality answered, over a connection this device trusts. Also where that cannot be written down.
    pub(crate) fn heard_from_the_municipality(&self) -> Result<(), Failure> {
        if self.read::<_, Failure>(is_revoked)? {
            return Ok(());
        }
        self.lease_over.store(false, Ordering::Release);
        self.write(|tx| {
            let now = clock_reading::latest_known(tx, &self.environment, &self.known)?;
            // A clock that was ahead, and was set right since, is forgotten with it.
            Setting::LatestSeen.write(tx, Some(&self.seen(now)))?;
            Ok(Setting::HeardAt.write(tx, Some(&now))?)
        })
    }

    fn is_lease_over(&self, connection: &Connection) -> Result<bool, Failure> {
        let Some(lease) = lease(connection)? else { return Ok(false) };
        Ok(lease.is_over(self.latest_seen(connection)?))
    }

    fn latest_seen(&self, connection: &Connection) -> Result<DateTime<Utc>, Failure> {
        let now = clock_reading::latest_known(connection, &self.environment, &self.known)?;
        let seen: Option<Seen> = Setting::LatestSeen.read(connection)?;
        Ok(seen.map_or(now, |seen| seen.by_now(self.environment.clock.since_boot()).max(now)))
    }

    fn seen(&self, at: DateTime<Utc>) -> Seen {
        Seen { at, uptime: self.environment.clock.since_boot() }
    }

    fn note_time_seen(&self) -> Result<(), Failure> {
        let due = self.read(|connection| {
            let seen: Option<Seen> = Setting::LatestSeen.read(connection)?;
            let later = self.latest_seen(connection)?;
            let begins = Setting::HeardAt.read::<DateTime<Utc>>(connection)?.is_none();
            let worth_it = begins || seen.is_none_or(|seen| later - seen.at > WORTH_WRITING);
            Ok::<_, Failure>(worth_it.then_some((later, begins)))
        })?;
        let Some((later, begins)) = due else { return Ok(()) };
        self.write(|tx| {
            if begins {
                // A device that is new, or of a version without leases: it begins now.
                Setting::HeardAt.write(tx, Some(&later))?;
            }
            Ok(Setting::LatestSeen.write(tx, Some(&self.seen(later)))?)
        })
    }

    /// When the lease ends, where that is near enough to tell a person.
    pub(crate) fn lease_ends_soon(&self, connection: &Connection) -> Result<Option<DateTime<Utc>>, Failure> {
        let Some(lease) = lease(connection)? else { return Ok(None) };
        let now = self.latest_seen(connection)?;
        Ok(lease.told_from().filter(|from| now >= *from).and_then(|_| lease.ends()))
    }
}

/// The lease as it stands; none where the municipality set none, and before this device was enrolled and heard anything.
fn lease(connection: &Connection) -> Result<Option<Lease>, Failure> {
    if device::load(connection)?.is_none() {
        return Ok(None);
    }
    let days = content::held::<Settings>(connection)?.and_then(|settings| settings.lease_days).unwrap_or(LEASE_DAYS);
    let heard: Option<DateTime<Utc>> = Setting::HeardAt.read(connection)?;
    let received = if is_revoked(connection)? { None } else { known_time::last_received(connection)? };
    let since = heard.max(received);
    Ok(since.filter(|_| days > 0).map(|since| Lease { since, length: TimeDelta::days(i64::from(days)) }))
}

fn is_revoked(connection: &Connection) -> Result<bool, Failure> {
    let Some(own) = device::load(connection)? else { return Ok(false) };
    Ok(revocations::known(connection)?.contains(&own.device))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn lease(days: i64) -> Lease {
        Lease { since: at("2026-11-01T12:00:00Z"), length: TimeDelta::days(days) }
    }

    #[test]
    fn is_over_when_its_time_has_passed_and_not_before() {
        assert!(!lease(14).is_over(at("2026-11-15T11:59:59Z")));
        assert!(lease(14).is_over(at("2026-11-15T12:00:00Z")));
    }

    #[test]
    fn what_a_clock_that_nobody_can_set_counted_has_passed() {
        let uptime = |boot: u128, ms: u64| Some(Uptime { boot: uuid::Uuid::from_u128(boot), ms });
        let seen = Seen { at: at("2026-11-01T12:00:00Z"), uptime: uptime(1, 5_000) };
        assert_eq!(seen.by_now(uptime(1, 65_000)), at("2026-11-01T12:01:00Z"));
        assert_eq!(seen.by_now(uptime(2, 3_600_000)), at("2026-11-01T13:00:00Z"), "started anew an hour ago");
        assert_eq!(seen.by_now(None), seen.at);
        assert_eq!(Seen { uptime: None, ..seen }.by_now(uptime(1, 1_000)), at("2026-11-01T12:00:01Z"));
    }

    #[test]
    fn is_told_five_days_ahead_and_a_short_one_from_its_half() {
        assert_eq!(lease(14).told_from(), Some(at("2026-11-10T12:00:00Z")));
        assert_eq!(lease(2).told_from(), Some(at("2026-11-02T12:00:00Z")));
    }

    #[test]
    fn one_that_would_end_after_all_times_does_not_end() {
        let endless = Lease { since: DateTime::<Utc>::MAX_UTC, length: TimeDelta::days(1) };
        assert_eq!(endless.ends(), None);
        assert!(!endless.is_over(DateTime::<Utc>::MAX_UTC));
    }
}
