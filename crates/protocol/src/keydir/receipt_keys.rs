//! The keys that sign receipts: one in use, and the closed ones before it, each with the last number it may have
//! signed. Receipts outlive the key that signed them, and a key that was closed signs nothing new.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::limits;
use crate::signature::VerifyingKey;

/// Where a receipt key's word ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Closed {
    /// When it was closed; nothing it signed is later.
    #[serde(with = "crate::moment")]
    pub at: DateTime<Utc>,
    /// The last number of the log it signed; none if it signed none.
    pub last_leaf: Option<u64>,
}

/// A key that signs or signed receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptKey {
    /// The key.
    pub key: VerifyingKey,
    /// Absent (`null`) for the one in use.
    pub closed: Option<Closed>,
}

impl ReceiptKey {
    /// Whether what it signed at `time`, with place `leaf` in the log where there is one, is still its word.
    fn vouches_for(&self, time: DateTime<Utc>, leaf: Option<u64>) -> bool {
        self.closed.is_none_or(|closed| time <= closed.at && leaf.is_none_or(|leaf| Some(leaf) <= closed.last_leaf))
    }
}

/// What a receipt key signs, with the place and the time that a closed key is held to.
pub trait SignedByReceiptKey: Payload {
    /// When it was signed, by the backend's clock.
    fn signed_at(&self) -> DateTime<Utc>;
    /// Its place in the log, if it has one.
    fn leaf(&self) -> Option<u64>;
}

/// More receipt keys than a directory can name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a key directory names at most {} receipt keys", limits::RECEIPT_KEYS)]
pub struct TooManyReceiptKeys;

/// Every receipt key, the one in use last; at most [`limits::RECEIPT_KEYS`] of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<ReceiptKey>", into = "Vec<ReceiptKey>")]
pub struct ReceiptKeys(Vec<ReceiptKey>);

impl TryFrom<Vec<ReceiptKey>> for ReceiptKeys {
    type Error = TooManyReceiptKeys;

    fn try_from(entries: Vec<ReceiptKey>) -> Result<Self, TooManyReceiptKeys> {
        if entries.len() > limits::RECEIPT_KEYS { Err(TooManyReceiptKeys) } else { Ok(Self(entries)) }
    }
}

impl From<ReceiptKeys> for Vec<ReceiptKey> {
    fn from(keys: ReceiptKeys) -> Self {
        keys.0
    }
}

impl ReceiptKeys {
    /// The first key of an installation.
    pub fn new(key: VerifyingKey) -> Self {
        Self(vec![ReceiptKey { key, closed: None }])
    }

    /// The same keys with the one in use closed and `next` in its place.
    pub fn succeeded_by(&self, next: VerifyingKey, closed: Closed) -> Result<Self, TooManyReceiptKeys> {
        let close = |entry: &ReceiptKey| ReceiptKey { closed: entry.closed.or(Some(closed)), ..*entry };
        let mut entries: Vec<ReceiptKey> = self.0.iter().map(close).collect();
        entries.push(ReceiptKey { key: next, closed: None });
        Self::try_from(entries)
    }

    /// Each, the one in use last.
    pub fn iter(&self) -> impl Iterator<Item = &ReceiptKey> {
        self.0.iter()
    }

    /// The key in use. None only in a directory that was never verified.
    pub fn in_use(&self) -> Option<&VerifyingKey> {
        self.0.last().filter(|entry| entry.closed.is_none()).map(|entry| &entry.key)
    }

    /// Checks that `envelope` is signed by one of these keys while it was that key's to sign.
    pub fn verify<P: SignedByReceiptKey>(&self, envelope: Envelope) -> Result<Verified<P>, EnvelopeError> {
        let signer = self.0.iter().find(|entry| entry.key.fingerprint() == envelope.keyid);
        let signer = signer.ok_or(EnvelopeError::UnknownKey)?;
        let verified = envelope.verify::<P>(&signer.key)?;
        let (time, leaf) = (verified.payload.signed_at(), verified.payload.leaf());
        if signer.vouches_for(time, leaf) { Ok(verified) } else { Err(EnvelopeError::ClosedKey) }
    }

    /// Exactly one in use, the last; none twice; none closed before the one that stands before it.
    pub(super) fn are_sound(&self) -> bool {
        let mut seen = std::collections::HashSet::new();
        let distinct = self.0.iter().all(|entry| seen.insert(entry.key));
        let Some((last, before)) = self.0.split_last() else { return false };
        let ends: Option<Vec<Closed>> = before.iter().map(|entry| entry.closed).collect();
        let in_order = ends.is_some_and(|ends| {
            ends.iter().zip(ends.iter().skip(1)).all(|(one, next)| one.at <= next.at && one.last_leaf <= next.last_leaf)
        });
        distinct && in_order && last.closed.is_none()
    }

    /// Whether a directory with these may follow one with `known`: nothing closed is changed, opened or forgotten.
    pub(super) fn may_follow(&self, known: &Self) -> bool {
        let kept = |(was, is): (&ReceiptKey, &ReceiptKey)| {
            was.key == is.key && (was.closed.is_none() || was.closed == is.closed)
        };
        self.0.len() >= known.0.len() && known.0.iter().zip(&self.0).all(kept)
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
        at: DateTime<Utc>,
        leaf: Option<u64>,
    }

    impl Payload for Word {
        const TYPE: &'static str = "application/vnd.baken.test-word.v1+json";
    }

    impl SignedByReceiptKey for Word {
        fn signed_at(&self) -> DateTime<Utc> {
            self.at
        }

        fn leaf(&self) -> Option<u64> {
            self.leaf
        }
    }

    fn key() -> SigningKey {
        SigningKey::generate(&SystemRandom::new()).unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn what_an_older_key_signed_in_its_time_still_holds_and_nothing_it_signs_now() {
        let (old, new) = (key(), key());
        let closed = Closed { at: at(100), last_leaf: Some(7) };
        let keys = ReceiptKeys::new(old.public()).succeeded_by(new.public(), closed).unwrap();
        let holds = |seconds, leaf, by: &SigningKey| {
            keys.verify::<Word>(Envelope::sign(&Word { at: at(seconds), leaf }, by).unwrap()).is_ok()
        };
        assert!(holds(100, Some(7), &old) && holds(50, None, &old));
        assert!(!holds(101, Some(7), &old), "signed after it was closed");
        assert!(!holds(100, Some(8), &old), "a number that was never its own");
        assert!(!holds(101, None, &old));
        assert!(holds(101, Some(8), &new));
        assert!(!holds(101, Some(8), &key()), "a stranger's key");
    }

    #[test]
    fn a_key_that_never_signed_a_number_vouches_for_none() {
        let (old, new) = (key(), key());
        let keys =
            ReceiptKeys::new(old.public()).succeeded_by(new.public(), Closed { at: at(1), last_leaf: None }).unwrap();
        let word = Envelope::sign(&Word { at: at(0), leaf: Some(0) }, &old).unwrap();
        assert!(matches!(keys.verify::<Word>(word), Err(EnvelopeError::ClosedKey)));
    }

    #[test]
    fn nothing_closed_is_opened_changed_or_forgotten_and_no_key_stands_twice() {
        let (one, two, three) = (key().public(), key().public(), key().public());
        let closed = Closed { at: at(5), last_leaf: Some(3) };
        let first = ReceiptKeys::new(one);
        let second = first.succeeded_by(two, closed).unwrap();
        assert!(second.may_follow(&first) && second.may_follow(&second) && second.are_sound());
        assert!(!first.may_follow(&second), "a key forgotten");
        let opened = ReceiptKeys(vec![ReceiptKey { key: one, closed: None }, ReceiptKey { key: two, closed: None }]);
        assert!(!opened.may_follow(&second) && !opened.are_sound());
        let longer = first.succeeded_by(two, Closed { last_leaf: Some(9), ..closed }).unwrap();
        assert!(!longer.may_follow(&second), "more numbers than it had");
        assert!(!first.succeeded_by(one, closed).unwrap().are_sound(), "a key twice");
        let back = second.succeeded_by(three, Closed { at: at(4), last_leaf: Some(3) }).unwrap();
        assert!(!back.are_sound(), "closed before the one before it");
        assert!(!ReceiptKeys(vec![]).are_sound());
        assert_eq!(second.in_use(), Some(&two));
    }

    #[test]
    fn a_directory_names_no_more_keys_than_everybody_can_check() {
        let closed = Closed { at: at(5), last_leaf: Some(3) };
        let entry = ReceiptKey { key: key().public(), closed: None };
        let keys = |count: usize| serde_json::to_vec(&vec![entry; count]).unwrap();
        let most: ReceiptKeys = serde_json::from_slice(&keys(limits::RECEIPT_KEYS)).unwrap();
        assert!(serde_json::from_slice::<ReceiptKeys>(&keys(limits::RECEIPT_KEYS + 1)).is_err());
        assert_eq!(most.succeeded_by(key().public(), closed), Err(TooManyReceiptKeys));
    }
}
