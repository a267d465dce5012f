//! When someone must have acted: the urgency's period from the moment of receipt.

use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};

const HOURS_A_DAY: i64 = 24;

/// The end of the period of `urgency`, counted from `received_at`. A day is 24 hours; a period of more than
/// one day counts working days (Monday to Friday; public holidays are not known here).
pub fn due_at(vocabulary: &Vocabulary, urgency: &str, received_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let hours = i64::from(vocabulary.urgency(urgency)?.period_hours?);
    if hours <= HOURS_A_DAY {
        return received_at.checked_add_signed(TimeDelta::try_hours(hours)?);
    }
    let mut due = received_at;
    let mut left = hours / HOURS_A_DAY;
    while left > 0 {
        due = due.checked_add_signed(TimeDelta::try_days(1)?)?;
        if !matches!(due.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    Some(due)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn due(urgency: &str, received: &str) -> Option<String> {
        let received = received.parse().unwrap();
        due_at(&Vocabulary::built_in(), urgency, received).map(|due| due.to_rfc3339())
    }

    #[test]
    fn counts_hours_for_the_urgent_and_working_days_for_the_rest() {
        let friday = "2026-11-20T10:00:00Z";
        assert_eq!(due("acuut", friday).unwrap(), "2026-11-20T10:00:00+00:00");
        assert_eq!(due("spoed", friday).unwrap(), "2026-11-21T10:00:00+00:00", "also over a weekend");
        assert_eq!(due("regulier", friday).unwrap(), "2026-11-27T10:00:00+00:00", "five working days");
        assert_eq!(due("informatief", friday), None);
    }
}
