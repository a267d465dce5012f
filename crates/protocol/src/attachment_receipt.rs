//! `attachment-receipt.v1`: the backend's signed word that it holds an attachment whole and durably.
//!
//! A batch's receipt is signed when its attachments are still on their way. Without a word of their own a photo could
//! be dropped and called missing, and nobody could prove that it had arrived.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::{Envelope, Payload, Verified};
use crate::ids::{DeviceId, OperationId, TenantId};
use crate::keydir::ReceiptKeys;
use crate::receipt::ReceiptError;
use crate::record::AttachmentReference;

/// What the backend signs once all bytes are there, have the hash, and are on its disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttachmentReceipt {
    /// The municipality.
    pub tenant: TenantId,
    /// The device whose record lists it.
    pub device: DeviceId,
    /// That record.
    pub operation: OperationId,
    /// SHA-256 of the age file.
    pub sha256: Digest,
    /// Its size in bytes, as that record lists it and as it is held.
    pub size_bytes: u64,
    /// When the last byte was durable, by the backend's clock.
    #[serde(with = "crate::moment")]
    pub received_at: DateTime<Utc>,
    /// The name of the backend's log.
    pub log_origin: String,
}

impl Payload for AttachmentReceipt {
    const TYPE: &'static str = "application/vnd.baken.attachment-receipt.v1+json";
}

/// Whose attachment a receipt must be for.
#[derive(Debug, Clone, Copy)]
pub struct Listing<'a> {
    /// The municipality.
    pub tenant: &'a TenantId,
    /// The device.
    pub device: DeviceId,
    /// Its record.
    pub operation: OperationId,
    /// As that record lists it.
    pub attachment: &'a AttachmentReference,
}

impl AttachmentReceipt {
    /// Checks that a receipt is signed by the receipt key in use, and is for this very attachment of this very record.
    pub fn verify(
        envelope: Envelope,
        keys: &ReceiptKeys,
        listing: Listing<'_>,
    ) -> Result<Verified<Self>, ReceiptError> {
        Self::of(keys.verify::<Self>(envelope)?, listing)
    }

    /// As [`AttachmentReceipt::verify`], for one that was verified and kept while its key, closed since, was in use.
    pub fn verify_kept(
        envelope: Envelope,
        keys: &ReceiptKeys,
        listing: Listing<'_>,
    ) -> Result<Verified<Self>, ReceiptError> {
        Self::of(keys.verify_kept::<Self>(envelope)?, listing)
    }

    fn of(verified: Verified<Self>, listing: Listing<'_>) -> Result<Verified<Self>, ReceiptError> {
        let receipt = &verified.payload;
        let same = receipt.tenant == *listing.tenant
            && receipt.device == listing.device
            && receipt.operation == listing.operation
            && receipt.sha256 == listing.attachment.sha256
            && receipt.size_bytes == listing.attachment.size_bytes;
        if same { Ok(verified) } else { Err(ReceiptError::Other) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::receipt::Receipt;
    use crate::record::AttachmentClass;
    use crate::signature::SigningKey;
    use ring::rand::SystemRandom;
    use uuid::Uuid;

    #[test]
    fn is_believed_for_its_own_attachment_record_and_key_alone() {
        let key = SigningKey::generate(&SystemRandom::new()).unwrap();
        let stranger = SigningKey::generate(&SystemRandom::new()).unwrap();
        let keys = ReceiptKeys::new(key.public());
        let (tenant, other): (TenantId, TenantId) = ("GM0453".parse().unwrap(), "GM0363".parse().unwrap());
        let attachment =
            AttachmentReference { sha256: Digest::of(b"photo"), size_bytes: 5, class: AttachmentClass::Photo };
        let (device, operation) = (DeviceId(Uuid::from_u128(1)), OperationId(Uuid::from_u128(2)));
        let receipt = AttachmentReceipt {
            tenant: tenant.clone(),
            device,
            operation,
            sha256: attachment.sha256,
            size_bytes: 5,
            received_at: DateTime::UNIX_EPOCH,
            log_origin: "baken.example".into(),
        };
        let envelope = || Envelope::sign(&receipt, &key).unwrap();
        let listing = Listing { tenant: &tenant, device, operation, attachment: &attachment };
        assert_eq!(AttachmentReceipt::verify(envelope(), &keys, listing).unwrap().payload, receipt);
        let longer = AttachmentReference { size_bytes: 6, ..attachment.clone() };
        let another = AttachmentReference { sha256: Digest::of(b"x"), ..attachment.clone() };
        for wrong in [
            Listing { tenant: &other, ..listing },
            Listing { device: DeviceId(Uuid::nil()), ..listing },
            Listing { operation: OperationId(Uuid::nil()), ..listing },
            Listing { attachment: &longer, ..listing },
            Listing { attachment: &another, ..listing },
        ] {
            assert!(matches!(AttachmentReceipt::verify(envelope(), &keys, wrong), Err(ReceiptError::Other)));
        }
        let strangers = ReceiptKeys::new(stranger.public());
        assert!(matches!(AttachmentReceipt::verify(envelope(), &strangers, listing), Err(ReceiptError::Envelope(_))));
        let mut renamed = envelope();
        Receipt::TYPE.clone_into(&mut renamed.payload_type);
        assert!(matches!(AttachmentReceipt::verify(renamed, &keys, listing), Err(ReceiptError::Envelope(_))));
    }
}
