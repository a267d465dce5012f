//! A time zone by its name in the IANA database, as `Europe/Amsterdam`.
//!
//! Only the shape is judged here. Which zones there are is the knowledge of whoever shows times, and grows every year.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longer than any name there is (the longest has 32).
const MAX_BYTES: usize = 64;
/// `America/Argentina/Buenos_Aires` is as deep as they go.
const MAX_PARTS: usize = 3;

/// The name of a time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ZoneName(String);

/// The text has not the shape of a zone's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time zone is a name of the IANA database, as Europe/Amsterdam")]
pub struct ZoneNameError;

impl ZoneName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ZoneName {
    type Error = ZoneNameError;

    fn try_from(text: String) -> Result<Self, ZoneNameError> {
        let is_part = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_alphabetic())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
        };
        let fits = text.len() <= MAX_BYTES && text.split('/').count() <= MAX_PARTS;
        if fits && text.split('/').all(is_part) { Ok(Self(text)) } else { Err(ZoneNameError) }
    }
}

impl FromStr for ZoneName {
    type Err = ZoneNameError;

    fn from_str(text: &str) -> Result<Self, ZoneNameError> {
        Self::try_from(text.to_owned())
    }
}

impl From<ZoneName> for String {
    fn from(name: ZoneName) -> Self {
        name.0
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn takes_names_of_every_shape_there_is_and_nothing_else() {
        for name in ["Europe/Amsterdam", "UTC", "Etc/GMT+5", "America/Argentina/Buenos_Aires", "EST5EDT", "GMT-0"] {
            assert_eq!(name.parse::<ZoneName>().unwrap().as_str(), name);
        }
        let long = "A".repeat(65);
        for wrong in
            ["", "+01:00", "Europe/", "/UTC", "Europe//Amsterdam", "a/b/c/d", "Europe/São", "Europe Ams", &long]
        {
            assert_eq!(wrong.parse::<ZoneName>(), Err(ZoneNameError), "{wrong}");
        }
    }
}
