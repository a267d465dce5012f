//! `baken-backend renew`: the next key directory, with a later end, and with the next receipt key or other team
//! keys where they are asked for.
//!
//! A directory that has run out stops no device from sealing to it, since a record that is not made is lost
//! (docs/adr/0017-networks-in-between.md): devices say that their keys are old. It needs the root key, which is brought
//! from its safe for the moment. The time zone may change with it: devices follow the directory.
//!
//! A new receipt key closes the one before it for good: nothing new that one signs is believed, whatever time and number
//! it claims. So everything it signed is signed anew, in the transaction that brings the new one into use. The new key's
//! file is durable before the register names it, and takes its place after; whoever starts in between finishes that
//! (`AppState::open`), and a backup takes the one the register names.

mod team_keys;

use std::fs;
use std::io;
use std::path::Path;

use baken_protocol::dsse::{Envelope, EnvelopeError, Verified};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::{KeyDirectory, KeyDirectoryError, Team, TooManyReceiptKeys};
use baken_protocol::seal::SealError;
use baken_protocol::signature::{SignatureError, SigningKey};
use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, Days, Utc};
use zeroize::Zeroizing;

use super::init::DIRECTORY_DAYS;
use super::members::MembersError;
use crate::data_folder::{DataFolder, LockError};
use crate::environment::Environment;
use crate::private_files;
use crate::storage::sqlite::{NextDirectory, SignedAnew, SqliteStorage};
use crate::storage::{Enrolments, Installation, StorageError};
use crate::time_zone::{TimeZone, TimeZoneError};

pub use team_keys::{NewTeamKey, TeamKeyOrder, renew_team_keys};

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
    /// A directory can name no more.
    #[error("{0}: no further one can be made below this root key; begin a new installation with `baken-backend init`")]
    ReceiptKeys(#[from] TooManyReceiptKeys),
    /// A directory that was taken in closed it.
    #[error(
        "the receipt key of this register was closed after the backup it was restored from; add --new-receipt-key, so \
         that it signs with a key that devices believe; no further directory was signed"
    )]
    ClosedReceiptKey,
    /// It could not be signed.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// A server signs with the key that is to be closed.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The list of members cannot be used.
    #[error(transparent)]
    Members(#[from] MembersError),
    /// Somebody changed the register, or the list is of another one.
    #[error(
        "the register does not say of member {0} what team_members.json says: another organisation, level or recipient; \
         nothing was changed, and no key handed out. Find out who changed it"
    )]
    OtherMember(String),
    /// Only the list was named.
    #[error("name a team with --new-team-keys, or a member with --leaving; nothing was changed")]
    NoTeamNamed,
    /// There is no such member to leave.
    #[error("there is no member {0} who can sign in; nothing was changed")]
    NoMember(String),
    /// Nobody would be able to read.
    #[error("at least one member must stay; nothing was changed")]
    NobodyStays,
    /// The directory has no such team.
    #[error("there is no team {0}; nothing was changed")]
    NoTeam(Team),
    /// Another one cannot be made yet.
    #[error("the recovery key cannot be changed, only those of teams; nothing was changed")]
    RecoveryKey,
    /// A key could not be sealed to a member.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The zone's name has no place in a directory.
    #[error(transparent)]
    TimeZone(#[from] TimeZoneError),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What came into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewed {
    /// Its epoch.
    pub epoch: u64,
    /// When it runs out: after that devices say that their keys are old.
    pub not_after: DateTime<Utc>,
}

/// Signs the directory that follows the one in force and brings it into force.
pub fn renew(
    storage: &SqliteStorage,
    installation: &Installation,
    environment: &Environment,
    root_key: &Path,
) -> Result<Renewed, RenewError> {
    let (root, current) = in_force(storage, installation, root_key)?;
    let next = following(&current, environment);
    storage.renew_directory(&NextDirectory::new(
        next.epoch,
        &Envelope::sign(&next, &root)?.to_json()?,
        next.issued_at,
    ))?;
    Ok(Renewed { epoch: next.epoch, not_after: next.not_after })
}

/// As [`renew`], and from then on the municipality is in another time zone. No server may run: its lists would go on
/// in the old one while devices show the new.
pub fn renew_time_zone(
    folder: &DataFolder,
    storage: &SqliteStorage,
    installation: &Installation,
    environment: &Environment,
    root_key: &Path,
    zone: TimeZone,
) -> Result<Renewed, RenewError> {
    let _lock = folder.lock()?;
    let (root, current) = in_force(storage, installation, root_key)?;
    let next = KeyDirectory { time_zone: zone.name()?, ..following(&current, environment) };
    let directory = Envelope::sign(&next, &root)?.to_json()?;
    let order = NextDirectory::new(next.epoch, &directory, next.issued_at);
    storage.renew_directory(&NextDirectory { time_zone: Some(zone), ..order })?;
    Ok(Renewed { epoch: next.epoch, not_after: next.not_after })
}

/// As [`renew`], and from then on another key signs receipts, and has signed all there are. No server may run: it would
/// go on with the old one; nor a backup, which would copy the key of one side and the register of the other.
pub fn renew_receipt_key(
    folder: &DataFolder,
    storage: &SqliteStorage,
    installation: &Installation,
    environment: &Environment,
    root_key: &Path,
) -> Result<(Renewed, SignedAnew), RenewError> {
    let _locks = (folder.lock()?, folder.lock_for_copying()?);
    let (root, current) = newest(storage, installation, root_key)?;
    let receipt = SigningKey::generate(environment.secure_random())?;
    let next = following(&current, environment);
    let next = KeyDirectory { receipt_keys: next.receipt_keys.succeeded_by(receipt.public())?, ..next };
    private_files::write(&folder.next_receipt_key(), receipt.pkcs8())?;
    private_files::sync_folder(&folder.keys())?;
    let directory = Envelope::sign(&next, &root)?.to_json()?;
    let order = NextDirectory::new(next.epoch, &directory, next.issued_at);
    let signed_anew = storage.renew_directory(&NextDirectory { receipt_key: Some(&receipt), ..order })?;
    folder.take_next_receipt_key()?;
    Ok((Renewed { epoch: next.epoch, not_after: next.not_after }, signed_anew))
}

/// The root key, and the directory in force, whose receipt key this register holds.
fn in_force(
    storage: &SqliteStorage,
    installation: &Installation,
    root_key: &Path,
) -> Result<(SigningKey, Verified<KeyDirectory>), RenewError> {
    let (root, current) = newest(storage, installation, root_key)?;
    if current.payload.receipt_keys.in_use() != Some(&installation.receipt_key) {
        return Err(RenewError::ClosedReceiptKey);
    }
    Ok((root, current))
}

fn newest(
    storage: &SqliteStorage,
    installation: &Installation,
    root_key: &Path,
) -> Result<(SigningKey, Verified<KeyDirectory>), RenewError> {
    let root = SigningKey::from_pkcs8(&Zeroizing::new(fs::read(root_key)?))?;
    if root.public() != installation.root_key {
        return Err(RenewError::OtherRoot);
    }
    let fingerprint = RootFingerprint::of(&root.public());
    let current = KeyDirectory::verify(Envelope::from_json(&storage.key_directory()?)?, &fingerprint)?;
    Ok((root, current))
}

/// The same keys with a later end, and the vocabulary of this program where that is the next one.
fn following(current: &Verified<KeyDirectory>, environment: &Environment) -> KeyDirectory {
    let now = environment.clock.now();
    let built_in = Vocabulary::built_in_reference();
    let known = current.payload.vocabulary;
    KeyDirectory {
        epoch: current.payload.epoch + 1,
        issued_at: now,
        not_after: now + Days::new(DIRECTORY_DAYS),
        previous: Some(current.envelope.digest()),
        vocabulary: if built_in.version == known.version + 1 { built_in } else { known },
        ..current.payload.clone()
    }
}
