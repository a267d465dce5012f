//! The door: one data folder, its vault, and the store while it is unlocked.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use baken_protocol::ids::{Code, TenantId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;

use crate::access::Access;
use crate::data_folder::{self, Claim};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::idle::{AUTO_LOCK_SECONDS, Idle};
use crate::store::{self, Store, StoreError};
use crate::sync::Sender;
use crate::trust::device;
use crate::trust::enrolment::{self, InvitationPreview};
use crate::trust::key_directory;
use crate::trust::recovery;
use crate::vault::presence::{BRIEF_SECONDS, MINIMUM_DIGITS, OpenedBy, Presence};
use crate::vault::{self, KdfCost, MAX_FAILURES, MINIMUM_LENGTH, PresenceState, StoreKey, Vault, VaultError};

/// What the copy of the wrapping is named that is kept beside a damaged store, after that store's own name.
const WRAPPING_ASIDE: &str = ".vault.json";
/// The same where putting a newer one in its place was cut off.
const WRAPPING_CUT_OFF: &str = ".vault.new";
/// What the folder is named, before the time, in which a store is kept whose owner was locked out.
const LOCKED_OUT: &str = "locked-out-";
/// The store as SQLite keeps it, and the mark of one that failed.
const STORE_FILES: [&str; 4] = ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "store.sqlite-failed"];

/// How the core is opened.
pub struct Options {
    /// The data folder; made if missing.
    pub folder: PathBuf,
    /// The cost of a try, for a new vault. `None`: tuned to this device.
    pub kdf_cost: Option<KdfCost>,
    /// Time and ids.
    pub environment: Environment,
}

/// One data folder and what is open of it. Cheap to share.
pub struct Companion {
    options: Options,
    vault: Vault,
    presence: Presence,
    store: Mutex<Option<Arc<Store>>>,
    /// Goes on with what was signed while the store is locked.
    sender: Arc<Sender>,
    idle: Idle,
    /// When the open store is next looked through for what is to be purged.
    purge_due: Mutex<Option<DateTime<Utc>>>,
    /// Goes up with every lock and whenever the screen is put away: what was being opened before it stays shut.
    locks: AtomicU64,
    /// One opening at a time.
    opening: Mutex<()>,
    _claim: Claim,
}

/// An opening that has begun; how often this was locked by then.
#[derive(Debug, Clone, Copy)]
struct Opening(u64);

/// The program ends: nothing is left open for whoever still holds the store.
impl Drop for Companion {
    fn drop(&mut self) {
        if let Some(store) = self.slot().take() {
            store.close();
        }
    }
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
    /// Ten wrong tries, or a wipe: nobody can open it any more.
    Destroyed,
}

/// Where the app stands, for a user interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AppStatus {
    /// Which screens make sense.
    pub phase: Phase,
    /// The fewest characters of a passphrase.
    pub minimum_length: usize,
    /// Tries left before the vault is destroyed.
    pub attempts_left: u32,
    /// Tries there are in all.
    pub attempts_total: u32,
    /// Seconds to wait before the next try.
    pub retry_after_seconds: u64,
    /// Destroyed since the municipality ordered so, and not for wrong tries.
    pub wiped: bool,
    /// Open, but nothing is shown until this device was in contact with the municipality.
    pub lease_over: bool,
    /// What a finger does now.
    pub presence: PresenceState,
    /// The fewest digits of a PIN that goes with a finger.
    pub minimum_digits: usize,
    /// How long after a lock a finger is enough.
    pub brief_absence_seconds: u32,
    /// The organisation, once enrolled and unlocked.
    pub organisation: Option<Code>,
    /// The municipality, once enrolled and unlocked.
    pub tenant: Option<TenantId>,
    /// Seconds without a touch after which the app locks.
    pub auto_lock_seconds: u32,
    /// Where the backend answers, once enrolled and unlocked.
    pub backend_address: Option<String>,
    /// The municipality's time zone as an IANA name, once enrolled and unlocked.
    pub time_zone: Option<String>,
}

impl Companion {
    /// Opens a data folder for this process alone.
    pub fn open(options: Options) -> Result<Self, Failure> {
        let claim = data_folder::claim(&options.folder)?;
        let vault = Vault::new(options.folder.join("vault.json"), claim.access);
        let presence = Presence::beside(options.folder.join("vault.json"), claim.access);
        let idle = Idle::new(options.environment.clock.as_ref());
        let (store, sender) = (Mutex::new(None), Arc::default());
        let (locks, opening, purge_due) = (AtomicU64::default(), Mutex::default(), Mutex::default());
        let companion =
            Self { options, vault, presence, store, sender, idle, purge_due, locks, opening, _claim: claim };
        // Whoever ended the program while it destroyed the wrapping gets no further tries out of another.
        if matches!(companion.vault.is_destroyed(), Ok(true))
            && let Err(failure) = companion.destroy_others()
        {
            tracing::warn!(code = ?failure.code(), "another wrapping than the destroyed one cannot be removed");
        }
        Ok(companion)
    }

    /// Where the app stands.
    pub fn status(&self) -> Result<AppStatus, Failure> {
        let (attempts_left, retry_after_seconds) = self.vault.attempts(self.options.environment.clock.as_ref())?;
        let (device, time_zone) = match self.current() {
            Some(store) => store.read(|connection| {
                let device = device::load(connection)?;
                let enrolled = device.is_some();
                let directory = enrolled.then(|| key_directory::newest(connection, &store.known)).transpose()?;
                Ok::<_, Failure>((device, directory.map(|directory| directory.payload.time_zone.to_string())))
            })?,
            None => (None, None),
        };
        Ok(AppStatus {
            phase: self.phase(device.is_some())?,
            minimum_length: MINIMUM_LENGTH,
            attempts_left,
            attempts_total: MAX_FAILURES,
            retry_after_seconds,
            wiped: self.vault.is_wiped(),
            lease_over: self.current().is_some_and(|store| store.lease_is_over()),
            presence: self.presence.state(self.options.environment.clock.as_ref()),
            minimum_digits: MINIMUM_DIGITS,
            brief_absence_seconds: BRIEF_SECONDS,
            organisation: device.as_ref().map(|device| device.organisation.clone()),
            tenant: device.as_ref().map(|device| device.tenant.clone()),
            auto_lock_seconds: AUTO_LOCK_SECONDS,
            backend_address: device.map(|device| device.address.as_str().trim_end_matches('/').to_owned()),
            time_zone,
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
        let opening = self.begins_to_open();
        let cost = self.options.kdf_cost.unwrap_or_else(KdfCost::tuned);
        let key = self.vault.create(secret, cost)?;
        self.open_store(key, OpenedBy::Typing, opening)
    }

    /// Opens the vault and the store. It stays locked where it was locked or put away meanwhile.
    pub fn unlock(&self, secret: &str) -> Result<(), Failure> {
        let opening = self.begins_to_open();
        let key = self.key_by_passphrase(secret)?;
        self.open_store(key, OpenedBy::Typing, opening)
    }

    fn begins_to_open(&self) -> Opening {
        Opening(self.locks.load(Ordering::Acquire))
    }

    fn key_by_passphrase(&self, secret: &str) -> Result<StoreKey, Failure> {
        match self.vault.unlock(secret, self.options.environment.clock.as_ref()) {
            Err(VaultError::Destroyed) => {
                self.presence.give_up();
                if let Err(failure) = self.destroy_others() {
                    tracing::warn!(code = ?failure.code(), "another wrapping than the destroyed one cannot be removed");
                }
                Err(VaultError::Destroyed.into())
            }
            other => Ok(other?),
        }
    }

    /// Locks: signs the last batches, hands what was signed to the [`Sender`], and closes the store for whoever still
    /// holds it. When this returns there is no open store, no signing key and no text of a record left here.
    pub fn lock(&self) {
        self.locks.fetch_add(1, Ordering::AcqRel);
        self.presence.left(self.options.environment.clock.as_ref());
        let Some(store) = self.slot().take() else { return };
        self.sender.take_over(store.take_leave());
    }

    /// What goes on after a lock: whoever runs the program runs it.
    pub fn sender(&self) -> Arc<Sender> {
        Arc::clone(&self.sender)
    }

    /// Somebody uses the app.
    pub fn touched(&self) {
        self.idle.touched(self.options.environment.clock.as_ref());
    }

    /// Locks if nobody has used the app for so long. Answers whether it did. To be asked every second or so: a screen
    /// that hangs, or a timer that sleeps, must not keep the store open.
    pub fn lock_if_idle(&self) -> bool {
        let is_open = self.current().is_some();
        self.presence.look_at(self.options.environment.clock.as_ref());
        let idle = is_open && self.idle.is_over(self.options.environment.clock.as_ref());
        if idle {
            self.lock();
        }
        idle
    }

    /// The store, while it is unlocked and its lease is not over.
    pub fn store(&self) -> Result<Arc<Store>, Failure> {
        let store = self.store_to_send()?;
        if store.lease_is_over() { Err(Failure::LeaseOver) } else { Ok(store) }
    }

    /// The store, while it is unlocked, for what shows nothing of a record: sending, and what everybody may read.
    pub fn store_to_send(&self) -> Result<Arc<Store>, Failure> {
        self.current().ok_or(Failure::Locked)
    }

    /// Reads an invitation without using it.
    pub fn check_invitation(&self, text: &str, address: Option<&str>) -> Result<InvitationPreview, Failure> {
        enrolment::preview(text, address)
    }

    /// Clears what a destroyed vault leaves behind, so that the app can start anew. What the municipality can bring
    /// back is moved aside, into a folder of its own; what nobody can open any more is removed.
    pub fn erase_destroyed(&self) -> Result<(), Failure> {
        if !self.vault.is_destroyed()? {
            return Err(Failure::NotAllowed);
        }
        // Before anything is moved: none of them may lie beside what is kept.
        self.destroy_others()?;
        self.lock();
        let folder = &self.options.folder;
        if folder.join(recovery::FILE).exists() {
            self.set_aside()?;
        } else {
            for name in STORE_FILES {
                present(fs::remove_file(folder.join(name)))?;
            }
            self.remove_aside(|_| true)?;
        }
        present(fs::remove_file(folder.join("reserve")))?;
        let vault = folder.join("vault.json");
        vault::forget_tries(&vault)?;
        // Last: as long as it is there this can be done again.
        present(fs::remove_file(vault))?;
        Ok(())
    }

    /// Moves what the recovery identity opens into a folder of its own.
    fn set_aside(&self) -> Result<(), Failure> {
        let folder = &self.options.folder;
        let time = self.options.environment.clock.now().format("%Y%m%dT%H%M%SZ");
        let aside = folder.join(format!("{LOCKED_OUT}{time}"));
        fs::create_dir_all(&aside)?;
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            if name.to_str().is_some_and(|name| STORE_FILES.contains(&name) || store::is_aside(name)) {
                fs::rename(folder.join(&name), aside.join(&name))?;
            }
        }
        // After the store: as long as it is here, what is still here can be brought back.
        Ok(fs::rename(folder.join(recovery::FILE), aside.join(recovery::FILE))?)
    }

    /// Removes what else could open after the wrapping was destroyed: the finger's, and the copies beside every store
    /// that was damaged, good for ten more tries each.
    fn destroy_others(&self) -> Result<(), Failure> {
        let removed = self.presence.remove();
        // Whatever became of the one, the others must not stay.
        self.remove_aside(|name| name.ends_with(WRAPPING_ASIDE) || name.ends_with(WRAPPING_CUT_OFF))?;
        // What a change of passphrase left that was cut off.
        present(fs::remove_file(self.options.folder.join("vault.new")))?;
        Ok(removed?)
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

    fn open_store(&self, key: StoreKey, by: OpenedBy, Opening(locks): Opening) -> Result<(), Failure> {
        let _turn = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if self.current().is_some() {
            // Somebody else was faster. A store is open once.
            return Ok(());
        }
        let copy = key.copy();
        self.sender.make_way();
        let path = self.options.folder.join("store.sqlite");
        let environment = self.options.environment.clone();
        let access = self.vault.access();
        let opened = Store::open(&path, key, environment, access, Arc::clone(self.sender.road()));
        if let Err(StoreError::Damaged { moved_to }) = &opened {
            // Whoever repairs the damaged store needs the key that opens it.
            fs::copy(
                self.options.folder.join("vault.json"),
                self.options.folder.join(format!("{moved_to}{WRAPPING_ASIDE}")),
            )?;
        }
        let store = opened?;
        if store.is_to_be_wiped() {
            // It was ended before it had carried that out.
            self.destroy_all()?;
            self.sender.take_over(store.take_leave());
            return Err(VaultError::Destroyed.into());
        }
        store.take_in_answers();
        if access == Access::ReadWrite {
            store.keep_recovery_or_say_so();
            if let Err(failure) = self.wrap_asides_anew() {
                tracing::warn!(code = ?failure.code(), "a copy of an older wrapping stays beside a damaged store");
            }
        }
        self.touched();
        let store = Arc::new(store);
        let mut slot = self.slot();
        if self.locks.load(Ordering::Acquire) != locks {
            drop(slot);
            // Locked or put away since: for whoever did that it is locked.
            self.sender.take_over(store.take_leave());
            return Err(Failure::Locked);
        }
        store.begin_lease(access);
        store.begin_to_look();
        *self.purge_due.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *slot = Some(store);
        // Not before the store is open: an absence begins when it is locked again.
        self.presence.opened(&copy, by, self.options.environment.clock.as_ref());
        Ok(())
    }

    fn current(&self) -> Option<Arc<Store>> {
        self.slot().clone()
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<Store>>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that is not there need not be removed.
fn present(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

mod passphrase;
mod presence;
mod purge;
#[cfg(test)]
mod tests;
mod wipe;

pub use presence::Wished;
