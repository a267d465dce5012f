//! Receipts that came while the device was locked, or while its disk could not be written: verified and kept as soon as
//! that can be done. One that does not verify is thrown away; its batch is simply sent again.

use baken_protocol::dsse::Envelope;

use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::batches::StoredBatch;
use crate::store::road::Answer;
use crate::store::{Store, StoreError};
use crate::transport::TransportError;

impl Store {
    /// Takes in what waited with the sender.
    pub(crate) fn take_in_answers(&self) {
        for answer in self.road.take_answers() {
            match self.take_in(&answer) {
                Ok(()) => {}
                Err(failure) if cannot_be_kept(&failure) => self.road.keep(answer),
                Err(failure) => tracing::warn!(code = ?failure.code(), "an answer that waited is not believed"),
            }
        }
    }

    fn take_in(&self, answer: &Answer) -> Result<(), Failure> {
        match answer {
            Answer::Batch { chain, seq, receipt } => {
                let invalid = |_| Failure::Transport(TransportError::ReceiptInvalid);
                let envelope = Envelope::from_json(receipt).map_err(invalid)?;
                let batch = self.read::<_, Failure>(|connection| Ok(StoredBatch::load(connection, *chain, *seq)?))?;
                let accepted = self.accept_receipt(&envelope, &batch.ok_or(Failure::NotFound)?)?;
                // Whoever unlocks must see it, and not only the next time something is sent.
                if accepted.quarantined { self.note_outcome(Some(FailureCode::Revoked)) } else { Ok(()) }
            }
            Answer::Photo { photo, receipt } => self.accept_photo_receipt(photo, receipt),
        }
    }
}

/// Whether it is the disk, or a lock, and not the answer that is at fault.
pub(super) const fn cannot_be_kept(failure: &Failure) -> bool {
    matches!(failure, Failure::Store(StoreError::DiskFull | StoreError::ReadOnly | StoreError::Closed))
}
