//! Receipts: the backend's signed word, verified again each time it is shown.
//!
//! A new one is believed from the receipt key in use alone. One that was kept while its key was in use still counts when
//! that key is closed, and is replaced by the same message signed with the next key when the backend answers with that.

use baken_protocol::attachment_receipt::{AttachmentReceipt, Listing};
use baken_protocol::batch::Batch;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::ids::{ChainId, OperationId};
use baken_protocol::keydir::ReceiptKeys;
use baken_protocol::receipt::Receipt;
use baken_protocol::record::{AttachmentClass, AttachmentReference};
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use ts_rs::TS;

use crate::environment::Environment;
use crate::failure::Failure;
use crate::outbox::aside;
use crate::outbox::batches::StoredBatch;
use crate::outbox::log_line;
use crate::store::known::Known;
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, time_text};
use crate::transport::TransportError;
use crate::trust::clock_reading;
use crate::trust::device;
use crate::trust::key_directory;
use crate::trust::revocations;

/// A receipt as one can look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReceiptView {
    /// When the backend received the batch, by its clock.
    #[ts(type = "string")]
    pub received_at: DateTime<Utc>,
    /// The place in the backend's log as people count: the leaf index plus one.
    pub receipt_number: u64,
    /// The name of that log.
    pub log_origin: String,
    /// The chain of this installation.
    pub chain: ChainId,
    /// The batch's place in the chain.
    pub seq: u64,
    /// The batch's hash.
    #[ts(type = "string")]
    pub batch_hash: Digest,
    /// The record's own hash.
    #[ts(type = "string")]
    pub operation_hash: Digest,
    /// How many records came in the same batch.
    pub operations_in_batch: usize,
    /// The fingerprint of the key that signed the receipt.
    #[ts(type = "string")]
    pub receipt_key_fingerprint: Digest,
    /// The fingerprint of this device's key.
    #[ts(type = "string")]
    pub device_key_fingerprint: Digest,
    /// Whether every signature and hash holds, checked just now.
    pub verified: bool,
    /// Attachments for which a receipt of their own is kept.
    pub received_attachments: u64,
    /// Attachments still missing at the backend.
    pub missing_attachments: u64,
}

impl Store {
    /// The receipt for a record, if there is one yet.
    pub fn receipt(&self, operation: OperationId) -> Result<Option<ReceiptView>, Failure> {
        self.read(|connection| {
            let found: Option<(String, String, u64, Vec<u8>)> = connection
                .query_row_cached(
                    "SELECT o.hash, r.chain, r.seq, r.envelope FROM operations o
                     JOIN outbox_entries e ON e.position = o.position
                     JOIN standing_receipts r ON r.chain = e.chain AND r.seq = e.seq
                     WHERE o.operation = ?1 ORDER BY r.received_at LIMIT 1",
                    [operation.to_string()],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
                )
                .optional()?;
            let Some((hash, chain, seq, envelope)) = found else { return Ok(None) };
            let chain = ChainId(chain.parse().map_err(|_| StoreError::Content)?);
            let operation_hash: Digest = hash.parse().map_err(|_| StoreError::Content)?;
            let batch = StoredBatch::load(connection, chain, seq)?.ok_or(StoreError::Content)?;
            let missing = connection.query_row_cached(
                "SELECT count(*) FROM photos WHERE operation = ?1 AND uploaded_at IS NULL",
                [operation.to_string()],
                |row| row.get(0),
            )?;
            let mut view = view((connection, &self.known), &batch, operation_hash, &envelope)?;
            let (received, all_hold) = photo_receipts((connection, &self.known), operation)?;
            view.verified &= all_hold;
            view.received_attachments = received;
            view.missing_attachments = missing;
            Ok(Some(view))
        })
    }
}

fn view(
    (connection, known): (&Connection, &Known),
    batch: &StoredBatch,
    operation_hash: Digest,
    envelope: &[u8],
) -> Result<ReceiptView, Failure> {
    let device = device::signing_key(connection, known)?.public();
    let directory = key_directory::newest(connection, known)?;
    let keys = &directory.payload.receipt_keys;
    let envelope = Envelope::from_json(envelope)?;
    let receipt_key_fingerprint = envelope.keyid;
    let signed = batch.envelope(device.fingerprint()).verify::<Batch>(&device);
    let contents = batch.payload()?;
    let listed = contents.operations.iter().any(|reference| reference.sha256 == operation_hash);
    let receipt = envelope.peek::<Receipt>()?;
    let verified =
        signed.is_ok() && listed && Receipt::verify_kept(envelope, keys, &contents, batch.hash, &device).is_ok();
    Ok(ReceiptView {
        received_at: receipt.received_at,
        receipt_number: receipt.leaf_index + 1,
        log_origin: receipt.log_origin,
        chain: receipt.chain,
        seq: receipt.seq,
        batch_hash: batch.hash,
        operation_hash,
        operations_in_batch: contents.operations.len(),
        receipt_key_fingerprint,
        device_key_fingerprint: device.fingerprint(),
        verified,
        received_attachments: 0,
        missing_attachments: 0,
    })
}

/// How many photos of a record have a receipt of their own, and whether each of these holds.
fn photo_receipts((connection, known): (&Connection, &Known), operation: OperationId) -> Result<(u64, bool), Failure> {
    let directory = key_directory::newest(connection, known)?;
    let enrolled = device::load(connection)?.ok_or(Failure::NotEnrolled)?;
    let mut statement = connection.prepare_cached(
        "SELECT sha256, length(sealed), receipt FROM photos
         WHERE operation = ?1 AND uploaded_at IS NOT NULL AND receipt IS NOT NULL",
    )?;
    let rows = statement.query_map([operation.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (mut received, mut all_hold) = (0, true);
    for row in rows {
        let (sha256, size_bytes, receipt): (String, u64, Vec<u8>) = row?;
        let sha256 = sha256.parse().map_err(|_| StoreError::Content)?;
        let attachment = AttachmentReference { sha256, size_bytes, class: AttachmentClass::Photo };
        let listing = Listing { tenant: &enrolled.tenant, device: enrolled.device, operation, attachment: &attachment };
        let verified = Envelope::from_json(&receipt).is_ok_and(|envelope| {
            AttachmentReceipt::verify_kept(envelope, &directory.payload.receipt_keys, listing).is_ok()
        });
        received += 1;
        all_hold &= verified;
    }
    Ok((received, all_hold))
}

/// What a receipt says beyond that the batch is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// The batch was kept apart, since this device has been revoked.
    pub(crate) quarantined: bool,
    /// Photos that had been sent before and are missing there: the backend was restored from a backup.
    pub(crate) photos_lost: usize,
}

impl Store {
    /// Verifies the receipt of a batch and keeps it; attachments it calls missing are to be sent (again).
    pub(crate) fn accept_receipt(&self, envelope: &Envelope, batch: &StoredBatch) -> Result<Accepted, Failure> {
        self.write_to_send(|tx| {
            let directory = key_directory::newest(tx, &self.known)?;
            let device = device::signing_key(tx, &self.known)?.public();
            accept(tx, &self.environment, envelope.clone(), &directory.payload.receipt_keys, &device, batch)
        })
    }
}

fn accept(
    connection: &Connection,
    environment: &Environment,
    envelope: Envelope,
    keys: &ReceiptKeys,
    device_key: &VerifyingKey,
    batch: &StoredBatch,
) -> Result<Accepted, Failure> {
    let contents = batch.payload()?;
    let verified = believed(connection, envelope, keys, device_key, batch, &contents)?;
    let hash = verified.envelope.digest().to_string();
    connection.execute_cached(
        "INSERT INTO receipts (hash, chain, seq, log_origin, leaf_index, received_at, envelope)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (hash) DO UPDATE SET envelope = excluded.envelope",
        params![
            hash,
            contents.chain.to_string(),
            contents.seq,
            verified.payload.log_origin,
            verified.payload.leaf_index,
            time_text(verified.payload.received_at),
            verified.envelope.to_json()?,
        ],
    )?;
    aside::forget_untaken(connection, contents.chain, contents.seq)?;
    clock_reading::note_signed(connection, environment, verified.payload.received_at)?;
    let photos_lost = forget_uploads(connection, &verified.payload.missing_attachments)?;
    Setting::LastReceipt.write(connection, Some(&hash))?;
    if verified.payload.quarantined {
        // Signed, and nothing but a revocation sets a batch apart.
        revocations::add(connection, [device::load(connection)?.ok_or(Failure::NotEnrolled)?.device])?;
    }
    Ok(Accepted { quarantined: verified.payload.quarantined, photos_lost })
}

/// A receipt for `batch`, if its signature holds and it contradicts nothing this device knows.
fn believed(
    connection: &Connection,
    envelope: Envelope,
    keys: &ReceiptKeys,
    device_key: &VerifyingKey,
    batch: &StoredBatch,
    contents: &Batch,
) -> Result<Verified<Receipt>, Failure> {
    let invalid = || Failure::Transport(TransportError::ReceiptInvalid);
    let verified = Receipt::verify(envelope, keys, contents, batch.hash, device_key).map_err(|_| invalid())?;
    // Nothing was received from a device before there was one.
    if device::let_in_at(connection)?.is_some_and(|let_in| verified.payload.received_at < let_in) {
        return Err(invalid());
    }
    log_line::agrees(connection, &verified.payload)?;
    Ok(verified)
}

/// The same by the keys that `store` knows, for a batch that is not in it.
pub(super) fn believed_by(
    connection: &Connection,
    store: &Store,
    envelope: Envelope,
    batch: &StoredBatch,
) -> Result<Verified<Receipt>, Failure> {
    let directory = key_directory::newest(connection, &store.known)?;
    let device = device::signing_key(connection, &store.known)?.public();
    believed(connection, envelope, &directory.payload.receipt_keys, &device, batch, &batch.payload()?)
}

/// Photos the backend calls missing are to be sent (again). Answers how many had been sent before.
pub(crate) fn forget_uploads(connection: &Connection, missing: &[Digest]) -> Result<usize, StoreError> {
    let mut count = 0;
    for hash in missing {
        count += connection.execute_cached(
            "UPDATE photos SET uploaded_at = NULL WHERE sha256 = ?1 AND uploaded_at IS NOT NULL",
            [hash.to_string()],
        )?;
    }
    Ok(count)
}
