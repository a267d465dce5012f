//! A secret that only this device's hardware gives out, after it has felt a finger or seen a face.
//!
//! The secret is one half of what opens the vault: the other is what a person types, or what a short absence leaves in
//! memory. It crosses from Kotlin as base64 in a text that no one can wipe; by itself it opens nothing that is on the disk.
//! Deliberately absent: the vault. Where the envelope is kept, and the wrapping, are the device core's.

pub mod demand;
pub mod way;

use std::future::Future;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::PlatformError;

/// 32 bytes at most times; no `Debug`, zeroised when dropped.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Longest secret that is sealed, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// Takes the bytes over.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, PlatformError> {
        if bytes.is_empty() { Err(PlatformError::Damaged) } else { Self::within_bounds(bytes) }
    }

    fn within_bounds(bytes: Zeroizing<Vec<u8>>) -> Result<Self, PlatformError> {
        if bytes.len() > Self::MAX_BYTES { Err(PlatformError::TooLarge) } else { Ok(Self(bytes)) }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Hands the bytes on, for the vault's wrapping.
    pub fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

/// A secret as the hardware sealed it. Public by itself; only the key that never leaves the hardware opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope(Vec<u8>);

impl Envelope {
    /// More than one ever takes: version, the key's label, nonce, secret and tag.
    pub const MAX_BYTES: usize = 512;
    const VERSION: u8 = 1;

    /// Reads what was kept. What is inside is the plugin's business (`Envelope.kt`).
    pub fn parse(bytes: &[u8]) -> Result<Self, PlatformError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(PlatformError::TooLarge);
        }
        match bytes {
            [Self::VERSION, _, ..] => Ok(Self(bytes.to_vec())),
            _ => Err(PlatformError::Damaged),
        }
    }

    /// What is kept beside the vault.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Where the key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hardware {
    /// A chip of its own, which counts tries itself.
    StrongBox,
    /// A separate world of the processor.
    TrustedEnvironment,
    /// Nowhere that the operating system cannot read.
    Software,
}

/// What proves that somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// A finger or face that the hardware itself compares (class 3).
    Strong,
    /// There is a sensor, and nobody has shown it a finger or face.
    NotEnrolled,
    /// There is no such sensor.
    None,
}

/// What the keystore is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeystoreState {
    /// Where a key would be.
    pub hardware: Hardware,
    /// What it asks for at every use.
    pub presence: Presence,
}

/// What the system's own prompt says. Neutral: it is seen by whoever looks along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PromptWords {
    /// One line.
    pub title: String,
    /// The button that turns back to the typed way.
    pub cancel: String,
}

/// A key that never leaves the hardware.
pub trait Keystore: Send + Sync {
    /// What there is.
    fn keystore(&self) -> impl Future<Output = Result<KeystoreState, PlatformError>> + Send;

    /// Seals under a fresh key, after somebody has shown to be there. Older keys stay until [`Keystore::forget_others`].
    fn seal(
        &self,
        words: &PromptWords,
        secret: &Secret,
    ) -> impl Future<Output = Result<Envelope, PlatformError>> + Send;

    /// Opens, after somebody has shown to be there.
    fn open(
        &self,
        words: &PromptWords,
        envelope: &Envelope,
    ) -> impl Future<Output = Result<Secret, PlatformError>> + Send;

    /// Deletes every key but the one of `kept`; all of them where it is none. Called once the new envelope is on disk.
    fn forget_others(&self, kept: Option<&Envelope>) -> impl Future<Output = Result<(), PlatformError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_an_envelope_of_another_version_or_beyond_its_bounds() {
        assert_eq!(Envelope::parse(&[2, 0, 0]), Err(PlatformError::Damaged));
        assert_eq!(Envelope::parse(&[1]), Err(PlatformError::Damaged));
        assert_eq!(Envelope::parse(&[1; 513]), Err(PlatformError::TooLarge));
        assert!(Envelope::parse(&[1; 512]).is_ok());
    }

    #[test]
    fn refuses_a_secret_that_is_empty_or_too_long() {
        assert_eq!(Secret::new(Zeroizing::default()).err(), Some(PlatformError::Damaged));
        assert_eq!(Secret::new(vec![0; 65].into()).err(), Some(PlatformError::TooLarge));
    }
}
