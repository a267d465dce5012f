//! The seal of the next record, prepared while it is still being written.
//!
//! Agreeing on keys is most of the work of sealing and needs nothing but the readers' public keys. It is done when a
//! draft is saved, so that *Vastleggen* itself waits for the text and the disk only. What was prepared is used once,
//! and only for exactly the readers the record has in the end; otherwise it is thrown away.

use std::sync::{Mutex, PoisonError};

use baken_protocol::seal::{PreparedSeal, Recipient, SealError};

/// At most one seal that waits for its text.
#[derive(Default)]
pub(crate) struct SealAhead(Mutex<Option<PreparedSeal>>);

impl SealAhead {
    /// Prepares a seal for these readers, unless it waits already.
    pub(crate) fn prepare(&self, keys: &[Recipient]) -> Result<(), SealError> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !slot.as_ref().is_some_and(|waiting| waiting.is_for(keys)) {
            *slot = Some(PreparedSeal::new(keys)?);
        }
        Ok(())
    }

    /// The seal that waits, if it is for these readers; or else a new one.
    pub(crate) fn take(&self, keys: &[Recipient]) -> Result<PreparedSeal, SealError> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        waiting.filter(|waiting| waiting.is_for(keys)).map_or_else(|| PreparedSeal::new(keys), Ok)
    }

    /// Whether none waits.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Throws away what waits: the store is locked, or memory is short.
    pub(crate) fn forget(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use baken_protocol::seal::{Identity, open};

    #[test]
    fn what_was_prepared_for_others_seals_nothing() {
        let (team, care, recovery) = (Identity::generate(), Identity::generate(), Identity::generate());
        let ahead = SealAhead::default();
        ahead.prepare(&[team.recipient(), recovery.recipient()]).unwrap();
        let sealed = ahead.take(&[care.recipient(), recovery.recipient()]).unwrap().seal(b"zorg").unwrap();
        assert!(open(&sealed, &team).is_err());
        assert_eq!(open(&sealed, &care).unwrap().as_slice(), b"zorg");
    }

    #[test]
    fn what_was_prepared_is_used_once() {
        let team = [Identity::generate().recipient()];
        let ahead = SealAhead::default();
        ahead.prepare(&team).unwrap();
        let header = |sealed: Vec<u8>| sealed.get(..200).unwrap().to_vec();
        let first = header(ahead.take(&team).unwrap().seal(b"een").unwrap());
        let second = header(ahead.take(&team).unwrap().seal(b"een").unwrap());
        assert_ne!(first, second, "each has a key of its own");
    }
}
