//! `baken-backend renew`: the next key directory, with a later end, and with the next receipt key or other team
//! keys where they are asked for.
//!
//! A directory that has run out stops no device from sealing to it, since a record that is not made is lost
//! (docs/adr/0017-networks-in-between.md): devices say that their keys are old. It needs the root key, which is brought
//! from its safe for the moment. The time zone may change with it: devices follow the directory.
//!
//! A new receipt key closes the one before it for good: nothing new that one signs is believed, whatever time and number
//! it claims. So everything it signed is signed anew, in the transaction that brings the new one into use. The new key's
//! file is durable before the register names it, and takes its place after; whoever comes in between finishes that first
//! (`DataFolder::named_receipt_key`), and a backup takes the one the register names.
//!
//! Everything is checked before anything is changed, and what is brought from elsewhere is taken in by the transaction
//! that brings the next directory into force.

mod begun;
mod team_keys;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use baken_protocol::dsse::{Envelope, EnvelopeError, Verified};
use baken_protocol::keydir::{KeyDirectory, KeyDirectoryError, Team, TooManyReceiptKeys};
use baken_protocol::seal::SealError;
use baken_protocol::signature::{SignatureError, SigningKey, VerifyingKey};
use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, Days, Utc};

use self::begun::Begun;
use super::init::DIRECTORY_DAYS;
use super::members::MembersError;
use super::newest_directory::{Brought, KeyState, NewestDirectoryError};
use crate::environment::Environment;
use crate::files::data_folder::{DataFolder, LockError, read_key};
use crate::files::private_files;
use crate::register::{NextDirectory, SignedAnew, bring_into_force, reckon_here};
use crate::storage::{Database, StorageError, UnitOfWork};
use crate::time_zone::{TimeZone, TimeZoneError};

pub use team_keys::{NewTeamKey, TeamKeyOrder};

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
    /// `init` did not end here.
    #[error("there is no register in this folder; run `baken-backend init` first")]
    NotInitialised,
    /// A directory that was taken in closed it.
    #[error(
        "the receipt key of this register was closed after the backup it was restored from; add --new-receipt-key, so \
         that it signs with a key that devices believe (team keys and a time zone are changed after that, by themselves); \
         nothing was changed"
    )]
    ClosedReceiptKey,
    /// A directory that was brought is not one to go on from.
    #[error(transparent)]
    Newest(#[from] NewestDirectoryError),
    /// It was restored, and nobody said which directory is the newest.
    #[error(
        "this register was restored from a backup, and cannot know whether a key directory after number {known} was \
         signed since. Devices follow the one they know and no other: a second one with the same number leaves them behind \
         for good. Look for the highest N in keydir-N.dsse.json of the dossiers that were handed out, and in what was saved \
         from /v1/key-directory. Name that file, and those between, with --directory FILE. If {known} is the highest there \
         is, say so with --no-later-directory {known}. In a drill, sign nothing with this root key (OPERATIONS, procedure \
         9). Nothing was changed"
    )]
    NewestUnknown {
        /// The newest the register has.
        known: u64,
    },
    /// What was said of the newest directory is not so.
    #[error(
        "--no-later-directory says that number {said} is the newest key directory, and the register's newest is {known}; if \
         there is a later one, name its file with --directory; nothing was changed"
    )]
    OtherNewest {
        /// What was said.
        said: u64,
        /// The newest the register has.
        known: u64,
    },
    /// It could not be signed.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// A server would go on with what is to be changed.
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
    /// What somebody read out is of another key than the register has.
    #[error(
        "the key that the register has of member {0} has another fingerprint than what was typed. Ask the member to read it \
         out again (in the console under their account). If it differs still, somebody changed the register; nothing was \
         changed, and no key handed out"
    )]
    OtherKey(String),
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// Its epoch.
    pub epoch: u64,
    /// When it runs out: after that devices say that their keys are old.
    pub not_after: DateTime<Utc>,
    /// What was taken in before it, where directories were brought.
    pub taken_in: Option<KeyState>,
    /// It is the first that this register signs after it was restored.
    pub after_restore: bool,
}

/// Who renews which register, and with what.
#[derive(Clone, Copy)]
pub struct Renewal<'a> {
    folder: &'a DataFolder,
    storage: &'a dyn Database,
    environment: &'a Environment,
    root_key: &'a Path,
    directories: &'a [PathBuf],
    no_later_directory: Option<u64>,
}

impl<'a> Renewal<'a> {
    /// The register in `folder`, which `storage` is, with the root key in a file.
    pub const fn new(
        folder: &'a DataFolder,
        storage: &'a dyn Database,
        environment: &'a Environment,
        root_key: &'a Path,
    ) -> Self {
        Self { folder, storage, environment, root_key, directories: &[], no_later_directory: None }
    }

    /// Directories that were signed after the backup this register was restored from, the newest among them: they are
    /// taken in first, in the same transaction. No server may run, which would go on without them.
    #[must_use]
    pub const fn after(self, directories: &'a [PathBuf]) -> Self {
        Self { directories, ..self }
    }

    /// Somebody says that no directory with a higher number than this was ever signed.
    #[must_use]
    pub const fn with_none_later_than(self, epoch: Option<u64>) -> Self {
        Self { no_later_directory: epoch, ..self }
    }

    /// Signs the directory that follows the newest and brings it into force.
    pub fn renew(&self) -> Result<Renewed, RenewError> {
        let _lock = self.locked_where_directories_are_brought()?;
        let begun = self.in_force()?;
        let next = following(begun.newest(), self.environment);
        sign(&begun, &next, |order| self.bring_into_force(&order)).map(|(renewed, _)| renewed)
    }

    /// As [`Self::renew`], and from then on the municipality is in another time zone. No server may run: its lists would
    /// go on in the old one while devices show the new.
    pub fn time_zone(&self, zone: TimeZone) -> Result<Renewed, RenewError> {
        let _lock = self.folder.lock()?;
        let begun = self.in_force()?;
        let next = KeyDirectory { time_zone: zone.name()?, ..following(begun.newest(), self.environment) };
        let bring = |order: NextDirectory<'_>| self.bring_into_force(&NextDirectory { time_zone: Some(zone), ..order });
        sign(&begun, &next, bring).map(|(renewed, _)| renewed)
    }

    /// All of it in one transaction: by another zone, which a directory that is taken in may bring too, terms end at
    /// another time.
    fn bring_into_force(&self, order: &NextDirectory<'_>) -> Result<SignedAnew, StorageError> {
        self.storage.write(|tx| {
            let done = bring_into_force(tx, order)?;
            reckon_here(tx)?;
            Ok(done)
        })
    }

    /// As [`Self::renew`], and from then on another key signs receipts, and has signed all there are. No server may run: it
    /// would go on with the old one; nor a backup, which would copy the key of one side and the register of the other.
    pub fn receipt_key(&self) -> Result<(Renewed, SignedAnew), RenewError> {
        let _locks = (self.folder.lock()?, self.folder.lock_for_copying()?);
        let begun = self.begun()?;
        // Where neither file holds the key that the register names, this is the way out: the old one is not needed.
        self.folder.named_receipt_key(&begun.installation.receipt_key)?;
        let receipt = SigningKey::generate(self.environment.secure_random())?;
        let next = following(begun.newest(), self.environment);
        let next = KeyDirectory { receipt_keys: next.receipt_keys.succeeded_by(receipt.public())?, ..next };
        private_files::write(&self.folder.next_receipt_key(), receipt.pkcs8())?;
        private_files::sync_folder(&self.folder.keys())?;
        let bring =
            |order: NextDirectory<'_>| self.bring_into_force(&NextDirectory { receipt_key: Some(&receipt), ..order });
        let done = sign(&begun, &next, bring)?;
        self.folder.take_next_receipt_key()?;
        Ok(done)
    }

    /// As [`Self::renew`], and from then on another key signs what devices are given, and has signed all there is. No
    /// backup may be made meanwhile, which would copy the key of one side and the register of the other.
    pub fn content_key(&self) -> Result<(Renewed, SignedAnew), RenewError> {
        let _locks = (self.folder.lock()?, self.folder.lock_for_copying()?);
        let begun = self.in_force()?;
        let before = begun.newest().payload.content_key;
        // One that was cut short is finished first, or what is written next would be in its place.
        self.finish_content_key(&before)?;
        let content = SigningKey::generate(self.environment.secure_random())?;
        let next = KeyDirectory { content_key: content.public(), ..following(begun.newest(), self.environment) };
        private_files::write(&self.folder.next_content_key(), content.pkcs8())?;
        private_files::sync_folder(&self.folder.keys())?;
        let bring = |order: NextDirectory<'_>| {
            self.bring_into_force(&NextDirectory { content_key: Some((before, &content)), ..order })
        };
        let done = sign(&begun, &next, bring)?;
        self.folder.take_next_content_key()?;
        Ok(done)
    }

    fn finish_content_key(&self, named: &VerifyingKey) -> Result<(), RenewError> {
        let next = read_key(&self.folder.next_content_key());
        if next.is_some_and(|key| key.public() == *named) {
            self.folder.take_next_content_key()?;
        }
        Ok(())
    }

    fn locked_where_directories_are_brought(&self) -> Result<Option<File>, LockError> {
        if self.directories.is_empty() { Ok(None) } else { self.folder.lock().map(Some) }
    }
}

/// Signs `next`, and has it brought into force after whatever was brought from elsewhere.
fn sign(
    begun: &Begun,
    next: &KeyDirectory,
    bring_into_force: impl FnOnce(NextDirectory<'_>) -> Result<SignedAnew, StorageError>,
) -> Result<(Renewed, SignedAnew), RenewError> {
    let envelope = Envelope::sign(next, &begun.root)?.to_json()?;
    let adopted = begun.brought.as_ref().map(|brought| brought.at(next.issued_at)).unwrap_or_default();
    let order = NextDirectory::new(next.epoch, &envelope, next.issued_at);
    let signed_anew = bring_into_force(NextDirectory { adopted: &adopted, ..order })?;
    let renewed = Renewed {
        epoch: next.epoch,
        not_after: next.not_after,
        taken_in: begun.brought.as_ref().map(Brought::state),
        after_restore: begun.after_restore,
    };
    Ok((renewed, signed_anew))
}

/// The same keys with a later end, and the vocabulary of this program where that is the next one.
fn following(newest: &Verified<KeyDirectory>, environment: &Environment) -> KeyDirectory {
    let now = environment.clock.now();
    let built_in = Vocabulary::built_in_reference();
    let known = newest.payload.vocabulary;
    KeyDirectory {
        epoch: newest.payload.epoch + 1,
        issued_at: now,
        not_after: now + Days::new(DIRECTORY_DAYS),
        previous: newest.payload.previous.iter().copied().chain([newest.envelope.digest()]).collect(),
        vocabulary: if built_in.version == known.version + 1 { built_in } else { known },
        ..newest.payload.clone()
    }
}
