//! Taking a verified push in: what the plan says is done, in the caller's transaction, and answered with a receipt.

use std::collections::BTreeSet;

use baken_protocol::dsse::EnvelopeError;
use baken_protocol::ids::{ChainReference, Code, RecordId};
use baken_protocol::keydir::Team;
use baken_protocol::receipt::Receipt;
use baken_protocol::record::{Action, Operation};
use chrono::{DateTime, Utc};

use super::plan::{Held, Plan, plan};
use super::{ReceiptSigner, VerifiedOperation, VerifiedPush};
use crate::register::{Arriving, Terms};
use crate::storage::{AlertCode, BatchRow, Fork, HeldBatch, KnownDevice, OperationRow, StorageError, Transaction};

/// Why a push was not taken in, though everything in it holds.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A message could not be signed, or not be written down.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

/// How a verified push ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Durable, once the transaction is committed.
    Accepted(HeldBatch),
    /// Was durable already; with the receipt of then, byte for byte.
    Replayed(HeldBatch),
    /// Something is missing before it.
    Gap {
        /// The place the chain waits for.
        expected_seq: u64,
    },
    /// It contradicts what is held; the chain is frozen now.
    Forked,
    /// The chain was frozen before.
    Frozen,
}

/// Takes `push` in; `bytes` are kept whole if it turns out to be a fork.
pub fn take(
    tx: &dyn Transaction,
    (signer, terms): (&ReceiptSigner<'_>, &Terms),
    push: &VerifiedPush,
    bytes: &[u8],
    now: DateTime<Utc>,
) -> Result<Taken, TakeError> {
    let batch = &push.batch.payload;
    let chain = ChainReference { device: batch.device, chain: batch.chain };
    // Read here and not where the signatures were checked: it may have been revoked meanwhile.
    let device = tx.device(batch.device)?.ok_or(StorageError::Content)?;
    // A clock that was set back since makes no receipt that the device must refuse.
    let now = now.max(device.enrolled_at);
    let at_place = tx.batch_at(chain, batch.seq)?;
    let ids: Vec<_> = push.operations.iter().map(|operation| operation.signed.payload.operation).collect();
    let known = tx.operation_hashes(batch.device, &ids)?;
    let held = Held {
        at_place: at_place.as_ref().map(|held| held.hash),
        head: tx.chain_head(chain)?,
        is_frozen: tx.is_frozen(chain)?,
        operations: ids.iter().map(|id| known.get(id).copied()).collect(),
    };
    let arrival = Arrival { tx, signer, terms, push, chain, device: &device, now };
    Ok(match plan(batch, push.hash, &held) {
        Plan::Replay => Taken::Replayed(at_place.ok_or(StorageError::Content)?),
        Plan::Accept => Taken::Accepted(arrival.accept(&held)?),
        Plan::Wait { expected_seq } => Taken::Gap { expected_seq },
        Plan::Refuse => Taken::Frozen,
        Plan::Freeze => {
            arrival.freeze(bytes)?;
            Taken::Forked
        }
    })
}

/// A push that arrives, with what is known of whoever sends it.
struct Arrival<'a> {
    tx: &'a dyn Transaction,
    signer: &'a ReceiptSigner<'a>,
    terms: &'a Terms,
    push: &'a VerifiedPush,
    chain: ChainReference,
    device: &'a KnownDevice,
    now: DateTime<Utc>,
}

/// An operation that is to be kept, with its place.
struct Kept<'a> {
    number: i64,
    standing: Option<i64>,
    position: usize,
    operation: &'a VerifiedOperation,
    envelope: Vec<u8>,
}

impl Arrival<'_> {
    fn accept(&self, held: &Held) -> Result<HeldBatch, TakeError> {
        let (tx, batch, quarantined) = (self.tx, &self.push.batch.payload, self.device.revoked);
        let leaf_index = tx.next_leaf()?;
        let mut missing_attachments = Vec::new();
        for attachment in &batch.attachments {
            if !tx.has_brought(batch.device, attachment.sha256, attachment.size_bytes)? {
                missing_attachments.push(attachment.sha256);
            }
        }
        let receipt = self.signer.batch(&Receipt {
            tenant: self.signer.tenant.clone(),
            device: batch.device,
            device_key: self.device.public_key,
            chain: batch.chain,
            seq: batch.seq,
            batch_hash: self.push.hash,
            received_at: self.now,
            log_origin: self.signer.log_origin.to_owned(),
            leaf_index,
            missing_attachments,
            quarantined,
        })?;
        tx.know_chain(self.chain, batch.continues)?;
        tx.add_batch(&BatchRow {
            leaf_index,
            chain: self.chain,
            seq: batch.seq,
            hash: self.push.hash,
            envelope: &self.push.batch.envelope.to_json()?,
            receipt: &receipt,
            made_at: batch.made_at,
            received_at: self.now,
            quarantined,
        })?;
        self.keep_operations(held, leaf_index)?;
        // One alert for a revoked device is enough: fifty of them must not push a fork out of sight.
        if quarantined && !tx.was_told(AlertCode::Quarantined, batch.device)? {
            let detail = "a batch arrived from a revoked device";
            tx.raise_alert(AlertCode::Quarantined, batch.device, self.now, detail)?;
        }
        Ok(HeldBatch { hash: self.push.hash, receipt, quarantined })
    }

    /// Keeps what is not held already, which was sent before, on a chain since left.
    fn keep_operations(&self, held: &Held, leaf_index: u64) -> Result<(), TakeError> {
        let (tx, batch) = (self.tx, &self.push.batch.payload);
        let newest_epoch = tx.newest_epoch()?;
        let fresh: Vec<_> = self.push.operations.iter().zip(&held.operations).enumerate().collect();
        let fresh = || fresh.iter().filter(|(_, (_, known))| known.is_none());
        let entities: BTreeSet<_> = fresh().map(|(_, (operation, _))| operation.signed.payload.entity).collect();
        let entities: Vec<_> = entities.into_iter().collect();
        let mut known = tx.entities_of(batch.device, &entities)?;
        let whose = (batch.device, &self.device.organisation);
        let held_entities: Vec<_> = known.keys().copied().collect();
        let mut standings = Arriving::load(tx, self.terms, whose, &held_entities, (self.device.revoked, self.now))?;
        let mut kept = Vec::new();
        for (number, &(position, (operation, _))) in (tx.next_number()?..).zip(fresh()) {
            let standing = standings.add(number, &operation.signed.payload);
            kept.push(Kept { number, standing, position, operation, envelope: operation.signed.envelope.to_json()? });
        }
        tx.add_operations(&kept.iter().map(|kept| self.row(kept, leaf_index)).collect::<Vec<_>>())?;
        for Kept { operation, .. } in kept {
            let signed = &operation.signed.payload;
            self.list_attachments(signed)?;
            let epoch = batch.key_epoch.max(signed.sealed.epoch);
            let was_created = signed.action == Action::Create && known.insert(signed.entity, true) == Some(true);
            self.note_oddities(signed, was_created, epoch > newest_epoch)?;
        }
        Ok(standings.keep(tx)?)
    }

    fn row<'k>(&'k self, kept: &'k Kept<'k>, leaf_index: u64) -> OperationRow<'k> {
        let Kept { number, standing, position, operation, envelope } = kept;
        OperationRow {
            number: *number,
            standing: *standing,
            operation: &operation.signed.payload,
            hash: operation.hash,
            envelope,
            sealed: &operation.sealed,
            leaf_index,
            position: *position,
            organisation: &self.device.organisation,
            received_at: self.now,
            quarantined: self.device.revoked,
        }
    }

    fn list_attachments(&self, signed: &Operation) -> Result<(), TakeError> {
        for attachment in &signed.attachments {
            let (record, sha256, size_bytes) = (signed.id(), attachment.sha256, attachment.size_bytes);
            let is_held = self.tx.has_brought(signed.device, sha256, size_bytes)?;
            self.tx.list_attachment(record, attachment)?;
            if is_held {
                // For this record the file arrives now, however long another's has been here.
                let receipt = self.signer.attachment(record, sha256, size_bytes, self.now)?;
                self.tx.complete_listing(record, sha256, self.now, &receipt)?;
            }
        }
        Ok(())
    }

    /// What a record is kept with and coordinators are told of. Nothing of it is refused: what it says may be true, and
    /// a device that is refused says it nowhere. `is_for_later`: it, or the batch that brings it, goes by a newer key
    /// directory than there is here; perhaps the register was restored without the newest one.
    fn note_oddities(&self, operation: &Operation, was_created: bool, is_for_later: bool) -> Result<(), StorageError> {
        let record: RecordId = operation.id();
        if was_created {
            self.tx.note_oddity(record, AlertCode::CreatedAgain)?;
        }
        if operation.sealed.recipients.iter().any(|team| is_of_others(team, &self.device.organisation)) {
            self.tx.note_oddity(record, AlertCode::SealedToOthers)?;
        }
        if is_for_later {
            self.tx.note_oddity(record, AlertCode::SealedForLater)?;
        }
        Ok(())
    }

    /// Keeps a contradicting batch whole, stops the chain, and tells the coordinators.
    fn freeze(&self, bytes: &[u8]) -> Result<(), StorageError> {
        let batch = &self.push.batch.payload;
        self.tx.know_chain(self.chain, batch.continues)?;
        self.tx.freeze(&Fork {
            chain: self.chain,
            seq: batch.seq,
            hash: self.push.hash,
            push: bytes,
            received_at: self.now,
        })?;
        let detail = format!("chain {} has two batches at place {}", batch.chain, batch.seq);
        self.tx.raise_alert(AlertCode::ChainForked, batch.device, self.now, &detail)
    }
}

fn is_of_others(team: &Team, own: &Code) -> bool {
    match team {
        Team::Organisation(code) => code != own,
        Team::Coordinators | Team::Care | Team::Recovery => false,
    }
}
