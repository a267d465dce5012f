//! The municipality's signed word that something is durable, and on whom it no longer trusts.

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::ids::{RecordId, TenantId};
use baken_protocol::limits;
use baken_protocol::outcomes::Outcomes;
use baken_protocol::receipt::Receipt;
use baken_protocol::revocations::Revocations;
use baken_protocol::signature::SigningKey;
use chrono::{DateTime, Utc};

use super::TakeError;
use crate::register::{Changes, changes};
use crate::storage::{KnownDevice, Transaction};

/// Whoever signs receipts: for which municipality, under which name of the log, with which key.
#[derive(Clone, Copy)]
pub struct ReceiptSigner<'a> {
    /// The municipality's code.
    pub tenant: &'a TenantId,
    /// The name of the log.
    pub log_origin: &'a str,
    /// The receipt key.
    pub key: &'a SigningKey,
}

impl ReceiptSigner<'_> {
    /// Signs which devices are revoked and which are to be wiped, as DSSE JSON. It is signed as it is asked for: what it says
    /// grows and never changes back, so there is nothing to keep.
    pub fn revocations(&self, tx: &dyn Transaction) -> Result<Vec<u8>, TakeError> {
        let most = u32::try_from(limits::REVOKED_DEVICES).unwrap_or(u32::MAX);
        let word = Revocations { tenant: self.tenant.clone(), devices: tx.revoked_devices(most)? };
        Ok(Envelope::sign(&word, self.key)?.to_json()?)
    }

    /// Signs what became of a device's observations after the change that it knows, as DSSE JSON. One that was revoked is told
    /// of none.
    pub fn outcomes(&self, tx: &dyn Transaction, asks: &KnownDevice, after: u64) -> Result<Vec<u8>, TakeError> {
        let none = Changes { up_to: after, ..Changes::default() };
        let Changes { up_to, more, outcomes } = if asks.revoked { none } else { changes(tx, asks.device, after)? };
        let (tenant, log_origin) = (self.tenant.clone(), self.log_origin.to_owned());
        let told = Outcomes { tenant, device: asks.device, log_origin, after, up_to, more, outcomes };
        Ok(Envelope::sign(&told, self.key)?.to_json()?)
    }

    /// Signs the receipt of a batch, as DSSE JSON.
    pub(super) fn batch(&self, receipt: &Receipt) -> Result<Vec<u8>, EnvelopeError> {
        Envelope::sign(receipt, self.key)?.to_json()
    }

    /// Signs that a record's attachment is held whole, as DSSE JSON.
    pub(super) fn attachment(
        &self,
        record: RecordId,
        sha256: Digest,
        size_bytes: u64,
        received_at: DateTime<Utc>,
    ) -> Result<Vec<u8>, EnvelopeError> {
        let receipt = AttachmentReceipt {
            tenant: self.tenant.clone(),
            device: record.device,
            operation: record.operation,
            sha256,
            size_bytes,
            received_at,
            log_origin: self.log_origin.to_owned(),
        };
        Envelope::sign(&receipt, self.key)?.to_json()
    }
}
