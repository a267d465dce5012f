//! Chains, what came in their batches, and the log of all batches.

use std::collections::BTreeMap;

use baken_protocol::chain::Head;
use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainId, ChainReference, Code, DeviceId, EntityId, OperationId};
use baken_protocol::log_continuation::LogPlace;
use baken_protocol::record::Operation;
use chrono::{DateTime, Utc};

use super::StorageError;

/// The batch that stands at a place of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBatch {
    /// Its hash.
    pub hash: Digest,
    /// Its receipt (DSSE JSON), as it was given then.
    pub receipt: Vec<u8>,
    /// Whether it was set apart.
    pub quarantined: bool,
}

/// What an entry of the log is. Another is of a later version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogEntryKind {
    /// A batch that was accepted.
    Batch,
}

impl LogEntryKind {
    /// As it is kept.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Batch => "batch",
        }
    }
}

/// A batch to be kept.
#[derive(Debug, Clone, Copy)]
pub struct BatchRow<'a> {
    /// Its place in the log.
    pub leaf_index: u64,
    /// Its chain.
    pub chain: ChainReference,
    /// Its place in the chain.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// As it was signed (DSSE JSON).
    pub envelope: &'a [u8],
    /// Its receipt (DSSE JSON).
    pub receipt: &'a [u8],
    /// When it was signed, by its device's clock.
    pub made_at: DateTime<Utc>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Whether it is set apart.
    pub quarantined: bool,
}

/// An operation to be kept, with what it was signed as.
#[derive(Debug, Clone, Copy)]
pub struct OperationRow<'a> {
    /// In the order they come: the first that is free, or the next.
    pub number: i64,
    /// Of an observation: the number of its first operation.
    pub standing: Option<i64>,
    /// What it says.
    pub operation: &'a Operation,
    /// Its hash.
    pub hash: Digest,
    /// As it was signed (DSSE JSON).
    pub envelope: &'a [u8],
    /// Its sealed part.
    pub sealed: &'a [u8],
    /// The place of its batch in the log.
    pub leaf_index: u64,
    /// Its place in the batch.
    pub position: usize,
    /// The organisation of whoever carries the device.
    pub organisation: &'a Code,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Whether it is set apart.
    pub quarantined: bool,
}

/// A batch that contradicts what is held: kept whole, for whoever finds out which one is true.
#[derive(Debug, Clone, Copy)]
pub struct Fork<'a> {
    /// Its chain.
    pub chain: ChainReference,
    /// The place at which it contradicts.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// All that was sent.
    pub push: &'a [u8],
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// What is asked of chains and batches.
pub trait Batches {
    /// The last batch of a chain.
    fn chain_head(&self, chain: ChainReference) -> Result<Option<Head>, StorageError>;
    /// Whether a chain was frozen.
    fn is_frozen(&self, chain: ChainReference) -> Result<bool, StorageError>;
    /// Chains that were frozen after a fork.
    fn frozen_chains(&self) -> Result<Vec<ChainReference>, StorageError>;
    /// The batch at a place.
    fn batch_at(&self, chain: ChainReference, seq: u64) -> Result<Option<HeldBatch>, StorageError>;
    /// The first free place of the log.
    fn next_leaf(&self) -> Result<u64, StorageError>;
    /// The first free number of an operation.
    fn next_number(&self) -> Result<i64, StorageError>;
    /// The last place of the log that a batch has.
    fn last_batch_place(&self) -> Result<Option<LogPlace>, StorageError>;
    /// The hashes of what a device signed under these ids; of those that are not held, nothing.
    fn operation_hashes(
        &self,
        device: DeviceId,
        operations: &[OperationId],
    ) -> Result<BTreeMap<OperationId, Digest>, StorageError>;
    /// Which of these entities a device signed anything about, and whether a first record is among that.
    fn entities_of(&self, device: DeviceId, entities: &[EntityId]) -> Result<BTreeMap<EntityId, bool>, StorageError>;
    /// Knows a chain from now on; one that is known already stays as it is.
    fn know_chain(&self, chain: ChainReference, continues: Option<ChainId>) -> Result<(), StorageError>;
    /// Keeps a batch.
    fn add_batch(&self, batch: &BatchRow<'_>) -> Result<(), StorageError>;
    /// Keeps operations with their codes, all at once; their attachments are kept by themselves.
    fn add_operations(&self, operations: &[OperationRow<'_>]) -> Result<(), StorageError>;
    /// Freezes a chain and keeps what contradicted it.
    fn freeze(&self, fork: &Fork<'_>) -> Result<(), StorageError>;
}
