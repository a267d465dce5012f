//! Unique European vessel identification numbers of inland vessels: ES-TRIN, annex 1 (Directive (EU)
//! 2016/1629, article 18). Eight digits: three for the issuing authority, five for the vessel. There is no
//! check digit, and the list of authorities grows, so neither is checked.

use super::digits;

/// An ENI.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Eni(String);

/// The text is not eight digits. Warn, never reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an ENI has 8 digits")]
pub struct EniError;

impl Eni {
    /// The eight digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads an ENI, with or without spaces within.
pub fn check(text: &str) -> Result<Eni, EniError> {
    digits(text).filter(|number| number.len() == 8).map(Eni).ok_or(EniError)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn accepts_eight_digits() {
        assert_eq!(check("023 25 641").unwrap().as_str(), "02325641");
    }

    #[test]
    fn reports_anything_else() {
        for text in ["", "2325641", "023256411", "0232564A", "0232-5641"] {
            assert_eq!(check(text), Err(EniError), "{text}");
        }
    }
}
