//! What to do with each list that a backend offers, by what is held. Pure: no network, no disk, no clock.

use baken_protocol::catalogue::{Catalogue, CatalogueKind};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Verified;
use chrono::{DateTime, Utc};

/// The list of a kind that this device holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) version: u64,
    /// Of the envelope.
    pub(crate) hash: Digest,
    /// Of the key that signed it.
    pub(crate) signed_by: Digest,
}

/// What becomes of one that is offered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the one that is held.
    Held,
    /// It is the one that is held, and another key stands for it.
    SignedAnew,
    /// Its content is to be fetched.
    Fetch(CatalogueKind),
    /// Nothing: a kind that a later version knows, or one whose time was over before it came.
    PassOver,
    /// It is not what the municipality would give now.
    Older,
}

/// Judges one that was verified. A version only grows as long as one key signs: whoever had a key that was changed may
/// have signed any number with it.
pub(crate) fn judge(offered: &Verified<Catalogue>, held: Option<&Held>, now: DateTime<Utc>) -> Verdict {
    let said = &offered.payload;
    let Some(kind) = said.known_kind() else { return Verdict::PassOver };
    let signed_by = offered.envelope.keyid;
    if let Some(held) = held {
        if held.hash == offered.envelope.digest() {
            return if held.signed_by == signed_by { Verdict::Held } else { Verdict::SignedAnew };
        }
        if held.signed_by == signed_by && said.version <= held.version {
            return Verdict::Older;
        }
    }
    if said.not_after < now { Verdict::PassOver } else { Verdict::Fetch(kind) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use baken_protocol::catalogue::ContentReference;
    use baken_protocol::dsse::Envelope;
    use baken_protocol::signature::SigningKey;
    use chrono::TimeDelta;
    use ring::rand::SystemRandom;

    fn key() -> SigningKey {
        SigningKey::generate(&SystemRandom::new()).unwrap()
    }

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn offered(kind: &str, version: u64, key: &SigningKey) -> Verified<Catalogue> {
        let catalogue = Catalogue {
            tenant: "GM0453".parse().unwrap(),
            kind: kind.parse().unwrap(),
            version,
            issued_at: at(100),
            not_after: at(200),
            content: ContentReference { sha256: Digest::of(b"content"), size_bytes: 7 },
        };
        let envelope = Envelope::sign(&catalogue, key).unwrap();
        Catalogue::verify(envelope, &key.public(), &catalogue.tenant).unwrap()
    }

    fn as_held(offered: &Verified<Catalogue>) -> Held {
        let (version, hash) = (offered.payload.version, offered.envelope.digest());
        Held { version, hash, signed_by: offered.envelope.keyid }
    }

    #[test]
    fn fetches_what_is_newer_and_nothing_twice() {
        let key = key();
        let first = offered("places", 4, &key);
        assert_eq!(judge(&first, None, at(150)), Verdict::Fetch(CatalogueKind::Places));
        let held = as_held(&first);
        assert_eq!(judge(&first, Some(&held), at(150)), Verdict::Held);
        assert_eq!(judge(&offered("places", 5, &key), Some(&held), at(150)), Verdict::Fetch(CatalogueKind::Places));
    }

    #[test]
    fn what_is_older_or_another_under_its_number_is_refused() {
        let key = key();
        let held = Held { version: 4, hash: Digest::of(b"another"), signed_by: key.public().fingerprint() };
        for version in [1, 3, 4] {
            assert_eq!(judge(&offered("places", version, &key), Some(&held), at(150)), Verdict::Older, "{version}");
        }
    }

    #[test]
    fn under_another_key_any_version_counts_and_the_same_list_is_not_fetched_again() {
        let (before, after) = (key(), key());
        let held = as_held(&offered("places", 9_000_000_000, &before));
        assert_eq!(judge(&offered("places", 4, &after), Some(&held), at(150)), Verdict::Fetch(CatalogueKind::Places));
        let list = offered("places", 9_000_000_000, &after);
        assert_eq!(judge(&list, Some(&held), at(150)), Verdict::SignedAnew);
    }

    #[test]
    fn passes_over_a_kind_it_does_not_know_and_one_that_is_over() {
        let key = key();
        assert_eq!(judge(&offered("duties", 4, &key), None, at(150)), Verdict::PassOver);
        assert_eq!(judge(&offered("places", 4, &key), None, at(201)), Verdict::PassOver);
        assert_eq!(judge(&offered("places", 4, &key), None, at(200)), Verdict::Fetch(CatalogueKind::Places));
    }
}
