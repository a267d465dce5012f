//! The keys that sign receipts: one in use, and the closed ones before it.
//!
//! A time and a number in a message are its signer's own claims, so no closed key is held to any: whoever holds it would
//! write whatever is still believed. The key in use alone vouches. What a key signed before it was closed is signed anew
//! with the next one at that moment (`baken-backend renew --new-receipt-key`), and closed keys are named only so that
//! what they signed is told apart from forgeries, and so that none of them comes into use again.

use serde::{Deserialize, Serialize};

use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::limits;
use crate::signature::VerifyingKey;

/// More receipt keys than a directory can name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a key directory names at most {} receipt keys", limits::RECEIPT_KEYS)]
pub struct TooManyReceiptKeys;

/// Every receipt key, the one in use last; at most [`limits::RECEIPT_KEYS`] of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<VerifyingKey>", into = "Vec<VerifyingKey>")]
pub struct ReceiptKeys(Vec<VerifyingKey>);

impl TryFrom<Vec<VerifyingKey>> for ReceiptKeys {
    type Error = TooManyReceiptKeys;

    fn try_from(keys: Vec<VerifyingKey>) -> Result<Self, TooManyReceiptKeys> {
        if keys.len() > limits::RECEIPT_KEYS { Err(TooManyReceiptKeys) } else { Ok(Self(keys)) }
    }
}

impl From<ReceiptKeys> for Vec<VerifyingKey> {
    fn from(keys: ReceiptKeys) -> Self {
        keys.0
    }
}

impl ReceiptKeys {
    /// The first key of an installation.
    pub fn new(key: VerifyingKey) -> Self {
        Self(vec![key])
    }

    /// The same keys with the one in use closed and `next` in its place.
    pub fn succeeded_by(&self, next: VerifyingKey) -> Result<Self, TooManyReceiptKeys> {
        let mut keys = self.0.clone();
        keys.push(next);
        Self::try_from(keys)
    }

    /// Each, the one in use last.
    pub fn iter(&self) -> impl Iterator<Item = &VerifyingKey> {
        self.0.iter()
    }

    /// The key in use. None only in a directory that was never verified.
    pub fn in_use(&self) -> Option<&VerifyingKey> {
        self.0.last()
    }

    /// Whether `key` was in use before the one that is.
    pub fn is_closed(&self, key: &VerifyingKey) -> bool {
        self.0.contains(key) && self.in_use() != Some(key)
    }

    /// Checks that `envelope` is signed by the key in use: nothing else is believed of what is new, whatever time and
    /// number it claims. What a closed key did sign is refused as such.
    pub fn verify<P: Payload>(&self, envelope: Envelope) -> Result<Verified<P>, EnvelopeError> {
        let verified = self.verify_kept::<P>(envelope)?;
        let is_in_use = self.in_use().is_some_and(|key| key.fingerprint() == verified.envelope.keyid);
        if is_in_use { Ok(verified) } else { Err(EnvelopeError::ClosedKey) }
    }

    /// Checks that `envelope` is signed by one of these keys, closed or not: for what was verified and kept while its
    /// key was in use, and for nothing that comes from elsewhere.
    pub fn verify_kept<P: Payload>(&self, envelope: Envelope) -> Result<Verified<P>, EnvelopeError> {
        let signer = self.0.iter().find(|key| key.fingerprint() == envelope.keyid);
        envelope.verify::<P>(signer.ok_or(EnvelopeError::UnknownKey)?)
    }

    /// At least one, and none twice.
    pub(super) fn are_sound(&self) -> bool {
        let mut seen = std::collections::HashSet::new();
        !self.0.is_empty() && self.0.iter().all(|key| seen.insert(key))
    }

    /// Whether a directory with these may follow one with `known`: none is forgotten, and so none is in use again.
    pub(super) fn may_follow(&self, known: &Self) -> bool {
        self.0.starts_with(&known.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::signature::SigningKey;
    use ring::rand::SystemRandom;

    #[derive(Debug, Clone, Serialize, Deserialize)]
    struct Word {
        leaf: u64,
    }

    impl Payload for Word {
        const TYPE: &'static str = "application/vnd.baken.test-word.v1+json";
    }

    fn key() -> SigningKey {
        SigningKey::generate(&SystemRandom::new()).unwrap()
    }

    #[test]
    fn a_closed_key_vouches_for_nothing_but_what_was_kept_and_a_stranger_for_nothing_at_all() {
        let (old, new) = (key(), key());
        let keys = ReceiptKeys::new(old.public()).succeeded_by(new.public()).unwrap();
        let word = |by: &SigningKey| Envelope::sign(&Word { leaf: 0 }, by).unwrap();
        assert!(keys.verify::<Word>(word(&new)).is_ok());
        assert!(matches!(keys.verify::<Word>(word(&old)), Err(EnvelopeError::ClosedKey)));
        assert!(matches!(keys.verify::<Word>(word(&key())), Err(EnvelopeError::UnknownKey)));
        assert!(keys.verify_kept::<Word>(word(&old)).is_ok() && keys.verify_kept::<Word>(word(&new)).is_ok());
        assert!(matches!(keys.verify_kept::<Word>(word(&key())), Err(EnvelopeError::UnknownKey)));
        let forged = Envelope { signature: word(&key()).signature, ..word(&old) };
        assert!(matches!(keys.verify::<Word>(forged), Err(EnvelopeError::Signature(_))), "not the closed key's at all");
        assert!(keys.is_closed(&old.public()) && !keys.is_closed(&new.public()) && !keys.is_closed(&key().public()));
    }

    #[test]
    fn no_key_is_forgotten_used_again_or_named_twice() {
        let (one, two) = (key().public(), key().public());
        let first = ReceiptKeys::new(one);
        let second = first.succeeded_by(two).unwrap();
        assert!(second.may_follow(&first) && second.may_follow(&second) && second.are_sound());
        assert!(!first.may_follow(&second), "a key forgotten");
        assert!(!ReceiptKeys(vec![two, one]).may_follow(&second), "the closed one in use");
        assert!(!ReceiptKeys(vec![two]).may_follow(&second), "the closed one forgotten");
        assert!(!first.succeeded_by(one).unwrap().are_sound(), "a key twice");
        assert!(!ReceiptKeys(vec![]).are_sound());
        assert_eq!(second.in_use(), Some(&two));
    }

    #[test]
    fn a_directory_names_no_more_keys_than_everybody_can_check() {
        let one = key().public();
        let keys = |count: usize| serde_json::to_vec(&vec![one; count]).unwrap();
        let most: ReceiptKeys = serde_json::from_slice(&keys(limits::RECEIPT_KEYS)).unwrap();
        assert!(serde_json::from_slice::<ReceiptKeys>(&keys(limits::RECEIPT_KEYS + 1)).is_err());
        assert_eq!(most.succeeded_by(key().public()), Err(TooManyReceiptKeys));
    }
}
