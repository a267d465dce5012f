//! The DSSE v1 envelope (Dead Simple Signing Envelope, secure-systems-lab/dsse, protocol 1.0.0).
//!
//! What is signed is the pre-authentication encoding (PAE) of type and body, so a check of the signature is ten lines
//! in any language. An envelope's identity is SHA-256 over the PAE: the JSON around it may be written in many ways and
//! identifies nothing. The payload may not: what two programs could read in two ways is refused by both
//! ([`strict_json::parse_canonical`]).
//!
//! Deliberately absent: several signatures on one envelope. Every message here has exactly one signer.

use data_encoding::{BASE64, BASE64URL};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::digest::Digest;
use crate::limits;
use crate::signature::{Signature, SignatureError, SigningKey, VerifyingKey};
use crate::strict_json::{self, StrictJsonError};

/// A message that travels signed; its media type fixes version and algorithms.
pub trait Payload: Serialize + DeserializeOwned {
    /// The DSSE payload type.
    const TYPE: &'static str;
}

/// Why an envelope was refused.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// The envelope's JSON or base64 is malformed, or it has not exactly one signature.
    #[error("malformed envelope")]
    Malformed,
    /// The payload is of another type or version than the place it arrived at.
    #[error("payload type {found:?} where {expected} is expected")]
    Type {
        /// The type of the envelope.
        found: String,
        /// The type that belongs here.
        expected: &'static str,
    },
    /// Larger than `limits::PAYLOAD_BYTES`.
    #[error("payload too large")]
    TooLarge,
    /// The named key is not the key expected to sign.
    #[error("signed by an unknown key")]
    UnknownKey,
    /// It signed this, and was closed since or before: its word counts no more.
    #[error("signed by a key that has been closed")]
    ClosedKey,
    /// The signature or the key is not acceptable.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The signed bytes are not a message of this type.
    #[error("signed payload: {0}")]
    Payload(#[from] StrictJsonError),
}

/// One signed message: the exact bytes, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The DSSE payload type.
    pub payload_type: String,
    /// The exact bytes that were signed; never re-encoded.
    pub payload: Vec<u8>,
    /// SHA-256 of the signer's raw public key; a hint for look-up, proves nothing.
    pub keyid: Digest,
    /// Over the PAE.
    pub signature: Signature,
}

/// A payload together with the envelope it was verified from.
#[derive(Debug, Clone)]
pub struct Verified<P> {
    /// What was signed.
    pub payload: P,
    /// The exact signed bytes.
    pub envelope: Envelope,
}

impl Envelope {
    /// Encodes and signs `payload`. The bytes made here are the only ones there will ever be.
    pub fn sign<P: Payload>(payload: &P, key: &SigningKey) -> Result<Self, EnvelopeError> {
        let bytes = serde_json::to_vec(payload).map_err(|_| EnvelopeError::Malformed)?;
        if bytes.len() > limits::PAYLOAD_BYTES {
            return Err(EnvelopeError::TooLarge);
        }
        let signature = key.sign(&pae(P::TYPE, &bytes));
        Ok(Self { payload_type: P::TYPE.to_owned(), payload: bytes, keyid: key.public().fingerprint(), signature })
    }

    /// The same message signed with `key` in place of `by`, whose signature must hold: nothing is signed that was not
    /// signed before. Its identity stays, since that is of type and payload alone.
    pub fn signed_anew<P: Payload>(&self, by: &VerifyingKey, key: &SigningKey) -> Result<Self, EnvelopeError> {
        self.check::<P>(by)?;
        let signature = key.sign(&pae(&self.payload_type, &self.payload));
        Ok(Self { keyid: key.public().fingerprint(), signature, ..self.clone() })
    }

    /// The envelope's identity: SHA-256 over its PAE.
    pub fn digest(&self) -> Digest {
        Digest::of(&pae(&self.payload_type, &self.payload))
    }

    /// Checks type, key and signature, and only then reads the payload.
    pub fn verify<P: Payload>(self, key: &VerifyingKey) -> Result<Verified<P>, EnvelopeError> {
        let payload = self.read(key)?;
        Ok(Verified { payload, envelope: self })
    }

    /// As [`Envelope::verify`], for whoever still wants the envelope where that fails.
    pub fn read<P: Payload>(&self, key: &VerifyingKey) -> Result<P, EnvelopeError> {
        self.check::<P>(key)?;
        Ok(strict_json::parse_canonical(&self.payload)?)
    }

    /// Checks type, key and signature without reading the payload.
    pub fn check<P: Payload>(&self, key: &VerifyingKey) -> Result<(), EnvelopeError> {
        self.expect_type::<P>()?;
        if self.keyid != key.fingerprint() {
            return Err(EnvelopeError::UnknownKey);
        }
        key.verify(&pae(&self.payload_type, &self.payload), &self.signature)?;
        Ok(())
    }

    /// Reads the payload before its signature can be checked, to find out whose key to check it with.
    /// Nothing of it may be believed until [`Envelope::verify`] has passed.
    pub fn peek<P: Payload>(&self) -> Result<P, EnvelopeError> {
        self.expect_type::<P>()?;
        Ok(strict_json::parse_canonical(&self.payload)?)
    }

    /// As [`Envelope::peek`], for one member and nothing beside it: a stranger's message costs no more than its bytes.
    pub fn peek_member<P: Payload, T: DeserializeOwned>(&self, name: &str) -> Result<T, EnvelopeError> {
        self.expect_type::<P>()?;
        Ok(strict_json::parse_member(&self.payload, name)?)
    }

    fn expect_type<P: Payload>(&self) -> Result<(), EnvelopeError> {
        if self.payload.len() > limits::PAYLOAD_BYTES {
            return Err(EnvelopeError::TooLarge);
        }
        if self.payload_type == P::TYPE {
            Ok(())
        } else {
            Err(EnvelopeError::Type { found: self.payload_type.clone(), expected: P::TYPE })
        }
    }

    /// The envelope as DSSE's JSON.
    pub fn to_dsse(&self) -> DsseEnvelope {
        DsseEnvelope {
            payload_type: self.payload_type.clone(),
            payload: BASE64.encode(&self.payload),
            signatures: vec![DsseSignature {
                keyid: self.keyid.to_string(),
                sig: BASE64.encode(self.signature.as_bytes()),
            }],
        }
    }

    /// The envelope as the bytes of DSSE's JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, EnvelopeError> {
        serde_json::to_vec(&self.to_dsse()).map_err(|_| EnvelopeError::Malformed)
    }

    /// Reads DSSE's JSON.
    pub fn from_json(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let dsse: DsseEnvelope = strict_json::parse(bytes)?;
        Self::try_from(dsse)
    }
}

/// DSSE's JSON form of an envelope. Base64 in it may be standard or URL-safe, as DSSE allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct DsseEnvelope {
    /// The media type of the payload.
    pub payload_type: String,
    /// The signed bytes, base64.
    pub payload: String,
    /// Exactly one.
    pub signatures: Vec<DsseSignature>,
}

/// One signature in DSSE's JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct DsseSignature {
    /// SHA-256 of the signer's raw public key, hexadecimal.
    pub keyid: String,
    /// The signature, base64.
    pub sig: String,
}

impl TryFrom<DsseEnvelope> for Envelope {
    type Error = EnvelopeError;

    fn try_from(dsse: DsseEnvelope) -> Result<Self, EnvelopeError> {
        let [signature] = dsse.signatures.as_slice() else {
            return Err(EnvelopeError::Malformed);
        };
        Ok(Self {
            payload: base64(&dsse.payload)?,
            keyid: signature.keyid.parse().map_err(|_| EnvelopeError::Malformed)?,
            signature: Signature::parse(&base64(&signature.sig)?)?,
            payload_type: dsse.payload_type,
        })
    }
}

fn base64(text: &str) -> Result<Vec<u8>, EnvelopeError> {
    BASE64.decode(text.as_bytes()).or_else(|_| BASE64URL.decode(text.as_bytes())).map_err(|_| EnvelopeError::Malformed)
}

/// DSSE's pre-authentication encoding: `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`.
pub fn pae(payload_type: &str, body: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), body.len()).into_bytes();
    out.extend_from_slice(body);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use ring::rand::SystemRandom;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note {
        text: String,
    }

    impl Payload for Note {
        const TYPE: &'static str = "application/vnd.baken.test.v1+json";
    }

    fn signed() -> (SigningKey, Envelope) {
        let key = SigningKey::generate(&SystemRandom::new()).unwrap();
        let envelope = Envelope::sign(&Note { text: "ijmuiden".into() }, &key).unwrap();
        (key, envelope)
    }

    #[test]
    fn encodes_the_dsse_specifications_own_vector() {
        let expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(pae("http://example.com/HelloWorld", b"hello world"), expected);
    }

    #[test]
    fn round_trips_through_json_and_verifies() {
        let (key, envelope) = signed();
        let read = Envelope::from_json(&envelope.to_json().unwrap()).unwrap();
        assert_eq!(read, envelope);
        let verified: Verified<Note> = read.verify(&key.public()).unwrap();
        assert_eq!(verified.payload.text, "ijmuiden");
    }

    #[test]
    fn is_signed_anew_as_it_is_and_only_where_the_signature_before_holds() {
        let (old, envelope) = signed();
        let (new, stranger) = (signed().0, signed().0);
        let anew = envelope.signed_anew::<Note>(&old.public(), &new).unwrap();
        assert_eq!((anew.digest(), &anew.payload), (envelope.digest(), &envelope.payload));
        assert!(anew.clone().verify::<Note>(&new.public()).is_ok() && anew.verify::<Note>(&old.public()).is_err());
        assert!(envelope.signed_anew::<Note>(&stranger.public(), &new).is_err());
        let mut altered = envelope;
        altered.payload[0] ^= 1;
        assert!(altered.signed_anew::<Note>(&old.public(), &new).is_err(), "nothing altered is made good");
    }

    #[test]
    fn refuses_every_single_flipped_bit_of_payload_and_signature() {
        let (key, envelope) = signed();
        for bit in 0..envelope.payload.len() * 8 {
            let mut flipped = envelope.clone();
            flipped.payload[bit / 8] ^= 1 << (bit % 8);
            assert!(flipped.verify::<Note>(&key.public()).is_err(), "payload bit {bit}");
        }
        for bit in 0..512 {
            let mut raw = *envelope.signature.as_bytes();
            raw[bit / 8] ^= 1 << (bit % 8);
            let flipped = Envelope { signature: Signature::parse(&raw).unwrap(), ..envelope.clone() };
            assert!(flipped.verify::<Note>(&key.public()).is_err(), "signature bit {bit}");
        }
    }

    #[test]
    fn refuses_another_type_another_key_and_another_number_of_signatures() {
        let (key, envelope) = signed();
        let (other, _) = signed();
        let retyped = Envelope { payload_type: "application/vnd.baken.test.v2+json".into(), ..envelope.clone() };
        assert!(matches!(retyped.verify::<Note>(&key.public()), Err(EnvelopeError::Type { .. })));
        assert!(matches!(envelope.clone().verify::<Note>(&other.public()), Err(EnvelopeError::UnknownKey)));
        let mut dsse = envelope.to_dsse();
        dsse.signatures.push(dsse.signatures[0].clone());
        assert!(matches!(Envelope::try_from(dsse.clone()), Err(EnvelopeError::Malformed)));
        dsse.signatures.clear();
        assert!(matches!(Envelope::try_from(dsse), Err(EnvelopeError::Malformed)));
    }

    #[test]
    fn refuses_what_was_signed_in_another_spelling() {
        let (key, envelope) = signed();
        for otherwise in [r#"["ijmuiden"]"#, r#"{"text": "ijmuiden"}"#, r#"{"text":"ijmuid\u0065n"}"#] {
            let payload = otherwise.as_bytes().to_vec();
            let signature = key.sign(&pae(Note::TYPE, &payload));
            let otherwise = Envelope { payload, signature, ..envelope.clone() };
            assert!(otherwise.check::<Note>(&key.public()).is_ok(), "the signature holds");
            assert!(matches!(otherwise.peek::<Note>(), Err(EnvelopeError::Payload(_))));
            assert!(matches!(otherwise.verify::<Note>(&key.public()), Err(EnvelopeError::Payload(_))));
        }
    }

    #[test]
    fn reads_url_safe_base64_as_dsse_allows() {
        let (key, envelope) = signed();
        let mut dsse = envelope.to_dsse();
        dsse.signatures[0].sig = BASE64URL.encode(envelope.signature.as_bytes());
        assert!(Envelope::try_from(dsse).unwrap().verify::<Note>(&key.public()).is_ok());
    }
}
