//! Unique European vessel identification numbers of inland vessels: ES-TRIN, annex 1 (Directive (EU)
//! 2016/1629, article 18). Eight digits: three for the issuing authority, five for the vessel. There is no
//! check digit, and the list of authorities grows, so neither is checked.

use super::number::{digits, with_zeros};

/// What stands before or after the number.
const NAMES: [&str; 4] = ["eni", "europa", "europees", "scheeps"];
/// Zeros a number may have lost: authorities begin at 001.
const LOST_ZEROS: usize = 2;

/// An ENI.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Eni(String);

/// Why the text is no ENI. Warn, never reject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EniError {
    /// Not eight digits.
    #[error("an ENI has 8 digits")]
    Format,
    /// It would be one with zeros before it.
    #[error("the ENI may have lost zeros in front")]
    LeadingZero(Eni),
}

impl Eni {
    /// The eight digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads an ENI, with its name and any separators.
pub fn check(text: &str) -> Result<Eni, EniError> {
    let number = digits(text, &NAMES, &[8]).ok_or(EniError::Format)?;
    if number.len() == 8 {
        return Ok(Eni(number));
    }
    let whole = with_zeros(&number, 8, LOST_ZEROS);
    Err(whole.map_or(EniError::Format, |whole| EniError::LeadingZero(Eni(whole))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn accepts_eight_digits() {
        for text in ["023 25 641", "ENI 02325641", "ENI-nummer: 0232-5641", "Europanummer 02325641", "02325641\u{200b}"]
        {
            assert_eq!(check(text).unwrap().as_str(), "02325641", "{text}");
        }
    }

    #[test]
    fn reports_anything_else() {
        for text in ["", "12345", "023256411", "0232564A", "IMO 02325641"] {
            assert_eq!(check(text), Err(EniError::Format), "{text}");
        }
    }

    #[test]
    fn says_when_zeros_were_lost() {
        assert_eq!(check("2325641"), Err(EniError::LeadingZero(Eni("02325641".into()))));
        assert_eq!(check("ENI 130456"), Err(EniError::LeadingZero(Eni("00130456".into()))));
    }
}
