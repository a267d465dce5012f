//! `join-code.v1`: with it a device joins an inspection that another one started, without a network.
//!
//! The starting device signs the inspection's header, an expiry and a join secret, and shows that together with its own
//! certificate as a QR code. Whoever reads it checks offline that the municipality let the starting device in, that this
//! very device signed, and that the code is still good. The record of joining proves by the secret that its device saw
//! the code ([`JoinSecret`]).
//!
//! Deliberately absent: the names of persons, what was observed, and an address. A photo of the code tells which place is
//! inspected and when, and lets its holder claim to have been there for as long as the code is good; it opens nothing.

mod secret;
mod text;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::device_certificate::DeviceCertificate;
use crate::digest::Digest;
use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::ids::{Code, DeviceId, EntityReference, TenantId};
use crate::keydir::ReceiptKeys;
use crate::limits;
use crate::record::ExactPlace;
use crate::wire::CompactEnvelope;

pub use secret::{JoinSecret, has_seen};

/// What the starting device signs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JoinCode {
    /// The municipality.
    pub tenant: TenantId,
    /// The inspection, which is the signer's own.
    pub inspection: EntityReference,
    /// The kind of place.
    pub place_kind: Code,
    /// The district, where known.
    pub district: Option<Code>,
    /// Where exactly, as far as it fits.
    pub place: ExactPlace,
    /// The organisations that take part.
    pub organisations: Vec<Code>,
    /// The legal ground for entering.
    pub ground: Code,
    /// When the inspection started.
    #[serde(with = "crate::moment")]
    pub started_at: DateTime<Utc>,
    /// When the code was made, by the signer's clock.
    #[serde(with = "crate::moment")]
    pub made_at: DateTime<Utc>,
    /// From when on nobody joins by it; at most [`limits::JOIN_CODE_HOURS`] later.
    #[serde(with = "crate::moment")]
    pub expires_at: DateTime<Utc>,
    /// What the record of joining proves to have seen.
    pub secret: JoinSecret,
}

impl Payload for JoinCode {
    const TYPE: &'static str = "application/vnd.baken.join-code.v1+json";
}

/// Why a join code was refused.
#[derive(Debug, thiserror::Error)]
pub enum JoinCodeError {
    /// No join code, cut off, or with something left over.
    #[error("not a complete join code of version 1")]
    Malformed,
    /// More than a code may hold.
    #[error("the join code is larger than allowed")]
    TooLarge,
    /// It is of an inspection of another municipality.
    #[error("the join code is of another municipality")]
    Tenant,
    /// The municipality's receipt key in use, as far as it is known here, did not sign the certificate.
    #[error("the certificate in the join code is not this municipality's")]
    Certificate,
    /// The certificate is for another device than the inspection's.
    #[error("the certificate in the join code is for another device")]
    OtherDevice,
    /// It was changed after it was signed, or signed by another key than the certificate names.
    #[error("the join code is not what its device signed")]
    Altered,
    /// It is good for longer than any code may be, or ends before it begins.
    #[error("the join code has a term that none may have")]
    Term,
    /// The municipality ended its trust in the device, as far as it is known here.
    #[error("the device that made the join code was revoked")]
    Revoked,
    /// Its time is over.
    #[error("the join code has expired")]
    Expired,
}

/// What a device knows by which it judges a code.
pub struct Known<'a> {
    /// The municipality.
    pub tenant: &'a TenantId,
    /// Its receipt keys.
    pub keys: &'a ReceiptKeys,
    /// The time, as far as it is known.
    pub now: DateTime<Utc>,
    /// The devices of which it was heard that they are revoked.
    pub revoked: &'a [DeviceId],
}

/// A join code with the certificate of the device that made it, as they travel: nothing of it is believed yet.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownCode {
    certificate: CompactEnvelope,
    code: CompactEnvelope,
}

/// A join code that is believed.
#[derive(Clone)]
pub struct BelievedCode {
    /// Who made it.
    pub certificate: Verified<DeviceCertificate>,
    /// What it says.
    pub code: Verified<JoinCode>,
}

impl ShownCode {
    /// Puts a signed code beside its signer's certificate.
    pub fn new(certificate: &Envelope, code: &Envelope) -> Self {
        Self { certificate: certificate.into(), code: code.into() }
    }

    /// Checks it by what is known here, without a network. The order is that of the errors.
    pub fn verify(self, known: &Known<'_>) -> Result<BelievedCode, JoinCodeError> {
        let certificate = believed_certificate(&self.certificate, known)?;
        let code = self.code.expand::<JoinCode>(certificate.payload.public_key.fingerprint());
        let code = code.verify::<JoinCode>(&certificate.payload.public_key).map_err(|error| match error {
            EnvelopeError::TooLarge => JoinCodeError::TooLarge,
            EnvelopeError::Malformed | EnvelopeError::Type { .. } | EnvelopeError::Payload(_) => {
                JoinCodeError::Malformed
            }
            EnvelopeError::UnknownKey | EnvelopeError::ClosedKey | EnvelopeError::Signature(_) => {
                JoinCodeError::Altered
            }
        })?;
        let said = &code.payload;
        if said.tenant != *known.tenant {
            return Err(JoinCodeError::Tenant);
        }
        if said.inspection.device != certificate.payload.device {
            return Err(JoinCodeError::OtherDevice);
        }
        let term = said.expires_at - said.made_at;
        if term <= TimeDelta::zero() || term > TimeDelta::hours(limits::JOIN_CODE_HOURS) {
            return Err(JoinCodeError::Term);
        }
        if known.revoked.contains(&certificate.payload.device) {
            return Err(JoinCodeError::Revoked);
        }
        if known.now >= said.expires_at {
            return Err(JoinCodeError::Expired);
        }
        Ok(BelievedCode { certificate, code })
    }
}

/// The certificate, if the receipt key in use signed it. Which key did does not travel, and no other counts
/// (docs/adr/0023-a-closed-receipt-key-vouches-for-nothing.md).
fn believed_certificate(
    shown: &CompactEnvelope,
    known: &Known<'_>,
) -> Result<Verified<DeviceCertificate>, JoinCodeError> {
    let key = known.keys.in_use().ok_or(JoinCodeError::Certificate)?;
    let envelope = shown.clone().expand::<DeviceCertificate>(key.fingerprint());
    // Said by nobody yet; whoever holds a code of a neighbouring municipality is told so rather than that it is forged.
    let named = envelope.peek_member::<DeviceCertificate, TenantId>("tenant").map_err(|_| JoinCodeError::Malformed)?;
    if named != *known.tenant {
        return Err(JoinCodeError::Tenant);
    }
    DeviceCertificate::verify(envelope, known.keys, known.tenant).map_err(|_| JoinCodeError::Certificate)
}

impl BelievedCode {
    /// As it is shown again, by whoever joined with it: to the byte what its maker signed.
    pub fn shown(&self) -> ShownCode {
        ShownCode::new(&self.certificate.envelope, &self.code.envelope)
    }

    /// The code's identity.
    pub fn digest(&self) -> Digest {
        self.code.envelope.digest()
    }
}

#[cfg(test)]
mod tests;
