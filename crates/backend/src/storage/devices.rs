//! Devices that were let in.

use baken_protocol::digest::Digest;
use baken_protocol::ids::{Code, DeviceId};
use baken_protocol::revocations::RevokedDevice;
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{DeviceRequest, StorageError};

/// A device as whoever takes something from it needs it.
#[derive(Debug, Clone)]
pub struct KnownDevice {
    /// Its id.
    pub device: DeviceId,
    /// Its key.
    pub public_key: VerifyingKey,
    /// The organisation of whoever carries it.
    pub organisation: Code,
    /// Whether it has been revoked.
    pub revoked: bool,
    /// Whether it is to be wiped.
    pub wipe_ordered: bool,
    /// When it was let in: what is signed for it is of no time before, even if the clock was set back.
    pub enrolled_at: DateTime<Utc>,
}

/// A device as the register knows it.
#[derive(Debug, Clone)]
pub struct StoredDevice {
    /// Its id.
    pub device: Uuid,
    /// Its name.
    pub label: String,
    /// The organisation.
    pub organisation: String,
    /// Its key.
    pub public_key: VerifyingKey,
    /// When it was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why.
    pub revoked_reason: Option<String>,
    /// When somebody ordered that it be wiped.
    pub wipe_ordered_at: Option<DateTime<Utc>>,
    /// When the device first came for that order.
    pub wipe_fetched_at: Option<DateTime<Utc>>,
}

/// What is asked of devices.
pub trait Devices {
    /// The device with this id.
    fn device(&self, device: DeviceId) -> Result<Option<KnownDevice>, StorageError>;
    /// The device a bearer token belongs to.
    fn device_by_token(&self, token_hash: Digest) -> Result<Option<KnownDevice>, StorageError>;
    /// The same as the register knows it.
    fn stored_device(&self, device: DeviceId) -> Result<Option<StoredDevice>, StorageError>;
    /// A page of devices, the last enrolled first.
    fn devices(&self, request: &DeviceRequest) -> Result<Vec<StoredDevice>, StorageError>;
    /// The devices that were revoked, the last one first, at most so many.
    fn revoked_devices(&self, limit: u32) -> Result<Vec<RevokedDevice>, StorageError>;
    /// Orders once that a revoked device be wiped; later calls change nothing. Whether there is such a revoked device.
    fn order_wipe(&self, device: DeviceId, by: &str, now: DateTime<Utc>) -> Result<bool, StorageError>;
    /// A device that is to be wiped came for the order. Once; later calls change nothing.
    fn note_wipe_fetched(&self, device: DeviceId, now: DateTime<Utc>) -> Result<(), StorageError>;
    /// Revokes a device once; later calls change nothing. Whether there is such a device.
    fn revoke(&self, device: DeviceId, by: &str, reason: &str, now: DateTime<Utc>) -> Result<bool, StorageError>;
}
