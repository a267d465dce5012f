//! Ed25519 (RFC 8032) by `ring`, and the keys that must never be believed.
//!
//! `ring` checks a signature strictly but accepts any public key: under the identity key every message
//! verifies. So a key is parsed into [`VerifyingKey`] once, and small-order, mixed-order and
//! non-canonical encodings are refused there (RFC 8032 section 5.1.3; Wycheproof and "Taming the many EdDSAs").

use std::fmt;

use curve25519_dalek::edwards::CompressedEdwardsY;
use data_encoding::{BASE64, BASE64_MIME};
use ring::rand::SecureRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use crate::digest::Digest;

/// Why a public key or a signature was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SignatureError {
    /// A public key has 32 bytes, a signature 64.
    #[error("wrong length")]
    Length,
    /// The encoding is not the one canonical encoding of a point on the curve.
    #[error("not the canonical encoding of a curve point")]
    NonCanonical,
    /// The key has a small-order component: signatures under it prove nothing.
    #[error("low-order public key")]
    LowOrder,
    /// The signature does not belong to these bytes and this key.
    #[error("the signature does not verify")]
    Invalid,
    /// The stored private key could not be read, or none could be made.
    #[error("unusable private key")]
    PrivateKey,
}

/// An Ed25519 public key that is safe to believe.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// Reads the 32 raw bytes of RFC 8032, refusing every key that would verify more than its owner signed.
    pub fn parse(bytes: &[u8]) -> Result<Self, SignatureError> {
        let raw: [u8; 32] = bytes.try_into().map_err(|_| SignatureError::Length)?;
        let point = CompressedEdwardsY(raw).decompress().ok_or(SignatureError::NonCanonical)?;
        if point.compress().to_bytes() != raw {
            return Err(SignatureError::NonCanonical);
        }
        if point.is_small_order() || !point.is_torsion_free() {
            return Err(SignatureError::LowOrder);
        }
        Ok(Self(raw))
    }

    /// Checks `signature` over `message`.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, &signature.0).map_err(|_| SignatureError::Invalid)
    }

    /// The 32 raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256 over the raw bytes: the DSSE `keyid`, and what people compare.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// The key as PEM (`SubjectPublicKeyInfo`, RFC 8410), as openssl reads it.
    pub fn to_pem(&self) -> String {
        const PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        let der = [PREFIX.as_slice(), &self.0].concat();
        let body = BASE64_MIME.encode(&der).replace("\r\n", "\n");
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", body.trim_end())
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.fingerprint())
    }
}

impl Serialize for VerifyingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for VerifyingKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text.as_bytes()).map_err(de::Error::custom)?;
        Self::parse(&bytes).map_err(de::Error::custom)
    }
}

/// The 64 bytes of an Ed25519 signature; says nothing until verified.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signature([u8; 64]);

impl Signature {
    /// Takes 64 raw bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, SignatureError> {
        Ok(Self(bytes.try_into().map_err(|_| SignatureError::Length)?))
    }

    /// The 64 raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text.as_bytes()).map_err(de::Error::custom)?;
        Self::parse(&bytes).map_err(de::Error::custom)
    }
}

/// What stands before the 32 bytes of the seed in PKCS#8 v1 (RFC 8410 section 7).
const PKCS8_V1: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// An Ed25519 private key. It has no `Debug` and is zeroised when dropped.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: VerifyingKey,
    pkcs8: Zeroizing<Vec<u8>>,
}

impl SigningKey {
    /// A new key from `random`.
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, SignatureError> {
        let mut seed = Zeroizing::new([0; 32]);
        random.fill(seed.as_mut_slice()).map_err(|_| SignatureError::PrivateKey)?;
        Self::from_seed(&seed)
    }

    /// The key with this seed (RFC 8032 section 5.1.5).
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Result<Self, SignatureError> {
        Self::from_pkcs8(&Zeroizing::new([PKCS8_V1.as_slice(), seed.as_slice()].concat()))
    }

    /// Reads a key in PKCS#8: v1 as [`SigningKey::pkcs8`] has it and openssl writes it, or v2 with its public half,
    /// which must be its own.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, SignatureError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes).map_err(|_| SignatureError::PrivateKey)?;
        let public = VerifyingKey::parse(pair.public_key().as_ref())?;
        Ok(Self { pair, public, pkcs8: Zeroizing::new(bytes.to_vec()) })
    }

    /// The key in the PKCS#8 it was read from; one that was generated in v1 (RFC 5208, RFC 8410 section 7), which
    /// openssl 3.0 reads where it refuses v2.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public half.
    pub const fn public(&self) -> VerifyingKey {
        self.public
    }

    /// Signs `message`.
    pub fn sign(&self, message: &[u8]) -> Signature {
        let mut out = [0; 64];
        out.copy_from_slice(self.pair.sign(message).as_ref());
        Signature(out)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use wycheproof::{TestResult, eddsa};

    #[test]
    fn agrees_with_every_wycheproof_ed25519_vector() {
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let mut seen = 0;
        for group in &set.test_groups {
            let key = VerifyingKey::parse(&group.key.pk).unwrap();
            for test in &group.tests {
                let verified = Signature::parse(&test.sig).and_then(|signature| key.verify(&test.msg, &signature));
                let expected = test.result == TestResult::Valid;
                assert_eq!(verified.is_ok(), expected, "tcId {}: {}", test.tc_id, test.comment);
                seen += 1;
            }
        }
        assert_eq!(seen, set.number_of_tests);
        assert!(seen >= 150, "only {seen} vectors");
    }

    #[test]
    fn refuses_the_identity_key_under_which_ring_verifies_anything() {
        let mut identity = [0; 32];
        identity[0] = 1;
        // R = identity, S = 0: satisfies S·B = R + k·A for every message when A is the identity.
        let mut forged = [0; 64];
        forged[0] = 1;
        assert!(UnparsedPublicKey::new(&ED25519, identity).verify(b"anything", &forged).is_ok());
        assert_eq!(VerifyingKey::parse(&identity), Err(SignatureError::LowOrder));
    }

    #[test]
    fn refuses_all_low_order_and_non_canonical_keys() {
        let text = include_str!("../../../tests/vectors/ed25519-hostile-keys.txt");
        let mut seen = 0;
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let bytes = data_encoding::HEXLOWER.decode(line.as_bytes()).unwrap();
            assert!(VerifyingKey::parse(&bytes).is_err(), "{line}");
            seen += 1;
        }
        assert!(seen >= 14, "only {seen} hostile keys");
    }

    #[test]
    fn reads_back_its_own_private_key() {
        let key = SigningKey::generate(&ring::rand::SystemRandom::new()).unwrap();
        let again = SigningKey::from_pkcs8(key.pkcs8()).unwrap();
        assert!(key.public().verify(b"x", &again.sign(b"x")).is_ok());
        assert_eq!(key.public().verify(b"y", &again.sign(b"x")), Err(SignatureError::Invalid));
    }

    /// RFC 8410 section 10.3, in both forms.
    #[test]
    fn reads_the_private_keys_of_the_standard_and_refuses_what_does_not_fit_together() {
        let base64 = |text: &str| BASE64.decode(text.as_bytes()).unwrap();
        let plain = base64("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC");
        let public = base64("GLnyuPzbSyuMIAIw5iEcUiZUdhjlZX8Kp9BwuyYzKQQ=").len();
        assert_eq!(public, 32);
        let key = SigningKey::from_pkcs8(&plain).unwrap();
        assert_eq!(key.pkcs8(), plain);
        let mut with_public = [&plain[..], &[0x81, 0x21, 0x00], key.public().as_bytes()].concat();
        (with_public[1], with_public[4]) = (0x51, 1);
        assert_eq!(SigningKey::from_pkcs8(&with_public).unwrap().public(), key.public());
        *with_public.last_mut().unwrap() ^= 1;
        assert!(SigningKey::from_pkcs8(&with_public).is_err(), "another's public half");
        for cut in 0..plain.len() {
            assert!(SigningKey::from_pkcs8(&plain[..cut]).is_err(), "{cut}");
        }
    }
}
