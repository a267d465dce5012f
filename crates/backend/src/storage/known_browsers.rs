//! Browsers somebody signed in from before, under the hash of their cookie.

use baken_protocol::digest::Digest;
use chrono::{DateTime, Utc};

use super::StorageError;

/// How well whoever tries to sign in to an account is known there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquaintance {
    /// A browser that signed in to it before.
    Browser(Digest),
    /// Another browser, in a network it was signed in to from before.
    Network,
    /// Neither.
    Stranger,
}

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
