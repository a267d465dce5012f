//! The vault: the random key of the store, wrapped under what a person knows.
//!
//! ```text
//! wrapping key = HKDF-SHA256 (RFC 5869) of Argon2id (RFC 9106) of the PIN or passphrase,
//!                salted with the platform's secret where there is one
//! vault.json   = parameters, salts, the store key under ChaCha20-Poly1305 (RFC 8439), wrong tries
//! ```
//! A wrong try is written down before it is tested, so killing the app wins nothing. From the third on each
//! costs a longer wait, and the tenth destroys the wrapping: then nobody can open the store, its owner included.
//! Whoever can copy the folder can try elsewhere; against that stand Argon2id's cost and the platform's
//! secret, and where there is no such secret (desktop) a passphrase is demanded instead of a PIN.

mod attempts;
mod file;
mod wrap;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::environment::Clock;
use file::VaultFile;

pub use wrap::{KdfCost, PlatformSecret};

/// Wrong tries after which the wrapping is destroyed.
pub(crate) const MAX_FAILURES: u32 = 10;

/// What a person types to unlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum CredentialKind {
    /// Digits, where the platform adds a secret of its own.
    Pin,
    /// A passphrase, where it does not.
    Passphrase,
}

impl CredentialKind {
    /// The fewest characters accepted.
    pub const fn minimum_length(self) -> usize {
        match self {
            Self::Pin => 6,
            Self::Passphrase => 12,
        }
    }
}

/// Why the vault stayed shut.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Fewer characters than `minimum_length`.
    #[error("the secret is too short")]
    TooShort,
    /// There is a vault in this folder already.
    #[error("there is a vault already")]
    Exists,
    /// There is no vault in this folder yet.
    #[error("there is no vault yet")]
    Missing,
    /// The secret is wrong.
    #[error("wrong secret, {attempts_left} tries left")]
    WrongSecret {
        /// Tries left before the wrapping is destroyed.
        attempts_left: u32,
    },
    /// Too soon after a wrong try.
    #[error("wait {seconds} s before the next try")]
    Wait {
        /// Whole seconds left.
        seconds: u64,
    },
    /// Ten wrong tries were made.
    #[error("the wrapping was destroyed after {MAX_FAILURES} wrong tries")]
    Destroyed,
    /// The vault's file is unreadable.
    #[error("the vault file is damaged")]
    Damaged,
    /// The platform gave no randomness, or the cryptography failed.
    #[error("the cryptography failed")]
    Crypto,
    /// The vault's file could not be read or written.
    #[error("the vault file cannot be read or written")]
    Io(#[from] std::io::Error),
}

/// The store's key and salt, as SQLCipher takes them; no `Debug`, zeroised when dropped.
pub(crate) struct StoreKey {
    /// 32 bytes.
    pub(crate) key: Zeroizing<[u8; 32]>,
    /// 16 bytes; not secret.
    pub(crate) salt: [u8; 16],
}

/// The vault of one data folder.
pub(crate) struct Vault {
    path: PathBuf,
    platform: PlatformSecret,
    /// Tries are counted one at a time: guesses side by side would cost one try together.
    gate: Mutex<()>,
}

impl Vault {
    /// The vault in `path`, whether or not there is one yet.
    pub(crate) const fn new(path: PathBuf, platform: PlatformSecret) -> Self {
        Self { path, platform, gate: Mutex::new(()) }
    }

    /// What a person must type on this platform.
    pub(crate) const fn credential(&self) -> CredentialKind {
        match self.platform {
            PlatformSecret::Absent => CredentialKind::Passphrase,
            PlatformSecret::Present(_) => CredentialKind::Pin,
        }
    }

    /// Whether there is a vault.
    pub(crate) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Whether ten wrong tries have destroyed the wrapping.
    pub(crate) fn is_destroyed(&self) -> Result<bool, VaultError> {
        Ok(self.exists() && VaultFile::read(&self.path)?.wrapped.is_none())
    }

    /// Tries left, and seconds to wait before the next.
    pub(crate) fn attempts(&self, clock: &dyn Clock) -> Result<(u32, u64), VaultError> {
        if !self.exists() {
            return Ok((MAX_FAILURES, 0));
        }
        let file = VaultFile::read(&self.path)?;
        Ok((MAX_FAILURES.saturating_sub(file.failures), attempts::wait_seconds(&file, clock.now())))
    }

    /// Makes a vault around a fresh random key.
    pub(crate) fn create(&self, secret: &str, cost: KdfCost) -> Result<StoreKey, VaultError> {
        let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if self.exists() {
            return Err(VaultError::Exists);
        }
        if secret.chars().count() < self.credential().minimum_length() {
            return Err(VaultError::TooShort);
        }
        let random = SystemRandom::new();
        let mut key = Zeroizing::new([0; 32]);
        let mut salt = [0; 16];
        random.fill(key.as_mut()).map_err(|_| VaultError::Crypto)?;
        random.fill(&mut salt).map_err(|_| VaultError::Crypto)?;
        let store_key = StoreKey { key, salt };
        wrap::wrap(&store_key, secret, &self.platform, cost)?.write(&self.path)?;
        Ok(store_key)
    }

    /// Opens the vault, or counts a wrong try.
    pub(crate) fn unlock(&self, secret: &str, clock: &dyn Clock) -> Result<StoreKey, VaultError> {
        let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.exists() {
            return Err(VaultError::Missing);
        }
        let mut file = VaultFile::read(&self.path)?;
        if file.wrapped.is_none() {
            return Err(VaultError::Destroyed);
        }
        if attempts::mend(&mut file, clock.now()) {
            file.write(&self.path)?;
        }
        let seconds = attempts::wait_seconds(&file, clock.now());
        if seconds > 0 {
            return Err(VaultError::Wait { seconds });
        }
        file.failures += 1;
        file.last_failure_at = Some(clock.now());
        file.write(&self.path)?;
        if let Some(key) = wrap::unwrap(&file, secret, &self.platform)? {
            file.failures = 0;
            file.last_failure_at = None;
            file.write(&self.path)?;
            return Ok(key);
        }
        if file.failures >= MAX_FAILURES {
            file.wrapped = None;
            file.write(&self.path)?;
            return Err(VaultError::Destroyed);
        }
        Err(VaultError::WrongSecret { attempts_left: MAX_FAILURES - file.failures })
    }
}

#[cfg(test)]
mod tests;
