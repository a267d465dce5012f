//! The code that opens a file that is carried: read from one screen and typed at another.

use std::fmt;
use std::str::FromStr;

use ring::rand::SecureRandom;

use crate::crockford;

/// Random bytes of a code.
const BYTES: usize = 10;
/// Symbols of it, without the check.
const SYMBOLS: usize = 16;

/// 80 random bits, as four groups of four symbols of Crockford's base32 and one that finds most slips of typing.
#[derive(Clone, PartialEq, Eq)]
pub struct CarryCode(String);

/// The text is no such code, or was mistyped.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a code of 17 symbols, or one of them is wrong")]
pub struct CarryCodeError;

impl CarryCode {
    /// A fresh one; `None` where the platform gives no randomness.
    pub fn generate(random: &dyn SecureRandom) -> Option<Self> {
        let mut bytes = [0; BYTES];
        random.fill(&mut bytes).ok()?;
        Some(Self(crockford::encode(&bytes)))
    }
}

impl fmt::Display for CarryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, symbol) in self.0.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{symbol}")?;
        }
        write!(f, "-{}", crockford::symbol(crockford::luhn_check(&self.0)))
    }
}

impl FromStr for CarryCode {
    type Err = CarryCodeError;

    fn from_str(text: &str) -> Result<Self, CarryCodeError> {
        let typed = crockford::normalise(text).filter(|typed| typed.len() == SYMBOLS + 1).ok_or(CarryCodeError)?;
        let (symbols, check) = typed.split_at(SYMBOLS);
        let is_right = check.chars().eq([crockford::symbol(crockford::luhn_check(symbols))]);
        if is_right { Ok(Self(symbols.to_owned())) } else { Err(CarryCodeError) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use ring::rand::SystemRandom;

    #[test]
    fn a_code_is_read_as_it_is_shown_and_as_people_type_it() {
        let code = CarryCode::generate(&SystemRandom::new()).unwrap();
        let shown = code.to_string();
        assert_eq!(shown.len(), 21);
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), format!(" {shown} ")] {
            assert!(typed.parse::<CarryCode>().unwrap() == code, "{typed}");
        }
    }

    #[test]
    fn one_symbol_that_was_mistyped_is_found() {
        let shown = CarryCode::generate(&SystemRandom::new()).unwrap().to_string();
        for (place, symbol) in shown.char_indices().filter(|(_, symbol)| *symbol != '-') {
            let other = if symbol == 'Z' { 'Y' } else { 'Z' };
            let mut typed = shown.clone();
            typed.replace_range(place..=place, &other.to_string());
            assert!(typed.parse::<CarryCode>().is_err(), "{typed}");
        }
        for short in ["", "ABCD", &shown[..20], &format!("{shown}0"), "ABCD-EFGH-JKMN-PQR*-0"] {
            assert!(short.parse::<CarryCode>().is_err(), "{short}");
        }
    }
}
