//! `attachment-receipt.v1`: the backend's signed word that it holds an attachment whole and durably.
//!
//! A batch's receipt is signed when its attachments are still on their way. Without a word of their own a photo could
//! be dropped and called missing, and nobody could prove that it had arrived.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::{Envelope, Payload, Verified};
use crate::ids::TenantId;
use crate::receipt::ReceiptError;
use crate::signature::VerifyingKey;

/// What the backend signs once all bytes are there, have the hash, and are on its disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttachmentReceipt {
    /// The municipality.
    pub tenant: TenantId,
    /// SHA-256 of the age file.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// When the last byte was durable, by the backend's clock.
    pub received_at: DateTime<Utc>,
    /// The name of the backend's log.
    pub log_origin: String,
}

impl Payload for AttachmentReceipt {
    const TYPE: &'static str = "application/vnd.baken.attachment-receipt.v1+json";
}

impl AttachmentReceipt {
    /// Checks a receipt's signature and that it is for this very attachment.
    pub fn verify(
        envelope: Envelope,
        key: &VerifyingKey,
        tenant: &TenantId,
        sha256: Digest,
        size_bytes: u64,
    ) -> Result<Verified<Self>, ReceiptError> {
        let verified = envelope.verify::<Self>(key)?;
        let receipt = &verified.payload;
        let same = receipt.tenant == *tenant && receipt.sha256 == sha256 && receipt.size_bytes == size_bytes;
        if same { Ok(verified) } else { Err(ReceiptError::Other) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::receipt::Receipt;
    use crate::signature::SigningKey;
    use ring::rand::SystemRandom;

    #[test]
    fn is_believed_for_its_own_attachment_and_key_alone() {
        let key = SigningKey::generate(&SystemRandom::new()).unwrap();
        let stranger = SigningKey::generate(&SystemRandom::new()).unwrap();
        let (tenant, other): (TenantId, TenantId) = ("GM0453".parse().unwrap(), "GM0363".parse().unwrap());
        let hash = Digest::of(b"photo");
        let receipt = AttachmentReceipt {
            tenant: tenant.clone(),
            sha256: hash,
            size_bytes: 5,
            received_at: DateTime::UNIX_EPOCH,
            log_origin: "baken.example".into(),
        };
        let envelope = || Envelope::sign(&receipt, &key).unwrap();
        let verify = |envelope, key: &SigningKey, tenant, hash, size| {
            AttachmentReceipt::verify(envelope, &key.public(), tenant, hash, size)
        };
        assert_eq!(verify(envelope(), &key, &tenant, hash, 5).unwrap().payload, receipt);
        assert!(matches!(verify(envelope(), &key, &other, hash, 5), Err(ReceiptError::Other)));
        assert!(matches!(verify(envelope(), &key, &tenant, Digest::of(b"x"), 5), Err(ReceiptError::Other)));
        assert!(matches!(verify(envelope(), &key, &tenant, hash, 6), Err(ReceiptError::Other)));
        assert!(matches!(verify(envelope(), &stranger, &tenant, hash, 5), Err(ReceiptError::Envelope(_))));
        let mut renamed = envelope();
        Receipt::TYPE.clone_into(&mut renamed.payload_type);
        assert!(matches!(verify(renamed, &key, &tenant, hash, 5), Err(ReceiptError::Envelope(_))));
    }
}
