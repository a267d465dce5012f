//! `receipt.v1`: the backend's signed word that it holds a batch durably, and at which place of its log.
//!
//! A device believes nothing else: not a status code, not a connection that closed well. Attachments follow later and
//! have a receipt of their own (`attachment_receipt`).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::batch::Batch;
use crate::digest::Digest;
use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::ids::{ChainId, DeviceId, TenantId};
use crate::keydir::ReceiptKeys;
use crate::signature::VerifyingKey;

/// What the backend signs after a durable commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// The municipality.
    pub tenant: TenantId,
    /// The device that signed the batch.
    pub device: DeviceId,
    /// That device's key, so that no signer can be exchanged afterwards.
    pub device_key: VerifyingKey,
    /// The chain, which is this device's own name for it.
    pub chain: ChainId,
    /// The batch's place in it.
    pub seq: u64,
    /// The batch's hash.
    pub batch_hash: Digest,
    /// By the backend's clock.
    #[serde(with = "crate::moment")]
    pub received_at: DateTime<Utc>,
    /// The name of the log.
    pub log_origin: String,
    /// The place in the log: counts up by one, without gaps, over all devices.
    pub leaf_index: u64,
    /// Attachments the backend did not hold when it signed this.
    pub missing_attachments: Vec<Digest>,
    /// Kept, but set apart for a coordinator to judge: the device had been revoked.
    pub quarantined: bool,
}

impl Payload for Receipt {
    const TYPE: &'static str = "application/vnd.baken.receipt.v1+json";
}

/// Why a receipt was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// It speaks of something else.
    #[error("the receipt is for another batch or attachment")]
    Other,
    /// It is not signed as it should be.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl Receipt {
    /// Checks that a receipt is signed by the receipt key in use, and is for this very batch by this very device.
    pub fn verify(
        envelope: Envelope,
        keys: &ReceiptKeys,
        batch: &Batch,
        batch_hash: Digest,
        device_key: &VerifyingKey,
    ) -> Result<Verified<Self>, ReceiptError> {
        Self::of(keys.verify::<Self>(envelope)?, batch, batch_hash, device_key)
    }

    /// As [`Receipt::verify`], for one that was verified and kept while its key, closed since, was in use.
    pub fn verify_kept(
        envelope: Envelope,
        keys: &ReceiptKeys,
        batch: &Batch,
        batch_hash: Digest,
        device_key: &VerifyingKey,
    ) -> Result<Verified<Self>, ReceiptError> {
        Self::of(keys.verify_kept::<Self>(envelope)?, batch, batch_hash, device_key)
    }

    fn of(
        verified: Verified<Self>,
        batch: &Batch,
        batch_hash: Digest,
        device_key: &VerifyingKey,
    ) -> Result<Verified<Self>, ReceiptError> {
        let receipt = &verified.payload;
        let same = receipt.tenant == batch.tenant
            && receipt.device == batch.device
            && receipt.device_key == *device_key
            && receipt.chain == batch.chain
            && receipt.seq == batch.seq
            && receipt.batch_hash == batch_hash;
        if same { Ok(verified) } else { Err(ReceiptError::Other) }
    }
}
