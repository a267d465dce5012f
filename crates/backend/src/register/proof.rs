//! Proving one record: every check is made on the stored bytes at the moment it is asked for.

use std::collections::HashSet;

use baken_protocol::attachment_receipt::{AttachmentReceipt, Listing};
use baken_protocol::batch::Batch;
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::enrolment::Enrolment;
use baken_protocol::ids::RecordId;
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys};
use baken_protocol::receipt::Receipt;
use baken_protocol::record::Operation;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::storage::{Installation, StoredRecord};

/// One thing that was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum CheckCode {
    /// The record is signed by the device.
    OperationSignature,
    /// The batch is signed by the device.
    BatchSignature,
    /// The batch lists the record.
    BatchListsOperation,
    /// The sealed part is the one the record names.
    SealedHash,
    /// No place of the chain is missing.
    ChainComplete,
    /// The receipt is signed by the backend and is for this batch.
    ReceiptSignature,
    /// The device's enrolment is signed by the device's own key.
    EnrolmentSignature,
    /// The municipality certified that this key is this device's.
    DeviceCertificate,
    /// Every attachment that is held has a receipt of its own, for this record.
    AttachmentReceipts,
}

/// A check with its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct Check {
    /// What was checked.
    pub code: CheckCode,
    /// Whether it holds.
    pub holds: bool,
}

/// Why to believe a record, from its stored bytes, checked when asked.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Proof {
    /// The record's hash.
    pub operation_hash: String,
    /// Who signed.
    pub signed_by: Signer,
    /// When, by the device's clock.
    pub finalised_at: DateTime<Utc>,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// The place in the log as people count: the leaf index plus one.
    pub receipt_number: u64,
    /// The name of the log.
    pub log_origin: String,
    /// The chain it came in.
    pub chain: Uuid,
    /// The batch's place in it.
    pub seq: u64,
    /// The batch's hash.
    pub batch_hash: String,
    /// The fingerprint of the key that signed the receipt.
    pub receipt_key_fingerprint: String,
    /// The whole chain.
    pub chain_state: ChainState,
    /// Every check with its outcome.
    pub checks: Vec<Check>,
    /// Set apart: the device had been revoked.
    pub quarantined: bool,
    /// Seconds by which the municipality's clock was ahead of the device's (negative: behind) when they last met before
    /// the record was signed, as the device signed it. None where they had not met.
    pub clock_offset_seconds: Option<i64>,
    /// Seconds by which something the device signed is dated after its receipt: its clock was at least so far ahead.
    /// Zero where nothing is. How long before its receipt something is dated tells nothing of a clock: it may have
    /// waited for a network.
    pub dated_ahead_seconds: i64,
}

/// The device that signed.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Signer {
    /// Its id.
    pub device: Uuid,
    /// Its name.
    pub label: String,
    /// The organisation of whoever carried it.
    pub organisation: String,
    /// SHA-256 of its public key.
    pub key_fingerprint: String,
    /// When it was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// How whole a chain is.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChainState {
    /// Batches held.
    pub batches: u64,
    /// The last place.
    pub last_seq: u64,
    /// Places that are missing.
    pub gaps: Vec<u64>,
    /// Whether a fork has frozen it.
    pub frozen: bool,
}

/// Gaps shown at most: a register somebody altered may claim any number.
const GAPS_SHOWN: usize = 1000;

/// The places that are missing before the last one.
fn gaps(held: &[u64]) -> Vec<u64> {
    let mut held = held.to_vec();
    held.sort_unstable();
    let before = std::iter::once(0).chain(held.iter().copied());
    let between = before.zip(&held).flat_map(|(last, next)| last.saturating_add(1)..*next);
    between.take(GAPS_SHOWN).collect()
}

/// Checks `record` and says what holds. `None` where its stored bytes cannot even be read.
pub fn prove(record: &StoredRecord, installation: &Installation) -> Option<Proof> {
    let device = &record.signer.public_key;
    let operation = record.operation.peek::<Operation>().ok()?;
    let batch = record.batch.peek::<Batch>().ok()?;
    let receipt = record.receipt.peek::<Receipt>().ok()?;
    let root = RootFingerprint::of(&installation.root_key);
    let directory = KeyDirectory::verify(record.key_directories.last()?.clone(), &root).ok()?;
    let keys = &directory.payload.receipt_keys;
    let signer = keys.iter().find(|key| key.fingerprint() == record.receipt.keyid);
    let (operation_hash, batch_hash) = (record.operation.digest(), record.batch.digest());
    let last_seq = record.chain_seqs.iter().copied().max().unwrap_or(0);
    let gaps = gaps(&record.chain_seqs);
    let check = |code, holds| Check { code, holds };
    let enrolment = record.enrolment.clone().verify::<Enrolment>(device);
    let checks = vec![
        check(CheckCode::OperationSignature, record.operation.check::<Operation>(device).is_ok()),
        check(CheckCode::BatchSignature, record.batch.check::<Batch>(device).is_ok()),
        check(CheckCode::BatchListsOperation, batch.operations.iter().any(|listed| listed.sha256 == operation_hash)),
        check(CheckCode::SealedHash, Digest::of(&record.sealed) == operation.sealed.sha256),
        check(CheckCode::ChainComplete, gaps.is_empty() && !record.chain_frozen),
        check(
            CheckCode::ReceiptSignature,
            Receipt::verify(record.receipt.clone(), keys, &batch, batch_hash, device).is_ok(),
        ),
        check(CheckCode::EnrolmentSignature, enrolment.is_ok_and(|enrolment| enrolment.payload.public_key == *device)),
        check(CheckCode::DeviceCertificate, is_certified(record, keys, installation)),
        check(CheckCode::AttachmentReceipts, attachments_are_receipted(record, keys, &operation)),
    ];
    Some(Proof {
        operation_hash: operation_hash.to_string(),
        signed_by: Signer {
            device: record.signer.device,
            label: record.signer.label.clone(),
            organisation: record.signer.organisation.clone(),
            key_fingerprint: device.fingerprint().to_string(),
            enrolled_at: record.signer.enrolled_at,
            revoked_at: record.signer.revoked_at,
        },
        finalised_at: operation.finalised_at,
        received_at: record.received_at,
        receipt_number: receipt.leaf_index + 1,
        log_origin: receipt.log_origin,
        chain: batch.chain.0,
        seq: batch.seq,
        batch_hash: batch_hash.to_string(),
        receipt_key_fingerprint: signer.map_or_else(String::new, |signer| signer.fingerprint().to_string()),
        chain_state: ChainState {
            batches: u64::try_from(record.chain_seqs.len()).unwrap_or(u64::MAX),
            last_seq,
            gaps,
            frozen: record.chain_frozen,
        },
        checks,
        quarantined: record.quarantined,
        clock_offset_seconds: operation.clock_offset_seconds,
        dated_ahead_seconds: (operation.finalised_at.max(batch.made_at) - receipt.received_at).num_seconds().max(0),
    })
}

/// Whether the municipality says that this key is this device's, of this organisation, and enrolled by this message.
fn is_certified(record: &StoredRecord, keys: &ReceiptKeys, installation: &Installation) -> bool {
    let certificate = DeviceCertificate::verify(record.certificate.clone(), keys, &installation.tenant);
    certificate.is_ok_and(|certificate| {
        let said = certificate.payload;
        said.device.0 == record.signer.device
            && said.public_key == record.signer.public_key
            && said.organisation.as_str() == record.signer.organisation
            && said.enrolment == record.enrolment.digest()
    })
}

/// Whether every receipt of an attachment is for one that the record lists, and none twice.
fn attachments_are_receipted(record: &StoredRecord, keys: &ReceiptKeys, operation: &Operation) -> bool {
    let (mut seen, tenant) = (HashSet::new(), operation.tenant.clone());
    record.attachment_receipts.iter().all(|receipt| {
        operation.attachments.iter().any(|attachment| {
            let RecordId { device, operation } = operation.id();
            let listing = Listing { tenant: &tenant, device, operation, attachment };
            AttachmentReceipt::verify(receipt.clone(), keys, listing).is_ok() && seen.insert(attachment.sha256)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_missing_places_and_never_more_than_can_be_shown() {
        assert_eq!(gaps(&[]), [0; 0]);
        assert_eq!(gaps(&[2, 1, 3]), [0; 0]);
        assert_eq!(gaps(&[6, 2, 3]), [1, 4, 5]);
        assert_eq!(gaps(&[1 << 53]).len(), GAPS_SHOWN, "a register that was altered hangs nobody");
        assert_eq!(gaps(&[u64::MAX, u64::MAX, 1]).len(), GAPS_SHOWN);
    }
}
