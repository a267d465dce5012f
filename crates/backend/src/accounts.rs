//! Local accounts: who may sign in. What they may see is in `access`.
//!
//! Passwords are kept as Argon2id (RFC 9106) in PHC form; a code of a member's phone may be asked beside one
//! (`access::second_factor`). A member's own key is kept wrapped under a
//! passphrase that never comes here: the console opens it in the browser.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// Whether a text can be a login name: 1 to 40 small letters, digits, hyphens and dots.
pub fn is_login(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    !text.is_empty() && text.len() <= 40 && text.chars().all(plain)
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
    fn a_password_matches_its_own_hash_only() {
        let hash = hash_password("goed").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_matches(Some(&hash), "goed"));
        assert!(!password_matches(Some(&hash), "fout"));
        assert!(!password_matches(None, "goed"));
        assert!(!password_matches(Some("rommel"), "goed"));
    }
}
