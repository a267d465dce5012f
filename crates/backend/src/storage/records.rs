//! One record with everything signed around it.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{OperationId, RecordId};
use baken_protocol::record::RecordKind;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Clearance, StorageError, StoredDevice};

/// A stored record with every signed message around it, for proof, evidence and dossier.
#[derive(Debug, Clone)]
pub struct StoredRecord {
    /// The entity it is about.
    pub entity: Uuid,
    /// The operation as signed.
    pub operation: Envelope,
    /// Its sealed part.
    pub sealed: Vec<u8>,
    /// The batch that lists it.
    pub batch: Envelope,
    /// The receipt for that batch.
    pub receipt: Envelope,
    /// The device's enrolment.
    pub enrolment: Envelope,
    /// The device's certificate.
    pub certificate: Envelope,
    /// The key directory it was sealed under, and the newest; one where they are the same.
    pub key_directories: Vec<Envelope>,
    /// The device.
    pub signer: StoredDevice,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// Set apart.
    pub quarantined: bool,
    /// Places of its chain that are held.
    pub chain_seqs: Vec<u64>,
    /// Whether its chain is frozen.
    pub chain_frozen: bool,
    /// The receipts of its attachments that are complete.
    pub attachment_receipts: Vec<Envelope>,
}

/// What is asked of a record.
pub trait Records {
    /// A record with everything signed around it; with `clearance`, only if that allows it.
    fn record(&self, clearance: Option<&Clearance>, record: RecordId) -> Result<Option<StoredRecord>, StorageError>;
    /// What was signed of a record and its sealed part, and nothing around it; only if `clearance` allows it.
    fn sealed(&self, clearance: &Clearance, record: RecordId) -> Result<Option<(Envelope, Vec<u8>)>, StorageError>;
    /// Records whose operation's id ends so (eight hexadecimal digits, small), the last received first, as far as
    /// `clearance` allows. Every operation is looked at.
    fn records_ending(
        &self,
        clearance: &Clearance,
        end: &str,
        limit: u32,
    ) -> Result<Vec<(RecordId, RecordKind)>, StorageError>;
    /// The records that devices gave this id, each its own.
    fn records_named(&self, operation: OperationId) -> Result<Vec<RecordId>, StorageError>;
}
