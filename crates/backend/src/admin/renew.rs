//! `baken-backend renew`: the next key directory, with the same keys and a later end.
//!
//! Devices refuse to seal to a directory that has run out, so this must be done before it does. It needs the root
//! key, which is brought from its safe for the moment. Changing a team's key when a member leaves is another matter:
//! that key is made in a member's browser, never here.

use std::fs;
use std::io;
use std::path::Path;

use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::{KeyDirectory, KeyDirectoryError};
use baken_protocol::signature::{SignatureError, SigningKey};
use chrono::{DateTime, Days, Utc};
use zeroize::Zeroizing;

use super::init::DIRECTORY_DAYS;
use crate::environment::Environment;
use crate::storage::sqlite::SqliteStorage;
use crate::storage::{Enrolments, Installation, StorageError};

/// Why the directory stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// The root key cannot be read.
    #[error("the root key cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Not an Ed25519 key in PKCS#8.
    #[error("the root key's file holds no Ed25519 key in PKCS#8: {0}")]
    Key(#[from] SignatureError),
    /// Another municipality's root key, or that of a register before this one.
    #[error("this is not the root key this register was made with; devices would refuse what it signs")]
    OtherRoot,
    /// What is stored is no directory of this root key.
    #[error(transparent)]
    Directory(#[from] KeyDirectoryError),
    /// It could not be signed.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What came into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewed {
    /// Its epoch.
    pub epoch: u64,
    /// Until when devices seal to it.
    pub not_after: DateTime<Utc>,
}

/// Signs the directory that follows the one in force and brings it into force.
pub fn renew(
    storage: &SqliteStorage,
    installation: &Installation,
    environment: &Environment,
    root_key: &Path,
) -> Result<Renewed, RenewError> {
    let root = SigningKey::from_pkcs8(&Zeroizing::new(fs::read(root_key)?))?;
    if root.public() != installation.root_key {
        return Err(RenewError::OtherRoot);
    }
    let fingerprint = RootFingerprint::of(&root.public());
    let current = KeyDirectory::verify(Envelope::from_json(&storage.key_directory()?)?, &fingerprint)?;
    let now = environment.clock.now();
    let next = KeyDirectory {
        epoch: current.payload.epoch + 1,
        issued_at: now,
        not_after: now + Days::new(DIRECTORY_DAYS),
        previous: Some(current.envelope.digest()),
        ..current.payload
    };
    storage.renew_directory(next.epoch, &Envelope::sign(&next, &root)?.to_json()?, now)?;
    Ok(Renewed { epoch: next.epoch, not_after: next.not_after })
}
