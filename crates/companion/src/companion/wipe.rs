//! The door, when the municipality ordered that this device be wiped.
//!
//! What is destroyed is every way to the store's key that lies here. What was signed still leaves: whoever goes on after a
//! lock needs no key. Where anything is left that the municipality does not hold, the store stays, and its recovery
//! identity alone opens it; where nothing is left, the store goes too (docs/adr/0039-a-wipe-destroys-keys.md).

use std::fs;

use crate::failure::Failure;
use crate::trust::recovery;

use super::{Companion, STORE_FILES, present};

impl Companion {
    /// Wipes this device, if the municipality ordered it and its store is open. Answers whether it did.
    pub fn carry_out_wipe(&self) -> Result<bool, Failure> {
        let Some(store) = self.current() else { return Ok(false) };
        if !store.is_to_be_wiped() {
            return Ok(false);
        }
        let is_all_there = store.holds_nothing_unsent();
        let destroyed = self.destroy_all();
        // Whatever could not be destroyed: nothing stays open.
        self.lock();
        destroyed?;
        if is_all_there? {
            for name in STORE_FILES.into_iter().chain([recovery::FILE, "reserve"]) {
                present(fs::remove_file(self.options.folder.join(name)))?;
            }
        }
        Ok(true)
    }

    /// Destroys the wrapping of the passphrase first, and whatever became of that, the others.
    pub(super) fn destroy_all(&self) -> Result<(), Failure> {
        let wiped = self.vault.wipe();
        self.destroy_others()?;
        Ok(wiped?)
    }
}

#[cfg(test)]
mod tests;
