//! An invitation that is spent on a device, and what a device is told of the municipality's keys.

use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{Code, DeviceId};
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::StorageError;

/// An invitation that was not withdrawn.
#[derive(Debug, Clone)]
pub struct HeldInvitation {
    /// Its id.
    pub id: Uuid,
    /// The name the device will have.
    pub label: String,
    /// The organisation of whoever will carry it.
    pub organisation: Code,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
    /// Whether it was spent already.
    pub used: bool,
}

/// A key that is enrolled already.
#[derive(Debug, Clone)]
pub struct EnrolledKey {
    /// The device it belongs to.
    pub device: DeviceId,
    /// The invitation that was spent on it.
    pub invitation: Uuid,
    /// Whether the device has sent something already, or was revoked.
    pub settled: bool,
}

/// A device to be let in; one that is known already is let in anew.
#[derive(Debug, Clone, Copy)]
pub struct NewDevice<'a> {
    /// Its id.
    pub device: DeviceId,
    /// Its key.
    pub public_key: &'a VerifyingKey,
    /// The invitation that is spent on it.
    pub invitation: &'a HeldInvitation,
    /// The enrolment as the device signed it.
    pub enrolment: &'a Envelope,
    /// The municipality's word on it.
    pub certificate: &'a Envelope,
    /// SHA-256 of its bearer token.
    pub token_hash: Digest,
    /// When.
    pub enrolled_at: DateTime<Utc>,
}

/// What is asked of enrolments.
pub trait Enrolments {
    /// The invitation with this code, unless it was withdrawn.
    fn invitation(&self, challenge: Digest) -> Result<Option<HeldInvitation>, StorageError>;
    /// The device that has this key.
    fn enrolled_key(&self, key: &VerifyingKey) -> Result<Option<EnrolledKey>, StorageError>;
    /// Spends an invitation on a device.
    fn let_in(&self, device: &NewDevice<'_>) -> Result<(), StorageError>;
    /// Where the log went on from another (log-continuation.v1), in order.
    fn log_continuations(&self) -> Result<Vec<Envelope>, StorageError>;
}
