//! `revocations.v1`: the municipality's word on which devices it no longer trusts, since when, and which of them are to be
//! wiped.
//!
//! A revocation is never undone, and neither is a wipe. So whoever reads this adds it to what they knew, and an older word
//! that somebody plays back changes nothing. Deliberately absent: the reason, which is for the municipality alone.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::ids::{DeviceId, TenantId};
use crate::keydir::ReceiptKeys;
use crate::limits;

/// What the backend signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Revocations {
    /// The municipality.
    pub tenant: TenantId,
    /// The devices, the last revoked first; at most [`limits::REVOKED_DEVICES`] of them.
    pub devices: Vec<RevokedDevice>,
}

/// A device that is no longer trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevokedDevice {
    /// Its id.
    pub device: DeviceId,
    /// By the backend's clock.
    #[serde(with = "crate::moment")]
    pub revoked_at: DateTime<Utc>,
    /// Whether it is to destroy the keys of what it holds.
    pub wipe: bool,
}

impl Payload for Revocations {
    const TYPE: &'static str = "application/vnd.baken.revocations.v1+json";
}

/// Why a word on revocations was refused.
#[derive(Debug, thiserror::Error)]
pub enum RevocationsError {
    /// It is another municipality's.
    #[error("the revocations are of another municipality")]
    Tenant,
    /// It names more devices than any does.
    #[error("the revocations name more than {} devices", limits::REVOKED_DEVICES)]
    TooMany,
    /// It is not signed as it should be.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl Revocations {
    /// Checks that it is this municipality's word.
    pub fn verify(
        envelope: Envelope,
        keys: &ReceiptKeys,
        tenant: &TenantId,
    ) -> Result<Verified<Self>, RevocationsError> {
        let verified = keys.verify::<Self>(envelope)?;
        if verified.payload.tenant != *tenant {
            return Err(RevocationsError::Tenant);
        }
        if verified.payload.devices.len() > limits::REVOKED_DEVICES {
            return Err(RevocationsError::TooMany);
        }
        Ok(verified)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::device_certificate::DeviceCertificate;
    use crate::signature::SigningKey;
    use ring::rand::SystemRandom;
    use uuid::Uuid;

    fn word(tenant: &str, count: usize) -> Revocations {
        let device =
            RevokedDevice { device: DeviceId(Uuid::from_u128(1)), revoked_at: DateTime::UNIX_EPOCH, wipe: true };
        Revocations { tenant: tenant.parse().unwrap(), devices: vec![device; count] }
    }

    #[test]
    fn is_believed_from_the_receipt_key_of_its_municipality_alone() {
        let key = || SigningKey::generate(&SystemRandom::new()).unwrap();
        let (receipt_key, stranger) = (key(), key());
        let keys = ReceiptKeys::new(receipt_key.public());
        let tenant: TenantId = "GM0453".parse().unwrap();
        let signed = |word: &Revocations, by: &SigningKey| Envelope::sign(word, by).unwrap();
        let verify = |envelope| Revocations::verify(envelope, &keys, &tenant);

        let honest = word("GM0453", 2);
        assert_eq!(verify(signed(&honest, &receipt_key)).unwrap().payload, honest);
        assert!(matches!(verify(signed(&honest, &stranger)), Err(RevocationsError::Envelope(_))));
        assert!(matches!(verify(signed(&word("GM0363", 1), &receipt_key)), Err(RevocationsError::Tenant)));
        let too_many = word("GM0453", limits::REVOKED_DEVICES + 1);
        assert!(matches!(verify(signed(&too_many, &receipt_key)), Err(RevocationsError::TooMany)));
        let mut renamed = signed(&honest, &receipt_key);
        DeviceCertificate::TYPE.clone_into(&mut renamed.payload_type);
        assert!(verify(renamed).is_err());
    }

    #[test]
    fn as_many_as_may_be_fit_into_one_signed_message() {
        let key = SigningKey::generate(&SystemRandom::new()).unwrap();
        let envelope = Envelope::sign(&word("GM0453", limits::REVOKED_DEVICES), &key).unwrap();
        let keys = ReceiptKeys::new(key.public());
        assert!(Revocations::verify(envelope, &keys, &"GM0453".parse().unwrap()).is_ok());
    }
}
