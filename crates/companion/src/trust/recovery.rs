//! What the municipality can bring back from a folder whose owner is locked out, or gone: the store's key as an age file
//! to the recovery recipient of the key directory, beside the vault. Ten wrong tries destroy the vault's wrapping, not
//! this.
//!
//! Whoever holds the recovery identity can read every record anyway: each is sealed to it. This adds what was not
//! sent yet, and drafts.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use baken_protocol::keydir::Team;
use baken_protocol::seal::{self, Identity, Recipient};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::access::Access;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::store::settings::Setting;
use crate::store::{Store, StoreError};
use crate::trust::device;
use crate::trust::key_directory;
use crate::vault::{StoreKey, replace_durably};

/// The age file's name in the data folder.
pub(crate) const FILE: &str = "recovery.age";
/// More than it ever is.
const MAX_BYTES: u64 = 64 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Contents {
    version: u32,
    store_key: String,
    store_salt: String,
}

impl Store {
    /// Writes the age file, unless the one that is there is for today's recovery recipient. Without an enrolment there
    /// is nobody to write it to.
    pub(crate) fn keep_recovery(&self) -> Result<(), Failure> {
        let path = self.folder().join(FILE);
        let Some((recipient, kept)) = self.recovery_recipient()? else { return Ok(()) };
        if kept.as_deref() == Some(&recipient.to_string()) && path.exists() {
            return Ok(());
        }
        replace_durably(&path, &self.sealed_key(&recipient)?)?;
        self.write(|tx| Ok(Setting::RecoveryRecipient.write(tx, Some(&recipient.to_string()))?))
    }

    /// The same where what was done before it stands whatever happens here: it is tried again at the next unlock.
    pub(crate) fn keep_recovery_or_say_so(&self) {
        if let Err(failure) = self.keep_recovery() {
            tracing::warn!(code = ?failure.code(), "the recovery file could not be written; tried again after an unlock");
        }
    }

    /// Today's recovery recipient, and the one the file is for.
    fn recovery_recipient(&self) -> Result<Option<(Recipient, Option<String>)>, Failure> {
        self.read(|connection| {
            if device::load(connection)?.is_none() {
                return Ok(None);
            }
            let directory = key_directory::newest(connection, &self.known)?;
            let recovery = directory.payload.recipients.iter().find(|team| team.name == Team::Recovery);
            let kept = Setting::RecoveryRecipient.read(connection)?;
            Ok(recovery.map(|team| (team.recipient.clone(), kept)))
        })
    }

    fn sealed_key(&self, recipient: &Recipient) -> Result<Vec<u8>, Failure> {
        let slot = self.key().lock().unwrap_or_else(PoisonError::into_inner);
        let key = slot.as_ref().ok_or(StoreError::Closed)?;
        let contents = Contents {
            version: 1,
            store_key: HEXLOWER.encode(key.key.as_ref()),
            store_salt: HEXLOWER.encode(&key.salt),
        };
        let plain = Zeroizing::new(serde_json::to_vec(&contents).map_err(|_| seal::SealError::Failed)?);
        let _wiped = Zeroizing::new(contents.store_key);
        Ok(seal::seal_raw(&plain, std::slice::from_ref(recipient))?)
    }

    /// Opens the store of a copied folder with the municipality's recovery identity. The copy is changed: batches are
    /// formed in it, and receipts are kept in it.
    pub fn recover(folder: &Path, identity: &Identity, environment: Environment) -> Result<Arc<Self>, Failure> {
        let mut sealed = Vec::new();
        File::open(folder.join(FILE))?.take(MAX_BYTES).read_to_end(&mut sealed)?;
        let limit = usize::try_from(MAX_BYTES).unwrap_or(usize::MAX);
        let plain = seal::open_raw(&sealed, identity, limit)?;
        let contents: Contents = serde_json::from_slice(&plain).map_err(|_| StoreError::Content)?;
        let store_key = Zeroizing::new(contents.store_key);
        let key = StoreKey { key: Zeroizing::new(hex(&store_key)?), salt: hex(&contents.store_salt)? };
        let path = folder.join("store.sqlite");
        // SQLite would make a new one, and say that it is empty.
        fs::metadata(&path)?;
        Ok(Arc::new(Self::open(&path, key, environment, Access::ReadWrite, Arc::default())?))
    }
}

fn hex<const N: usize>(text: &str) -> Result<[u8; N], StoreError> {
    let bytes = Zeroizing::new(HEXLOWER.decode(text.as_bytes()).map_err(|_| StoreError::Content)?);
    bytes.as_slice().try_into().map_err(|_| StoreError::Content)
}
