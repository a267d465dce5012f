//! How far this device's clock is off, by what the municipality's was when it was last heard.
//!
//! The hearing is kept with both of this device's clocks: a person who sets the right time in between is not told
//! of an error that is no more.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::environment::Environment;
use crate::failure::Failure;
use crate::known::Known;
use crate::known_time;
use crate::store::settings::Setting;
use crate::store::{Store, StoreError};

/// Less than this is nobody's concern.
const WORTH_SAYING: TimeDelta = TimeDelta::minutes(10);

/// What was heard, and when by this device's own clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Reading {
    /// The municipality's time.
    theirs: DateTime<Utc>,
    /// This device's, at that moment.
    ours: DateTime<Utc>,
    boot_id: Uuid,
    monotonic_ms: u64,
}

impl Reading {
    /// Seconds by which the municipality's clock is ahead of one that shows `now`.
    fn ahead(self, now: DateTime<Utc>, boot_id: Uuid, monotonic_ms: u64) -> i64 {
        let heard = (self.theirs - self.ours).num_seconds();
        if boot_id != self.boot_id {
            return heard;
        }
        // What the wall clock moved beyond the time that really passed: somebody set it.
        let passed = monotonic_ms.saturating_sub(self.monotonic_ms) / 1000;
        let moved = (now - self.ours).num_seconds();
        heard.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX)).saturating_sub(moved)
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
    let reading = Reading {
        theirs,
        ours: environment.clock.now(),
        boot_id: environment.boot_id,
        monotonic_ms: environment.clock.monotonic_ms(),
    };
    Setting::ClockReading.write(tx, Some(&reading))
}

/// Takes notice of the time a verified receipt carries: a clock before it is behind for certain.
pub(crate) fn note_signed(
    tx: &Connection,
    environment: &Environment,
    received_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (now, boot, monotonic) = (environment.clock.now(), environment.boot_id, environment.clock.monotonic_ms());
    let known: Option<Reading> = Setting::ClockReading.read(tx)?;
    let ahead = known.map_or(0, |reading| reading.ahead(now, boot, monotonic));
    if (received_at - now).num_seconds() > ahead.saturating_add(WORTH_SAYING.num_seconds()) {
        note(tx, environment, received_at)?;
    }
    Ok(())
}

/// Seconds by which the municipality's clock is ahead of this device's, as far as was heard. It goes into every batch.
pub(crate) fn seconds_ahead(connection: &Connection, environment: &Environment) -> Result<Option<i64>, StoreError> {
    let reading: Option<Reading> = Setting::ClockReading.read(connection)?;
    let clock = &environment.clock;
    Ok(reading.map(|reading| reading.ahead(clock.now(), environment.boot_id, clock.monotonic_ms())))
}

/// The same where it is worth telling a person, or a clock is before a time that has certainly come.
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

    const BOOT: Uuid = Uuid::from_u128(1);

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn reading() -> Reading {
        Reading { theirs: at("2026-11-25T12:00:00Z"), ours: at("2026-11-22T12:00:00Z"), boot_id: BOOT, monotonic_ms: 0 }
    }

    #[test]
    fn a_clock_that_nobody_touched_is_as_wrong_later_on() {
        assert_eq!(reading().ahead(at("2026-11-22T13:00:00Z"), BOOT, 3_600_000), 3 * 86_400);
    }

    #[test]
    fn a_clock_that_was_set_right_is_wrong_no_more_and_one_set_wrong_is() {
        assert_eq!(reading().ahead(at("2026-11-25T13:00:00Z"), BOOT, 3_600_000), 0);
        assert_eq!(reading().ahead(at("2026-11-26T13:00:00Z"), BOOT, 3_600_000), -86_400);
    }

    #[test]
    fn after_a_restart_the_last_hearing_counts() {
        assert_eq!(reading().ahead(at("2026-12-25T12:00:00Z"), Uuid::nil(), 0), 3 * 86_400);
    }
}
