//! The whole register, row by row, for whoever checks all of it: nothing is believed that a row says, so texts stay texts.
//! A whole register does not fit in memory, so each row is handed over and let go.

use std::collections::BTreeSet;

use baken_protocol::digest::Digest;
use baken_protocol::ids::RecordId;

use super::{OperationColumns, StorageError, StoredLine};

/// What is done with each row.
pub type Each<'a, Row> = dyn FnMut(Row) -> Result<(), StorageError> + 'a;

/// A device with the invitation that was spent on it.
#[derive(Debug)]
pub struct EnrolledRow {
    /// Its id.
    pub device: String,
    /// Its key.
    pub public_key: Vec<u8>,
    /// Its enrolment (DSSE JSON).
    pub enrolment: Vec<u8>,
    /// SHA-256 of the invitation's code, if that invitation is there.
    pub challenge: Option<String>,
    /// Whether name and organisation are the invitation's.
    pub as_invited: bool,
    /// Its certificate (DSSE JSON).
    pub certificate: Vec<u8>,
    /// The organisation.
    pub organisation: String,
}

/// A batch with the owner of its chain.
#[derive(Debug)]
pub struct StoredBatch {
    /// The place in the log.
    pub leaf: u64,
    /// Its chain.
    pub chain: String,
    /// The place in it.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// Its device.
    pub device: String,
    /// Whether that chain of that device is known.
    pub is_known: bool,
    /// As it was signed (DSSE JSON).
    pub envelope: Vec<u8>,
    /// Its receipt (DSSE JSON).
    pub receipt: Vec<u8>,
    /// When it was made.
    pub made_at: String,
    /// When it came.
    pub received_at: String,
    /// Whether it was set apart.
    pub quarantined: bool,
    /// Whether the log has it at that place, by its hash and the moment it came.
    pub is_entered: bool,
}

/// An entry of the log.
#[derive(Debug)]
pub struct StoredLogEntry {
    /// Its place.
    pub leaf: u64,
    /// What it is.
    pub kind: String,
    /// Whether a batch is held under that place.
    pub has_batch: bool,
}

/// An operation with its contents, its batch and its device.
#[derive(Debug)]
pub struct StoredOperation {
    /// In the order they came.
    pub number: i64,
    /// Its id.
    pub operation: String,
    /// Its hash.
    pub hash: String,
    /// Its place in the batch.
    pub position: usize,
    /// Its device.
    pub device: String,
    /// What repeats what was signed.
    pub columns: OperationColumns,
    /// Organisation, time of receipt and quarantine are those of the device and the batch.
    pub as_batch: bool,
    /// As it was signed (DSSE JSON).
    pub envelope: Vec<u8>,
    /// Its sealed part.
    pub sealed: Vec<u8>,
    /// Its batch (DSSE JSON).
    pub batch: Vec<u8>,
}

/// An attachment as a record's row lists it.
#[derive(Debug)]
pub struct ListedRow {
    /// Its hash.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// Whether it is called complete.
    pub is_complete: bool,
    /// Its receipt (DSSE JSON).
    pub receipt: Option<Vec<u8>>,
}

/// What is asked by whoever checks everything.
pub trait Whole {
    /// Every key directory (DSSE JSON) with its epoch, in order.
    fn each_key_directory(&self, check: &mut Each<'_, (u64, Vec<u8>)>) -> Result<(), StorageError>;
    /// Every device.
    fn each_device(&self, check: &mut Each<'_, EnrolledRow>) -> Result<(), StorageError>;
    /// Every statement (DSSE JSON) that the log goes on under a name, in order.
    fn each_continuation(&self, check: &mut Each<'_, (String, Vec<u8>)>) -> Result<(), StorageError>;
    /// Every entry of the log, in order.
    fn each_log_entry(&self, check: &mut Each<'_, StoredLogEntry>) -> Result<(), StorageError>;
    /// Every batch, in the order of the log.
    fn each_batch(&self, check: &mut Each<'_, StoredBatch>) -> Result<(), StorageError>;
    /// Every operation that has contents, a batch and a device, in the order of the log.
    fn each_operation(&self, check: &mut Each<'_, StoredOperation>) -> Result<(), StorageError>;
    /// Every file that is listed, by hash, with whether a record calls it complete.
    fn each_file(&self, check: &mut Each<'_, (String, bool)>) -> Result<(), StorageError>;
    /// Every line of the audit log, the first written first.
    fn each_audit_line(&self, check: &mut Each<'_, StoredLine>) -> Result<(), StorageError>;
    /// Whether the batch with that hash stands at a place of the log.
    fn stands_at(&self, leaf: u64, hash: Digest) -> Result<bool, StorageError>;
    /// Whether a record with that hash is held, from that place of the log or before.
    fn came_by(&self, record: RecordId, hash: Digest, leaf: u64) -> Result<bool, StorageError>;
    /// How many operations there are.
    fn count_operations(&self) -> Result<u64, StorageError>;
    /// How many contents belong to no operation.
    fn count_stray_contents(&self) -> Result<u64, StorageError>;
    /// The codes of an operation, each with the list it stands in.
    fn codes_of(&self, number: i64) -> Result<BTreeSet<(String, String)>, StorageError>;
    /// The attachments that a record lists.
    fn listings_of(&self, record: RecordId) -> Result<Vec<ListedRow>, StorageError>;
    /// The first line of the audit log that has that hash.
    fn line_with(&self, hash: Digest) -> Result<Option<u64>, StorageError>;
}
