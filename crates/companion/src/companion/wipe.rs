//! The door, when the municipality ordered that this device be wiped.
//!
//! What is destroyed is every way to the store's key that lies here. What was signed still leaves: whoever goes on after a
//! lock needs no key. The store itself stays, and the municipality's recovery identity alone opens it: receipts tell what
//! was held once, and not what a backend that was restored from a backup holds now
//! (docs/adr/0039-a-wipe-destroys-keys.md).

use crate::failure::Failure;

use super::Companion;

impl Companion {
    /// Wipes this device, if the municipality ordered it and its store is open. Answers whether it did.
    pub fn carry_out_wipe(&self) -> Result<bool, Failure> {
        let Some(store) = self.current() else { return Ok(false) };
        if !store.is_to_be_wiped() {
            return Ok(false);
        }
        let destroyed = self.destroy_all();
        // Whatever could not be destroyed: nothing stays open.
        self.lock();
        destroyed.map(|()| true)
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
