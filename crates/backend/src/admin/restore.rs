//! `baken-backend restore`: a backup becomes a data folder, after every file of it was checked.
//!
//! A restored log is another log: the one that was lost may have gone on, and no number may be signed a second time.
//! So it gets a name of its own, with a signed statement up to where it is the old one's.
//!
//! It needs the identity the backup is sealed to, which is with the secrets. Nothing is left behind by a restore that
//! fails: neither half a register nor a key in clear.
//!
//! Devices notice by themselves that the backend knows less than its receipts say, and send again. What people did
//! after the backup nobody sends again: sessions end and open invitations are withdrawn here, since they may have
//! been ended and withdrawn since; devices revoked since must be revoked again by hand.

mod disarm;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::seal::{Identity, OpeningReader};
use chrono::{DateTime, Utc};

use self::disarm::{Fresh, disarm};
use super::backup::{BackupError, Manifest, Piece};
use super::newest_directory::{Brought, KeyState};
use crate::environment::Environment;
use crate::files::data_folder::{DataFolder, read_key};
use crate::files::hashed::Hashed;
use crate::files::private_files;
use crate::storage::StorageError;
use crate::storage::sqlite::{RegisterKeys, in_copy, keys_of};

/// A backup that was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Files restored.
    pub files: usize,
    /// Up to when the backup knows what people did.
    pub known_until: DateTime<Utc>,
    /// The number of its newest key directory.
    pub key_directory: u64,
    /// What it has of that directory's keys, where directories were named.
    pub taken_in: Option<KeyState>,
}

/// What is restored, and what with.
#[derive(Clone, Copy)]
pub struct RestoreOrder<'a> {
    /// The backup.
    pub from: &'a Path,
    /// What it is sealed to.
    pub identity: &'a Identity,
    /// The SHA-256 its manifest must have: only that very backup.
    pub manifest_sha256: Option<Digest>,
    /// The newest key directory, from anywhere, and those before it that the backup lacks. Without the newest, one that was
    /// renewed after the backup is not known, and devices that know it follow no other.
    pub directories: &'a [PathBuf],
}

/// Restores a backup into the new folder `data`.
pub fn restore(
    order: &RestoreOrder<'_>,
    data: &DataFolder,
    environment: &Environment,
) -> Result<Restored, BackupError> {
    let RestoreOrder { from, identity, manifest_sha256, directories } = *order;
    if !data.is_empty()? {
        return Err(BackupError::NotEmpty(data.path().to_owned()));
    }
    let manifest = Manifest::verified(from, manifest_sha256)?;
    if manifest.sealed_to != identity.recipient() {
        return Err(BackupError::OtherIdentity(manifest.sealed_to));
    }
    for piece in manifest.files.keys().filter(|piece| piece.is_sealed()) {
        OpeningReader::new(File::open(piece.in_copy(from))?, identity).map_err(|_| BackupError::NotSealed(*piece))?;
    }
    let mut unfinished = Unfinished::new(data)?;
    // The register gets its name last: a restore cut short leaves nothing that could be served from.
    let half_way = data.path().join("register.restoring");
    for (piece, digest) in &manifest.files {
        let to = if *piece == Piece::Register { half_way.clone() } else { piece.in_data(data) };
        unfinished.made.push(to.clone());
        write(*piece, &piece.in_copy(from), &to, identity, *digest)?;
    }
    let now = environment.clock.now();
    let register = keys_of(&half_way)?;
    let receipt_key = read_key(&data.receipt_key()).filter(|key| key.public() == register.receipt);
    let receipt_key = receipt_key.ok_or(BackupError::ReceiptKey)?;
    let brought = if directories.is_empty() { None } else { Some(Brought::read(directories, &register)?) };
    let adopted = brought.as_ref().map(|brought| brought.at(now)).unwrap_or_default();
    let suffix = environment.uuid().simple().to_string();
    let fresh = Fresh { now, suffix: &suffix, receipt_key: &receipt_key, adopted: &adopted };
    let known_until = in_copy(&half_way, |tx| disarm(tx, &fresh))?;
    fs::rename(&half_way, data.register())?;
    unfinished.made.push(data.register());
    for folder in [&data.attachments(), &data.keys(), data.path()] {
        private_files::sync_folder(folder)?;
    }
    unfinished.end();
    let taken_in = brought.map(|brought| brought.state());
    let key_directory = match &taken_in {
        Some(state) => state.epoch,
        None => newest_of(&register)?,
    };
    Ok(Restored { files: manifest.files.len(), known_until, key_directory, taken_in })
}

fn newest_of(register: &RegisterKeys) -> Result<u64, StorageError> {
    let own = register.directories.last().ok_or(StorageError::Content)?;
    let own = Envelope::from_json(own).and_then(|it| it.peek::<KeyDirectory>());
    Ok(own.map_err(|_| StorageError::Content)?.epoch)
}

/// Writes one file, opened if it is sealed; what was read must still be what the manifest says.
fn write(piece: Piece, from: &Path, to: &Path, identity: &Identity, expected: Digest) -> Result<(), BackupError> {
    let (mut input, mut output) = (Hashed::new(File::open(from)?), private_files::create(to)?);
    if piece.is_sealed() {
        let mut opening = OpeningReader::new(&mut input, identity).map_err(|_| BackupError::NotSealed(piece))?;
        copy(piece, &mut opening, &mut output)?;
    }
    // All of a file that is not sealed, nothing of one that is.
    copy(piece, &mut input, &mut output)?;
    output.sync_all()?;
    if input.into_parts().1 == expected { Ok(()) } else { Err(BackupError::Altered(vec![piece])) }
}

fn copy(piece: Piece, from: &mut impl Read, to: &mut File) -> Result<(), BackupError> {
    match io::copy(from, to) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => {
            Err(BackupError::Altered(vec![piece]))
        }
        Err(error) => Err(error.into()),
    }
}

/// What was made of a data folder so far. Dropped before the end it is taken away again, and nothing else is.
struct Unfinished<'a> {
    data: &'a DataFolder,
    was_there: bool,
    made: Vec<PathBuf>,
    ended: bool,
}

impl<'a> Unfinished<'a> {
    fn new(data: &'a DataFolder) -> Result<Self, BackupError> {
        let unfinished = Self {
            data,
            was_there: data.path().exists(),
            made: vec![data.path().join("register.restoring-journal")],
            ended: false,
        };
        for folder in [data.path(), &data.attachments(), &data.keys()] {
            private_files::make_folder(folder)?;
        }
        Ok(unfinished)
    }

    fn end(mut self) {
        self.ended = true;
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // What cannot be taken away is still no register: that name is given last.
        for file in &self.made {
            drop(fs::remove_file(file));
        }
        for folder in [self.data.attachments(), self.data.keys()] {
            drop(fs::remove_dir(folder));
        }
        if !self.was_there {
            drop(fs::remove_dir(self.data.path()));
        }
    }
}
