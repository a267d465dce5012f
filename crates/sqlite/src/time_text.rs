//! Times as SQLite keeps them here: text whose order is the order of time.

use chrono::{DateTime, SecondsFormat, Utc};

/// A stored text that [`time_text`] did not write.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a stored time cannot be read")]
pub struct NotATime;

/// Writes a time, to the millisecond.
pub fn time_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads what [`time_text`] wrote.
pub fn parse_time(text: &str) -> Result<DateTime<Utc>, NotATime> {
    DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).map_err(|_| NotATime)
}
