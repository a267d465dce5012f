//! The newest key directory, brought from elsewhere: a register restored from a backup does not know what was signed
//! after it, and devices follow no directory that does not follow the one they know. Those before it may come along, so
//! that records sealed under them can be shown to have been.
//!
//! They may come from anybody (a dossier, the public address, a device), since the root key's signature alone is
//! believed. All of them are checked before anything is changed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use baken_protocol::dsse::{Envelope, EnvelopeError, Verified};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::{KeyDirectory, KeyDirectoryError, Team};
use chrono::{DateTime, Utc};

use crate::register::{AdoptedDirectory, is_closed};
use crate::storage::StorageError;
use crate::storage::sqlite::RegisterKeys;
use crate::time_zone::TimeZone;

/// Why directories are not taken in. Nothing was changed.
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
        "key directory {offered} is older than number {known}, which the register has: name the newest one too, with the \
         highest number of all devices and dossiers; nothing was changed"
    )]
    Older {
        /// The newest of those that were named.
        offered: u64,
        /// The register's.
        known: u64,
    },
    /// Both go on from the same one.
    #[error(
        "key directory {offered} is not of one line with number {known}, which the register has: the register was renewed \
         by itself after it was restored, or the directory was signed in a drill. If devices follow the directory, \
         restore the backup once more, with --directory, before anything is renewed; nothing was changed"
    )]
    OtherLine {
        /// Its number.
        offered: u64,
        /// The register's.
        known: u64,
    },
    /// Those that were named contradict each other.
    #[error(
        "key directories {0} and {1} that were named are not of one line: one of them was signed in a register that \
         devices do not follow, as in a drill. Name only those that devices have; nothing was changed"
    )]
    TwoLines(u64, u64),
    /// In a time zone this version does not know.
    #[error("key directory {0} is in a time zone that this version of baken-backend does not know; update it first")]
    TimeZone(u64),
    /// The register's own directory cannot be read.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A directory of the line, and whether the register has it.
struct Link {
    directory: Verified<KeyDirectory>,
    is_held: bool,
}

/// Directories that fit into the register's line, the newest among them.
pub struct Brought {
    newest: Verified<KeyDirectory>,
    /// Those the register lacks, the oldest first, each with its DSSE JSON.
    lacking: Vec<(KeyDirectory, Vec<u8>)>,
    state: KeyState,
}

/// What a register has of the keys that its newest directory names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    /// The number of that directory.
    pub epoch: u64,
    /// The numbers of those that were taken in.
    pub taken_in: Vec<u64>,
    /// Those before it that are not there.
    pub missing: Vec<Missing>,
    /// The receipt key it holds was closed: another one must be made before anything is signed.
    pub receipt_key_is_closed: bool,
    /// Teams whose keys were changed after the backup. Its members do not hold them.
    pub teams_without_key: Vec<Team>,
}

/// Directories in a row that a register lacks: the first and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing(pub u64, pub u64);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(first, last) = self;
        if first == last { first.fmt(f) } else { write!(f, "{first} to {last}") }
    }
}

impl Brought {
    /// Reads the directories in `files` for the register with these keys.
    pub(super) fn read(files: &[PathBuf], register: &RegisterKeys) -> Result<Self, NewestDirectoryError> {
        let root = RootFingerprint::of(&register.root);
        let mut line = BTreeMap::new();
        for bytes in &register.directories {
            let directory = KeyDirectory::verify(Envelope::from_json(bytes)?, &root);
            let directory = directory.map_err(|_| StorageError::Content)?;
            line.insert(directory.payload.epoch, Link { directory, is_held: true });
        }
        let (known, before) = line.last_key_value().ok_or(StorageError::Content)?;
        let (known, before) = (*known, before.directory.payload.clone());
        let mut offered = 0;
        for file in files {
            let directory = brought(file, &root)?;
            offered = offered.max(directory.payload.epoch);
            put(&mut line, directory)?;
        }
        if offered < known {
            return Err(NewestDirectoryError::Older { offered, known });
        }
        are_one_line(&line)?;
        let newest = line.last_entry().ok_or(StorageError::Content)?.get().directory.clone();
        if newest.payload.time_zone.as_str().parse::<TimeZone>().is_err() {
            return Err(NewestDirectoryError::TimeZone(newest.payload.epoch));
        }
        let is_known = |team: &&baken_protocol::keydir::TeamRecipient| before.recipients.contains(team);
        let changed = newest.payload.recipients.iter().filter(|team| !is_known(team)).map(|team| team.name.clone());
        let state = KeyState {
            epoch: newest.payload.epoch,
            taken_in: line.iter().filter(|(_, link)| !link.is_held).map(|(epoch, _)| *epoch).collect(),
            missing: missing(line.keys().copied()),
            receipt_key_is_closed: is_closed(&newest.payload, &register.receipt),
            teams_without_key: changed.collect(),
        };
        let lacking = line.into_values().filter(|link| !link.is_held).map(|link| {
            let envelope = link.directory.envelope.to_json()?;
            Ok((link.directory.payload, envelope))
        });
        Ok(Self { lacking: lacking.collect::<Result<_, EnvelopeError>>()?, newest, state })
    }

    /// As the register takes them in, the oldest first.
    pub(super) fn at(&self, now: DateTime<Utc>) -> Vec<AdoptedDirectory<'_>> {
        self.lacking.iter().map(|(directory, envelope)| AdoptedDirectory { directory, envelope, now }).collect()
    }

    /// The newest of the line: the next one follows it.
    pub(super) fn newest(&self) -> &Verified<KeyDirectory> {
        &self.newest
    }

    /// What the register has of its keys.
    pub(super) fn state(&self) -> KeyState {
        self.state.clone()
    }
}

fn brought(file: &Path, root: &RootFingerprint) -> Result<Verified<KeyDirectory>, NewestDirectoryError> {
    let bytes = fs::read(file).map_err(|error| NewestDirectoryError::Io(file.to_owned(), error))?;
    let not_one = |error| NewestDirectoryError::NotOne(file.to_owned(), error);
    let envelope = Envelope::from_json(bytes.trim_ascii()).map_err(|error| not_one(error.into()))?;
    KeyDirectory::verify(envelope, root).map_err(not_one)
}

fn put(line: &mut BTreeMap<u64, Link>, directory: Verified<KeyDirectory>) -> Result<(), NewestDirectoryError> {
    let epoch = directory.payload.epoch;
    match line.entry(epoch) {
        Entry::Vacant(place) => drop(place.insert(Link { directory, is_held: false })),
        Entry::Occupied(there) if there.get().directory.envelope.digest() == directory.envelope.digest() => {}
        Entry::Occupied(there) if there.get().is_held => {
            return Err(NewestDirectoryError::OtherLine { offered: epoch, known: epoch });
        }
        Entry::Occupied(_) => return Err(NewestDirectoryError::TwoLines(epoch, epoch)),
    }
    Ok(())
}

/// Each follows the one before it.
fn are_one_line(line: &BTreeMap<u64, Link>) -> Result<(), NewestDirectoryError> {
    for ((before, known), (after, next)) in line.iter().zip(line.iter().skip(1)) {
        if KeyDirectory::check_succession(&known.directory, &next.directory).is_ok() {
            continue;
        }
        return Err(match (known.is_held, next.is_held) {
            (true, true) => StorageError::Content.into(),
            (true, false) => NewestDirectoryError::OtherLine { offered: *after, known: *before },
            (false, true) => NewestDirectoryError::OtherLine { offered: *before, known: *after },
            (false, false) => NewestDirectoryError::TwoLines(*before, *after),
        });
    }
    Ok(())
}

fn missing(epochs: impl Iterator<Item = u64> + Clone) -> Vec<Missing> {
    let pairs = epochs.clone().zip(epochs.skip(1));
    pairs.filter(|(before, after)| after - before > 1).map(|(before, after)| Missing(before + 1, after - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_missing_in_rows() {
        let told = |epochs: &[u64]| -> Vec<String> {
            missing(epochs.iter().copied()).iter().map(Missing::to_string).collect()
        };
        assert_eq!(told(&[1, 2, 3]), [""; 0]);
        assert_eq!(told(&[1, 3, 4, 9]), ["2", "5 to 8"]);
    }
}
