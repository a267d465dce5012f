//! The door: one data folder, its vault, and the store while it is unlocked.

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use baken_protocol::ids::{Code, TenantId};
use serde::Serialize;
use ts_rs::TS;

use crate::device;
use crate::enrol::{self, InvitationPreview};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::store::{self, Store, StoreError};
use crate::vault::{CredentialKind, KdfCost, MAX_FAILURES, PlatformSecret, StoreKey, Vault, VaultError};

/// After so long without a touch the app locks itself.
const AUTO_LOCK_SECONDS: u32 = 120;
/// What the copy of the wrapping is named that is kept beside a damaged store, after that store's own name.
const WRAPPING_ASIDE: &str = ".vault.json";

/// How the core is opened.
pub struct Options {
    /// The data folder; made if missing.
    pub folder: PathBuf,
    /// Mixed into the vault where the hardware gives one.
    pub platform: PlatformSecret,
    /// The cost of a try, for a new vault. `None`: tuned to this device.
    pub kdf_cost: Option<KdfCost>,
    /// Time and ids.
    pub environment: Environment,
}

/// One data folder and what is open of it. Cheap to share.
pub struct Companion {
    options: Options,
    vault: Vault,
    store: Mutex<Option<Arc<Store>>>,
    /// Held while the program runs: two processes on one folder would be two histories.
    _lock: File,
}

/// Where the app stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Phase {
    /// No vault yet.
    New,
    /// There is a vault; it is shut.
    Locked,
    /// Open, but not enrolled yet.
    Unenrolled,
    /// Open and enrolled.
    Ready,
    /// Ten wrong tries: nobody can open it any more.
    Destroyed,
}

/// Where the app stands, for a user interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AppStatus {
    /// Which screens make sense.
    pub phase: Phase,
    /// What a person types to unlock.
    pub credential: CredentialKind,
    /// The fewest characters of it.
    pub minimum_length: usize,
    /// Tries left before the vault is destroyed.
    pub attempts_left: u32,
    /// Tries there are in all.
    pub attempts_total: u32,
    /// Seconds to wait before the next try.
    pub retry_after_seconds: u64,
    /// The organisation, once enrolled and unlocked.
    pub organisation: Option<Code>,
    /// The municipality, once enrolled and unlocked.
    pub tenant: Option<TenantId>,
    /// Seconds without a touch after which the app locks.
    pub auto_lock_seconds: u32,
    /// Where the backend answers, once enrolled and unlocked.
    pub backend_address: Option<String>,
}

impl Companion {
    /// Opens a data folder for this process alone.
    pub fn open(options: Options) -> Result<Self, Failure> {
        fs::create_dir_all(&options.folder)?;
        restrict_to_owner(&options.folder)?;
        let lock = File::create(options.folder.join("in-use"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Failure::InUse),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let platform = match &options.platform {
            PlatformSecret::Absent => PlatformSecret::Absent,
            PlatformSecret::Present(secret) => PlatformSecret::Present(secret.clone()),
        };
        let vault = Vault::new(options.folder.join("vault.json"), platform);
        Ok(Self { options, vault, store: Mutex::new(None), _lock: lock })
    }

    /// Where the app stands.
    pub fn status(&self) -> Result<AppStatus, Failure> {
        let (attempts_left, retry_after_seconds) = self.vault.attempts(self.options.environment.clock.as_ref())?;
        let device = match self.current() {
            Some(store) => store.read(device::load)?,
            None => None,
        };
        let credential = self.vault.credential();
        Ok(AppStatus {
            phase: self.phase(device.is_some())?,
            credential,
            minimum_length: credential.minimum_length(),
            attempts_left,
            attempts_total: MAX_FAILURES,
            retry_after_seconds,
            organisation: device.as_ref().map(|device| device.organisation.clone()),
            tenant: device.as_ref().map(|device| device.tenant.clone()),
            auto_lock_seconds: AUTO_LOCK_SECONDS,
            backend_address: device.map(|device| device.address.as_str().trim_end_matches('/').to_owned()),
        })
    }

    fn phase(&self, enrolled: bool) -> Result<Phase, Failure> {
        Ok(if !self.vault.exists() {
            Phase::New
        } else if self.vault.is_destroyed()? {
            Phase::Destroyed
        } else if self.current().is_none() {
            Phase::Locked
        } else if enrolled {
            Phase::Ready
        } else {
            Phase::Unenrolled
        })
    }

    /// Makes the vault and an empty store.
    pub fn create_vault(&self, secret: &str) -> Result<(), Failure> {
        let cost = self.options.kdf_cost.unwrap_or_else(KdfCost::tuned);
        let key = self.vault.create(secret, cost)?;
        self.open_store(&key)
    }

    /// Opens the vault and the store.
    pub fn unlock(&self, secret: &str) -> Result<(), Failure> {
        let key = match self.vault.unlock(secret, self.options.environment.clock.as_ref()) {
            Err(VaultError::Destroyed) => {
                // Beside a damaged store lies a copy of the wrapping, which would be good for ten more tries.
                self.remove_aside(|name| name.ends_with(WRAPPING_ASIDE))?;
                return Err(VaultError::Destroyed.into());
            }
            other => other?,
        };
        self.open_store(&key)
    }

    /// Forgets the key. Whoever still holds the store (a sync that is pausing) ends by itself.
    pub fn lock(&self) {
        *self.slot() = None;
    }

    /// The store, while it is unlocked.
    pub fn store(&self) -> Result<Arc<Store>, Failure> {
        self.current().ok_or(Failure::Locked)
    }

    /// Reads an invitation without using it.
    pub fn check_invitation(&self, text: &str, address: Option<&str>) -> Result<InvitationPreview, Failure> {
        enrol::preview(text, address)
    }

    /// Clears what a destroyed vault leaves behind, so that the app can start anew. Nobody could have
    /// opened it any more.
    pub fn erase_destroyed(&self) -> Result<(), Failure> {
        if !self.vault.is_destroyed()? {
            return Err(Failure::NotAllowed);
        }
        self.lock();
        for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "vault.json"] {
            match fs::remove_file(self.options.folder.join(name)) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.remove_aside(|_| true)
    }

    /// Removes what was moved aside when a store was damaged, as far as `unwanted` says of the file's name.
    fn remove_aside(&self, unwanted: impl Fn(&str) -> bool) -> Result<(), Failure> {
        for entry in fs::read_dir(&self.options.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_str().is_some_and(|name| store::is_aside(name) && unwanted(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn open_store(&self, key: &StoreKey) -> Result<(), Failure> {
        let path = self.options.folder.join("store.sqlite");
        let opened = Store::open(&path, key, self.options.environment.clone());
        if let Err(StoreError::Damaged { moved_to }) = &opened {
            // Whoever repairs the damaged store needs the key that opens it.
            fs::copy(
                self.options.folder.join("vault.json"),
                self.options.folder.join(format!("{moved_to}{WRAPPING_ASIDE}")),
            )?;
        }
        *self.slot() = Some(Arc::new(opened?));
        Ok(())
    }

    fn current(&self) -> Option<Arc<Store>> {
        self.slot().clone()
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<Store>>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(unix)]
fn restrict_to_owner(folder: &std::path::Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?)
}

/// On Windows the folder stands in the user's own profile and inherits its permissions.
#[cfg(not(unix))]
fn restrict_to_owner(_folder: &std::path::Path) -> Result<(), Failure> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const SECRET: &str = "een lange wachtzin";

    fn names(folder: &std::path::Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A folder in which a damaged store was moved aside, with the wrapping that opens it.
    fn damaged(folder: &std::path::Path) -> Companion {
        let options = || Options {
            folder: folder.to_owned(),
            platform: PlatformSecret::Absent,
            kdf_cost: Some(KdfCost::TEST),
            environment: Environment::system(),
        };
        Companion::open(options()).unwrap().create_vault(SECRET).unwrap();
        fs::write(folder.join("store.sqlite"), vec![0xaa; 8192]).unwrap();
        let companion = Companion::open(options()).unwrap();
        assert!(matches!(companion.unlock(SECRET), Err(Failure::Store(StoreError::Damaged { .. }))));
        assert_eq!(names(folder).iter().filter(|name| name.ends_with(WRAPPING_ASIDE)).count(), 1);
        companion
    }

    fn destroy(folder: &std::path::Path) {
        let path = folder.join("vault.json");
        let text = fs::read_to_string(&path).unwrap().replace("\"failures\": 0", "\"failures\": 9");
        fs::write(path, text).unwrap();
    }

    #[test]
    fn the_tenth_wrong_try_destroys_every_copy_of_the_wrapping() {
        let folder = tempfile::tempdir().unwrap();
        let companion = damaged(folder.path());
        destroy(folder.path());
        assert!(matches!(companion.unlock("fout"), Err(Failure::Vault(VaultError::Destroyed))));
        let left = names(folder.path());
        assert!(!left.iter().any(|name| name.ends_with(WRAPPING_ASIDE)), "{left:?}");
        assert!(left.iter().any(|name| store::is_aside(name)), "the damaged store itself is kept");
    }

    #[test]
    fn erasing_leaves_nothing_of_a_destroyed_vault_nor_of_a_damaged_store() {
        let folder = tempfile::tempdir().unwrap();
        let companion = damaged(folder.path());
        assert!(matches!(companion.erase_destroyed(), Err(Failure::NotAllowed)));
        destroy(folder.path());
        assert!(companion.unlock("fout").is_err());
        companion.erase_destroyed().unwrap();
        assert_eq!(names(folder.path()), ["in-use"]);
    }
}
