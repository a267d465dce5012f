//! Sessions of signed-in browsers, under the hash of their cookie.

use baken_protocol::digest::Digest;
use baken_protocol::ids::Code;
use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Utc};

use super::StorageError;
use crate::access::{Grant, Role};

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Who.
    pub login: String,
    /// What unsafe requests must repeat in a header.
    pub csrf_token: String,
    /// When a request last used it.
    pub last_seen_at: DateTime<Utc>,
    /// The end, however busy it is.
    pub expires_at: DateTime<Utc>,
    /// Where whoever signed in by the municipality's own sign-in signs out there too.
    pub sign_out_at: Option<String>,
}

/// A session with what its account was granted, of an account that was not ended.
#[derive(Debug, Clone)]
pub struct LiveSession {
    /// The hash of its cookie.
    pub token_hash: Digest,
    /// Who.
    pub login: String,
    /// When a request last used it.
    pub last_seen_at: DateTime<Utc>,
    /// The end, however busy it is.
    pub expires_at: DateTime<Utc>,
    /// The organisation.
    pub organisation: Code,
    /// The roles.
    pub roles: Vec<Role>,
    /// The levels.
    pub levels: Vec<ConfidentialityLevel>,
    /// Whether somebody who reads has let it in.
    pub admitted: bool,
}

impl LiveSession {
    /// What its account was granted.
    pub fn grant(&self) -> Grant<'_> {
        let Self { roles, levels, organisation, admitted, .. } = self;
        Grant { roles, levels, organisation, admitted: *admitted }
    }
}

/// What is asked of sessions.
pub trait Sessions {
    /// Stores a session under the hash of its cookie; ended ones are swept out.
    fn create_session(&self, token_hash: Digest, session: &SessionRow) -> Result<(), StorageError>;
    /// The session of a cookie, ended or not.
    fn session(&self, token_hash: Digest) -> Result<Option<SessionRow>, StorageError>;
    /// All of them, over or not.
    fn live_sessions(&self) -> Result<Vec<LiveSession>, StorageError>;
    /// Notes that a request used it.
    fn touch_session(&self, token_hash: Digest, now: DateTime<Utc>) -> Result<(), StorageError>;
    /// Removes it.
    fn remove_session(&self, token_hash: Digest) -> Result<(), StorageError>;
    /// Removes every session of an account.
    fn end_sessions_of(&self, login: &str) -> Result<(), StorageError>;
    /// Removes every session there is.
    fn end_sessions(&self) -> Result<(), StorageError>;
}
