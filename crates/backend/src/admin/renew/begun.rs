//! What a renewal goes on from, once everything about it was checked. Nothing is changed here.

use std::fs;

use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::signature::SigningKey;
use zeroize::Zeroizing;

use super::{RenewError, Renewal};
use crate::admin::newest_directory::Brought;
use crate::register::awaits_newest_directory;
use crate::storage::sqlite::RegisterKeys;
use crate::storage::{Installation, StorageError, UnitOfWork};

/// The root key, the register as it is under whatever lock is held, and the directories that were brought.
pub(super) struct Begun {
    pub(super) root: SigningKey,
    pub(super) installation: Installation,
    pub(super) brought: Option<Brought>,
    /// The register was restored, and has signed no directory since.
    pub(super) after_restore: bool,
    own: Verified<KeyDirectory>,
}

impl Begun {
    /// The directory that the next one follows.
    pub(super) fn newest(&self) -> &Verified<KeyDirectory> {
        self.brought.as_ref().map_or(&self.own, Brought::newest)
    }
}

impl Renewal<'_> {
    /// As [`Self::begun`], where the register's receipt key is the one in use.
    pub(super) fn in_force(&self) -> Result<Begun, RenewError> {
        let begun = self.begun()?;
        if begun.newest().payload.receipt_keys.in_use() != Some(&begun.installation.receipt_key) {
            return Err(RenewError::ClosedReceiptKey);
        }
        Ok(begun)
    }

    pub(super) fn begun(&self) -> Result<Begun, RenewError> {
        let (installation, directory, after_restore) = self.storage.read::<_, RenewError>(|tx| {
            let installation = tx.installation()?.ok_or(RenewError::NotInitialised)?;
            Ok((installation, tx.key_directory()?, awaits_newest_directory(tx)?))
        })?;
        let root = SigningKey::from_pkcs8(&Zeroizing::new(fs::read(self.root_key)?))?;
        if root.public() != installation.root_key {
            return Err(RenewError::OtherRoot);
        }
        let fingerprint = RootFingerprint::of(&root.public());
        let own = KeyDirectory::verify(Envelope::from_json(&directory)?, &fingerprint)?;
        let brought = if self.directories.is_empty() {
            None
        } else {
            let mut directories = Vec::new();
            let mut keep = |(_, envelope)| {
                directories.push(envelope);
                Ok(())
            };
            self.storage.read::<_, StorageError>(|tx| tx.each_key_directory(&mut keep))?;
            let (root, receipt) = (installation.root_key, installation.receipt_key);
            Some(Brought::read(self.directories, &RegisterKeys { root, receipt, directories })?)
        };
        let begun = Begun { root, installation, brought, after_restore, own };
        let known = begun.newest().payload.epoch;
        match self.no_later_directory {
            Some(said) if said != known => Err(RenewError::OtherNewest { said, known }),
            None if after_restore && begun.brought.is_none() => Err(RenewError::NewestUnknown { known }),
            Some(_) | None => Ok(begun),
        }
    }
}
