//! Numbers of the Dutch business register (Handelsregister, kept by the Kamer van Koophandel): a company
//! has a KvK-nummer of 8 digits, each of its establishments a vestigingsnummer of 12 (Handelsregisterwet
//! 2007, articles 9 and 11). Neither has a published check digit.

use super::number::{digits, with_zeros};

/// What stands before or after the number.
const NAMES: [&str; 9] = [
    "kvk",
    "kamervankoophandel",
    "handelsregister",
    "vestigings",
    "vestiging",
    "dossier",
    "inschrijvings",
    "onderneming",
    "coc",
];
/// Zeros a company's number may have lost.
const LOST_ZEROS: usize = 1;

/// A number of the business register.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kvk(String);

/// Why the text is no number of the register: reject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KvkError {
    /// Neither 8 nor 12 digits.
    #[error("a KvK number has 8 digits, an establishment number 12")]
    Format,
    /// It would be one with a zero before it.
    #[error("the KvK number may have lost a zero in front")]
    LeadingZero(Kvk),
}

impl Kvk {
    /// The 8 or 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a company's or an establishment's number, with its name and any separators; also as it was written until
/// 2008, with four digits of an establishment behind the company's ("34123456 0000").
pub fn check(text: &str) -> Result<Kvk, KvkError> {
    let number = digits(text, &NAMES, &[8, 12]).ok_or(KvkError::Format)?;
    if matches!(number.len(), 8 | 12) {
        return Ok(Kvk(number));
    }
    let whole = with_zeros(&number, 8, LOST_ZEROS);
    Err(whole.map_or(KvkError::Format, |whole| KvkError::LeadingZero(Kvk(whole))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn accepts_companies_and_establishments() {
        for text in [
            "1234 5678",
            "KvK 12345678",
            "KvK-nummer: 12345678",
            "12.34.56.78",
            "1234.5678",
            "\u{202a}12345678\u{202c}",
            "1234\u{ad}5678",
            "12345678\u{200b}",
            "12345678.0",
        ] {
            assert_eq!(check(text).unwrap().as_str(), "12345678", "{text}");
        }
        assert_eq!(check("34123456 0000").unwrap().as_str(), "341234560000");
        assert_eq!(check("12345678/0000").unwrap().as_str(), "123456780000");
        assert_eq!(check("000012345678").unwrap().as_str(), "000012345678");
    }

    #[test]
    fn rejects_any_other_length_and_anything_but_digits() {
        for text in ["", "123456", "123456789", "012345678", "12345678901", "1234567890123", "1234567x", "BTW 12345678"]
        {
            assert_eq!(check(text), Err(KvkError::Format), "{text}");
        }
    }

    #[test]
    fn says_when_a_zero_was_lost() {
        assert_eq!(check("KvK 1234567"), Err(KvkError::LeadingZero(Kvk("01234567".into()))));
    }
}
