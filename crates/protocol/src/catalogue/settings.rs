//! Settings: the telephone numbers that cards name. None but 112 is built in, since a number that has changed is worse
//! than none. And for how many days a device keeps readable what was received, and shows anything without a contact.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CatalogueKind, Content, is_short};
use crate::ids::Code;
use crate::limits;

/// For how many days after the receipt a device keeps readable what was received, where nothing else was said.
pub const PURGE_AFTER_DAYS: u32 = 30;
/// For how many days without a contact a device shows what it holds, where nothing else was said.
pub const LEASE_DAYS: u32 = 30;
/// The most that can be said: ten years.
pub const MOST_DAYS: u32 = 3650;

/// The content of `settings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Telephone numbers.
    pub phones: Vec<Phone>,
    /// For how many days after the receipt a device keeps readable what was received, from 1; else
    /// [`PURGE_AFTER_DAYS`].
    #[serde(default, rename = "purgeAfterDays", skip_serializing_if = "Option::is_none")]
    pub purge_after_days: Option<u32>,
    /// For how many days without a contact a device shows what it holds; 0 for ever; else [`LEASE_DAYS`].
    #[serde(default, rename = "leaseDays", skip_serializing_if = "Option::is_none")]
    pub lease_days: Option<u32>,
}

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Phone {
    /// The name by which cards call for it.
    pub code: Code,
    /// Whose it is, in Dutch.
    pub nl: String,
    /// Whose it is, in English.
    pub en: String,
    /// Digits, perhaps with a plus sign before them, blanks and hyphens.
    pub number: String,
    /// Who looked whether it holds, and when.
    #[serde(default)]
    pub checked: String,
}

impl Content for Settings {
    const KIND: CatalogueKind = CatalogueKind::Settings;

    fn is_bounded(&self) -> bool {
        self.purge_after_days.is_none_or(|days| (1..=MOST_DAYS).contains(&days))
            && self.lease_days.is_none_or(|days| days <= MOST_DAYS)
            && self.phones.len() <= limits::PHONES
            && self.phones.iter().all(Phone::is_bounded)
    }
}

impl Phone {
    /// Nothing goes to a dialler but a number.
    pub fn is_number(text: &str) -> bool {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let count = digits.bytes().filter(u8::is_ascii_digit).count();
        (3..=15).contains(&count) && digits.chars().all(|it| it.is_ascii_digit() || it == ' ' || it == '-')
    }

    fn is_bounded(&self) -> bool {
        Self::is_number(&self.number) && [&self.nl, &self.en, &self.checked].into_iter().all(|text| is_short(text))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn read(number: &str) -> Result<Settings, super::super::CatalogueError> {
        let phones = format!(r#"{{"phones":[{{"code":"zorg","nl":"Zorg","en":"Care","number":"{number}"}}]}}"#);
        Settings::parse(phones.as_bytes())
    }

    #[test]
    fn a_telephone_number_is_digits_and_nothing_that_a_dialler_obeys() {
        for number in ["112", "+31 255 567 200", "088-1234567"] {
            assert_eq!(read(number).unwrap().phones.len(), 1, "{number}");
        }
        for number in ["", "12", "*21*0612345678#", "0255;ext=1", "tel:112", "+", "1234567890123456", "00+31"] {
            assert!(read(number).is_err(), "{number}");
        }
    }

    #[test]
    fn a_lease_may_be_left_out_and_zero_says_that_there_is_none() {
        let days = |days: &str| Settings::parse(format!(r#"{{"phones":[]{days}}}"#).as_bytes());
        assert_eq!(days("").unwrap().lease_days, None);
        assert_eq!(days(r#","leaseDays":0"#).unwrap().lease_days, Some(0));
        assert_eq!(days(r#","leaseDays":3650"#).unwrap().lease_days, Some(3650));
        for refused in ["3651", "-1", "1.5", r#""30""#] {
            assert!(days(&format!(r#","leaseDays":{refused}"#)).is_err(), "{refused}");
        }
    }

    #[test]
    fn the_days_until_a_purge_may_be_left_out_and_are_at_least_one() {
        let days = |days: &str| Settings::parse(format!(r#"{{"phones":[]{days}}}"#).as_bytes());
        assert_eq!(days("").unwrap().purge_after_days, None);
        assert_eq!(days(r#","purgeAfterDays":3650"#).unwrap().purge_after_days, Some(3650));
        for refused in ["0", "3651", "-1", "1.5", r#""30""#] {
            assert!(days(&format!(r#","purgeAfterDays":{refused}"#)).is_err(), "{refused}");
        }
    }
}
