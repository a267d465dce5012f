//! How far this device's clock is off, by what the municipality's was when it was last heard.
//!
//! The hearing is kept with both of this device's clocks, the one on the wall and the one that nobody can set: a person
//! who sets the right time in between is not told of an error that is no more. The second must count the device's
//! sleep too, or a night with the lid shut would look like a clock that somebody moved. Where there is none, nothing is
//! said of a clock that was right or wrong once: only what is certain (`known_time.rs`).

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::environment::{Environment, Uptime};
use crate::failure::Failure;
use crate::store::known::Known;
use crate::store::settings::Setting;
use crate::store::{Store, StoreError};
use crate::trust::known_time;

/// Less than this is nobody's concern.
const WORTH_SAYING: TimeDelta = TimeDelta::minutes(10);

/// What was heard, and when by this device's own clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Reading {
    /// The municipality's time.
    theirs: DateTime<Utc>,
    /// This device's, at that moment.
    ours: DateTime<Utc>,
    /// The same on the clock that nobody can set. None where there was none, and in a reading of an earlier version.
    #[serde(default)]
    uptime: Option<Uptime>,
}

impl Reading {
    /// Seconds by which the municipality's clock is ahead of one that shows `now`.
    fn ahead(self, now: DateTime<Utc>, uptime: Option<Uptime>) -> Option<i64> {
        let (heard_at, uptime) = (self.uptime?, uptime?);
        let heard = (self.theirs - self.ours).num_seconds();
        if uptime.boot != heard_at.boot {
            return Some(heard);
        }
        // What the wall clock moved beyond the time that really passed: somebody set it.
        let passed = uptime.ms.saturating_sub(heard_at.ms) / 1000;
        let moved = (now - self.ours).num_seconds();
        Some(heard.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX)).saturating_sub(moved))
    }
}

impl Store {
    /// Remembers what time the backend says it is; never earlier than what it signed.
    pub(crate) fn note_backend_time(&self, theirs: DateTime<Utc>) -> Result<(), Failure> {
        self.write(|tx| {
            let theirs = theirs.max(known_time::floor(tx, &self.known)?);
            note(tx, &self.environment, theirs)?;
            Ok(())
        })
    }
}

fn note(tx: &Connection, environment: &Environment, theirs: DateTime<Utc>) -> Result<(), StoreError> {
    let clock = &environment.clock;
    Setting::ClockReading.write(tx, Some(&Reading { theirs, ours: clock.now(), uptime: clock.since_boot() }))
}

/// Takes notice of the time a verified receipt carries: a clock before it is behind for certain.
pub(crate) fn note_signed(
    tx: &Connection,
    environment: &Environment,
    received_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let ahead = seconds_ahead(tx, environment)?.unwrap_or(0);
    if (received_at - environment.clock.now()).num_seconds() > ahead.saturating_add(WORTH_SAYING.num_seconds()) {
        note(tx, environment, received_at)?;
    }
    Ok(())
}

/// Seconds by which the municipality's clock is ahead of this device's, as far as was heard. It is signed with every
/// record.
pub(crate) fn seconds_ahead(connection: &Connection, environment: &Environment) -> Result<Option<i64>, StoreError> {
    let reading: Option<Reading> = Setting::ClockReading.read(connection)?;
    let clock = &environment.clock;
    Ok(reading.and_then(|reading| reading.ahead(clock.now(), clock.since_boot())))
}

/// What time it is: by this device's clock as far as it was heard to be right, and never before a time that has
/// certainly come.
pub(crate) fn latest_known(
    connection: &Connection,
    environment: &Environment,
    known: &Known,
) -> Result<DateTime<Utc>, Failure> {
    let ahead = seconds_ahead(connection, environment)?.unwrap_or(0);
    let ahead = TimeDelta::try_seconds(ahead).unwrap_or_default();
    let now = environment.clock.now().checked_add_signed(ahead).unwrap_or(DateTime::<Utc>::MAX_UTC);
    Ok(now.max(known_time::floor(connection, known)?))
}

/// By how many seconds it is ahead where that is worth telling a person, or a clock is before a time that has certainly come.
pub(crate) fn worth_saying(
    connection: &Connection,
    environment: &Environment,
    known: &Known,
) -> Result<Option<i64>, Failure> {
    let certain = (known_time::floor(connection, known)? - environment.clock.now()).num_seconds();
    let heard = seconds_ahead(connection, environment)?.unwrap_or(0);
    let ahead = if certain > WORTH_SAYING.num_seconds() { heard.max(certain) } else { heard };
    Ok((ahead.abs() > WORTH_SAYING.num_seconds()).then_some(ahead))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "as a clock answers")]
    const fn uptime(boot: u128, ms: u64) -> Option<Uptime> {
        Some(Uptime { boot: uuid::Uuid::from_u128(boot), ms })
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn reading() -> Reading {
        Reading { theirs: at("2026-11-25T12:00:00Z"), ours: at("2026-11-22T12:00:00Z"), uptime: uptime(1, 0) }
    }

    #[test]
    fn a_clock_that_nobody_touched_is_as_wrong_later_on() {
        assert_eq!(reading().ahead(at("2026-11-22T13:00:00Z"), uptime(1, 3_600_000)), Some(3 * 86_400));
    }

    #[test]
    fn a_clock_that_was_set_right_is_wrong_no_more_and_one_set_wrong_is() {
        assert_eq!(reading().ahead(at("2026-11-25T13:00:00Z"), uptime(1, 3_600_000)), Some(0));
        assert_eq!(reading().ahead(at("2026-11-26T13:00:00Z"), uptime(1, 3_600_000)), Some(-86_400));
    }

    #[test]
    fn after_a_restart_of_the_device_the_last_hearing_counts() {
        assert_eq!(reading().ahead(at("2026-12-25T12:00:00Z"), uptime(2, 0)), Some(3 * 86_400));
    }

    #[test]
    fn without_a_clock_that_counts_sleep_nothing_is_said() {
        assert_eq!(reading().ahead(at("2026-11-22T13:00:00Z"), None), None);
        let heard_without = Reading { uptime: None, ..reading() };
        assert_eq!(heard_without.ahead(at("2026-11-22T13:00:00Z"), uptime(1, 3_600_000)), None);
    }

    #[test]
    fn a_reading_of_an_earlier_version_is_read_and_says_nothing() {
        let earlier = r#"{"theirs":"2026-11-25T12:00:00Z","ours":"2026-11-22T12:00:00Z",
            "boot_id":"00000000-0000-0000-0000-000000000001","monotonic_ms":0}"#;
        let earlier: Reading = serde_json::from_str(earlier).unwrap();
        assert_eq!(earlier, Reading { uptime: None, ..reading() });
    }
}
