//! One round: a plan, and its steps one by one. After each the store says what is true, so this can stop anywhere.

use baken_protocol::ids::ChainId;

use super::memory::{HeldBack, Leaving};
use super::next::{Ended, Round, Why};
use super::plan::{Step, plan, without_batches};
use super::progress::SyncPhase;
use super::run::Sync;
use crate::failure::Failure;
use crate::store::Store;
use crate::store::allowed::Photos;
use crate::transport::{Transport, TransportError};
use crate::trust::revocations::Trusted;

impl<T: Transport> Sync<T> {
    pub(super) async fn round(&mut self) -> Result<Round, Ended> {
        // Also where the round before ended without looking.
        self.check_pause()?;
        let ahead = self.memory.chain.ahead();
        let formed = self.if_writable(move |store| store.form_ahead(ahead)).await?;
        if formed.is_none() && self.memory.batches.flow() {
            self.send_loose().await?;
        }
        let (formed, more_waits) = formed.unwrap_or_default();
        self.check_pause()?;
        let chain = self.on_store(Store::current_chain).await?;
        let load = self.on_store(Store::load_ahead).await?;
        self.progress.records_total = self.progress.records_sent + load.records;
        self.progress.bytes_total = self.progress.bytes_sent + load.bytes;
        self.progress.photo_bytes_total = self.progress.photo_bytes_sent + load.photo_bytes;
        let remote = self.standing(chain).await?;
        if remote.wipe_ordered {
            // Nothing signed says so yet: what is, is asked for before anything else is sent.
            self.take(chain, Step::Fetch).await?;
        }
        // Before the plan is made, so that it has them; of every chain of this device, so the closed ones need not be
        // asked. Not signed, and it need not be: at worst a photo is sent twice.
        let missing = remote.missing_attachments.clone();
        self.if_writable(move |store| store.note_missing_photos(&missing)).await?;
        let local = self.on_store(move |store| store.local_state(chain)).await?;
        let photos = self.store.road.allowed.photos();
        self.hold_back(HeldBack::of(&local.photos, photos));
        let steps =
            if self.memory.batches.flow() { plan(&local, &remote, photos) } else { without_batches(&local, photos) };
        for step in steps {
            self.check_pause()?;
            // Records before photos: the next batches first.
            let goes_on = more_waits && (formed > 0 || self.memory.chain.ahead() > ahead);
            if goes_on && self.memory.batches.flow() && matches!(step, Step::Fetch) {
                return Ok(Round::Again(Why::MoreIsFormed));
            }
            if !self.memory.batches.flow() && matches!(step, Step::Push { .. }) {
                continue;
            }
            match self.take(chain, step).await? {
                Round::Complete => {}
                again @ Round::Again(_) => return Ok(again),
            }
        }
        self.bring_back_closed_chains().await?;
        if !self.memory.held_back.is_none() && self.store.road.allowed.photos() == Photos::All {
            self.memory.another_plan_follows(Why::PhotosMayLeave);
        }
        Ok(self.memory.plan_ended())
    }

    /// What waits for another network is not counted among what this run has to bring over.
    const fn hold_back(&mut self, held: HeldBack) {
        self.memory.held_back = held;
        self.progress.photos_waiting = held.photos;
        self.progress.photo_bytes_waiting = held.bytes;
        self.progress.bytes_total = self.progress.bytes_total.saturating_sub(held.bytes);
        self.progress.photo_bytes_total = self.progress.photo_bytes_total.saturating_sub(held.bytes);
    }

    async fn take(&mut self, chain: ChainId, step: Step) -> Result<Round, Ended> {
        match step {
            Step::OpenNewChain => self.leave_chain().await,
            Step::Push { seq } => {
                self.enter(SyncPhase::Sending);
                self.push(chain, seq).await
            }
            // The network became another since the plan was made: what waits is counted by the next one.
            Step::Upload(photo) if !self.store.road.allowed.photos().may_leave(&photo) => {
                let HeldBack { photos, bytes } = self.memory.held_back;
                self.memory.held_back = HeldBack { photos: photos + 1, bytes: bytes + photo.size_bytes };
                self.progress.photos_waiting = photos + 1;
                self.progress.photo_bytes_waiting = bytes + photo.size_bytes;
                Ok(Round::Complete)
            }
            Step::Upload(photo) => {
                self.enter(SyncPhase::Photos);
                match self.upload(photo).await {
                    // One photo that the backend will not have, cannot read or gives no good receipt for keeps no
                    // other back.
                    Err(Ended::Failed(failure)) => self.told_later(failure).map(|()| Round::Complete),
                    other => other.map(|()| Round::Complete),
                }
            }
            Step::Fetch => {
                self.enter(SyncPhase::Fetching);
                let fetched = self.fetch().await;
                self.kept_apart(fetched)
            }
            Step::Catalogues => {
                self.enter(SyncPhase::Fetching);
                let fetched = self.fetch_catalogues().await;
                self.kept_apart(fetched)
            }
            Step::Outcomes => {
                self.enter(SyncPhase::Fetching);
                let heard = self.hear_outcomes().await;
                self.kept_apart(heard)
            }
        }
    }

    /// A directory, a vocabulary or a list this device cannot accept keeps no photo and no lost batch back.
    fn kept_apart(&mut self, fetched: Result<(), Ended>) -> Result<Round, Ended> {
        match fetched {
            Err(wiped @ Ended::Failed(Failure::WipeOrdered)) => return Err(wiped),
            Err(Ended::Failed(failure @ Failure::Transport(_))) => self.told_later(failure)?,
            Err(Ended::Failed(failure)) => {
                tracing::warn!(code = ?failure.code(), "what the backend offers is not accepted");
                self.memory.later.note(failure.code());
            }
            other => other?,
        }
        Ok(Round::Complete)
    }

    /// Goes on in a fresh chain. A backend that calls fresh ones frozen as well is not indulged, since each would be
    /// filled with everything anew: batches wait, and all else goes on by a plan without them.
    pub(super) async fn leave_chain(&mut self) -> Result<Round, Ended> {
        let is_open = match self.memory.chain.leave() {
            Leaving::Allowed => self.on_store(Store::open_new_chain).await?,
            Leaving::TooOften => false,
        };
        if is_open {
            self.memory.chain.opened();
            return Ok(Round::Again(Why::NewChain));
        }
        self.batches_wait_for(Failure::Transport(TransportError::Answer))?;
        Ok(Round::Again(Why::NoNewChain))
    }

    async fn fetch(&mut self) -> Result<(), Ended> {
        let directory = self.patiently(Transport::key_directory).await?;
        let accepted = self.if_writable(move |store| store.accept_directory(&directory)).await;
        // Also where the directory is an older one, or a stranger's: the one that is known names the key.
        self.hear_revocations().await?;
        accepted?;
        let vocabulary = self.patiently(Transport::vocabulary).await?;
        self.if_writable(move |store| store.accept_vocabulary(&vocabulary)).await?;
        Ok(())
    }

    /// After the key directory, which names the key that signs them. A run ends at once where this device is to be wiped:
    /// whoever runs it does that, and what was signed leaves without the key.
    async fn hear_revocations(&mut self) -> Result<(), Ended> {
        let word = match self.patiently(Transport::revocations).await {
            Ok(word) => word,
            // A backend of a version before there was such a word. It is no contact: whoever stands between can say so.
            Err(Failure::Transport(TransportError::Refused { status: 404, .. })) => return Ok(()),
            Err(failure) => return Err(failure.into()),
        };
        match self.on_store(move |store| store.accept_revocations(&word)).await? {
            Trusted::Yes => self.heard().await,
            Trusted::ToBeWiped => Err(Failure::WipeOrdered.into()),
        }
    }

    async fn heard(&self) -> Result<(), Ended> {
        self.if_writable(Store::heard_from_the_municipality).await?;
        Ok(())
    }
}

#[cfg(test)]
mod reasons;
