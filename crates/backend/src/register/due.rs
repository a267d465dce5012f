//! When someone must have acted: the urgency's period from the moment of receipt.

use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, Datelike, Days, TimeDelta, Utc, Weekday};

use crate::storage::Installation;
use crate::time_zone::TimeZone;

const HOURS_A_DAY: i64 = 24;

/// What terms are reckoned by: how long each urgency gives, and whose days are counted.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The urgencies and their periods.
    pub vocabulary: Vocabulary,
    /// The municipality's zone.
    pub zone: TimeZone,
}

impl Terms {
    /// Those of a municipality.
    pub fn of(installation: &Installation) -> Self {
        Self { vocabulary: Vocabulary::built_in(), zone: installation.time_zone }
    }

    /// The urgencies that need somebody at once.
    pub fn leading(&self) -> impl Iterator<Item = &str> {
        let urgencies = self.vocabulary.urgencies.iter().filter(|urgency| urgency.period_hours == Some(0));
        urgencies.map(|urgency| urgency.code.as_str())
    }

    /// The end of the period of `urgency`, counted from `received_at`. A period of at most one day is so many hours.
    /// A longer one is so many working days of the municipality (Monday to Friday; public holidays are not known
    /// here) and ends at the time of day its clocks showed at receipt.
    pub fn due_at(&self, urgency: &str, received_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let hours = i64::from(self.vocabulary.urgency(urgency)?.period_hours?);
        if hours <= HOURS_A_DAY {
            return received_at.checked_add_signed(TimeDelta::try_hours(hours)?);
        }
        let received = self.zone.shown(received_at);
        let mut day = received.date();
        let mut left = hours / HOURS_A_DAY;
        while left > 0 {
            day = day.checked_add_days(Days::new(1))?;
            if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
                left -= 1;
            }
        }
        self.zone.first_at(day.and_time(received.time()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn due(urgency: &str, received: &str) -> Option<String> {
        let terms = Terms { vocabulary: Vocabulary::built_in(), zone: TimeZone::default() };
        terms.due_at(urgency, received.parse().unwrap()).map(|due| due.to_rfc3339())
    }

    #[test]
    fn counts_hours_for_the_urgent_and_working_days_for_the_rest() {
        let friday = "2026-11-20T10:00:00Z";
        assert_eq!(due("acuut", friday).unwrap(), "2026-11-20T10:00:00+00:00");
        assert_eq!(due("spoed", friday).unwrap(), "2026-11-21T10:00:00+00:00", "also over a weekend");
        assert_eq!(due("regulier", friday).unwrap(), "2026-11-27T10:00:00+00:00", "five working days");
        assert_eq!(due("informatief", friday), None);
    }

    #[test]
    fn a_term_in_days_ends_at_the_same_time_by_the_municipalitys_clocks() {
        // From 10:00 to 10:00: into winter time on 25 October, into summer time on 29 March.
        assert_eq!(due("regulier", "2026-10-22T08:00:00Z").unwrap(), "2026-10-29T09:00:00+00:00");
        assert_eq!(due("regulier", "2026-03-26T09:00:00Z").unwrap(), "2026-04-02T08:00:00+00:00");
        assert_eq!(due("spoed", "2026-10-24T10:00:00Z").unwrap(), "2026-10-25T10:00:00+00:00", "24 hours are 24");
    }

    #[test]
    fn a_day_is_the_municipalitys() {
        // Sunday in UTC, Monday at 00:30 there: due on the Monday after.
        assert_eq!(due("regulier", "2026-11-22T23:30:00Z").unwrap(), "2026-11-29T23:30:00+00:00");
        // Friday in UTC, Saturday at 00:30 there: due on the Friday after.
        assert_eq!(due("regulier", "2026-11-20T23:30:00Z").unwrap(), "2026-11-26T23:30:00+00:00");
    }
}
