//! The municipality's time zone: a day in a filter, a list or a figure begins and ends there, whatever the zone of the
//! browser or of the machine. One in an installation; its rules are the IANA database's (`chrono-tz`).

use std::fmt;
use std::str::FromStr;

use baken_protocol::zone_name::ZoneName;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// Zones skip two hours at the very most when they change their time.
const LONGEST_GAP_MINUTES: i64 = 180;

/// A zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeZone(Tz);

/// The text names no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time zone is a name of the IANA database, as Europe/Amsterdam")]
pub struct TimeZoneError;

impl Default for TimeZone {
    fn default() -> Self {
        Self(Tz::Europe__Amsterdam)
    }
}

impl FromStr for TimeZone {
    type Err = TimeZoneError;

    fn from_str(text: &str) -> Result<Self, TimeZoneError> {
        text.parse().map(Self).map_err(|_| TimeZoneError)
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.name())
    }
}

impl TimeZone {
    /// Which edition of the IANA database the rules of all zones are.
    pub const RULES: &'static str = chrono_tz::IANA_TZDB_VERSION;

    /// Its name, as it stands in the key directory.
    pub fn name(self) -> Result<ZoneName, TimeZoneError> {
        self.0.name().parse().map_err(|_| TimeZoneError)
    }

    /// The first instant of a day; `None` beyond the times that can be written.
    pub fn start_of(self, date: NaiveDate) -> Option<DateTime<Utc>> {
        self.first_at(date.and_time(NaiveTime::MIN))
    }

    /// The first instant at which clocks show a time. Where it is skipped, the first minute after it that they show.
    pub fn first_at(self, shown: NaiveDateTime) -> Option<DateTime<Utc>> {
        (0..=LONGEST_GAP_MINUTES).find_map(|minutes| {
            let shown = shown.checked_add_signed(TimeDelta::try_minutes(minutes)?)?;
            self.0.from_local_datetime(&shown).earliest().map(|at| at.to_utc())
        })
    }

    /// The first instant after a day.
    pub fn end_of(self, date: NaiveDate) -> Option<DateTime<Utc>> {
        self.start_of(date.checked_add_days(Days::new(1))?)
    }

    /// The day an instant is in.
    pub fn date_of(self, at: DateTime<Utc>) -> NaiveDate {
        self.shown(at).date()
    }

    /// What clocks show at an instant.
    pub fn shown(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn day(zone: &str, date: &str) -> (String, String) {
        let (zone, date): (TimeZone, NaiveDate) = (zone.parse().unwrap(), date.parse().unwrap());
        let (start, end) = (zone.start_of(date).unwrap(), zone.end_of(date).unwrap());
        assert_eq!(zone.date_of(start), date);
        assert_ne!(zone.date_of(end), date);
        (start.to_rfc3339(), end.to_rfc3339())
    }

    #[test]
    fn a_day_is_the_zones_also_where_it_has_23_or_25_hours() {
        let of = |start: &str, end: &str| (start.to_owned(), end.to_owned());
        let amsterdam = |date| day("Europe/Amsterdam", date);
        assert_eq!(amsterdam("2026-11-24"), of("2026-11-23T23:00:00+00:00", "2026-11-24T23:00:00+00:00"));
        assert_eq!(amsterdam("2026-07-01"), of("2026-06-30T22:00:00+00:00", "2026-07-01T22:00:00+00:00"));
        assert_eq!(amsterdam("2026-03-29"), of("2026-03-28T23:00:00+00:00", "2026-03-29T22:00:00+00:00"));
        assert_eq!(amsterdam("2026-10-25"), of("2026-10-24T22:00:00+00:00", "2026-10-25T23:00:00+00:00"));
        // Cuba's clocks go forward at midnight.
        assert_eq!(day("America/Havana", "2026-03-08").0, "2026-03-08T05:00:00+00:00");
    }

    #[test]
    fn an_hour_that_comes_twice_is_the_first_and_one_that_never_comes_the_one_after() {
        let at = |shown: &str| TimeZone::default().first_at(shown.parse().unwrap()).unwrap().to_rfc3339();
        assert_eq!(at("2026-10-25T02:30:00"), "2026-10-25T00:30:00+00:00");
        assert_eq!(at("2026-03-29T02:30:00"), "2026-03-29T01:00:00+00:00");
    }

    #[test]
    fn only_a_name_of_the_database_is_a_zone() {
        for name in ["Europe/Amsterdam", "America/Kralendijk", "UTC"] {
            assert_eq!(name.parse::<TimeZone>().unwrap().to_string(), name);
        }
        for zone in chrono_tz::TZ_VARIANTS {
            assert_eq!(TimeZone(zone).name().unwrap().as_str(), zone.name(), "every name fits a key directory");
        }
        for wrong in ["", "Amsterdam", "europe/velsen", "+01:00"] {
            assert_eq!(wrong.parse::<TimeZone>(), Err(TimeZoneError), "{wrong}");
        }
    }
}
