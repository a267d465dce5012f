//! Whose register this is: the installation, and its line of key directories.

use baken_protocol::ids::{ChainReference, TenantId};
use baken_protocol::keydir::{KeyDirectory, Team};
use baken_protocol::seal::Recipient;
use baken_protocol::signature::{SigningKey, VerifyingKey};
use chrono::{DateTime, Utc};

use super::{StorageError, TeamKey};
use crate::time_zone::TimeZone;

/// What `init` wrote about this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The municipality's code.
    pub tenant: TenantId,
    /// Its name.
    pub municipality: String,
    /// The public address invitations carry.
    pub address: url::Url,
    /// The name of the log in receipts.
    pub log_origin: String,
    /// The municipality's root key.
    pub root_key: VerifyingKey,
    /// The key that signs receipts.
    pub receipt_key: VerifyingKey,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
    /// To whom backups are sealed.
    pub backup_recipient: Recipient,
}

/// A directory of the same municipality's line that a register lacks.
#[derive(Debug, Clone, Copy)]
pub struct AdoptedDirectory<'a> {
    /// What it says.
    pub directory: &'a KeyDirectory,
    /// Its DSSE JSON.
    pub envelope: &'a [u8],
    /// When it is taken in.
    pub now: DateTime<Utc>,
}

/// A directory that is to come into force, signed, and what changes with it.
#[derive(Clone, Copy)]
pub struct NextDirectory<'a> {
    /// Its epoch.
    pub epoch: u64,
    /// Its DSSE JSON.
    pub envelope: &'a [u8],
    /// Directories that were signed before it and that the register lacks, the oldest first.
    pub adopted: &'a [AdoptedDirectory<'a>],
    /// The receipt key it names, if that is another.
    pub receipt_key: Option<&'a SigningKey>,
    /// The municipality's time zone it names, if that is another.
    pub time_zone: Option<TimeZone>,
    /// The teams that have another key in it.
    pub new_team_keys: &'a [Team],
    /// Those keys, each sealed to a member, by login.
    pub shares: &'a [(String, TeamKey)],
    /// Accounts that end with it.
    pub leaving: &'a [String],
    /// When.
    pub now: DateTime<Utc>,
}

impl<'a> NextDirectory<'a> {
    /// With the same keys.
    pub const fn new(epoch: u64, envelope: &'a [u8], now: DateTime<Utc>) -> Self {
        Self {
            epoch,
            envelope,
            adopted: &[],
            receipt_key: None,
            time_zone: None,
            new_team_keys: &[],
            shares: &[],
            leaving: &[],
            now,
        }
    }
}

/// How signing everything anew went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignedAnew {
    /// Receipts, certificates and continuations of the log that the next key vouches for.
    pub messages: u64,
    /// Those that did not hold before, and were left as they were.
    pub left: u64,
}

/// What is asked of the installation.
pub trait Installations {
    /// What `init` wrote, if it ran.
    fn installation(&self) -> Result<Option<Installation>, StorageError>;
    /// Writes the installation and its first key directory (DSSE JSON, epoch 1), once.
    fn install(&self, installation: &Installation, directory: &[u8], now: DateTime<Utc>) -> Result<(), StorageError>;
    /// Brings a directory into force, with everything that changes with it. Members keep their shares of the teams whose
    /// keys stay the same, under the new epoch too.
    fn renew_directory(&self, next: &NextDirectory<'_>) -> Result<SignedAnew, StorageError>;
    /// Whether this register was restored, and signed no key directory since. It cannot know which one is the newest, and
    /// the next one must follow that: also where one was brought at the restore, since it may not have been the last.
    fn awaits_newest_directory(&self) -> Result<bool, StorageError>;
    /// Chains that were frozen after a fork.
    fn frozen_chains(&self) -> Result<Vec<ChainReference>, StorageError>;
}
