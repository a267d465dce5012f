//! Local accounts: who may sign in. What they may see is in `access`.
//!
//! Passwords are kept as Argon2id (RFC 9106) in PHC form; a code of a member's phone may be asked beside one
//! (`access::second_factor`). A member's own key is kept wrapped under a
//! passphrase that never comes here: the console opens it in the browser.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use baken_strength::weakness;

/// Characters of a password, at least and at most.
const CHARS: std::ops::RangeInclusive<usize> = 12..=200;

/// Why a password that somebody chose is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnfitPassword {
    /// Nothing was typed.
    Missing,
    /// Fewer than twelve characters.
    TooShort,
    /// More than two hundred.
    TooLong,
    /// Easy to guess, or the login name with little beside it.
    Guessable,
}

/// Whether somebody may choose this password; judged as companions judge a passphrase.
pub fn fits_as_password(password: &str, login: &str) -> Result<(), UnfitPassword> {
    let chars = password.chars().count();
    match () {
        () if password.trim().is_empty() => Err(UnfitPassword::Missing),
        () if chars < *CHARS.start() => Err(UnfitPassword::TooShort),
        () if chars > *CHARS.end() => Err(UnfitPassword::TooLong),
        () if weakness(&password.to_lowercase().replace(login, "")).is_some() => Err(UnfitPassword::Guessable),
        () => Ok(()),
    }
}

/// The password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct PasswordError;

/// Hashes a password for storage.
pub fn hash_password(password: &str) -> Result<String, PasswordError> {
    let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| PasswordError)?;
    Ok(hash.to_string())
}

/// Whether `password` belongs to `hash`. Without a hash (no such login) the same work is done for nothing, so
/// that the time taken does not tell which logins exist.
pub fn password_matches(hash: Option<&str>, password: &str) -> bool {
    let Some(parsed) = hash.and_then(|hash| PasswordHash::new(hash).ok()) else {
        let _ = hash_password(password);
        return false;
    };
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_password_that_somebody_would_guess_is_not_taken() {
        let fits = |password: &str| fits_as_password(password, "coordinator");
        assert_eq!(fits("vijf zeehonden op de pier"), Ok(()));
        assert_eq!(fits("   "), Err(UnfitPassword::Missing));
        assert_eq!(fits("Tg9-xqLm-22"), Err(UnfitPassword::TooShort));
        assert_eq!(fits(&"kraan lepel wolk zadel ".repeat(10)), Err(UnfitPassword::TooLong));
        for guessed in ["Wachtwoord2026!", "coordinator2026", "Coordinatorcoordinator", "aaaaaaaaaaaa"] {
            assert_eq!(fits(guessed), Err(UnfitPassword::Guessable), "{guessed}");
        }
    }

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hash = hash_password("goed").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_matches(Some(&hash), "goed"));
        assert!(!password_matches(Some(&hash), "fout"));
        assert!(!password_matches(None, "goed"));
        assert!(!password_matches(Some("rommel"), "goed"));
    }
}
