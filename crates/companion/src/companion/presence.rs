//! The door, for whoever shows a finger: the shell asks the hardware, and comes here with what it gave.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use crate::access::Access;
use crate::failure::Failure;
use crate::store::StoreError;
use crate::vault::{PlatformSecret, PresenceQuestion, StoreKey};

use super::{Companion, KdfCost, Presence};

/// Somebody who knows the passphrase wished for a finger, at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Wished(u64);

impl Companion {
    /// What the hardware is to open; `None` where opening with a finger is off or its key is lost.
    pub fn presence_question(&self) -> Result<Option<PresenceQuestion>, Failure> {
        Ok(self.presence.question()?)
    }

    /// Whether whoever holds the open app knows the passphrase too, and chose a PIN that will do. A wrong passphrase
    /// counts as one at the lock.
    pub fn check_wish(&self, passphrase: &str, pin: Option<&str>) -> Result<Wished, Failure> {
        let wished = Wished(self.presence.turn());
        self.store()?;
        Presence::check(pin)?;
        self.key_by_passphrase(passphrase)?;
        Ok(wished)
    }

    /// A finger opens from now on. `envelope` is what the hardware made of `secret`, and was tried.
    /// Put away or left since it was wished for, the first absence is not a brief one.
    pub fn set_up_presence(
        &self,
        Wished(turn): Wished,
        secret: &PlatformSecret,
        envelope: &[u8],
        pin: Option<&str>,
    ) -> Result<(), Failure> {
        let key = self.key_of_the_open_store()?;
        if self.vault.access() == Access::ReadOnly {
            return Err(StoreError::ReadOnly.into());
        }
        let cost = self.options.kdf_cost.unwrap_or_else(KdfCost::tuned);
        let clock = self.options.environment.clock.as_ref();
        Ok(self.presence.set_up(turn, &key, (secret, envelope, pin), cost, clock)?)
    }

    /// No finger opens from now on. The passphrase does.
    pub fn remove_presence(&self) -> Result<(), Failure> {
        self.store()?;
        Ok(self.presence.remove()?)
    }

    /// Opens with what the hardware gave: alone after a short absence, with the PIN at any time. An answer to what was
    /// asked before the app was opened in another way, left or put away comes too late.
    pub fn unlock_by_presence(
        &self,
        question: &PresenceQuestion,
        secret: &PlatformSecret,
        pin: Option<&str>,
    ) -> Result<(), Failure> {
        let opening = self.begins_to_open();
        let clock = self.options.environment.clock.as_ref();
        let (key, by) = self.presence.open(question, secret, pin, clock)?;
        self.open_store(key, by, opening)
    }

    /// The hardware's key is gone, or gave something else. Said until it is set up anew; nothing is removed before the
    /// passphrase has opened.
    pub fn presence_lost(&self) {
        self.presence.give_up();
    }

    /// The screen was put away, or the sensor refused too often: something is typed at the next unlocking.
    pub fn demand_typing(&self) {
        self.locks.fetch_add(1, Ordering::AcqRel);
        self.presence.demand_typing();
    }

    /// Whether the municipality can open this folder.
    pub fn is_recoverable(&self) -> bool {
        self.options.folder.join(super::recovery::FILE).exists()
    }

    fn key_of_the_open_store(&self) -> Result<StoreKey, Failure> {
        let store = self.store()?;
        let slot = store.key().lock().unwrap_or_else(PoisonError::into_inner);
        let key = slot.as_ref().ok_or(Failure::Locked)?;
        Ok(key.copy())
    }
}

#[cfg(test)]
mod tests;
