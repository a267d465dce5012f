//! The door, for whoever chooses another passphrase.
//!
//! The store's key stays, and so does all that it encrypts: what changes is under what that key is wrapped. Deliberately
//! absent: a new key. A copy of the folder that somebody made before opens with the old passphrase for ever.

use std::ffi::OsStr;
use std::fs;

use crate::access::Access;
use crate::failure::Failure;
use crate::store::{self, StoreError};

use super::{Companion, KdfCost, Vault, WRAPPING_ASIDE};

impl Companion {
    /// `new` opens from now on, and `current` no more. A wrong `current` counts as one at the lock; a `new` that will not
    /// do is refused before it is tried. A finger goes on opening: it stands for whoever chose it, with either.
    pub fn change_passphrase(&self, current: &str, new: &str) -> Result<(), Failure> {
        self.store()?;
        Vault::check(new)?;
        if self.vault.access() == Access::ReadOnly {
            return Err(StoreError::ReadOnly.into());
        }
        let key = self.key_by_passphrase(current)?;
        let cost = self.options.kdf_cost.unwrap_or_else(KdfCost::tuned);
        self.vault.wrap_anew(&key, new, cost)?;
        self.wrap_asides_anew()
    }

    /// The copies beside damaged stores follow: else the old passphrase would open one of them, and the key is the same.
    /// Done at every opening too, for whoever was cut off between the two.
    pub(super) fn wrap_asides_anew(&self) -> Result<(), Failure> {
        for entry in fs::read_dir(&self.options.folder)? {
            let name = entry?.file_name();
            if is_wrapping_aside(&name) {
                self.vault.copy_over(&self.options.folder.join(&name))?;
            }
        }
        Ok(())
    }
}

fn is_wrapping_aside(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| store::is_aside(name) && name.ends_with(WRAPPING_ASIDE))
}

#[cfg(test)]
mod tests;
