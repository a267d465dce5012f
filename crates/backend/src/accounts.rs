//! Local accounts: who may sign in, and what they may see.
//!
//! Passwords are kept as Argon2id (RFC 9106) in PHC form. A member's own key is kept wrapped under a
//! passphrase that never comes here: the console opens it in the browser.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use baken_protocol::keydir::Team;
use baken_protocol::record::ConfidentialityLevel;

use crate::storage::{Account, Clearance};

/// What `account` may see.
pub fn clearance(account: &Account) -> Clearance {
    Clearance {
        team: account.levels.contains(&ConfidentialityLevel::Team),
        care: account.levels.contains(&ConfidentialityLevel::Care),
        organisation: account.organisation.to_string(),
    }
}

/// Whether `account` may have `team`'s key.
pub fn may_have(account: &Account, team: &Team) -> bool {
    match team {
        Team::Coordinators => account.levels.contains(&ConfidentialityLevel::Team),
        Team::Care => account.levels.contains(&ConfidentialityLevel::Care),
        Team::Organisation(organisation) => *organisation == account.organisation,
        Team::Recovery => false,
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
    fn a_password_matches_its_own_hash_only() {
        let hash = hash_password("goed").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_matches(Some(&hash), "goed"));
        assert!(!password_matches(Some(&hash), "fout"));
        assert!(!password_matches(None, "goed"));
        assert!(!password_matches(Some("rommel"), "goed"));
    }

    #[test]
    fn an_account_has_the_keys_of_what_it_may_see_and_never_the_recovery_key() {
        let account = Account {
            login: "c".into(),
            organisation: "gemeente-velsen".parse().unwrap(),
            levels: vec![ConfidentialityLevel::Team],
            recipient: String::new(),
            wrapped_identity: String::new(),
        };
        let has = |team: &str| may_have(&account, &team.parse().unwrap());
        assert!(has("team") && has("eigen:gemeente-velsen"));
        assert!(!has("zorg") && !has("eigen:politie") && !has("recovery"));
    }
}
