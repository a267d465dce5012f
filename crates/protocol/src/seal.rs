//! Sealing: what only the people of a team can open, the backend not among them.
//!
//! The format is age v1 (age-encryption.org/v1) with X25519 recipients, so any age tool opens it. Before
//! sealing the text is compressed with zstd (RFC 8878) and padded to 512-byte steps, since ciphertext
//! does not compress and its length would otherwise tell how much was written.
//!
//! The container inside the age file: 4 bytes big-endian length, so many bytes of zstd, zeros up to a
//! multiple of 512.

mod fingerprint;
mod streams;

use std::fmt;
use std::io::{Read, Write};
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::stream::StreamWriter;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::limits;

pub use fingerprint::KeyFingerprint;
pub use streams::{OpeningReader, SealingWriter};

const STEP: usize = 512;
const COMPRESSION_LEVEL: i32 = 3;
/// 2 MiB: more than a text within the limits is ever compressed with.
const WINDOW_LOG_MAX: u32 = 21;
/// Bytes to begin with for a header to a few recipients and a short text.
const HEADER_BYTES: usize = 2048;

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    /// The text is not an age X25519 recipient or identity.
    #[error("not an age X25519 key")]
    Key,
    /// Nobody to seal to.
    #[error("no recipients")]
    NoRecipients,
    /// The identity is not among the recipients, or the file was altered or cut off.
    #[error("cannot be opened with this key, or was altered")]
    Unopenable,
    /// Opened, but the container inside is malformed.
    #[error("the sealed container is malformed")]
    Container,
    /// Larger than the limits allow.
    #[error("too large")]
    TooLarge,
    /// The encryption itself failed; nothing may be stored in clear instead.
    #[error("sealing failed")]
    Failed,
}

/// An age X25519 recipient, `age1…`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recipient(age::x25519::Recipient);

impl FromStr for Recipient {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        text.parse().map(Self).map_err(|_| SealError::Key)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl TryFrom<String> for Recipient {
    type Error = SealError;

    fn try_from(text: String) -> Result<Self, SealError> {
        text.parse()
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.to_string()
    }
}

/// An age X25519 identity: the private half. It has no `Debug`.
#[derive(Clone)]
pub struct Identity(age::x25519::Identity);

impl Identity {
    /// A new identity from the operating system's randomness.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// The recipient that belongs to it.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// The line `AGE-SECRET-KEY-1…`.
    pub fn to_secret_line(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }
}

impl FromStr for Identity {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        text.trim().parse().map(Self).map_err(|_| SealError::Key)
    }
}

/// What opens an armored age file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapped {
    /// A passphrase.
    UnderPassphrase,
    /// Keys.
    ToKeys,
}

/// The half of a seal that does not depend on what is sealed: the age header, with one key agreement for each
/// recipient, which is most of the work. It seals once. Whoever holds it can prepare while a person still types.
pub struct PreparedSeal {
    recipients: Vec<Recipient>,
    writer: StreamWriter<Vec<u8>>,
    compressor: zstd::bulk::Compressor<'static>,
}

impl PreparedSeal {
    /// Agrees on keys with each of `recipients`.
    pub fn new(recipients: &[Recipient]) -> Result<Self, SealError> {
        let keys = recipients.iter().map(|recipient| &recipient.0 as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(keys).map_err(|_| SealError::NoRecipients)?;
        let writer = encryptor.wrap_output(Vec::with_capacity(HEADER_BYTES)).map_err(|_| SealError::Failed)?;
        let compressor = zstd::bulk::Compressor::new(COMPRESSION_LEVEL).map_err(|_| SealError::Failed)?;
        Ok(Self { recipients: recipients.to_vec(), writer, compressor })
    }

    /// Whether these and no others will be able to open it.
    pub fn is_for(&self, recipients: &[Recipient]) -> bool {
        self.recipients == recipients
    }

    /// Compresses, pads and seals the text of a record.
    pub fn seal(mut self, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        if plain.len() > limits::UNSEALED_BYTES {
            return Err(SealError::TooLarge);
        }
        let packed = Zeroizing::new(self.compressor.compress(plain).map_err(|_| SealError::Failed)?);
        let length = u32::try_from(packed.len()).map_err(|_| SealError::TooLarge)?;
        let mut container = Zeroizing::new(Vec::with_capacity((packed.len() + 4).next_multiple_of(STEP)));
        container.extend_from_slice(&length.to_be_bytes());
        container.extend_from_slice(&packed);
        let padded = container.len().next_multiple_of(STEP);
        container.resize(padded, 0);
        let sealed = self.seal_raw(&container)?;
        if sealed.len() > limits::SEALED_PART_BYTES { Err(SealError::TooLarge) } else { Ok(sealed) }
    }

    /// Seals `plain` as it is, without compression or padding: for attachments, whose bytes do not compress and
    /// whose size says little.
    pub fn seal_raw(mut self, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.writer.write_all(plain).map_err(|_| SealError::Failed)?;
        self.writer.finish().map_err(|_| SealError::Failed)
    }
}

/// [`PreparedSeal::seal`] with nothing prepared.
pub fn seal(plain: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, SealError> {
    PreparedSeal::new(recipients)?.seal(plain)
}

/// [`PreparedSeal::seal_raw`] with nothing prepared.
pub fn seal_raw(plain: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, SealError> {
    PreparedSeal::new(recipients)?.seal_raw(plain)
}

/// Opens what [`seal_raw`] sealed, reading at most `limit` bytes.
pub fn open_raw(sealed: &[u8], identity: &Identity, limit: usize) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let decryptor = age::Decryptor::new(sealed).map_err(|_| SealError::Unopenable)?;
    let identities = std::iter::once(&identity.0 as &dyn age::Identity);
    let reader = decryptor.decrypt(identities).map_err(|_| SealError::Unopenable)?;
    read_bounded(reader, limit, SealError::Unopenable)
}

/// Opens what [`seal`] sealed.
pub fn open(sealed: &[u8], identity: &Identity) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let container = open_raw(sealed, identity, limits::SEALED_PART_BYTES)?;
    let (length, rest) = container.split_first_chunk::<4>().ok_or(SealError::Container)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| SealError::Container)?;
    let packed = rest.get(..length).ok_or(SealError::Container)?;
    let padding = rest.get(length..).unwrap_or_default();
    if container.len() % STEP != 0 || padding.len() >= STEP || padding.iter().any(|byte| *byte != 0) {
        return Err(SealError::Container);
    }
    let mut reader = zstd::stream::read::Decoder::with_buffer(packed).map_err(|_| SealError::Container)?.single_frame();
    reader.window_log_max(WINDOW_LOG_MAX).map_err(|_| SealError::Container)?;
    let text = read_bounded(&mut reader, limits::UNSEALED_BYTES, SealError::Container)?;
    if reader.finish().is_empty() { Ok(text) } else { Err(SealError::Container) }
}

/// Wraps a secret line under a passphrase as an armored age file (scrypt, RFC 7914, N = 2^`log_n`).
pub fn wrap_with_passphrase(secret: &str, passphrase: &str, log_n: u8) -> Result<String, SealError> {
    let mut recipient = age::scrypt::Recipient::new(passphrase.to_owned().into());
    recipient.set_work_factor(log_n);
    age::encrypt_and_armor(&recipient, secret.as_bytes()).map_err(|_| SealError::Failed)
}

/// Opens what [`wrap_with_passphrase`] wrapped.
pub fn unwrap_with_passphrase(wrapped: &str, passphrase: &str) -> Result<Zeroizing<String>, SealError> {
    let identity = age::scrypt::Identity::new(passphrase.to_owned().into());
    opened_text(wrapped, &identity)
}

/// Seals a secret line to one recipient as an armored age file: a team's key to a member.
pub fn wrap_to(secret: &str, recipient: &Recipient) -> Result<String, SealError> {
    age::encrypt_and_armor(&recipient.0, secret.as_bytes()).map_err(|_| SealError::Failed)
}

/// Opens what [`wrap_to`] sealed.
pub fn unwrap_with(wrapped: &str, identity: &Identity) -> Result<Zeroizing<String>, SealError> {
    opened_text(wrapped, &identity.0)
}

/// Whether a text is an armored age file that a passphrase opens, or else that keys do; nothing where it is none.
/// Nothing is opened.
pub fn wrapped_how(text: &str) -> Option<Wrapped> {
    let armored = age::armor::ArmoredReader::new(text.as_bytes());
    let file = age::Decryptor::new_buffered(armored).ok()?;
    Some(if file.is_scrypt() { Wrapped::UnderPassphrase } else { Wrapped::ToKeys })
}

fn opened_text(wrapped: &str, identity: &impl age::Identity) -> Result<Zeroizing<String>, SealError> {
    let plain = age::decrypt(identity, wrapped.as_bytes()).map_err(|_| SealError::Unopenable)?;
    String::from_utf8(plain).map(Zeroizing::new).map_err(|_| SealError::Container)
}

fn read_bounded(reader: impl Read, limit: usize, malformed: SealError) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut out = Zeroizing::new(Vec::new());
    let bound = u64::try_from(limit).map_err(|_| SealError::TooLarge)? + 1;
    reader.take(bound).read_to_end(&mut out).map_err(|_| malformed)?;
    if out.len() > limit { Err(SealError::TooLarge) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn length_tells_only_the_512_byte_step() {
        let identity = Identity::generate();
        let sizes: Vec<usize> = ["a", "b, somewhat longer", "c, and this one is longer still by a good deal"]
            .iter()
            .map(|text| seal(text.as_bytes(), &[identity.recipient()]).unwrap().len())
            .collect();
        // age adds a random "grease" stanza to some headers; the payload after it is what counts.
        let payload = 16 + STEP + 16;
        for size in sizes {
            assert!(size > payload && size < payload + 600, "{size}");
        }
    }

    #[test]
    fn every_recipient_opens_it_and_nobody_else() {
        let (team, recovery, stranger) = (Identity::generate(), Identity::generate(), Identity::generate());
        let sealed = seal(b"onder dek", &[team.recipient(), recovery.recipient()]).unwrap();
        assert_eq!(open(&sealed, &team).unwrap().as_slice(), b"onder dek");
        assert_eq!(open(&sealed, &recovery).unwrap().as_slice(), b"onder dek");
        assert_eq!(open(&sealed, &stranger), Err(SealError::Unopenable));
        assert_eq!(seal(b"x", &[]), Err(SealError::NoRecipients));
    }

    #[test]
    fn a_prepared_seal_opens_for_those_it_was_prepared_for_in_that_order() {
        let (team, recovery) = (Identity::generate(), Identity::generate());
        let to = [team.recipient(), recovery.recipient()];
        let prepared = PreparedSeal::new(&to).unwrap();
        assert!(prepared.is_for(&to));
        assert!(!prepared.is_for(&to[..1]));
        assert!(!prepared.is_for(&[team.recipient(), Identity::generate().recipient()]));
        let sealed = prepared.seal(b"onder dek").unwrap();
        assert_eq!(open(&sealed, &recovery).unwrap().as_slice(), b"onder dek");
    }

    #[test]
    fn what_opens_a_file_shows_without_opening_it() {
        let key = Identity::generate();
        let under = wrap_with_passphrase("geheim", "wachtzin", 2).unwrap();
        let to = wrap_to("geheim", &key.recipient()).unwrap();
        assert_eq!(wrapped_how(&under), Some(Wrapped::UnderPassphrase));
        assert_eq!(wrapped_how(&to), Some(Wrapped::ToKeys));
        for none in ["", "geheim", "-----BEGIN AGE ENCRYPTED FILE-----", &under[..80]] {
            assert_eq!(wrapped_how(none), None, "{none}");
        }
    }

    #[test]
    fn refuses_any_truncation_and_any_flipped_byte() {
        let identity = Identity::generate();
        let sealed = seal(b"kort", &[identity.recipient()]).unwrap();
        for length in 0..sealed.len() {
            assert!(open(&sealed[..length], &identity).is_err(), "cut at {length}");
        }
        for place in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[place] ^= 1;
            assert!(open(&altered, &identity).is_err(), "flipped at {place}");
        }
    }

    #[test]
    fn refuses_a_container_with_a_false_length_or_hidden_padding() {
        let identity = Identity::generate();
        let to = [identity.recipient()];
        let packed = zstd::bulk::compress(b"x", 3).unwrap();
        let mut honest = u32::try_from(packed.len()).unwrap().to_be_bytes().to_vec();
        honest.extend_from_slice(&packed);
        honest.resize(STEP, 0);
        assert!(open(&seal_raw(&honest, &to).unwrap(), &identity).is_ok());
        let long = [&[0xff; 4], &honest[4..]].concat();
        let mut hidden = honest.clone();
        hidden[STEP - 1] = 1;
        let mut extra = honest.clone();
        extra.resize(STEP * 3, 0);
        for wrong in [long, hidden, extra, vec![0; 3]] {
            let sealed = seal_raw(&wrong, &to).unwrap();
            assert_eq!(open(&sealed, &identity), Err(SealError::Container));
        }
    }

    #[test]
    fn refuses_a_second_frame_and_a_frame_that_claims_too_large_a_window() {
        use std::io::Write;
        let identity = Identity::generate();
        let sealed = |packed: &[u8]| {
            let mut container = u32::try_from(packed.len()).unwrap().to_be_bytes().to_vec();
            container.extend_from_slice(packed);
            container.resize(container.len().next_multiple_of(STEP), 0);
            seal_raw(&container, &[identity.recipient()]).unwrap()
        };
        let frame = |window_log| {
            let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
            encoder.set_parameter(zstd::zstd_safe::CParameter::WindowLog(window_log)).unwrap();
            encoder.write_all(b"tekst").unwrap();
            encoder.finish().unwrap()
        };
        assert!(open(&sealed(&frame(WINDOW_LOG_MAX)), &identity).is_ok());
        assert_eq!(open(&sealed(&frame(WINDOW_LOG_MAX + 1)), &identity), Err(SealError::Container));
        let twice = [frame(10), frame(10)].concat();
        assert_eq!(open(&sealed(&twice), &identity), Err(SealError::Container));
    }

    #[test]
    fn refuses_a_decompression_bomb() {
        let identity = Identity::generate();
        let packed = zstd::bulk::compress(&vec![0; limits::UNSEALED_BYTES + 1], 3).unwrap();
        let mut bomb = u32::try_from(packed.len()).unwrap().to_be_bytes().to_vec();
        bomb.extend_from_slice(&packed);
        bomb.resize(bomb.len().next_multiple_of(STEP), 0);
        let sealed = seal_raw(&bomb, &[identity.recipient()]).unwrap();
        assert_eq!(open(&sealed, &identity), Err(SealError::TooLarge));
    }

    #[test]
    fn wraps_an_identity_under_a_passphrase() {
        let identity = Identity::generate();
        let wrapped = wrap_with_passphrase(&identity.to_secret_line(), "goed geheim", 4).unwrap();
        let line = unwrap_with_passphrase(&wrapped, "goed geheim").unwrap();
        assert!(line.parse::<Identity>().unwrap().recipient() == identity.recipient());
        assert_eq!(unwrap_with_passphrase(&wrapped, "fout"), Err(SealError::Unopenable));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn round_trips_any_text(plain in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let identity = Identity::generate();
            let sealed = seal(&plain, &[identity.recipient()]).unwrap();
            let opened = open(&sealed, &identity).unwrap();
            prop_assert_eq!(opened.as_slice(), &plain[..]);
        }
    }
}
