//! `baken-backend backup`: a whole copy while the backend serves, sealed to the backup recipient, with a manifest of
//! hashes.
//!
//! The register is copied by SQLite's own online backup, or row by row out of its database (`relocate`), so it is one
//! consistent moment. That copy is a file, and lies in the data
//! folder, beside the register that is in clear there too, and goes away; in the target nothing is ever in clear.
//! Attachments are sealed by their devices already: they are copied as they are, so a copy made every day shares them
//! with the one before. They are complete files that never change, copied after the register, so none that it knows as
//! complete is missing.
//!
//! The manifest's own hash is what a restore can be held to: kept apart from the copy, it shows what was exchanged. The
//! seal does not show that, since whoever knows the recipient can seal to it.

mod manifest;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::seal::{Recipient, SealError, SealingWriter};

use super::newest_directory::NewestDirectoryError;
use super::relocate::{self, MoveError};
use crate::environment::Environment;
use crate::files::data_folder::{DataFolder, LockError, read_key};
use crate::files::hashed::Hashed;
use crate::files::private_files;
use crate::storage::sqlite::{SqliteStorage, as_one_file, backup_recipient, copy_register, keys_of};
use crate::storage::{AuditAction, AuditEntry, AuditObject, Place, PlaceError, StorageError, UnitOfWork};

pub use manifest::{MANIFEST, Manifest, Piece};

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct BackedUp {
    /// Files copied.
    pub files: usize,
    /// SHA-256 of the manifest.
    pub manifest_sha256: Digest,
    /// To whom it is sealed.
    pub sealed_to: Recipient,
}

/// Why there is no backup, or it cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The target holds something already.
    #[error("the folder {0} is not empty; name another")]
    NotEmpty(PathBuf),
    /// There is no register to copy.
    #[error("there is no register in this folder")]
    NotInitialised,
    /// Another backup is being made.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The manifest is missing, incomplete or not of this version.
    #[error(
        "the backup's manifest.json is missing or damaged: the backup was cut off, or another version of baken-backend \
         made it; nothing was restored"
    )]
    Manifest,
    /// The manifest is another than the one whose hash was given.
    #[error("the backup's manifest does not have the SHA-256 that was given; nothing was restored")]
    OtherManifest,
    /// Files are missing or not what the manifest says.
    #[error("missing from the backup or altered: {}; nothing was restored, take another copy", listed(.0))]
    Altered(Vec<Piece>),
    /// The identity is another's.
    #[error(
        "this identity does not open the backup, which is sealed to {0}; name the backup.age-identity.txt of the \
         secrets folder that `init` made together with this register; nothing was restored"
    )]
    OtherIdentity(Recipient),
    /// A file is as the manifest says, and is sealed to somebody else, or not at all.
    #[error(
        "{0} is not sealed to the recipient that the backup names: somebody put it there; nothing was restored, take \
         another copy"
    )]
    NotSealed(Piece),
    /// The backup's receipt key cannot be used, so its log cannot be given a name of its own.
    #[error(
        "the backup's receipt key is not the one its register names, and no other can say where its log goes on; nothing \
         was restored, take another copy"
    )]
    ReceiptKey,
    /// Neither of the files that may hold it does.
    #[error(
        "keys/receipt.pkcs8 is not the key this register names, so nothing could be signed after a restore; there is no \
         backup. Restore an earlier backup into another folder and copy that file from its keys, or make another key with \
         the root key, after stopping the server: `baken-backend renew --data DIR --root-key FILE --new-receipt-key` \
         (OPERATIONS, procedure 2)"
    )]
    NoReceiptKey,
    /// The directory that was named is not one to go on from.
    #[error(transparent)]
    Directory(#[from] NewestDirectoryError),
    /// It could not be sealed, so there is no backup.
    #[error("the backup could not be sealed: {0}")]
    Seal(#[from] SealError),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A file cannot be read or written.
    #[error("a file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// The register is no file, and nobody said where it is.
    #[error(transparent)]
    Place(PlaceError),
    /// It could not be copied out of its database.
    #[error(transparent)]
    Copy(#[from] MoveError),
}

fn listed(pieces: &[Piece]) -> String {
    pieces.iter().map(Piece::to_string).collect::<Vec<_>>().join(", ")
}

/// Copies everything of `data` into the new folder `out`. The line about it is in the copy as well.
pub fn backup(data: &DataFolder, out: &Path, environment: &Environment) -> Result<BackedUp, BackupError> {
    match Place::of(data, None) {
        Ok(place) => backup_at(data, &place, out, environment),
        Err(error @ PlaceError::InDatabase) => Err(BackupError::Place(error)),
        Err(_) if !DataFolder::new(out.to_owned()).is_empty()? => Err(BackupError::NotEmpty(out.to_owned())),
        Err(_) => Err(BackupError::NotInitialised),
    }
}

/// The same of a folder whose register is at `place`.
pub fn backup_at(
    data: &DataFolder,
    place: &Place,
    out: &Path,
    environment: &Environment,
) -> Result<BackedUp, BackupError> {
    let copy = DataFolder::new(out.to_owned());
    if !copy.is_empty()? {
        return Err(BackupError::NotEmpty(out.to_owned()));
    }
    let _alone = data.lock_for_copying()?;
    for folder in [out, &copy.attachments(), &copy.keys()] {
        private_files::make_folder(folder)?;
    }
    let register = RegisterCopy::of(data, place, environment)?;
    let sealed_to = backup_recipient(register.path())?;
    let mut pieces = Piece::ALWAYS.to_vec();
    // The first that serves makes the folder.
    if data.attachments().exists() {
        for entry in fs::read_dir(data.attachments())? {
            pieces.extend(entry?.file_name().to_str().and_then(|name| name.parse().ok()).map(Piece::Attachment));
        }
    }
    let receipt_key = named_receipt_key(data, register.path())?;
    let content_key = named_content_key(data, register.path())?;
    let mut files = BTreeMap::new();
    for piece in pieces {
        let from = match piece {
            Piece::Register => register.path().to_owned(),
            Piece::ReceiptKey => receipt_key.clone(),
            Piece::ContentKey => content_key.clone(),
            Piece::Attachment(_) => piece.in_data(data),
        };
        files.insert(piece, written(piece, &from, &piece.in_copy(out), &sealed_to)?);
    }
    drop(register);
    let manifest = Manifest { version: manifest::VERSION, sealed_to, files };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|_| BackupError::Manifest)?;
    private_files::write(&out.join(MANIFEST), &text)?;
    for folder in [&copy.attachments(), &copy.keys(), out] {
        private_files::sync_folder(folder)?;
    }
    Ok(BackedUp { files: manifest.files.len(), manifest_sha256: Digest::of(&text), sealed_to: manifest.sealed_to })
}

/// The register as it was at one moment, in clear; gone when this is dropped, or else at the next backup.
struct RegisterCopy([PathBuf; 4]);

impl RegisterCopy {
    fn of(data: &DataFolder, place: &Place, environment: &Environment) -> Result<Self, BackupError> {
        let copy = Self(data.register_copy());
        copy.remove()?;
        // The file is there first, so that it is private whatever SQLite would make it.
        private_files::write(copy.path(), b"")?;
        let entry = AuditEntry::by_operator(AuditAction::Backup, AuditObject::Register, "");
        match place {
            Place::File(register) => copy_register(register, copy.path(), environment.clock.now(), &entry)?,
            Place::Database(..) => {
                let register = place.open()?;
                register.write(|tx| tx.audit(environment.clock.now(), &entry))?;
                let file = SqliteStorage::bring_up(copy.path())?;
                register.read(|from| relocate::copy(from, &file))?;
                drop(file);
                as_one_file(copy.path())?;
            }
        }
        Ok(copy)
    }

    fn path(&self) -> &Path {
        let [path, ..] = &self.0;
        path
    }

    fn remove(&self) -> io::Result<()> {
        for file in &self.0 {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}

impl Drop for RegisterCopy {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            tracing::warn!(%error, "the copy of the register could not be removed from the data folder");
        }
    }
}

/// The file of the receipt key that the copied register names. A renewal that was cut short left it under its next name.
fn named_receipt_key(data: &DataFolder, register: &Path) -> Result<PathBuf, BackupError> {
    let named = keys_of(register)?.receipt;
    let is_named = |path: &PathBuf| read_key(path).is_some_and(|key| key.public() == named);
    [data.receipt_key(), data.next_receipt_key()].into_iter().find(is_named).ok_or(BackupError::NoReceiptKey)
}

/// The file of the content key that the copied register's directory names, likewise. Where neither is, the one there is:
/// nothing that is kept depends on it, and another can be made with the root key.
fn named_content_key(data: &DataFolder, register: &Path) -> Result<PathBuf, BackupError> {
    let newest = keys_of(register)?.directories.pop();
    let named =
        newest.and_then(|it| Envelope::from_json(&it).ok()?.peek::<KeyDirectory>().ok()).map(|it| it.content_key);
    let is_named = |path: &PathBuf| read_key(path).is_some_and(|key| Some(key.public()) == named);
    let next = Some(data.next_content_key()).filter(is_named);
    Ok(next.unwrap_or_else(|| data.content_key()))
}

/// Writes a file of the backup, and answers the hash of it as it lies there.
fn written(piece: Piece, from: &Path, to: &Path, recipient: &Recipient) -> Result<Digest, BackupError> {
    let (mut input, mut output) = (File::open(from)?, Hashed::new(private_files::create(to)?));
    if piece.is_sealed() {
        let mut sealing = SealingWriter::new(output, recipient)?;
        io::copy(&mut input, &mut sealing)?;
        output = sealing.finish()?;
    } else {
        io::copy(&mut input, &mut output)?;
    }
    let (file, digest) = output.into_parts();
    file.sync_all()?;
    Ok(digest)
}
