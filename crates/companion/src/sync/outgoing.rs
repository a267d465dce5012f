//! One batch of the chain in use: sent, and what its answer means for the run.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::ChainId;
use rusqlite::params;

use super::memory::{Freight, Once, Receipts};
use super::next::{Ended, Round, Why};
use super::run::Sync;
use super::state::Load;
use super::waiting_answers::cannot_be_kept;
use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::aside::Aside;
use crate::outbox::batches::{StoredBatch, load_push};
use crate::store::road::Answer;
use crate::store::{Cached, Store};
use crate::transport::{PushAnswer, Transport, TransportError};

/// A batch that is about to leave.
struct Outgoing {
    batch: StoredBatch,
    /// With all it lists, as it travels.
    bytes: Vec<u8>,
    /// What it brings that had no receipt before.
    load: Load,
    freight: Freight,
}

impl Store {
    fn outgoing(&self, chain: ChainId, seq: u64) -> Result<Outgoing, Failure> {
        self.read(|connection| {
            let (batch, bytes) = load_push(connection, chain, seq)?;
            let (is_acute, is_received, load) = connection.query_row_cached(
                "SELECT coalesce(max(acute), 0), count(*), coalesce(sum(size_bytes), 0),
                        EXISTS (SELECT 1 FROM standing_receipts WHERE chain = ?1 AND seq = ?2)
                 FROM outbox_entries WHERE chain = ?1 AND seq = ?2",
                params![chain.to_string(), seq],
                |row| {
                    let load = Load { records: row.get(1)?, bytes: row.get(2)?, photo_bytes: 0 };
                    Ok((row.get(0)?, row.get(3)?, load))
                },
            )?;
            let load = if is_received { Load::default() } else { load };
            let freight = if is_acute { Freight::Acute } else { Freight::Other };
            Ok(Outgoing { batch, bytes, load, freight })
        })
    }
}

impl<T: Transport> Sync<T> {
    pub(super) async fn push(&mut self, chain: ChainId, seq: u64) -> Result<Round, Ended> {
        if self.store.road.has_receipt(chain, seq) {
            self.memory.chain.taken();
            return Ok(Round::Complete);
        }
        let Outgoing { batch, bytes, load, freight } = self.on_store(move |store| store.outgoing(chain, seq)).await?;
        self.memory.acute.sends(freight);
        let answer = self.patiently(|transport| transport.push(chain, seq, bytes.clone())).await;
        self.memory.acute.sends(Freight::Other);
        let receipt = match answer {
            Ok(PushAnswer::Receipt(receipt)) => receipt,
            // What came before it may never have arrived: whoever answered for it is not believed.
            Ok(PushAnswer::Gap { .. }) if self.memory.heard.receipts == Receipts::Disbelieved => {
                return self.batches_wait_for(Failure::Transport(TransportError::ReceiptInvalid));
            }
            Ok(PushAnswer::Gap { expected_seq }) => {
                return self.too_early(chain, seq, expected_seq).await;
            }
            // A fresh chain has no other history: it is a record that the backend knows otherwise.
            Ok(PushAnswer::Forked) if self.memory.chain.was_left() => {
                let conflict = Failure::Transport(TransportError::Answer);
                return self.take_apart(chain, seq, Aside::Conflicting, conflict).await;
            }
            Ok(PushAnswer::Forked) => return self.leave_chain().await,
            Err(failure) => return self.not_taken(chain, seq, bytes.len(), failure).await,
        };
        match self.accept(receipt, batch).await {
            // What is wrong with the log or the receipt is told; other batches still go.
            Err(Ended::Failed(failure)) if failure.is_disbelief() => {
                if failure.code() == FailureCode::ReceiptInvalid {
                    self.memory.heard.receipts = Receipts::Disbelieved;
                }
                self.memory.chain.taken();
                self.told_later(failure)?;
                return Ok(Round::Complete);
            }
            Err(Ended::Failed(failure)) => return self.batches_wait_for(failure),
            other => other?,
        }
        self.well_taken().await?;
        self.memory.chain.taken();
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
        self.memory.heard.device.note(accepted.quarantined);
        self.photos_lost(accepted.photos_lost);
        Ok(())
    }

    /// Photos that were sent before are to be sent again, by another plan.
    fn photos_lost(&mut self, count: usize) {
        if count > 0 && self.memory.done.note(Once::LostPhotos) {
            self.memory.another_plan_follows(Why::PhotosLost);
        }
    }
}
