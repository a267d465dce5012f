//! A second way in for whoever shows a finger: beside the passphrase's wrapping, and never in its place.
//!
//! ```text
//! presence.json = the platform's secret as the hardware sealed it (envelope); by what it is known again (check);
//!                 the same secret under the store's key (kept); and, where a PIN was chosen, the store's key
//!                 under HKDF of the platform's secret and Argon2id of the PIN
//! in memory     = the store's key under the platform's secret alone, while an absence is brief
//! ```
//! So a finger alone opens nothing that lies on the disk, and a PIN alone neither. `vault.json` is only read here:
//! whatever a platform answers, the passphrase opens as it did (docs/adr/0038-a-finger-is-a-second-way-in.md).
//!
//! A wrong PIN is written down before it is tested. The fifth removes this way in and nothing else.
//! Deliberately absent: the platform. Who asks the hardware, and what a person is told of its answer, is the shell's.

mod brief;
mod file;
mod pin;
mod secret;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;

use crate::access::Access;
use crate::environment::Clock;

use super::attempts::Attempts;
use super::file::VaultFile;
use super::tries::TriesFile;
use super::wrap::KdfCost;
use super::{StoreKey, VaultError};
use brief::Brief;
use file::PresenceFile;

pub(crate) use brief::BRIEF_SECONDS;
pub(crate) use pin::{MAX_PIN_FAILURES, MINIMUM_DIGITS};
pub use secret::PlatformSecret;

/// What a finger does here, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum PresenceState {
    /// Nothing: it was never set up, or was switched off.
    Off,
    /// It opens by itself: the app was left a short while ago.
    Finger,
    /// It opens together with the PIN.
    FingerAndPin,
    /// It opens after a short absence, and no PIN was chosen: now the passphrase opens.
    PassphraseFirst,
    /// The hardware's half is gone. The passphrase opens, and it can be set up anew.
    Lost,
}

/// By what the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenedBy {
    /// Something that a person knows.
    Typing,
    /// A finger alone.
    Finger,
}

/// The second way in of one data folder.
pub(crate) struct Presence {
    vault: PathBuf,
    access: Access,
    /// One try at a time, as at the vault.
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    brief: Option<Brief>,
    /// The hardware's half turned out to be gone since the program began.
    lost: bool,
    /// Goes up with every opening, leaving and change: what was asked before it is answered too late.
    turn: u64,
}

impl Held {
    fn now(&mut self, brief: Option<Brief>, lost: bool) {
        *self = Self { brief, lost, turn: self.turn + 1 };
    }
}

/// What the hardware is asked.
pub struct PresenceQuestion {
    /// What it sealed.
    pub envelope: Vec<u8>,
    turn: u64,
}

impl Presence {
    /// The one beside `vault`, whether or not it was set up.
    pub(crate) fn beside(vault: PathBuf, access: Access) -> Self {
        Self { vault, access, held: Mutex::default() }
    }

    /// What a finger does now.
    pub(crate) fn state(&self, clock: &dyn Clock) -> PresenceState {
        let held = self.held();
        if held.lost {
            return PresenceState::Lost;
        }
        match PresenceFile::read(&self.vault) {
            Ok(None) => PresenceState::Off,
            Err(VaultError::Io(_)) => PresenceState::PassphraseFirst,
            Err(_) => PresenceState::Lost,
            Ok(Some(_)) if held.brief.as_ref().is_some_and(|brief| brief.is_enough(clock)) => PresenceState::Finger,
            Ok(Some(file)) if file.pin.is_some() && self.access == Access::ReadWrite => PresenceState::FingerAndPin,
            Ok(Some(_)) => PresenceState::PassphraseFirst,
        }
    }

    /// What the hardware is to open. `None` where this is off or lost.
    pub(crate) fn question(&self) -> Result<Option<PresenceQuestion>, VaultError> {
        let held = self.held();
        if held.lost {
            return Ok(None);
        }
        let Some(file) = PresenceFile::read(&self.vault)? else { return Ok(None) };
        Ok(Some(PresenceQuestion { envelope: file.envelope()?, turn: held.turn }))
    }

    /// Whether a PIN will do, where one was chosen.
    pub(crate) fn check(pin: Option<&str>) -> Result<(), VaultError> {
        pin.map(pin::chosen).transpose().map(drop)
    }

    /// Sets it up, in place of what was there. `envelope` is what the hardware made of `secret`.
    /// `turn` is what it was when the person had shown who they are: left or put away since, no absence is brief.
    pub(crate) fn set_up(
        &self,
        turn: u64,
        key: &StoreKey,
        (secret, envelope, pin): (&PlatformSecret, &[u8], Option<&str>),
        cost: KdfCost,
        clock: &dyn Clock,
    ) -> Result<(), VaultError> {
        let pin = pin.map(pin::chosen).transpose()?;
        // Before anybody has to wait for it: stretching takes a second or more, and a lock must not.
        let file = PresenceFile::around(key, secret, envelope, pin.as_deref(), cost)?;
        let mut held = self.held();
        self.salt_of_an_open_vault()?;
        self.tries().write(&Attempts::none())?;
        file.write(&self.vault)?;
        let is_here = held.turn == turn;
        let brief = is_here.then(|| Brief::begun(key, secret, clock.since_boot())).transpose()?;
        held.now(brief, false);
        Ok(())
    }

    /// Goes up with every opening, leaving and change.
    pub(crate) fn turn(&self) -> u64 {
        self.held().turn
    }

    /// Takes it away, from the disk and from memory. The passphrase's wrapping is not touched.
    pub(crate) fn remove(&self) -> Result<(), VaultError> {
        let mut held = self.held();
        self.remove_files()?;
        held.now(None, false);
        Ok(())
    }

    /// Opens with what the hardware gave: alone after a short absence, with the PIN at any time. Not where the app was
    /// opened in another way, left or put away since the hardware was asked.
    pub(crate) fn open(
        &self,
        question: &PresenceQuestion,
        secret: &PlatformSecret,
        pin: Option<&str>,
        clock: &dyn Clock,
    ) -> Result<(StoreKey, OpenedBy), VaultError> {
        let mut held = self.held();
        if held.turn != question.turn {
            return Err(VaultError::PresenceLate);
        }
        let store_salt = self.salt_of_an_open_vault()?;
        let file = match PresenceFile::read(&self.vault) {
            Ok(Some(file)) if !held.lost => file,
            Ok(None) if !held.lost => return Err(VaultError::PresenceOff),
            Err(VaultError::Io(error)) => return Err(error.into()),
            Ok(_) | Err(_) => return Err(lost(&mut held)),
        };
        if !file.knows(secret, &store_salt)? {
            return Err(lost(&mut held));
        }
        if let Some(brief) = held.brief.as_ref().filter(|brief| brief.is_enough(clock)) {
            let key = brief.open(secret, &store_salt)?.ok_or(VaultError::PresenceLost)?;
            return Ok((key, OpenedBy::Finger));
        }
        let (Some(wrapped), Some(pin)) = (&file.pin, pin) else { return Err(VaultError::PresenceOver) };
        let pin = pin::typed(pin)?;
        let before = self.tries().read()?;
        if before.lost || before.failures >= MAX_PIN_FAILURES {
            return Err(self.spent(&mut held));
        }
        let counted = before.one_more(clock.uptime());
        self.tries().write(&counted)?;
        if let Some(key) = file.open_with_pin(wrapped, secret, &pin, &store_salt)? {
            self.tries().write(&Attempts::none())?;
            return Ok((key, OpenedBy::Typing));
        }
        if counted.failures >= MAX_PIN_FAILURES {
            return Err(self.spent(&mut held));
        }
        Err(VaultError::WrongPin { attempts_left: MAX_PIN_FAILURES - counted.failures })
    }

    /// The store was opened: from now on a short absence may cost a finger alone. Where the hardware's half is lost,
    /// this is where what is left of it goes.
    pub(crate) fn opened(&self, key: &StoreKey, by: OpenedBy, clock: &dyn Clock) {
        let mut held = self.held();
        let typed_at = match by {
            OpenedBy::Typing => clock.since_boot(),
            OpenedBy::Finger => held.brief.as_ref().and_then(Brief::typed_at),
        };
        let was_lost = held.lost;
        held.now(None, was_lost);
        let secret = match PresenceFile::read(&self.vault) {
            // What cannot be read now is not removed for that.
            Ok(None) | Err(VaultError::Io(_)) => return,
            Ok(Some(file)) => file.secret(key).unwrap_or_default(),
            Err(_) => None,
        };
        let brief = secret.filter(|_| !held.lost).and_then(|secret| Brief::begun(key, &secret, typed_at).ok());
        let Some(brief) = brief else {
            held.lost = true;
            if let Err(error) = self.remove_files() {
                tracing::warn!(%error, "what the hardware no longer opens could not be removed");
            }
            return;
        };
        held.brief = Some(brief);
        if by == OpenedBy::Typing
            && self.access == Access::ReadWrite
            && let Err(error) = self.tries().write(&Attempts::none())
        {
            tracing::warn!(%error, "the count of wrong PINs could not be cleared");
        }
    }

    /// The app was left, or locked by itself: the short absence begins.
    pub(crate) fn left(&self, clock: &dyn Clock) {
        let mut held = self.held();
        held.turn += 1;
        if let Some(brief) = &mut held.brief {
            brief.left(clock);
        }
    }

    /// Whoever put the screen away, or was refused too often, types something at the next unlocking.
    pub(crate) fn demand_typing(&self) {
        let mut held = self.held();
        let is_lost = held.lost;
        held.now(None, is_lost);
    }

    /// Forgets what a longer absence has no use for. Asked every second or so.
    pub(crate) fn look_at(&self, clock: &dyn Clock) {
        let mut held = self.held();
        if held.brief.as_ref().is_some_and(|brief| brief.is_over(clock)) {
            held.brief = None;
        }
    }

    /// The hardware says that its key is gone, or gave something else than was sealed. Nothing on the disk changes
    /// until the passphrase has opened.
    pub(crate) fn give_up(&self) {
        let _ = lost(&mut self.held());
    }

    /// The salt of a vault that was not destroyed: what was destroyed there is not opened from here.
    fn salt_of_an_open_vault(&self) -> Result<String, VaultError> {
        match VaultFile::read(&self.vault) {
            Ok(VaultFile { wrapped: Some(_), store_salt, .. }) => Ok(store_salt),
            Ok(_) => Err(VaultError::Destroyed),
            Err(VaultError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Err(VaultError::Missing),
            Err(error) => Err(error),
        }
    }

    fn spent(&self, held: &mut Held) -> VaultError {
        held.now(None, false);
        match self.remove_files() {
            Ok(()) => VaultError::PinSpent,
            Err(error) => error,
        }
    }

    fn remove_files(&self) -> Result<(), VaultError> {
        PresenceFile::remove(&self.vault)?;
        Ok(self.tries().remove()?)
    }

    fn tries(&self) -> TriesFile {
        TriesFile::of_pin(&self.vault)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost(held: &mut Held) -> VaultError {
    held.now(None, true);
    VaultError::PresenceLost
}

/// As the store's salt stands in files.
fn salt_text(key: &StoreKey) -> String {
    HEXLOWER.encode(&key.salt)
}
