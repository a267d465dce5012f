//! The invitation a coordinator shows and a device takes: backend address, single-use code, the fingerprint of the
//! municipality's root key, which the device pins before it trusts anything, and what the enrolment must answer: the
//! organisation, and the key directory's epoch or a later one.
//!
//! The typed form is 32 characters of Crockford's base32 in groups of four: 11 of the code (55 bits), 16 of the
//! fingerprint (80 bits), 2 of the epoch, 2 that mark the organisation, and one check character (Luhn mod 32) that
//! catches every single mistyped character before the code is spent. The pasted or scanned form is
//! `baken:ADDRESS#CODE`.
//!
//! Deliberately absent: the organisation's code itself, which would make typing it twice as long. A backend that
//! answers otherwise would have to find an organisation of the vocabulary with the same mark, and there is none.

use std::fmt;

use url::Url;

use crate::crockford::{self, luhn_check, symbol, value};
use crate::digest::Digest;
use crate::ids::Code;
use crate::signature::VerifyingKey;
use crate::this_machine::is_this_machine;
use crate::vocabulary::Vocabulary;

const CODE_CHARS: usize = 11;
const FINGERPRINT_CHARS: usize = 16;
const EPOCH_CHARS: usize = 2;
const MARK_CHARS: usize = 2;
const CHARS: usize = CODE_CHARS + FINGERPRINT_CHARS + EPOCH_CHARS + MARK_CHARS + 1;
/// What fits into the epoch's characters. A later epoch is written as this one: it is a lower bound.
const LAST_EPOCH: u64 = 1023;

/// Why an invitation could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvitationError {
    /// Not 32 characters of the alphabet, or the check character does not fit: something was mistyped.
    #[error("the invitation code is mistyped or incomplete")]
    Malformed,
    /// The address is missing, or neither https nor loopback http.
    #[error("the backend address is missing or not acceptable")]
    Address,
}

/// The single-use code: what the backend compares, spent by the first enrolment.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode(String);

impl InvitationCode {
    /// A code from 11 random bytes, of which 55 bits are used.
    pub fn from_random(bytes: [u8; CODE_CHARS]) -> Self {
        Self(bytes.iter().map(|byte| symbol(byte & 31)).collect())
    }

    /// Reads a code as [`InvitationCode::as_str`] wrote it.
    pub fn parse(text: &str) -> Result<Self, InvitationError> {
        let normal = crockford::normalise(text).ok_or(InvitationError::Malformed)?;
        if normal.len() == CODE_CHARS { Ok(Self(normal)) } else { Err(InvitationError::Malformed) }
    }

    /// The 11 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored and signed in place of the code.
    pub fn challenge(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

/// The first 80 bits of SHA-256 over the root key, as 16 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootFingerprint(String);

impl RootFingerprint {
    /// The fingerprint of `key`.
    pub fn of(key: &VerifyingKey) -> Self {
        let digest = key.fingerprint();
        let mut bits: u128 = 0;
        for byte in digest.as_bytes().iter().take(10) {
            bits = bits << 8 | u128::from(*byte);
        }
        let symbols = (0..FINGERPRINT_CHARS).rev();
        Self(symbols.map(|place| symbol((bits >> (5 * place) & 31) as u8)).collect())
    }

    /// Reads a fingerprint as [`RootFingerprint::as_str`] wrote it.
    pub fn parse(text: &str) -> Result<Self, InvitationError> {
        let normal = crockford::normalise(text).ok_or(InvitationError::Malformed)?;
        if normal.len() == FINGERPRINT_CHARS { Ok(Self(normal)) } else { Err(InvitationError::Malformed) }
    }

    /// The 16 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Two characters that stand for an organisation: 10 bits of SHA-256 over its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationMark(String);

impl OrganisationMark {
    /// The mark of an organisation.
    pub fn of(organisation: &Code) -> Self {
        let digest = Digest::of(format!("baken organisation v1 {organisation}").as_bytes());
        Self(digest.as_bytes().iter().take(MARK_CHARS).map(|byte| symbol(byte & 31)).collect())
    }

    /// The organisation of `vocabulary` with this mark.
    pub fn find<'a>(&self, vocabulary: &'a Vocabulary) -> Option<&'a Code> {
        vocabulary.organisations.iter().map(|known| &known.code).find(|code| Self::of(code) == *self)
    }
}

/// Everything a device needs to enrol.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Where the backend answers.
    pub address: Url,
    /// The single-use code.
    pub code: InvitationCode,
    /// The root key to pin.
    pub root: RootFingerprint,
    /// The organisation the device will be of; an enrolment that answers another is refused.
    pub organisation: OrganisationMark,
    /// The key directory's epoch when it was made; an older directory is refused.
    pub epoch: u64,
}

impl Invitation {
    /// Reads a pasted or scanned `baken:ADDRESS#CODE`, or a typed code beside a typed address.
    pub fn parse(text: &str, address: Option<&str>) -> Result<Self, InvitationError> {
        let text = text.trim();
        let (address, typed) = match text.strip_prefix("baken:") {
            Some(rest) => {
                let (address, typed) = rest.split_once('#').ok_or(InvitationError::Malformed)?;
                (address, typed)
            }
            None => (address.unwrap_or_default(), text),
        };
        let typed = Typed::parse(typed)?;
        let Typed { code, root, organisation, epoch } = typed;
        Ok(Self { address: parse_address(address)?, code, root, organisation, epoch })
    }

    /// The 32 characters in groups of four, for typing.
    pub fn typed(&self) -> String {
        let epoch = self.epoch.min(LAST_EPOCH);
        let epoch: String = [epoch >> 5, epoch].into_iter().map(|digit| symbol((digit & 31) as u8)).collect();
        let body = format!("{}{}{epoch}{}", self.code.0, self.root.0, self.organisation.0);
        let check = symbol(luhn_check(&body));
        let whole: Vec<char> = body.chars().chain([check]).collect();
        let groups: Vec<String> = whole.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join("-")
    }
}

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "baken:{}#{}", self.address.as_str().trim_end_matches('/'), self.typed())
    }
}

/// What the typed characters say.
struct Typed {
    code: InvitationCode,
    root: RootFingerprint,
    organisation: OrganisationMark,
    epoch: u64,
}

impl Typed {
    fn parse(text: &str) -> Result<Self, InvitationError> {
        let normal = crockford::normalise(text).ok_or(InvitationError::Malformed)?;
        if normal.len() != CHARS {
            return Err(InvitationError::Malformed);
        }
        let (body, check) = normal.split_at(CHARS - 1);
        if check != symbol(luhn_check(body)).to_string() {
            return Err(InvitationError::Malformed);
        }
        let (code, rest) = body.split_at(CODE_CHARS);
        let (root, rest) = rest.split_at(FINGERPRINT_CHARS);
        let (epoch, mark) = rest.split_at(EPOCH_CHARS);
        Ok(Self {
            code: InvitationCode(code.to_owned()),
            root: RootFingerprint(root.to_owned()),
            organisation: OrganisationMark(mark.to_owned()),
            epoch: epoch.bytes().fold(0, |number, byte| number << 5 | value(byte) as u64),
        })
    }
}

/// Reads a backend's address as a device does. Plain http is for one on the same machine only: anywhere else it would
/// show the code to a listener.
pub fn parse_address(text: &str) -> Result<Url, InvitationError> {
    let text = text.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&full).map_err(|_| InvitationError::Address)?;
    let allowed = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(&url));
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    if allowed && plain && url.host_str().is_some() && matches!(url.path(), "" | "/") {
        Ok(url)
    } else {
        Err(InvitationError::Address)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::crockford::ALPHABET;
    use crate::signature::SigningKey;
    use ring::rand::SystemRandom;

    fn invitation() -> Invitation {
        let key = SigningKey::generate(&SystemRandom::new()).unwrap();
        Invitation {
            address: "http://127.0.0.1:8787/".parse().unwrap(),
            code: InvitationCode::from_random([7, 250, 3, 99, 128, 31, 32, 64, 5, 6, 200]),
            root: RootFingerprint::of(&key.public()),
            organisation: OrganisationMark::of(&"haventeam".parse().unwrap()),
            epoch: 71,
        }
    }

    #[test]
    fn every_organisation_of_the_vocabulary_has_a_mark_of_its_own() {
        let vocabulary = Vocabulary::built_in();
        for organisation in &vocabulary.organisations {
            assert_eq!(OrganisationMark::of(&organisation.code).find(&vocabulary), Some(&organisation.code));
        }
    }

    #[test]
    fn carries_the_epoch_as_a_lower_bound() {
        for (epoch, read) in [(0, 0), (1, 1), (31, 31), (32, 32), (1023, 1023), (1024, 1023), (u64::MAX, 1023)] {
            let written = Invitation { epoch, ..invitation() };
            assert_eq!(Invitation::parse(&written.to_string(), None).unwrap().epoch, read);
        }
    }

    #[test]
    fn round_trips_pasted_and_typed() {
        let invitation = invitation();
        assert!(Invitation::parse(&invitation.to_string(), None).unwrap() == invitation);
        let sloppy = invitation.typed().to_lowercase().replace('-', " ").replace('1', "l").replace('0', "o");
        assert!(Invitation::parse(&sloppy, Some("http://127.0.0.1:8787")).unwrap() == invitation);
    }

    #[test]
    fn catches_every_single_mistyped_character() {
        let typed = invitation().typed();
        for (place, right) in typed.char_indices().filter(|(_, c)| *c != '-') {
            for wrong in ALPHABET.iter().map(|byte| char::from(*byte)).filter(|c| *c != right) {
                let mut text = typed.clone();
                text.replace_range(place..=place, &wrong.to_string());
                let read = Invitation::parse(&text, Some("https://baken.example"));
                assert!(read.err() == Some(InvitationError::Malformed), "{text}");
            }
        }
    }

    #[test]
    fn refuses_plain_http_to_anywhere_but_this_machine() {
        let typed = invitation().typed();
        for wrong in ["", "http://baken.example", "ftp://baken.example", "https://u:p@x.nl", "https://x.nl/deep"] {
            let read = Invitation::parse(&typed, Some(wrong));
            assert!(read.err() == Some(InvitationError::Address), "{wrong}");
        }
        for here in ["baken.example", "http://localhost:8787", "http://127.0.0.2", "http://[::1]:8787"] {
            assert!(Invitation::parse(&typed, Some(here)).is_ok(), "{here}");
        }
    }
}
