//! IMO ship identification numbers: IMO Assembly resolution A.1117(30), "IMO Ship Identification Number
//! Scheme". Seven digits; the last is the last digit of the sum of the first six times 7, 6, 5, 4, 3, 2.

use super::number::digits;

/// What stands before or after the number.
const NAMES: [&str; 5] = ["imo", "scheeps", "schip", "ship", "lr"];

/// An IMO number whose check digit holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Imo(String);

/// Why the text is no IMO number. Warn, never reject: real ships carry wrong numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImoError {
    /// Not seven digits.
    #[error("an IMO number has 7 digits")]
    Format,
    /// The seventh digit does not follow from the others.
    #[error("the check digit of the IMO number does not hold")]
    CheckDigit,
}

impl Imo {
    /// The seven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads an IMO number, with its name and any separators. None begins with 0.
pub fn check(text: &str) -> Result<Imo, ImoError> {
    let number = digits(text, &NAMES, &[7]).filter(|number| number.len() == 7).ok_or(ImoError::Format)?;
    let values = || number.bytes().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = values().zip((2..=7).rev()).map(|(value, weight)| value * weight).sum();
    if values().next_back() == Some(sum % 10) && values().next() != Some(0) {
        Ok(Imo(number))
    } else {
        Err(ImoError::CheckDigit)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn accepts_a_number_whose_check_digit_holds() {
        for text in [
            "9074729",
            "IMO 9074729",
            "imo9074729",
            " 907 4729 ",
            "IMO: 9074729",
            "IMO-9074729",
            "IMO No. 9074729",
            "IMO nr 9074729",
            "IMO-nummer: 9074729",
            "9074729 (IMO)",
            "\u{200b}9074729",
            "9074729\u{200f}",
            "\u{feff}IMO 9074729",
            "９０７４７２９",
            "907-4729",
        ] {
            assert_eq!(check(text).unwrap().as_str(), "9074729", "{text}");
        }
    }

    #[test]
    fn reports_a_wrong_check_digit() {
        for text in ["8814274", "9074728", "9704729", "0000000"] {
            assert_eq!(check(text), Err(ImoError::CheckDigit), "{text}");
        }
    }

    #[test]
    fn reports_anything_but_seven_digits() {
        for text in ["", "IMO", "907472", "90747299", "907472X", "€€", "MMSI 9074729"] {
            assert_eq!(check(text), Err(ImoError::Format), "{text}");
        }
    }
}
