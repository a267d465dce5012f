//! The vault: the random key of the store, wrapped under what a person knows.
//!
//! ```text
//! wrapping key = HKDF-SHA256 (RFC 5869) of Argon2id (RFC 9106) of the passphrase
//! vault.json   = parameters, salts, the store key under ChaCha20-Poly1305 (RFC 8439)
//! tries        = wrong tries, overwritten in place: a full disk gives no try for nothing and locks nobody out
//! ```
//! A wrong try is written down before it is tested, so killing the app wins nothing. From the third on each
//! costs a longer wait, and the tenth destroys the wrapping: then only the municipality's recovery identity opens the
//! store (`trust/recovery.rs`), its owner does not. Whoever can copy the folder can try elsewhere; against that stand
//! Argon2id's cost and a passphrase that is hard to guess. No wrapping here is under anything shorter: what a phone's
//! hardware adds stands in a file of its own (`presence`).

mod attempts;
mod file;
mod passphrase;
pub(crate) mod presence;
mod sealed;
mod tries;
mod wrap;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::access::Access;
use crate::environment::Clock;
use attempts::Attempts;
use file::VaultFile;
use tries::TriesFile;
use wrap::Stretched;

pub use baken_strength::SecretWeakness;
pub(crate) use file::replace_durably;
pub use presence::{PlatformSecret, PresenceQuestion, PresenceState};
pub(crate) use tries::remove as forget_tries;
pub use wrap::KdfCost;

/// Wrong tries after which the wrapping is destroyed.
pub(crate) const MAX_FAILURES: u32 = 10;

/// The fewest characters of a passphrase.
pub(crate) const MINIMUM_LENGTH: usize = 12;

/// Why the vault stayed shut.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Fewer characters than [`MINIMUM_LENGTH`].
    #[error("the secret is too short")]
    TooShort,
    /// Long enough, and still easy to guess.
    #[error("the passphrase is too easy to guess: {0:?}")]
    Weak(SecretWeakness),
    /// Empty, or with characters that no passphrase can have (RFC 8265). Not counted as a try.
    #[error("the secret has characters that cannot be used")]
    Unusable,
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
    /// No finger opens here.
    #[error("opening with a finger is not set up")]
    PresenceOff,
    /// The hardware's half is gone, or what it gave is not what was sealed.
    #[error("the hardware's half is gone")]
    PresenceLost,
    /// The app was opened, left or put away since the hardware was asked.
    #[error("the hardware's answer came too late")]
    PresenceLate,
    /// A finger alone is not enough any more.
    #[error("a finger alone is not enough any more")]
    PresenceOver,
    /// The PIN is wrong.
    #[error("wrong PIN, {attempts_left} tries left")]
    WrongPin {
        /// Tries left before the passphrase opens alone.
        attempts_left: u32,
    },
    /// The last wrong PIN took this way in with it.
    #[error("opening with a finger was switched off after too many wrong PINs")]
    PinSpent,
    /// Too short, or not of digits. Not counted as a try.
    #[error("a PIN has six digits or more")]
    PinUnusable,
    /// Digits that come to mind first.
    #[error("the PIN is too easy to guess")]
    PinWeak,
    /// The vault's file is unreadable.
    #[error("the vault file is damaged")]
    Damaged,
    /// The vault's file asks for more memory or time than any vault of ours.
    #[error("the vault file asks for more than 1 GiB of memory, 64 passes or 16 lanes: it was changed or is damaged")]
    CostTooHigh,
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

impl StoreKey {
    /// The same key once more, for whoever goes on with it elsewhere.
    pub(crate) fn copy(&self) -> Self {
        Self { key: self.key.clone(), salt: self.salt }
    }
}

/// The vault of one data folder.
pub(crate) struct Vault {
    path: PathBuf,
    access: Access,
    /// Tries are counted one at a time: guesses side by side would cost one try together.
    gate: Mutex<Gate>,
}

/// What is remembered between two tries.
#[derive(Default)]
struct Gate {
    /// The count of a folder that cannot be written.
    in_memory: Option<Attempts>,
    /// What the last wrong try came to: the same once more says nothing new, and is not counted again.
    last_wrong: Option<Stretched>,
}

impl Vault {
    /// The vault in `path`, whether or not there is one yet.
    pub(crate) fn new(path: PathBuf, access: Access) -> Self {
        Self { path, access, gate: Mutex::default() }
    }

    /// Whether there is a vault.
    pub(crate) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Whether ten wrong tries have destroyed the wrapping.
    pub(crate) fn is_destroyed(&self) -> Result<bool, VaultError> {
        Ok(self.exists() && VaultFile::read(&self.path)?.wrapped.is_none())
    }

    /// Whether it was destroyed since the municipality ordered so.
    pub(crate) fn is_wiped(&self) -> bool {
        matches!(VaultFile::read(&self.path), Ok(VaultFile { wrapped: None, wiped: true, .. }))
    }

    /// Destroys the wrapping, whatever was tried.
    pub(crate) fn wipe(&self) -> Result<(), VaultError> {
        let _one_at_a_time = self.gate();
        let mut file = VaultFile::read(&self.path)?;
        file.wiped = true;
        file.destroy(&self.path)
    }

    /// Tries left, and seconds to wait before the next.
    pub(crate) fn attempts(&self, clock: &dyn Clock) -> Result<(u32, u64), VaultError> {
        if !self.exists() {
            return Ok((MAX_FAILURES, 0));
        }
        let mut gate = self.gate();
        let attempts = self.load(&mut gate, clock)?;
        Ok((MAX_FAILURES.saturating_sub(attempts.failures), attempts.wait_seconds(&clock.uptime())))
    }

    /// Makes a vault around a fresh random key.
    pub(crate) fn create(&self, secret: &str, cost: KdfCost) -> Result<StoreKey, VaultError> {
        let mut gate = self.gate();
        if self.exists() {
            return Err(VaultError::Exists);
        }
        let secret = chosen(secret)?;
        let random = SystemRandom::new();
        let mut key = Zeroizing::new([0; 32]);
        let mut salt = [0; 16];
        random.fill(key.as_mut()).map_err(|_| VaultError::Crypto)?;
        random.fill(&mut salt).map_err(|_| VaultError::Crypto)?;
        let store_key = StoreKey { key, salt };
        *gate = Gate::default();
        self.tries().write(&Attempts::none())?;
        wrap::wrap(&store_key, &secret, cost)?.write(&self.path)?;
        Ok(store_key)
    }

    /// Whether a passphrase will do as a new one.
    pub(crate) fn check(secret: &str) -> Result<(), VaultError> {
        chosen(secret).map(drop)
    }

    /// Wraps the key of this vault under another passphrase. After a power cut either that one opens or the one before,
    /// and the file that held the wrapping before is overwritten.
    pub(crate) fn wrap_anew(&self, key: &StoreKey, secret: &str, cost: KdfCost) -> Result<(), VaultError> {
        let mut gate = self.gate();
        let anew = wrap::wrap(key, &chosen(secret)?, cost)?;
        // Somebody else's tenth wrong try was faster, or the folder is another by now.
        let here = VaultFile::read(&self.path)?;
        if here.wrapped.is_none() {
            return Err(VaultError::Destroyed);
        }
        if here.store_salt != anew.store_salt {
            return Err(VaultError::Damaged);
        }
        *gate = Gate { in_memory: gate.in_memory.take(), last_wrong: None };
        file::replace_leaving_nothing(&self.path, &anew.bytes()?)
    }

    /// Puts the wrapping as it is now over an older one of the same key. One of another key is left as it is.
    pub(crate) fn copy_over(&self, older: &Path) -> Result<(), VaultError> {
        let _one_at_a_time = self.gate();
        let (now, before) = (VaultFile::read(&self.path)?, VaultFile::read(older));
        let is_older = matches!(before, Ok(before) if before.store_salt == now.store_salt && before.kdf != now.kdf);
        if is_older { file::replace_leaving_nothing(older, &now.bytes()?) } else { Ok(()) }
    }

    /// Opens the vault, or counts a wrong try.
    pub(crate) fn unlock(&self, secret: &str, clock: &dyn Clock) -> Result<StoreKey, VaultError> {
        let mut gate = self.gate();
        if !self.exists() {
            return Err(VaultError::Missing);
        }
        let mut file = VaultFile::read(&self.path)?;
        if file.wrapped.is_none() {
            return Err(VaultError::Destroyed);
        }
        let secret = passphrase::normalise(secret)?;
        let before = self.load(&mut gate, clock)?;
        if gate.in_memory.is_some() && before.failures >= MAX_FAILURES {
            return Err(destroyed(&mut file, &self.path));
        }
        let seconds = before.wait_seconds(&clock.uptime());
        if seconds > 0 {
            return Err(VaultError::Wait { seconds });
        }
        let counted = before.one_more(clock.uptime());
        self.count(&mut gate, &counted)?;
        let stretched = wrap::stretch(&file.kdf, &secret)?;
        if let Some(key) = wrap::unwrap(&file, &stretched)? {
            gate.last_wrong = None;
            self.count(&mut gate, &Attempts::none())?;
            return Ok(key);
        }
        if gate.last_wrong.as_ref() == Some(&stretched) {
            self.count(&mut gate, &before)?;
            return Err(VaultError::WrongSecret { attempts_left: MAX_FAILURES.saturating_sub(before.failures) });
        }
        gate.last_wrong = Some(stretched);
        if counted.failures >= MAX_FAILURES {
            return Err(destroyed(&mut file, &self.path));
        }
        Err(VaultError::WrongSecret { attempts_left: MAX_FAILURES - counted.failures })
    }

    /// The count as it stands. Written before a restart of the device, the wait begins anew: nobody can say how long
    /// that took.
    fn load(&self, gate: &mut Gate, clock: &dyn Clock) -> Result<Attempts, VaultError> {
        let kept = match &gate.in_memory {
            Some(attempts) => attempts.clone(),
            None => self.tries().read()?,
        };
        match kept.begun_anew(&clock.uptime()) {
            None => Ok(kept),
            Some(anew) => {
                self.count(gate, &anew)?;
                Ok(anew)
            }
        }
    }

    /// Writes the count down. Where nothing can be written it is kept for as long as the program runs: whoever can take
    /// a folder's write permission away can copy it too.
    fn count(&self, gate: &mut Gate, attempts: &Attempts) -> Result<(), VaultError> {
        let written = match self.access {
            Access::ReadWrite => self.tries().write(attempts).map(|()| true),
            Access::ReadOnly => Ok(false),
        };
        gate.in_memory = if written_or_read_only(written)? { None } else { Some(attempts.clone()) };
        Ok(())
    }

    /// What the folder allows by now: a disk with errors is made read-only while the program runs.
    pub(crate) fn access(&self) -> Access {
        if self.gate().in_memory.is_some() { Access::ReadOnly } else { self.access }
    }

    fn tries(&self) -> TriesFile {
        TriesFile::beside(&self.path)
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A passphrase as it is stretched, if it will do as a new one.
fn chosen(secret: &str) -> Result<Zeroizing<String>, VaultError> {
    let secret = passphrase::normalise(secret)?;
    if secret.chars().count() < MINIMUM_LENGTH {
        return Err(VaultError::TooShort);
    }
    match baken_strength::weakness(&secret) {
        Some(weakness) => Err(VaultError::Weak(weakness)),
        None => Ok(secret),
    }
}

/// Destroys the wrapping. On a read-only file system it stays, and is opened no more for as long as the program runs.
fn destroyed(file: &mut VaultFile, path: &Path) -> VaultError {
    match written_or_read_only(file.destroy(path).map(|()| true)) {
        Ok(_) => VaultError::Destroyed,
        Err(error) => error,
    }
}

/// Whether it was written; not so on a file system that became read-only since the program began.
fn written_or_read_only(written: Result<bool, VaultError>) -> Result<bool, VaultError> {
    match written {
        Err(VaultError::Io(error)) if error.kind() == std::io::ErrorKind::ReadOnlyFilesystem => Ok(false),
        other => other,
    }
}

/// So many wrong tries, without a wait.
#[cfg(test)]
pub(crate) fn set_tries_for_tests(vault: &Path, failures: u32) {
    let attempts = Attempts { failures, ..Attempts::none() };
    assert!(TriesFile::beside(vault).write(&attempts).is_ok());
}

#[cfg(test)]
mod tests;
