//! Accounts and the team keys sealed to them.

use chrono::{DateTime, Utc};

use super::StorageError;
use crate::accounts::{Account, TeamKey};

/// What signing in asks.
pub trait Accounts {
    /// Stores an account with the team keys sealed to it.
    fn create_account(
        &self,
        account: &Account,
        password_hash: &str,
        keys: &[TeamKey],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;
    /// An account that is not disabled, with its password's hash.
    fn account(&self, login: &str) -> Result<Option<(Account, String)>, StorageError>;
    /// Every account that is not disabled, by login.
    fn active_accounts(&self) -> Result<Vec<Account>, StorageError>;
    /// The team keys sealed to an account.
    fn team_keys(&self, login: &str) -> Result<Vec<TeamKey>, StorageError>;
}
