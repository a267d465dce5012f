//! Browsers somebody signed in from before, under the hash of their cookie.

use baken_protocol::digest::Digest;
use chrono::{DateTime, Utc};

use super::StorageError;
use crate::acquaintance::Acquaintance;

/// What is asked of the browsers people signed in from.
pub trait KnownBrowsers {
    /// How well a browser and a network are known to `login`, of what was used after `since`.
    fn acquaintance(
        &self,
        login: &str,
        browser: Option<Digest>,
        network: &str,
        since: DateTime<Utc>,
    ) -> Result<Acquaintance, StorageError>;
    /// Whether anybody signed in with this browser after `since`.
    fn is_known_browser(&self, browser: Digest, since: DateTime<Utc>) -> Result<bool, StorageError>;
    /// Notes that `login` signed in with it, from `network`.
    fn remember_browser(
        &self,
        browser: Digest,
        login: &str,
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;
    /// Forgets what was not used since `before`.
    fn forget_browsers(&self, before: DateTime<Utc>) -> Result<(), StorageError>;
}
