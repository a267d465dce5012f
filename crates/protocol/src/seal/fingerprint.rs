//! What a member reads out of the key that their browser made, so that a colleague and whoever holds the root key can tell that
//! nobody put another in its place.

use std::fmt;
use std::str::FromStr;

use super::{Recipient, SealError};
use crate::crockford;
use crate::digest::Digest;

/// Characters of it: 100 bits, since whoever looks for a key with the same one has all the time there is.
const CHARS: usize = 20;

/// The first 100 bits of SHA-256 over `baken member key v1 ` and the recipient's text, as 20 characters of Crockford's base 32.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFingerprint(String);

impl KeyFingerprint {
    /// That of `recipient`.
    pub fn of(recipient: &Recipient) -> Self {
        let digest = Digest::of(format!("baken member key v1 {recipient}").as_bytes());
        Self(crockford::encode(digest.as_bytes()).chars().take(CHARS).collect())
    }
}

/// In groups of four, as it is shown and read out.
impl fmt::Display for KeyFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, symbol) in self.0.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{symbol}")?;
        }
        Ok(())
    }
}

impl FromStr for KeyFingerprint {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        let normal = crockford::normalise(text).filter(|it| it.len() == CHARS);
        normal.map(Self).ok_or(SealError::Key)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// The console's own says the same of the same key (`domain/keys/fingerprint.test.ts`).
    #[test]
    fn it_is_what_the_console_says_of_the_same_key() {
        let recipient: Recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p".parse().unwrap();
        let fingerprint = KeyFingerprint::of(&recipient);
        assert_eq!(fingerprint.to_string(), "Y6BB-WBE6-CP9C-F6PB-YN0K");
        for typed in [fingerprint.to_string(), fingerprint.to_string().to_lowercase().replace('-', " ")] {
            assert_eq!(typed.parse::<KeyFingerprint>().unwrap(), fingerprint);
        }
        for none in ["", "ABCD", "ABCD-EFGH-JKMN-PQRS-TVW", "ABCD-EFGH-JKMN-PQRS-TVW!"] {
            assert!(none.parse::<KeyFingerprint>().is_err(), "{none}");
        }
    }
}
