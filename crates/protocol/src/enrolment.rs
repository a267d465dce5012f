//! `enrol.v1`: a device asks to be let in and proves that it holds its private key.
//!
//! The invitation's single-use code is chosen at random by the backend and shown to one person, so it
//! is the challenge: a signature over its hash is fresh and bound to this invitation
//! (docs/adr/0003-the-invitation-code-is-the-challenge.md). Only the hash is signed, since the envelope
//! is later published in dossiers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::digest::Digest;
use crate::dsse::{DsseEnvelope, Envelope, EnvelopeError, Payload, Verified};
use crate::ids::ChainId;
use crate::signature::VerifyingKey;

/// What a device signs to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Enrolment {
    /// The device's public key; the envelope is signed with its private half.
    pub public_key: VerifyingKey,
    /// SHA-256 of the invitation's single-use code.
    pub challenge: Digest,
    /// The first chain the device will write.
    pub chain: ChainId,
    /// The version of the companion.
    pub app_version: String,
    /// By the device's clock.
    #[serde(with = "crate::moment")]
    pub made_at: DateTime<Utc>,
}

impl Payload for Enrolment {
    const TYPE: &'static str = "application/vnd.baken.enrol.v1+json";
}

/// Checks that `envelope` is an enrolment for `challenge`, signed with the very key it names.
pub fn verify(envelope: Envelope, challenge: Digest) -> Result<Verified<Enrolment>, EnvelopeError> {
    let key = envelope.peek::<Enrolment>()?.public_key;
    let verified = envelope.verify::<Enrolment>(&key)?;
    if verified.payload.challenge == challenge { Ok(verified) } else { Err(EnvelopeError::UnknownKey) }
}

/// The body of `POST /v1/enrolments`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnrolmentRequest {
    /// The invitation's single-use code.
    pub code: String,
    /// The signed [`Enrolment`].
    pub enrolment: DsseEnvelope,
}

/// The answer to `POST /v1/enrolments`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnrolmentAnswer {
    /// The device's certificate: its id and its organisation, signed by the receipt key.
    pub certificate: DsseEnvelope,
    /// The name the coordinator gave the device.
    pub label: String,
    /// Bearer token for attachments and the key directory: 32 random bytes, base64url.
    pub token: String,
    /// The current key directory, signed by the municipality's root key.
    pub key_directory: DsseEnvelope,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::signature::SigningKey;
    use ring::rand::SystemRandom;
    use uuid::Uuid;

    fn enrolment(key: &SigningKey) -> Enrolment {
        Enrolment {
            public_key: key.public(),
            challenge: Digest::of(b"code"),
            chain: ChainId(Uuid::nil()),
            app_version: "0.1.0".into(),
            made_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn accepts_only_the_key_that_signed_and_the_code_that_was_given() {
        let key = SigningKey::generate(&SystemRandom::new()).unwrap();
        let envelope = Envelope::sign(&enrolment(&key), &key).unwrap();
        assert!(verify(envelope.clone(), Digest::of(b"code")).is_ok());
        assert!(verify(envelope, Digest::of(b"other")).is_err());
        let thief = SigningKey::generate(&SystemRandom::new()).unwrap();
        let stolen = Envelope::sign(&enrolment(&key), &thief).unwrap();
        assert!(matches!(verify(stolen, Digest::of(b"code")), Err(EnvelopeError::UnknownKey)));
    }

    #[test]
    fn refuses_a_low_order_key_before_checking_anything_under_it() {
        let key = SigningKey::generate(&SystemRandom::new()).unwrap();
        let mut envelope = Envelope::sign(&enrolment(&key), &key).unwrap();
        let text = String::from_utf8(envelope.payload.clone()).unwrap();
        let own = data_encoding::BASE64.encode(key.public().as_bytes());
        let mut identity = [0; 32];
        identity[0] = 1;
        envelope.payload = text.replace(&own, &data_encoding::BASE64.encode(&identity)).into_bytes();
        envelope.keyid = Digest::of(&identity);
        envelope.signature = crate::signature::Signature::parse(&{
            let mut forged = [0; 64];
            forged[0] = 1;
            forged
        })
        .unwrap();
        assert!(matches!(verify(envelope, Digest::of(b"code")), Err(EnvelopeError::Payload(_))));
    }
}
