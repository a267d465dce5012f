//! Invitations of members, until they are used or withdrawn.

use baken_protocol::digest::Digest;
use baken_protocol::ids::Code;
use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Utc};

use super::StorageError;
use crate::access::Role;

/// Somebody who was invited and has not joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitedMember {
    /// The login name they will have.
    pub login: String,
    /// The organisation.
    pub organisation: Code,
    /// What they will do, in the order of [`Role::ALL`].
    pub roles: Vec<Role>,
    /// The levels they may see, beside what is for their own organisation.
    pub levels: Vec<ConfidentialityLevel>,
    /// Who invited them.
    pub invited_by: String,
    /// When.
    pub invited_at: DateTime<Utc>,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
}

/// What is asked of the invitations of members.
pub trait MemberInvitations {
    /// Keeps one under the hash of its code, in place of another of the same login.
    fn invite_member(&self, code: Digest, invited: &InvitedMember) -> Result<(), StorageError>;
    /// The one with this code, run out or not.
    fn member_invitation(&self, code: Digest) -> Result<Option<InvitedMember>, StorageError>;
    /// All of them, by login.
    fn member_invitations(&self) -> Result<Vec<InvitedMember>, StorageError>;
    /// Removes that of a login. Answers whether there was one.
    fn remove_member_invitation(&self, login: &str) -> Result<bool, StorageError>;
    /// Removes all of them.
    fn remove_member_invitations(&self) -> Result<(), StorageError>;
}
