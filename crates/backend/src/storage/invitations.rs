//! Invitations, before one is spent on a device.

use baken_protocol::digest::Digest;
use baken_protocol::ids::Code;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::StorageError;

/// An invitation to be stored.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of the code.
    pub challenge: Digest,
    /// The name the device will have.
    pub label: String,
    /// The organisation of whoever carries it.
    pub organisation: Code,
    /// Account login, or `operator`.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
}

/// An invitation that can still be used.
#[derive(Debug, Clone)]
pub struct OpenInvitation {
    /// Its id.
    pub id: Uuid,
    /// The name the device will have.
    pub label: String,
    /// The organisation of whoever will carry it.
    pub organisation: String,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
}

/// What is asked of invitations.
pub trait Invitations {
    /// Stores an invitation.
    fn create_invitation(&self, invitation: &NewInvitation) -> Result<(), StorageError>;
    /// Invitations that can still be used.
    fn open_invitations(&self, now: DateTime<Utc>) -> Result<Vec<OpenInvitation>, StorageError>;
    /// Withdraws an open invitation. Whether there was one.
    fn withdraw_invitation(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, StorageError>;
    /// Withdraws every invitation that was not spent, also one that has run out.
    fn withdraw_invitations(&self, now: DateTime<Utc>) -> Result<(), StorageError>;
}
