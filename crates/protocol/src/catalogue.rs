//! `catalogue.v1`: what the municipality gives its devices to work with, one list for each kind, signed by the content
//! key that the key directory names.
//!
//! What is signed says whose list it is, of which kind and version, until when it is good, and the hash of its content.
//! The content travels beside it, as a vocabulary does: a list of thousands of places is larger than any signed payload.
//! A content is JSON with one meaning; a reader passes over members it does not know, since nothing in it is evidence.
//!
//! Deliberately absent: which of two versions a device keeps. That depends on what it holds, and is decided there.

pub mod cards;
pub mod inspections;
pub mod places;
pub mod settings;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::ids::{Code, TenantId};
use crate::limits;
use crate::signature::VerifyingKey;
use crate::strict_json;

/// A kind of list that this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CatalogueKind {
    /// Reference cards.
    Cards,
    /// Planned inspections.
    Inspections,
    /// Places to choose from.
    Places,
    /// Telephone numbers.
    Settings,
}

/// Not the name of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of catalogue: cards, inspections, places or settings")]
pub struct CatalogueKindError;

impl CatalogueKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Cards, Self::Inspections, Self::Places, Self::Settings];

    /// As it is signed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cards => "cards",
            Self::Inspections => "inspections",
            Self::Places => "places",
            Self::Settings => "settings",
        }
    }

    /// The same as a code.
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "each name is a code, which a test holds")]
    pub fn code(self) -> Code {
        self.name().parse().expect("a name of a kind is a code")
    }
}

impl fmt::Display for CatalogueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CatalogueKind {
    type Err = CatalogueKindError;

    fn from_str(text: &str) -> Result<Self, CatalogueKindError> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(CatalogueKindError)
    }
}

/// The content that belongs to a signed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContentReference {
    /// SHA-256 of its JSON as it is served.
    pub sha256: Digest,
    /// Its size.
    pub size_bytes: u32,
}

/// What is signed of one version of one list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Catalogue {
    /// The municipality.
    pub tenant: TenantId,
    /// Which list. A device passes over one that it does not know.
    pub kind: Code,
    /// Only grows for each kind, as long as one content key signs.
    pub version: u64,
    /// When it was signed, by the backend's clock.
    #[serde(with = "crate::moment")]
    pub issued_at: DateTime<Utc>,
    /// After this a device takes it in no more, and says of one it holds that it is old.
    #[serde(with = "crate::moment")]
    pub not_after: DateTime<Utc>,
    /// The list itself.
    pub content: ContentReference,
}

impl Payload for Catalogue {
    const TYPE: &'static str = "application/vnd.baken.catalogue.v1+json";
}

/// Why a list, or its content, was refused.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Another municipality's.
    #[error("the catalogue is another municipality's")]
    Tenant,
    /// It ends before it begins, or is of no version.
    #[error("the catalogue has no term or no version")]
    Term,
    /// Its content is empty or larger than any may be.
    #[error("the catalogue's content has a size that none may have")]
    Size,
    /// The content is not the one that was signed.
    #[error("the content is not the one that was signed")]
    OtherContent,
    /// The content cannot be read, or holds more than a list may.
    #[error("the content cannot be read, or holds more than it may")]
    Content,
    /// An older version than the one held, or another one under its number.
    #[error("the catalogue is older than the one held, or another one under its number")]
    Older,
    /// It is not signed as it should be.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl Catalogue {
    /// Checks a list against the content key that the key directory names.
    pub fn verify(envelope: Envelope, key: &VerifyingKey, tenant: &TenantId) -> Result<Verified<Self>, CatalogueError> {
        let verified = envelope.verify::<Self>(key)?;
        let said = &verified.payload;
        if said.tenant != *tenant {
            return Err(CatalogueError::Tenant);
        }
        if said.version == 0 || said.not_after <= said.issued_at {
            return Err(CatalogueError::Term);
        }
        let size = usize::try_from(said.content.size_bytes).unwrap_or(usize::MAX);
        if size == 0 || size > limits::CATALOGUE_BYTES {
            return Err(CatalogueError::Size);
        }
        Ok(verified)
    }

    /// Which list it is; none for a kind that a later version knows.
    pub fn known_kind(&self) -> Option<CatalogueKind> {
        self.kind.as_str().parse().ok()
    }

    /// Checks that `bytes` are the very content that was signed, before anything of it is read.
    pub fn check_content(&self, bytes: &[u8]) -> Result<(), CatalogueError> {
        let same_size = u32::try_from(bytes.len()).is_ok_and(|size| size == self.content.size_bytes);
        if same_size && Digest::of(bytes) == self.content.sha256 { Ok(()) } else { Err(CatalogueError::OtherContent) }
    }
}

/// The content of a list of some kind.
pub trait Content: DeserializeOwned {
    /// Which kind.
    const KIND: CatalogueKind;

    /// Whether it holds no more than it may.
    fn is_bounded(&self) -> bool;

    /// Reads a content.
    fn parse(bytes: &[u8]) -> Result<Self, CatalogueError> {
        if bytes.len() > limits::CATALOGUE_BYTES {
            return Err(CatalogueError::Size);
        }
        let content: Self = strict_json::parse(bytes).map_err(|_| CatalogueError::Content)?;
        if content.is_bounded() { Ok(content) } else { Err(CatalogueError::Content) }
    }
}

/// Whether a text is as short as any field.
fn is_short(text: &str) -> bool {
    text.chars().count() <= limits::FIELD_CHARS
}

/// Reads `bytes` as the content of a list of this kind, for whoever wants to know only whether that goes.
pub fn check(kind: CatalogueKind, bytes: &[u8]) -> Result<usize, CatalogueError> {
    Ok(match kind {
        CatalogueKind::Cards => cards::Cards::parse(bytes)?.cards.len(),
        CatalogueKind::Inspections => inspections::PlannedInspections::parse(bytes)?.inspections.len(),
        CatalogueKind::Places => places::Places::parse(bytes)?.places.len(),
        CatalogueKind::Settings => settings::Settings::parse(bytes)?.phones.len(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::signature::SigningKey;
    use chrono::TimeDelta;
    use ring::rand::SystemRandom;

    const CONTENT: &[u8] = br#"{"places":[]}"#;

    fn key() -> SigningKey {
        SigningKey::generate(&SystemRandom::new()).unwrap()
    }

    fn catalogue() -> Catalogue {
        Catalogue {
            tenant: "GM0453".parse().unwrap(),
            kind: CatalogueKind::Places.code(),
            version: 3,
            issued_at: DateTime::UNIX_EPOCH + TimeDelta::days(100),
            not_after: DateTime::UNIX_EPOCH + TimeDelta::days(130),
            content: ContentReference { sha256: Digest::of(CONTENT), size_bytes: 13 },
        }
    }

    fn judged(catalogue: &Catalogue, signer: &SigningKey, key: &SigningKey) -> Result<(), CatalogueError> {
        let envelope = Envelope::sign(catalogue, signer).unwrap();
        Catalogue::verify(envelope, &key.public(), &"GM0453".parse().unwrap()).map(drop)
    }

    #[test]
    fn every_name_of_a_kind_is_a_code_and_is_read_again() {
        for kind in CatalogueKind::ALL {
            assert_eq!(kind.code().as_str().parse(), Ok(kind));
        }
        let later = Catalogue { kind: "duties".parse().unwrap(), ..catalogue() };
        assert_eq!((later.known_kind(), catalogue().known_kind()), (None, Some(CatalogueKind::Places)));
    }

    #[test]
    fn takes_a_list_of_the_key_named_and_refuses_any_other() {
        let (ours, other) = (key(), key());
        judged(&catalogue(), &ours, &ours).unwrap();
        assert!(matches!(judged(&catalogue(), &other, &ours), Err(CatalogueError::Envelope(_))));
        let elsewhere = Catalogue { tenant: "GM0392".parse().unwrap(), ..catalogue() };
        assert!(matches!(judged(&elsewhere, &ours, &ours), Err(CatalogueError::Tenant)));
    }

    #[test]
    fn refuses_a_list_without_term_version_or_size() {
        let ours = key();
        let good = catalogue();
        for none in [
            Catalogue { version: 0, ..good.clone() },
            Catalogue { not_after: good.issued_at, ..good.clone() },
            Catalogue { not_after: good.issued_at - TimeDelta::days(1), ..good.clone() },
        ] {
            assert!(matches!(judged(&none, &ours, &ours), Err(CatalogueError::Term)), "{none:?}");
        }
        for size_bytes in [0, u32::try_from(limits::CATALOGUE_BYTES).unwrap() + 1, u32::MAX] {
            let content = ContentReference { size_bytes, ..good.content };
            let other = Catalogue { content, ..good.clone() };
            assert!(matches!(judged(&other, &ours, &ours), Err(CatalogueError::Size)), "{size_bytes}");
        }
    }

    #[test]
    fn refuses_another_content_than_was_signed() {
        let good = catalogue();
        good.check_content(CONTENT).unwrap();
        for other in [&b"{\"places\":[ ]}"[..], b"{\"placet\":[]}", b""] {
            assert!(matches!(good.check_content(other), Err(CatalogueError::OtherContent)));
        }
    }

    #[test]
    fn passes_over_members_it_does_not_know_and_refuses_what_is_no_list_of_its_kind() {
        let later = br#"{"places":[{"kind":"hotel","name":"De Pier","stars":4}],"made":"later"}"#;
        assert_eq!(check(CatalogueKind::Places, later).unwrap(), 1);
        for kind in CatalogueKind::ALL {
            for none in [&b""[..], b"[]", b"{}", b"{\"cards\":1}", b"{\"places\":[{}]} x"] {
                assert!(check(kind, none).is_err(), "{kind} {none:?}");
            }
        }
        let mut large = br#"{"places":[]}"#.to_vec();
        large.resize(limits::CATALOGUE_BYTES, b' ');
        assert_eq!(check(CatalogueKind::Places, &large).unwrap(), 0);
        large.push(b' ');
        assert!(matches!(check(CatalogueKind::Places, &large), Err(CatalogueError::Size)));
        let twice = br#"{"places":[],"places":[]}"#;
        assert!(check(CatalogueKind::Places, twice).is_err(), "a member twice has two meanings");
    }
}
