//! What the store holds for sync: read for the plan, and marked after each step.

use baken_protocol::attachment_receipt::{AttachmentReceipt, Listing};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::ChainId;
use baken_protocol::record::{AttachmentClass, AttachmentReference};
use rusqlite::{Connection, OptionalExtension, params};

use super::plan::{LocalBatch, LocalState};
use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::log_line;
use crate::outbox::receipts;
use crate::store::allowed::Allowed;
use crate::store::road::LocalPhoto;
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, time_text};
use crate::transport::TransportError;
use crate::trust::device::{self, BackendAccess, EnrolledDevice};
use crate::trust::key_directory;

/// Photos that are still to be sent: not those of a record that was refused.
const PHOTOS_AHEAD: &str = "FROM photos p JOIN operations o ON o.operation = p.operation
    LEFT JOIN outbox_entries e ON e.position = o.position
    WHERE p.uploaded_at IS NULL AND e.refused IS NULL";

/// What one run has to bring over.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Load {
    pub(super) records: u64,
    pub(super) bytes: u64,
    /// Of these, of photos.
    pub(super) photo_bytes: u64,
}

impl Store {
    /// What may leave over the network at hand, for this store and for what goes on after a lock.
    pub fn allowed(&self) -> &Allowed {
        &self.road.allowed
    }

    /// Where the backend answers, and as whom this device speaks to it.
    pub(crate) fn backend(&self) -> Result<BackendAccess, Failure> {
        let EnrolledDevice { address, device, token, .. } = self.read(device::load)?.ok_or(Failure::NotEnrolled)?;
        Ok(BackendAccess { address, device, token })
    }

    pub(super) fn current_chain(&self) -> Result<ChainId, Failure> {
        Ok(self.read(device::chain)?.0)
    }

    /// Chains this device wrote before the current one and has receipts of.
    pub(super) fn closed_chains(&self) -> Result<Vec<ChainId>, Failure> {
        self.read(|connection| {
            let current = device::chain(connection)?.0;
            let mut statement = connection.prepare_cached("SELECT DISTINCT chain FROM receipts ORDER BY chain")?;
            let chains = statement.query_map([], |row| row.get::<_, String>(0))?;
            let chains = chains.map(|chain| chain?.parse().map_err(|_| StoreError::Content.into()));
            chains.filter(|chain| !matches!(chain, Ok(chain) if *chain == current)).collect()
        })
    }

    /// Every batch of a chain.
    pub(super) fn batches_of(&self, chain: ChainId) -> Result<Vec<LocalBatch>, Failure> {
        self.read(|connection| Ok(batches(connection, chain, "standing_receipts")?))
    }

    /// Every batch of a chain that was left, as one that has a receipt if it ever had one; and the places of those
    /// whose receipts the log no longer stands by.
    pub(super) fn batches_of_closed(&self, chain: ChainId) -> Result<(Vec<LocalBatch>, Vec<u64>), Failure> {
        self.read(|connection| {
            let ever = batches(connection, chain, "receipts")?;
            let standing = batches(connection, chain, "standing_receipts")?;
            let cut_off = ever.iter().zip(&standing).filter(|(ever, now)| ever.receipted && !now.receipted);
            let cut_off = cut_off.map(|(batch, _)| batch.seq).collect();
            Ok((ever, cut_off))
        })
    }

    pub(super) fn local_state(&self, chain: ChainId) -> Result<LocalState, Failure> {
        self.read(|connection| {
            Ok(LocalState {
                batches: batches(connection, chain, "standing_receipts")?,
                photos: photos_ahead(connection)?,
            })
        })
    }

    /// Records and bytes that have no receipt yet.
    pub(super) fn load_ahead(&self) -> Result<Load, Failure> {
        self.read(|connection| {
            let (records, sealed): (u64, u64) = connection.query_row_cached(
                "SELECT count(*), coalesce(sum(size_bytes), 0) FROM outbox o
                 WHERE o.refused IS NULL AND NOT EXISTS
                       (SELECT 1 FROM standing_receipts r WHERE r.chain = o.chain AND r.seq = o.seq)",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let photos: u64 = connection.query_row_cached(
                &format!("SELECT coalesce(sum(length(p.sealed)), 0) {PHOTOS_AHEAD}"),
                [],
                |row| row.get(0),
            )?;
            Ok(Load { records, bytes: sealed + photos, photo_bytes: photos })
        })
    }

    pub(super) fn sealed_photo(&self, sha256: Digest) -> Result<Option<Vec<u8>>, Failure> {
        self.read(|connection| {
            Ok(connection
                .query_row_cached("SELECT sealed FROM photos WHERE sha256 = ?1", [sha256.to_string()], |row| row.get(0))
                .optional()?)
        })
    }

    /// Photos that were sent before and that the backend lacks now are to be sent again. Answers how many.
    pub(super) fn note_missing_photos(&self, missing: &[Digest]) -> Result<usize, Failure> {
        self.write(|tx| Ok(receipts::forget_uploads(tx, missing)?))
    }

    /// Believes that the backend holds a photo, if its receipt verifies, and keeps that for ever: the first one, which a
    /// backend that lost the photo and was sent it again must not be able to replace.
    pub(crate) fn accept_photo_receipt(&self, photo: &LocalPhoto, bytes: &[u8]) -> Result<(), Failure> {
        let now = time_text(self.environment.clock.now());
        self.write_to_send(|tx| {
            let invalid = || Failure::Transport(TransportError::ReceiptInvalid);
            let envelope = Envelope::from_json(bytes).map_err(|_| invalid())?;
            let directory = key_directory::newest(tx, &self.known)?;
            let EnrolledDevice { tenant, device, .. } = device::load(tx)?.ok_or(Failure::NotEnrolled)?;
            let attachment = AttachmentReference {
                sha256: photo.sha256,
                size_bytes: photo.size_bytes,
                class: AttachmentClass::Photo,
            };
            let listing = Listing { tenant: &tenant, device, operation: photo.operation, attachment: &attachment };
            let receipt = AttachmentReceipt::verify(envelope, &directory.payload.receipt_keys, listing);
            let receipt = receipt.map_err(|_| invalid())?;
            if device::let_in_at(tx)?.is_some_and(|let_in| receipt.payload.received_at < let_in) {
                return Err(invalid());
            }
            log_line::is_known(tx, &receipt.payload.log_origin)?;
            let sha256 = photo.sha256.to_string();
            let kept: Option<Vec<u8>> = tx
                .query_row_cached("SELECT receipt FROM photos WHERE sha256 = ?1", [&sha256], |row| row.get(0))
                .optional()?
                .flatten();
            // Signed anew by the next key it is the same message.
            let kept = kept
                .filter(|kept| !Envelope::from_json(kept).is_ok_and(|kept| kept.digest() == receipt.envelope.digest()));
            tx.execute_cached(
                "UPDATE photos SET uploaded_at = ?2, receipt = ?3 WHERE sha256 = ?1",
                params![sha256, now, kept.as_deref().unwrap_or(bytes)],
            )?;
            Ok(())
        })
    }

    /// Remembers how the sync ended; `None` is well.
    pub(super) fn note_outcome(&self, error: Option<FailureCode>) -> Result<(), Failure> {
        let now = self.environment.clock.now();
        self.write(|tx| {
            if error.is_none() {
                Setting::LastSyncAt.write(tx, Some(&now))?;
            }
            Ok(Setting::LastSyncError.write(tx, error.as_ref())?)
        })
    }
}

fn batches(connection: &Connection, chain: ChainId, receipts: &str) -> Result<Vec<LocalBatch>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT b.seq, b.hash, EXISTS (SELECT 1 FROM {receipts} r WHERE r.chain = b.chain AND r.seq = b.seq)
         FROM batches b WHERE b.chain = ?1 ORDER BY b.seq",
    ))?;
    let rows =
        statement.query_map([chain.to_string()], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))?;
    rows.map(|row| {
        let (seq, hash, receipted) = row?;
        Ok(LocalBatch { seq, hash: hash.parse().map_err(|_| StoreError::Content)?, receipted })
    })
    .collect()
}

/// Photos that are still to be sent, those of acute records first.
pub(super) fn photos_ahead(connection: &Connection) -> Result<Vec<LocalPhoto>, StoreError> {
    let sql = format!(
        "SELECT p.operation, p.sha256, length(p.sealed), o.acute {PHOTOS_AHEAD} ORDER BY o.acute DESC, o.position, p.photo"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?)))?;
    rows.map(|row| {
        let (operation, sha256, size_bytes, acute) = row?;
        let operation = operation.parse().map_err(|_| StoreError::Content)?;
        Ok(LocalPhoto { operation, sha256: sha256.parse().map_err(|_| StoreError::Content)?, size_bytes, acute })
    })
    .collect()
}
