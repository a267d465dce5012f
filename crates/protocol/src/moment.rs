//! How a message writes a time: RFC 3339 in UTC, `YYYY-MM-DDThh:mm:ss`, a fraction of three, six or nine digits where
//! there is one and no shorter one will do, and `Z`. The years are 1970 to 9999 and there are no leap seconds.
//!
//! A general reader of times takes offsets, blanks, a lower-case `t`, a month of one digit and more, each in its own
//! way. Of two programs that read such a time one would believe the message and the other would not. So a time is read
//! here as it is written here, and in no other way.

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serializer, de, ser};

/// The text is not a time as messages write it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a time as YYYY-MM-DDThh:mm:ss[.fraction]Z between the years 1970 and 9999")]
pub struct MomentError;

/// Whether a message can say `time` and every reader show it: four digits of year, no leap second.
pub fn is_plain(time: DateTime<Utc>) -> bool {
    (1970..=9999).contains(&time.year()) && time.nanosecond() < 1_000_000_000
}

/// `time` as a message has it.
pub fn write(time: DateTime<Utc>) -> Result<String, MomentError> {
    if is_plain(time) { Ok(time.to_rfc3339_opts(SecondsFormat::AutoSi, true)) } else { Err(MomentError) }
}

/// Reads what [`write`] wrote, and nothing else.
pub fn read(text: &str) -> Result<DateTime<Utc>, MomentError> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| MomentError)?.to_utc();
    if write(time)? == text { Ok(time) } else { Err(MomentError) }
}

/// For `#[serde(with = "crate::moment")]`.
pub(crate) fn serialize<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&write(*time).map_err(ser::Error::custom)?)
}

/// For `#[serde(with = "crate::moment")]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    read(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_a_time_as_it_is_written_and_in_no_other_way() {
        for good in [
            "1970-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "2026-09-21T14:13:40.120Z",
            "2026-09-21T14:13:40.000001Z",
            "2024-02-29T23:59:59Z",
        ] {
            assert_eq!(write(read(good).unwrap()).unwrap(), good);
        }
        for wrong in [
            "2026-09-21t14:13:40z",
            "2026-09-21 14:13:40Z",
            "2026-9-21T14:13:40Z",
            "2026-09-21T14:13:40 Z",
            " 2026-09-21T14:13:40Z",
            "2026-09-21T14:13:40Z\n",
            "+2026-09-21T14:13:40Z",
            "2026-09-21T14:13:40+0000",
            "2026-09-21T14:13:40+00:00",
            "2026-09-21T14:13:40-00:00",
            "2026-09-21T14:13:40\u{2212}00:00",
            "2026-09-21T15:13:40+01:00",
            "2026-09-21 14:13:40 UTC",
            "2026-09-21T14:13Z",
            "2026-09-21T24:00:00Z",
            "2026-02-29T14:13:40Z",
            "2026-09-21T14:13:40,5Z",
            "2026-09-21T14:13:40.Z",
            "2026-09-21T14:13:40.5Z",
            "2026-09-21T14:13:40.000Z",
            "2026-09-21T14:13:40.500000Z",
            "2026-09-21T14:13:40.1234567890Z",
            "2016-12-31T23:59:60Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
            "0000-01-01T00:00:00Z",
            "+10000-01-01T00:00:00Z",
            "",
        ] {
            assert_eq!(read(wrong), Err(MomentError), "{wrong:?}");
        }
    }

    #[test]
    fn only_times_that_every_reader_can_show_are_plain() {
        let plain = |text: &str| is_plain(text.parse().unwrap());
        assert!(plain("1970-01-01T00:00:00Z") && plain("9999-12-31T23:59:59Z"));
        for wrong in ["+10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2016-12-31T23:59:60Z"]
        {
            assert!(!plain(wrong), "{wrong}");
            assert_eq!(write(wrong.parse().unwrap()), Err(MomentError), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_time_is_read_back(seconds in 0_i64..253_402_300_800, nanos in 0_u32..1_000_000_000) {
            let time = DateTime::from_timestamp(seconds, nanos).unwrap();
            prop_assert_eq!(read(&write(time).unwrap()), Ok(time));
        }
    }
}
