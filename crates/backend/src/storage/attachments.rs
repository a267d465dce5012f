//! Which attachments are announced, and which are held: one row for each record that lists one.

use baken_protocol::digest::Digest;
use baken_protocol::ids::{DeviceId, RecordId};
use baken_protocol::record::AttachmentReference;
use chrono::{DateTime, Utc};

use super::{Clearance, StorageError};

/// An attachment as an accepted operation lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAttachment {
    /// The record that lists it.
    pub record: RecordId,
    /// The hash announced.
    pub sha256: Digest,
    /// The size announced.
    pub size_bytes: u64,
    /// The receipt for it (DSSE JSON), once this device brought the whole file.
    pub receipt: Option<Vec<u8>>,
    /// Whether another device brought a file of this hash. That is no word about this one.
    pub others_brought_it: bool,
}

/// Whether the device of a record brought an attachment it lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// All of it.
    Whole,
    /// Not yet, whatever another device brought.
    NotYet,
}

/// What is asked of attachments.
pub trait Attachments {
    /// The attachment with this hash, if that accepted record lists it.
    fn listed_attachment(&self, sha256: Digest, record: RecordId) -> Result<Option<ListedAttachment>, StorageError>;
    /// The records of one device that list this file in this size and have no receipt for it.
    fn unreceipted_listings(
        &self,
        device: DeviceId,
        sha256: Digest,
        size_bytes: u64,
    ) -> Result<Vec<RecordId>, StorageError>;
    /// Whether this device brought a file of this hash and this very size.
    fn has_brought(&self, device: DeviceId, sha256: Digest, size_bytes: u64) -> Result<bool, StorageError>;
    /// Files that operations of this device list and that it did not bring, by hash, so many at most.
    fn awaited_attachments(&self, device: DeviceId, limit: usize) -> Result<Vec<Digest>, StorageError>;
    /// Keeps what a record lists.
    fn list_attachment(&self, record: RecordId, attachment: &AttachmentReference) -> Result<(), StorageError>;
    /// Notes that a listed file is held whole, with its receipt (DSSE JSON).
    fn complete_listing(
        &self,
        record: RecordId,
        sha256: Digest,
        at: DateTime<Utc>,
        receipt: &[u8],
    ) -> Result<(), StorageError>;
    /// Whether a record that `clearance` allows lists this attachment, and whether its own device brought it.
    fn attachment_shown(&self, clearance: &Clearance, sha256: Digest) -> Result<Option<Brought>, StorageError>;
}
