//! Numbers of the Dutch business register (Handelsregister, kept by the Kamer van Koophandel): a company
//! has a KvK-nummer of 8 digits, each of its establishments a vestigingsnummer of 12 (Handelsregisterwet
//! 2007, articles 9 and 11). Neither has a published check digit.

use super::digits;

/// A number of the business register.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kvk(String);

/// The text is neither 8 nor 12 digits: reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a KvK number has 8 digits, an establishment number 12")]
pub struct KvkError;

impl Kvk {
    /// The 8 or 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a company's or an establishment's number, with or without spaces within.
pub fn check(text: &str) -> Result<Kvk, KvkError> {
    digits(text).filter(|number| matches!(number.len(), 8 | 12)).map(Kvk).ok_or(KvkError)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn accepts_companies_and_establishments() {
        assert_eq!(check("1234 5678").unwrap().as_str(), "12345678");
        assert_eq!(check("000012345678").unwrap().as_str(), "000012345678");
    }

    #[test]
    fn rejects_any_other_length_and_anything_but_digits() {
        for text in ["", "1234567", "123456789", "12345678901", "1234567890123", "1234567x", "12.34.56.78"] {
            assert_eq!(check(text), Err(KvkError), "{text}");
        }
    }
}
