//! The newest key directory, brought from elsewhere: a register restored from a backup does not know what was signed
//! after it, and devices follow no directory that does not follow the one they know.
//!
//! It may come from anybody (a dossier, the public address, a device), since the root key's signature alone is believed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use baken_protocol::dsse::{Envelope, EnvelopeError, Verified};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::{KeyDirectory, KeyDirectoryError, Team};
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};

use crate::data_folder::{DataFolder, LockError};
use crate::environment::Environment;
use crate::storage::sqlite::{AdoptedDirectory, RegisterKeys, SqliteStorage, keys_of};
use crate::storage::{Installation, StorageError};
use crate::time_zone::TimeZone;

/// Why a directory is not taken in. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum NewestDirectoryError {
    /// It cannot be read.
    #[error("the key directory {0} cannot be read: {1}")]
    Io(PathBuf, io::Error),
    /// Not one, or of another municipality.
    #[error(
        "{0} is no key directory below this register's root key ({1}); take keydir-N.dsse.json of a dossier, or what \
         /v1/key-directory answered; nothing was changed"
    )]
    NotOne(PathBuf, KeyDirectoryError),
    /// The register has a newer one.
    #[error(
        "key directory {offered} is older than number {known}, which the register has: name the newest one, with the \
         highest number of all devices and dossiers; nothing was changed"
    )]
    Older {
        /// Its number.
        offered: u64,
        /// The register's.
        known: u64,
    },
    /// Both go on from the same one.
    #[error(
        "key directory {offered} does not follow number {known}, which the register has: the register was renewed by \
         itself after it was restored. Restore the backup once more, with --directory, before anything is renewed; \
         nothing was changed"
    )]
    OtherLine {
        /// Its number.
        offered: u64,
        /// The register's.
        known: u64,
    },
    /// In a time zone this version does not know.
    #[error("key directory {0} is in a time zone that this version of baken-backend does not know; update it first")]
    TimeZone(u64),
    /// A server goes on without it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The register's own directory cannot be read.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A directory that follows the register's.
#[derive(Debug)]
pub struct Newest {
    verified: Verified<KeyDirectory>,
    envelope: Vec<u8>,
    state: KeyState,
}

/// What a register has of the keys that its newest directory names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    /// The number of that directory.
    pub epoch: u64,
    /// The receipt key it holds was closed: another one must be made before anything is signed.
    pub receipt_key_is_closed: bool,
    /// Teams whose keys were changed after the backup. Its members do not hold them.
    pub teams_without_key: Vec<Team>,
}

impl Newest {
    /// Reads the directory in `file` for the register with these keys. None where it is the very one the register has.
    pub(super) fn read(file: &Path, register: &RegisterKeys) -> Result<Option<Self>, NewestDirectoryError> {
        let root = RootFingerprint::of(&register.root);
        let known = KeyDirectory::verify(Envelope::from_json(&register.directory)?, &root);
        let known = known.map_err(|_| StorageError::Content)?;
        let bytes = fs::read(file).map_err(|error| NewestDirectoryError::Io(file.to_owned(), error))?;
        let not_one = |error| NewestDirectoryError::NotOne(file.to_owned(), error);
        let envelope = Envelope::from_json(bytes.trim_ascii()).map_err(|error| not_one(error.into()))?;
        let verified = KeyDirectory::verify(envelope, &root).map_err(not_one)?;
        let (known_epoch, offered) = (known.payload.epoch, verified.payload.epoch);
        if verified.envelope.digest() == known.envelope.digest() {
            return Ok(None);
        }
        if KeyDirectory::check_succession(&known, &verified).is_err() {
            return Err(if offered < known_epoch {
                NewestDirectoryError::Older { offered, known: known_epoch }
            } else {
                NewestDirectoryError::OtherLine { offered, known: known_epoch }
            });
        }
        if verified.payload.time_zone.as_str().parse::<TimeZone>().is_err() {
            return Err(NewestDirectoryError::TimeZone(offered));
        }
        let is_known = |team: &&baken_protocol::keydir::TeamRecipient| known.payload.recipients.contains(team);
        let changed = verified.payload.recipients.iter().filter(|team| !is_known(team)).map(|team| team.name.clone());
        let state = KeyState {
            epoch: offered,
            receipt_key_is_closed: is_closed(&verified.payload, &register.receipt),
            teams_without_key: changed.collect(),
        };
        Ok(Some(Self { envelope: verified.envelope.to_json()?, verified, state }))
    }

    /// As the register takes it in.
    pub(super) fn at(&self, now: DateTime<Utc>) -> AdoptedDirectory<'_> {
        AdoptedDirectory { directory: &self.verified.payload, envelope: &self.envelope, now }
    }

    /// What the register has of its keys.
    pub(super) fn state(&self) -> KeyState {
        self.state.clone()
    }
}

/// Takes the directory in `file` into a register that is not served. Answers what the register has of its keys; none
/// where the register had it already.
pub fn take_in(
    folder: &DataFolder,
    storage: &SqliteStorage,
    environment: &Environment,
    file: &Path,
) -> Result<Option<KeyState>, NewestDirectoryError> {
    let _lock = folder.lock()?;
    let newest = Newest::read(file, &keys_of(&folder.register())?)?;
    if let Some(newest) = &newest {
        storage.adopt_directory(&newest.at(environment.clock.now()))?;
    }
    Ok(newest.map(|newest| newest.state()))
}

/// Whether the key that `installation` signs with is another than the newest directory names.
pub fn signs_with_a_closed_key(installation: &Installation, directory: &[u8]) -> Result<bool, EnvelopeError> {
    let newest = Envelope::from_json(directory)?.peek::<KeyDirectory>()?;
    Ok(is_closed(&newest, &installation.receipt_key))
}

fn is_closed(directory: &KeyDirectory, receipt_key: &VerifyingKey) -> bool {
    directory.receipt_keys.in_use() != Some(receipt_key)
}
