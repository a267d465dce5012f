//! Maritime mobile service identities of ships: Recommendation ITU-R M.585, annex 1. Nine digits that
//! begin with the country's three maritime identification digits (MID), whose first is 2 to 7. A leading
//! 0 is a group of ships or a coast station, 1 an aircraft, 8 a handset, 9 a beacon, an aid to navigation
//! or a craft of a ship. There is no check digit.

use super::number::digits;

/// What stands before or after the number.
const NAMES: [&str; 3] = ["mmsi", "marifoon", "ais"];

/// An MMSI of the form ships have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mmsi(String);

/// Why the text is no ship's MMSI. Warn, never reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MmsiError {
    /// Not nine digits.
    #[error("an MMSI has 9 digits")]
    Format,
    /// Nine digits, but not a ship's.
    #[error("the MMSI is not one of a ship")]
    NotAShip,
}

impl Mmsi {
    /// The nine digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the ship's radio is licensed in the Netherlands: MID 244, 245 or 246.
    pub fn is_dutch(&self) -> bool {
        ["244", "245", "246"].iter().any(|digits| self.0.starts_with(digits))
    }
}

/// Reads a ship's MMSI, with its name and any separators.
pub fn check(text: &str) -> Result<Mmsi, MmsiError> {
    let number = digits(text, &NAMES, &[9]).filter(|number| number.len() == 9).ok_or(MmsiError::Format)?;
    if matches!(number.as_bytes().first(), Some(b'2'..=b'7')) { Ok(Mmsi(number)) } else { Err(MmsiError::NotAShip) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn accepts_ships_of_any_country() {
        for text in [" 244 123 456", "MMSI 244123456", "244-123-456", "244.123.456", "mmsi:244123456", "٢٤٤١٢٣٤٥٦"]
        {
            assert_eq!(check(text).unwrap().as_str(), "244123456", "{text}");
        }
        for first in 2..=7 {
            assert!(check(&format!("{first}00000000")).is_ok(), "{first}");
        }
    }

    #[test]
    fn tells_dutch_ships_by_their_identification_digits() {
        for (number, dutch) in [("243999999", false), ("244000000", true), ("246999999", true), ("247000000", false)] {
            assert_eq!(check(number).unwrap().is_dutch(), dutch, "{number}");
        }
    }

    #[test]
    fn reports_what_is_not_a_ship() {
        for text in ["002442000", "024412345", "111244001", "812345678", "970012345"] {
            assert_eq!(check(text), Err(MmsiError::NotAShip), "{text}");
        }
    }

    #[test]
    fn reports_anything_but_nine_digits() {
        for text in ["", "24412345", "2441234567", "24412345a", "IMO 244123456"] {
            assert_eq!(check(text), Err(MmsiError::Format), "{text}");
        }
    }
}
