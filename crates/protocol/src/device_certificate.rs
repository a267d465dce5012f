//! `device-certificate.v1`: the municipality's word that a device's id belongs to a key and an organisation.
//!
//! An enrolment is signed by the device itself, so it binds nothing to the municipality: whoever held the register
//! could have exchanged the signer of every record. The certificate is signed by the receipt key when the device
//! enrols, travels with the evidence, and lets two devices know each other without a network.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::ids::{Code, DeviceId, TenantId};
use crate::keydir::ReceiptKeys;
use crate::signature::VerifyingKey;

/// What the backend signs when it lets a device in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceCertificate {
    /// The municipality.
    pub tenant: TenantId,
    /// The id under which the device is known.
    pub device: DeviceId,
    /// The device's key.
    pub public_key: VerifyingKey,
    /// The organisation of whoever carries it, as the invitation said.
    pub organisation: Code,
    /// The hash of the enrolment the device signed.
    pub enrolment: Digest,
    /// By the backend's clock.
    #[serde(with = "crate::moment")]
    pub enrolled_at: DateTime<Utc>,
}

impl Payload for DeviceCertificate {
    const TYPE: &'static str = "application/vnd.baken.device-certificate.v1+json";
}

/// Why a certificate was refused.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It is another municipality's.
    #[error("the device certificate is of another municipality")]
    Tenant,
    /// It is not signed as it should be.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl DeviceCertificate {
    /// Checks that a certificate is of this municipality.
    pub fn verify(
        envelope: Envelope,
        keys: &ReceiptKeys,
        tenant: &TenantId,
    ) -> Result<Verified<Self>, CertificateError> {
        let verified = keys.verify::<Self>(envelope)?;
        if verified.payload.tenant == *tenant { Ok(verified) } else { Err(CertificateError::Tenant) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::receipt::Receipt;
    use crate::signature::SigningKey;
    use ring::rand::SystemRandom;
    use uuid::Uuid;

    #[test]
    fn is_believed_from_the_receipt_key_of_its_municipality_alone() {
        let key = || SigningKey::generate(&SystemRandom::new()).unwrap();
        let (receipt_key, device, stranger) = (key(), key(), key());
        let (tenant, other): (TenantId, TenantId) = ("GM0453".parse().unwrap(), "GM0363".parse().unwrap());
        let certificate = DeviceCertificate {
            tenant: tenant.clone(),
            device: DeviceId(Uuid::from_u128(1)),
            public_key: device.public(),
            organisation: "haventeam".parse().unwrap(),
            enrolment: Digest::of(b"enrolment"),
            enrolled_at: DateTime::UNIX_EPOCH,
        };
        let keys = ReceiptKeys::new(receipt_key.public());
        let signed = |by: &SigningKey| Envelope::sign(&certificate, by).unwrap();
        assert_eq!(DeviceCertificate::verify(signed(&receipt_key), &keys, &tenant).unwrap().payload, certificate);
        for forged in [signed(&device), signed(&stranger)] {
            assert!(matches!(
                DeviceCertificate::verify(forged, &keys, &tenant),
                Err(CertificateError::Envelope(EnvelopeError::UnknownKey))
            ));
        }
        assert!(matches!(
            DeviceCertificate::verify(signed(&receipt_key), &keys, &other),
            Err(CertificateError::Tenant)
        ));
        let mut renamed = signed(&receipt_key);
        Receipt::TYPE.clone_into(&mut renamed.payload_type);
        assert!(DeviceCertificate::verify(renamed, &keys, &tenant).is_err());
    }
}
