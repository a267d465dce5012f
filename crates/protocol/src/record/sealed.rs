//! What every sealed part has: its name by hash in the operation, and its head. The head repeats tenant, operation and
//! schema; the reader checks them, so that a sealed part cannot be moved under another record.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::ids::{DeviceId, OperationId, TenantId};
use crate::keydir::Team;

/// The sealed part of an operation, by hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SealedReference {
    /// SHA-256 of the age file.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// The teams it is sealed to.
    pub recipients: Vec<Team>,
    /// The key directory's epoch it was sealed under.
    pub epoch: u64,
}

/// The head of a sealed part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedHeader {
    /// The municipality.
    pub tenant: TenantId,
    /// The device that signed the operation.
    pub device: DeviceId,
    /// The operation it belongs to.
    pub operation: OperationId,
    /// The schema of its kind, as `observation.v1`; of a correction as `observation.v2`.
    pub schema: String,
}
