//! `keydir.v1`: the key directory, which says to whom records are sealed, which keys may sign receipts and daily
//! content, which vocabulary is in force, and in which time zone the municipality is.
//!
//! It is signed by the municipality's root key. A device pins that key's fingerprint at enrolment, so a
//! backend that is taken over cannot slip in a recipient of its own. An older epoch is refused.

mod receipt_keys;
mod team;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::ids::TenantId;
use crate::invitation::RootFingerprint;
use crate::seal::Recipient;
use crate::signature::VerifyingKey;
use crate::zone_name::ZoneName;

pub use receipt_keys::{ReceiptKeys, TooManyReceiptKeys};
pub use team::{Team, TeamError};

/// A team and the age recipient that stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamRecipient {
    /// The team.
    pub name: Team,
    /// Its age recipient, `age1…`.
    pub recipient: Recipient,
}

/// The vocabulary in force, by hash: no backend can swap the labels of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyReference {
    /// Its version.
    pub version: u32,
    /// SHA-256 of its JSON as it is served.
    pub sha256: Digest,
}

/// The key directory of one epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyDirectory {
    /// The municipality's code.
    pub tenant: TenantId,
    /// The municipality's name, shown to people.
    pub municipality: String,
    /// The municipality's time zone: its days and times are shown in it on every device.
    pub time_zone: ZoneName,
    /// Counts up with every change; an older one is refused.
    pub epoch: u64,
    /// When it was signed.
    #[serde(with = "crate::moment")]
    pub issued_at: DateTime<Utc>,
    /// After this a device says that its keys are old. It goes on sealing to them: a record that is not made is lost.
    #[serde(with = "crate::moment")]
    pub not_after: DateTime<Utc>,
    /// The hashes of all directories before this one, the oldest first: whoever skipped some finds there the one it knows.
    pub previous: Vec<Digest>,
    /// The root key itself, checked against the pinned fingerprint.
    pub root_key: VerifyingKey,
    /// The keys that sign receipts and device certificates: those closed before, and last the one in use.
    pub receipt_keys: ReceiptKeys,
    /// The key that signs what changes daily (planned work, places, cards); it is online, and signs nothing else.
    pub content_key: VerifyingKey,
    /// The vocabulary in force.
    pub vocabulary: VocabularyReference,
    /// Every team with its recipient.
    pub recipients: Vec<TeamRecipient>,
}

impl Payload for KeyDirectory {
    const TYPE: &'static str = "application/vnd.baken.keydir.v1+json";
}

/// Why a key directory was refused.
#[derive(Debug, thiserror::Error)]
pub enum KeyDirectoryError {
    /// Not signed by the root key that was pinned.
    #[error("the key directory is not signed by the pinned root key")]
    Root,
    /// Older than, or different from, the directory already known at that epoch.
    #[error("the key directory is older than the one already known")]
    Rollback,
    /// It does not name every directory before it.
    #[error("the key directory does not name every directory before it")]
    Line,
    /// It names no recovery key, or a team twice.
    #[error("the key directory is incomplete or ambiguous")]
    Recipients,
    /// It names no receipt key in use, a key twice, or one key for two purposes.
    #[error("the key directory's keys are incomplete or ambiguous")]
    Keys,
    /// The envelope itself is not acceptable.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl KeyDirectory {
    /// The root key it names, which nobody has signed for yet. Nothing else of it is read before that.
    pub fn named_root(envelope: &Envelope) -> Result<VerifyingKey, EnvelopeError> {
        envelope.peek_member::<Self, _>("rootKey")
    }

    /// Checks a directory against the root key's pinned fingerprint.
    pub fn verify(envelope: Envelope, root: &RootFingerprint) -> Result<Verified<Self>, KeyDirectoryError> {
        let key = Self::named_root(&envelope)?;
        if RootFingerprint::of(&key) != *root {
            return Err(KeyDirectoryError::Root);
        }
        let verified = envelope.verify::<Self>(&key)?;
        let mut names: Vec<&Team> = verified.payload.recipients.iter().map(|entry| &entry.name).collect();
        names.sort();
        let twice = names.windows(2).any(|pair| pair.first() == pair.last());
        if twice || !names.contains(&&Team::Recovery) {
            return Err(KeyDirectoryError::Recipients);
        }
        if !verified.payload.has_sound_keys() {
            return Err(KeyDirectoryError::Keys);
        }
        if verified.payload.epoch.checked_sub(1) != u64::try_from(verified.payload.previous.len()).ok() {
            return Err(KeyDirectoryError::Line);
        }
        Ok(verified)
    }

    /// One receipt key in use, and no key that serves two purposes.
    fn has_sound_keys(&self) -> bool {
        let apart = |key: &VerifyingKey| *key != self.root_key && *key != self.content_key;
        self.receipt_keys.are_sound()
            && self.receipt_keys.iter().all(apart)
            && self.content_key != self.root_key
            && self.vocabulary.version > 0
    }

    /// Checks that `next` may follow `known`: the very same directory, or a newer epoch of the same municipality and
    /// root key, which names `known` at its place among those before it, however many were skipped. No receipt key is
    /// forgotten or used again, and the vocabulary goes on by at most one version an epoch.
    pub fn check_succession(known: &Verified<Self>, next: &Verified<Self>) -> Result<(), KeyDirectoryError> {
        let hash = known.envelope.digest();
        let same = hash == next.envelope.digest();
        let (known, next) = (&known.payload, &next.payload);
        let newer = next.epoch > known.epoch && next.root_key == known.root_key && next.tenant == known.tenant;
        let place = usize::try_from(known.epoch.saturating_sub(1)).ok();
        let linked = place.and_then(|place| next.previous.get(place)) == Some(&hash);
        if !(same || (newer && linked)) {
            return Err(KeyDirectoryError::Rollback);
        }
        let steps = u64::from(next.vocabulary.version.saturating_sub(known.vocabulary.version));
        let forward = next.vocabulary.version > known.vocabulary.version || next.vocabulary == known.vocabulary;
        if !forward || steps > next.epoch - known.epoch || !next.receipt_keys.may_follow(&known.receipt_keys) {
            return Err(KeyDirectoryError::Rollback);
        }
        Ok(())
    }

    /// The recipients of a record for `team`: the team, and always the recovery key. `None` where the
    /// directory has no such team: then nothing may be sealed, least of all to someone else.
    pub fn recipients_for(&self, team: &Team) -> Option<Vec<&TeamRecipient>> {
        let find = |name: &Team| self.recipients.iter().find(|entry| entry.name == *name);
        Some(vec![find(team)?, find(&Team::Recovery)?])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::seal::Identity;
    use crate::signature::SigningKey;
    use chrono::Days;
    use ring::rand::SystemRandom;
    use std::sync::LazyLock;

    // The same in every directory: one that exchanges them is refused for that.
    static RECEIPT_KEY: LazyLock<SigningKey> = LazyLock::new(key);
    static CONTENT_KEY: LazyLock<SigningKey> = LazyLock::new(key);

    fn directory(root: &SigningKey, epoch: u64) -> KeyDirectory {
        let entry = |name| TeamRecipient { name, recipient: Identity::generate().recipient() };
        KeyDirectory {
            tenant: "GM0453".parse().unwrap(),
            municipality: "Velsen".into(),
            time_zone: "Europe/Amsterdam".parse().unwrap(),
            epoch,
            issued_at: DateTime::UNIX_EPOCH,
            not_after: DateTime::UNIX_EPOCH + Days::new(365),
            previous: vec![Digest::of(b"before"); usize::try_from(epoch).unwrap() - 1],
            root_key: root.public(),
            receipt_keys: ReceiptKeys::new(RECEIPT_KEY.public()),
            content_key: CONTENT_KEY.public(),
            vocabulary: VocabularyReference { version: 1, sha256: Digest::of(b"vocabulary") },
            recipients: vec![entry(Team::Coordinators), entry(Team::Care), entry(Team::Recovery)],
        }
    }

    fn key() -> SigningKey {
        SigningKey::generate(&SystemRandom::new()).unwrap()
    }

    #[test]
    fn refuses_a_directory_signed_by_another_root() {
        let (root, other) = (key(), key());
        let forged = Envelope::sign(&directory(&other, 2), &other).unwrap();
        let pinned = RootFingerprint::of(&root.public());
        assert!(matches!(KeyDirectory::verify(forged, &pinned), Err(KeyDirectoryError::Root)));
        let claimed = Envelope::sign(&directory(&root, 2), &other).unwrap();
        assert!(matches!(KeyDirectory::verify(claimed, &pinned), Err(KeyDirectoryError::Envelope(_))));
    }

    #[test]
    fn refuses_an_older_epoch_and_a_second_directory_of_the_same_epoch() {
        let root = key();
        let pinned = RootFingerprint::of(&root.public());
        let at =
            |epoch| KeyDirectory::verify(Envelope::sign(&directory(&root, epoch), &root).unwrap(), &pinned).unwrap();
        let known = at(5);
        assert!(KeyDirectory::check_succession(&known, &at(4)).is_err());
        assert!(KeyDirectory::check_succession(&known, &at(5)).is_err());
        assert!(KeyDirectory::check_succession(&known, &known).is_ok());
    }

    /// Whoever skipped some is not led to another line either: one of a drill, or of a register that was renewed by itself.
    #[test]
    fn refuses_a_directory_of_another_line_however_many_were_skipped() {
        let root = key();
        let pinned = RootFingerprint::of(&root.public());
        let signed = |directory: &KeyDirectory| {
            KeyDirectory::verify(Envelope::sign(directory, &root).unwrap(), &pinned).unwrap()
        };
        let known = signed(&directory(&root, 5));
        for later in [6, 7, 40] {
            let mut directory = directory(&root, later);
            assert!(KeyDirectory::check_succession(&known, &signed(&directory)).is_err(), "{later}");
            directory.previous[4] = known.envelope.digest();
            assert!(KeyDirectory::check_succession(&known, &signed(&directory)).is_ok(), "{later}");
            directory.previous.rotate_left(1);
            assert!(KeyDirectory::check_succession(&known, &signed(&directory)).is_err(), "{later}");
        }
    }

    #[test]
    fn refuses_a_directory_that_does_not_name_every_one_before_it() {
        let root = key();
        let pinned = RootFingerprint::of(&root.public());
        let five = directory(&root, 5);
        for wrong in [0, 1, 4, 6, 1 << 53] {
            let envelope = Envelope::sign(&KeyDirectory { epoch: wrong, ..five.clone() }, &root).unwrap();
            let refused = KeyDirectory::verify(envelope, &pinned);
            assert!(matches!(refused, Err(KeyDirectoryError::Line)), "{wrong}");
        }
    }

    #[test]
    fn refuses_a_next_directory_that_names_another_before_it_or_another_municipality() {
        let root = key();
        let pinned = RootFingerprint::of(&root.public());
        let signed = |directory: &KeyDirectory| {
            KeyDirectory::verify(Envelope::sign(directory, &root).unwrap(), &pinned).unwrap()
        };
        let known = signed(&directory(&root, 5));
        let named = |hash| [known.payload.previous.clone(), vec![hash]].concat();
        let next = KeyDirectory { previous: named(known.envelope.digest()), ..directory(&root, 6) };
        assert!(KeyDirectory::check_succession(&known, &signed(&next)).is_ok());
        for another in [b"another", b"hash of"] {
            let unlinked = KeyDirectory { previous: named(Digest::of(another)), ..next.clone() };
            assert!(KeyDirectory::check_succession(&known, &signed(&unlinked)).is_err());
        }
        let elsewhere = KeyDirectory { tenant: "GM0363".parse().unwrap(), ..next };
        assert!(KeyDirectory::check_succession(&known, &signed(&elsewhere)).is_err());
    }

    #[test]
    fn refuses_a_directory_without_recovery_or_with_a_team_twice() {
        let root = key();
        let pinned = RootFingerprint::of(&root.public());
        let mut without = directory(&root, 1);
        without.recipients.pop();
        let mut twice = directory(&root, 1);
        twice.recipients.push(twice.recipients[0].clone());
        for wrong in [without, twice] {
            let envelope = Envelope::sign(&wrong, &root).unwrap();
            assert!(matches!(KeyDirectory::verify(envelope, &pinned), Err(KeyDirectoryError::Recipients)));
        }
    }

    #[test]
    fn seals_to_the_team_and_the_recovery_key_and_to_nobody_when_the_team_is_unknown() {
        let directory = directory(&key(), 1);
        let names: Vec<_> =
            directory.recipients_for(&Team::Care).unwrap().iter().map(|entry| entry.name.to_string()).collect();
        assert_eq!(names, ["zorg", "recovery"]);
        assert!(directory.recipients_for(&"eigen:onbekend".parse().unwrap()).is_none());
    }
}
