//! Which of the registers in a database: letters, digits and hyphens, so that it stands in a statement as it is.

use std::fmt;
use std::str::FromStr;

/// The name of a register in its database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterName(String);

/// The text names no register.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not the name of a register: 1 to 64 letters, digits or hyphens are expected")]
pub struct RegisterNameError;

impl FromStr for RegisterName {
    type Err = RegisterNameError;

    fn from_str(text: &str) -> Result<Self, RegisterNameError> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if plain && (1..=64).contains(&text.len()) { Ok(Self(text.to_owned())) } else { Err(RegisterNameError) }
    }
}

impl fmt::Display for RegisterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_stand_in_a_statement() {
        assert!("GM0453".parse::<RegisterName>().is_ok());
        for wrong in ["", "GM'", "a b", "a\\", "é", "a\0", &"a".repeat(65)] {
            assert_eq!(wrong.parse::<RegisterName>(), Err(RegisterNameError), "{wrong:?}");
        }
    }
}
