//! One batch of the chain in use: sent, and what its answer means for the run.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::ChainId;

use super::apply::{Ended, Round, Sync};
use super::waiting_answers::cannot_be_kept;
use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::aside::Aside;
use crate::outbox::batches::StoredBatch;
use crate::store::road::Answer;
use crate::transport::{PushAnswer, Transport, TransportError};

impl<T: Transport> Sync<T> {
    pub(super) async fn push(&mut self, chain: ChainId, seq: u64) -> Result<Round, Ended> {
        if self.store.road.has_receipt(chain, seq) {
            self.ahead = self.ahead.saturating_mul(2);
            return Ok(Round::Complete);
        }
        let load = self.on_store(move |store| store.load_of_batch(chain, seq)).await?;
        let (batch, bytes) = self.on_store(move |store| store.push(chain, seq)).await?;
        self.acute_under_way = self.on_store(move |store| store.is_acute(chain, seq)).await?;
        let answer = self.patiently(|transport| transport.push(chain, seq, bytes.clone())).await;
        self.acute_under_way = false;
        let receipt = match answer {
            Ok(PushAnswer::Receipt(receipt)) => receipt,
            // What came before it may never have arrived: whoever answered for it is not believed.
            Ok(PushAnswer::Gap { .. }) if self.receipt_disbelieved => {
                return self.batches_wait_for(Failure::Transport(TransportError::ReceiptInvalid));
            }
            Ok(PushAnswer::Gap { expected_seq }) => {
                return self.too_early(chain, seq, expected_seq).await;
            }
            // A fresh chain has no other history: it is a record that the backend knows otherwise.
            Ok(PushAnswer::Forked) if self.chains_left > 0 => {
                let conflict = Failure::Transport(TransportError::Answer);
                return self.take_apart(chain, seq, Aside::Conflicting, conflict).await;
            }
            Ok(PushAnswer::Forked) => return self.leave_chain().await,
            Err(failure) => return self.not_taken(chain, seq, bytes.len(), failure).await,
        };
        match self.accept(receipt, batch).await {
            // What is wrong with the log or the receipt is told; other batches still go.
            Err(Ended::Failed(failure)) if failure.is_disbelief() => {
                self.receipt_disbelieved |= failure.code() == FailureCode::ReceiptInvalid;
                self.ahead = self.ahead.saturating_mul(2);
                self.told_later(failure)?;
                return Ok(Round::Complete);
            }
            Err(Ended::Failed(failure)) => return self.batches_wait_for(failure),
            other => other?,
        }
        self.well_taken().await?;
        self.ahead = self.ahead.saturating_mul(2);
        self.progress.records_sent += load.records;
        self.progress.bytes_sent += load.bytes;
        self.tell();
        Ok(Round::Complete)
    }

    pub(super) async fn accept(&mut self, receipt: Vec<u8>, batch: StoredBatch) -> Result<(), Ended> {
        let envelope = Envelope::from_json(&receipt).map_err(|_| Failure::Transport(TransportError::ReceiptInvalid))?;
        let contents = batch.payload().map_err(Failure::from)?;
        let accepted = self.knowing_the_log(move |store| store.accept_receipt(&envelope, &batch)).await;
        let accepted = match accepted {
            Err(failure) if cannot_be_kept(&failure) => {
                self.store.road.keep(Answer::Batch { chain: contents.chain, seq: contents.seq, receipt });
                return self.unless_locked(failure);
            }
            other => other?,
        };
        self.quarantined |= accepted.quarantined;
        self.photos_lost(accepted.photos_lost);
        Ok(())
    }

    /// Photos that were sent before are to be sent again, by another plan.
    fn photos_lost(&mut self, count: usize) {
        if count > 0 && !self.photos_were_lost {
            self.photos_were_lost = true;
            self.again = true;
        }
    }
}
