//! What a run does when something is not answered as hoped: which failure ends it, which waits for the end, and what
//! keeps one record, one photo or one network's oddity from keeping everything else back.

use baken_protocol::chain::ChainStatus;
use baken_protocol::ids::ChainId;
use baken_protocol::limits::ATTACHMENT_PIECE_BYTES;

use super::memory::{Answers, Batches, Word};
use super::next::{Ended, Round, Why};
use super::passage;
use super::plan::assumed;
use super::run::Sync;
use super::upload;
use super::verdict::{self, STUBBORN_RUNS, Verdict};
use crate::failure::Failure;
use crate::outbox::aside::{Aside, TakenApart};
use crate::store::Store;
use crate::transport::{Transport, TransportError};

/// Bytes of a push beside its records.
const HEAD_BYTES: usize = 1024;
/// Records in a row that are set aside; more means that the backend is at fault, and not so many records.
const MAX_ASIDE: usize = 3;

impl<T: Transport> Sync<T> {
    /// Where a chain stands: as the backend says, or as is most likely where it does not.
    pub(super) async fn standing(&mut self, chain: ChainId) -> Result<ChainStatus, Ended> {
        match self.patiently(|transport| transport.chain_status(chain)).await {
            Ok((remote, backend_time)) => {
                self.memory.heard.answers = Answers::Well;
                if let Some(time) = backend_time {
                    self.if_writable(move |store| store.note_backend_time(time)).await?;
                }
                Ok(remote)
            }
            Err(failure) => {
                self.told_later(failure)?;
                let batches = self.on_store(move |store| store.batches_of(chain)).await?;
                Ok(assumed(&batches, self.memory.chain.waits_for()))
            }
        }
    }

    /// Keeps a failure for the end, unless nothing else would fare better now.
    pub(super) fn told_later(&mut self, failure: Failure) -> Result<(), Ended> {
        let rest_fares_better = if let Failure::Transport(error) = &failure {
            !error.is_about_everything()
        } else {
            failure.is_disbelief()
        };
        if !rest_fares_better {
            return Err(failure.into());
        }
        tracing::warn!(code = ?failure.code(), "not everything arrives; the rest goes on");
        self.memory.later.note(failure.code());
        Ok(())
    }

    /// The same for what keeps batches from leaving in this run.
    pub(super) fn batches_wait_for(&mut self, failure: Failure) -> Result<Round, Ended> {
        let code = failure.code();
        self.told_later(failure)?;
        self.memory.batches = Batches::Wait(code);
        Ok(Round::Complete)
    }

    /// Where the network turned something away for its size, asks whether this one still does. Where it does not, another
    /// plan has what waited for that.
    pub(super) async fn look_for_a_wider_way(&mut self) -> Result<Round, Ended> {
        let Some(limit) = self.on_store(Store::network_limit).await? else { return Ok(Round::Complete) };
        if self.on_store(Store::limit_passes).await? {
            if self.on_store(Store::silent_lately).await? {
                return Ok(Round::Complete);
            }
            // The backend had others waiting, or there was silence, and may be otherwise by now: trying costs less than
            // asking.
            self.on_store(Store::forget_network_limit).await?;
            return Ok(Round::Again(Why::WayWidened));
        }
        let waiting = self.on_store(Store::smallest_too_large).await?;
        let ahead = usize::try_from(self.on_store(Store::load_ahead).await?.bytes).unwrap_or(usize::MAX);
        // What waits for it first; else as much as is worth a better way.
        let size = waiting.unwrap_or(ahead.min(ATTACHMENT_PIECE_BYTES)).saturating_add(HEAD_BYTES);
        let asking = self.unless_it_stands_in_the_way(passage::passes(&self.transport, size));
        let is_wider = size > limit && asking.await.map_err(Failure::from)?;
        if !is_wider {
            return Ok(Round::Complete);
        }
        self.on_store(Store::forget_network_limit).await?;
        Ok(Round::Again(Why::WayWidened))
    }

    /// After the network turned `bytes` away: what it does let through, remembered.
    pub(super) async fn narrow(&mut self, bytes: usize) -> Result<Option<usize>, Ended> {
        let asking = self.unless_it_stands_in_the_way(passage::widest(&self.transport, bytes));
        let widest = asking.await.map_err(Failure::from)?;
        let limit = widest.unwrap_or(0);
        tracing::warn!(limit_bytes = limit, "the network lets nothing larger through");
        self.on_store(move |store| store.note_network_limit(limit)).await?;
        Ok(widest)
    }

    /// A batch was not taken: what now.
    pub(super) async fn not_taken(
        &mut self,
        chain: ChainId,
        seq: u64,
        bytes: usize,
        failure: Failure,
    ) -> Result<Round, Ended> {
        let Failure::Transport(error) = &failure else { return Err(failure.into()) };
        let mut verdict = verdict::of(error);
        if verdict == Verdict::Lighter {
            if let Some(fewer) = upload::lighter(error, bytes)
                && self.lighter(chain, seq, fewer, error.is_silence()).await?
            {
                return Ok(Round::Again(Why::LighterBatches));
            }
            verdict = Verdict::CountedLater(Aside::Unanswered);
        }
        if let Verdict::CountedLater(why) = verdict
            && self.memory.heard.answers == Answers::Well
        {
            let runs = self.if_writable(move |store| store.note_untaken(chain, seq)).await?.unwrap_or(0);
            if runs >= STUBBORN_RUNS {
                verdict = Verdict::TakeApart(why);
            }
        }
        match verdict {
            Verdict::Stop => Err(failure.into()),
            Verdict::Later | Verdict::CountedLater(_) | Verdict::Lighter => self.batches_wait_for(failure),
            Verdict::Smaller => {
                self.narrow(bytes).await?;
                self.on_store(move |store| store.take_apart(chain, seq, Aside::TooLarge, true)).await?;
                self.memory.chain.smaller();
                Ok(Round::Again(Why::SmallerBatches))
            }
            Verdict::TakeApart(why) => self.take_apart(chain, seq, why, failure).await,
        }
    }

    /// A batch came too slowly: its records go on in batches of at most `bytes`. Answers whether there is more than one.
    async fn lighter(&mut self, chain: ChainId, seq: u64, bytes: usize, silence: bool) -> Result<bool, Ended> {
        self.go_lighter(bytes, silence).await?;
        let done = self.on_store(move |store| store.take_apart(chain, seq, Aside::TooLarge, false)).await?;
        self.memory.chain.smaller();
        Ok(done == TakenApart::Apart)
    }

    /// Nothing larger than `bytes` leaves, for a while; after a `silence` for longer.
    pub(super) async fn go_lighter(&mut self, bytes: usize, silence: bool) -> Result<(), Ended> {
        if silence {
            self.on_store(Store::note_silence).await?;
        }
        tracing::warn!(limit_bytes = bytes, "what was sent came too slowly; it goes on in smaller portions");
        Ok(self.on_store(move |store| store.note_passing_limit(bytes)).await?)
    }

    /// The plan was made on an answer that no longer holds; another is made. A backend that goes on contradicting itself
    /// is given a fresh chain, where nothing can be missing; there it can only be about the records.
    pub(super) async fn too_early(&mut self, chain: ChainId, seq: u64, expected_seq: u64) -> Result<Round, Ended> {
        match self.memory.chain.too_early(expected_seq) {
            Word::Holds => Ok(Round::Again(Why::WaitsForEarlier)),
            Word::IsWorthNothing if self.memory.chain.was_left() => {
                let contradicts = Failure::Transport(TransportError::Answer);
                self.take_apart(chain, seq, Aside::Unanswered, contradicts).await
            }
            Word::IsWorthNothing => self.leave_chain().await,
        }
    }

    /// Records go on one by one. Several in a row that wait, whatever is said of them, may mean that the backend is at
    /// fault: from then on a few more are tried, and wait only if one of them is taken.
    pub(super) async fn take_apart(
        &mut self,
        chain: ChainId,
        seq: u64,
        why: Aside,
        failure: Failure,
    ) -> Result<Round, Ended> {
        let probes = self.memory.probes.in_a_row() >= MAX_ASIDE;
        if probes {
            self.doubt_those_set_aside().await?;
        }
        let may_wait = !probes || self.memory.probes.may_be_one_more();
        // What is only tried waits for a reason that soon passes, for as long as nothing shows whose fault it is.
        let kept_as = if probes { Aside::Unanswered } else { why };
        let again = match self.on_store(move |store| store.take_apart(chain, seq, kept_as, may_wait)).await? {
            TakenApart::Untouched => return self.batches_wait_for(failure),
            TakenApart::Waits(operation) if probes => {
                self.memory.probes.add(operation, why, failure.code());
                Why::RecordTried
            }
            TakenApart::Waits(operation) => {
                self.memory.probes.set_aside(operation, why);
                Why::RecordSetAside
            }
            TakenApart::Apart => Why::TakenApart,
        };
        tracing::warn!(seq, why = why.name(), "a batch is not taken; its records go on one by one");
        self.memory.chain.made_anew();
        Ok(Round::Again(again))
    }
}
