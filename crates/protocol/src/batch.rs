//! `batch.v1`: the operations a device sends at once, in a chain that has no place for a gap.
//!
//! A batch lists its operations and attachments by hash; their bytes travel beside it (see `wire`). Each
//! batch names the hash of the one before, so neither the backend nor anyone else can drop or swap one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::digest::Digest;
use crate::dsse::Payload;
use crate::ids::{BatchId, ChainId, DeviceId, OperationId, TenantId};
use crate::record::{Action, AttachmentReference, RecordKind};

/// The schema number of a batch whose sealed parts are of the first schema of their kind.
pub const SCHEMA: u32 = 1;
/// The schema number of a batch of corrections: amendments and retractions whose sealed part says why.
pub const CORRECTIONS_SCHEMA: u32 = 2;

/// The schema number of a batch of observations that say who a person is across several of them, whether the emergency number
/// was called, or what stands on a photo: first records and corrections alike.
pub const FULL_SCHEMA: u32 = 3;

/// Whether this version can read a batch of `schema`.
pub const fn is_known_schema(schema: u32) -> bool {
    matches!(schema, SCHEMA | CORRECTIONS_SCHEMA | FULL_SCHEMA)
}

/// Whether a batch of `schema` may list an operation that does this to a record of this kind: a first record corrects
/// nothing, and of observations alone there is more to say.
pub const fn may_list(schema: u32, kind: RecordKind, action: Action) -> bool {
    if schema == FULL_SCHEMA {
        return matches!(kind, RecordKind::Observation);
    }
    match action {
        Action::Create => schema != CORRECTIONS_SCHEMA,
        Action::Amend | Action::Retract => true,
    }
}

/// What a device signs to send operations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Batch {
    /// The municipality.
    pub tenant: TenantId,
    /// The device that signs.
    pub device: DeviceId,
    /// The chain it extends.
    pub chain: ChainId,
    /// Its place in the chain, from 1.
    pub seq: u64,
    /// The hash of the batch before; none for the first.
    pub prev: Option<Digest>,
    /// Unique for ever.
    pub batch: BatchId,
    /// Wall time by the device's clock, which may be wrong by years.
    #[serde(with = "crate::moment")]
    pub made_at: DateTime<Utc>,
    /// Changes with every start of the device's program.
    pub boot_id: Uuid,
    /// Milliseconds since that start: orders batches whatever the wall clock says.
    pub monotonic_ms: u64,
    /// The hash of the last receipt the device has seen.
    pub last_receipt: Option<Digest>,
    /// In the first batch of a chain: the chain it continues, after a restored copy or a fork.
    pub continues: Option<ChainId>,
    /// The key directory's epoch the device knew.
    pub key_epoch: u64,
    /// `SCHEMA` or `CORRECTIONS_SCHEMA`.
    pub schema: u32,
    /// The version of the companion.
    pub app_version: String,
    /// The operations, in order.
    pub operations: Vec<OperationReference>,
    /// Every attachment of every operation.
    pub attachments: Vec<AttachmentReference>,
}

impl Payload for Batch {
    const TYPE: &'static str = "application/vnd.baken.batch.v1+json";
}

/// An operation in a batch, by hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationReference {
    /// The operation's id.
    pub operation: OperationId,
    /// The hash of its envelope.
    pub sha256: Digest,
}
