//! Taking the steps of the plan. After each the store says what is true, so this can stop anywhere.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use baken_protocol::ids::ChainId;

use super::jitter::with_jitter;
use super::plan::{Step, plan, without_batches};
use super::probes::Probes;
use super::progress::{ProgressListener, SyncPhase, SyncProgress};
use super::waiting_answers::cannot_be_kept;
use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::store::road::Answer;
use crate::store::road::LocalPhoto;
use crate::store::{Store, StoreError};
use crate::transport::{Transport, TransportError};

/// Plans made in one run at most; each but the last changed the store (a new chain, a record set aside).
const MAX_ROUNDS: u32 = 1200;

/// Chains left in one run at most: one for a fork, and one more that came in between.
const MAX_CHAINS_LEFT: u32 = 2;

/// How often and how patiently a failed request is tried again within one run.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Tries after the first.
    pub again: u32,
    /// The wait before the second try; doubles with each, and a random part is added.
    pub first_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { again: 3, first_wait: Duration::from_millis(500) }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncOutcome {
    /// Everything is at the backend.
    Done,
    /// Stopped on request.
    Paused,
    /// Stopped by a failure with this code; nothing is lost.
    Failed(FailureCode),
}

/// One run of sync.
#[allow(clippy::struct_excessive_bools, reason = "facts of the run, each by itself")]
pub struct Sync<T> {
    pub(super) store: Arc<Store>,
    pub(super) transport: T,
    retry: Retry,
    pub(super) pause: Arc<AtomicBool>,
    listener: ProgressListener,
    pub(super) progress: SyncProgress,
    pub(super) quarantined: bool,
    /// The plan at hand does not have everything there is to send.
    pub(super) again: bool,
    /// Photos sent before were called missing once in this run already: a backend that loses them while it is being
    /// sent them is not indulged for ever.
    pub(super) photos_were_lost: bool,
    /// Chains left in this run, since the backend had another history of them.
    pub(super) chains_left: u32,
    /// The first failure of something the rest does not wait for; told when the rest is done.
    pub(super) late_failure: Option<Failure>,
    /// Batches wait for the next run; all else goes on.
    pub(super) batches_wait: bool,
    /// Batches of earlier chains that were sent in this run: what is said of such a chain may be of yesterday.
    pub(super) brought_back: HashSet<(ChainId, u64)>,
    /// One of them did not arrive: it is not tried again in this run, so no further plan makes up for its failure.
    pub(super) failure_stands: bool,
    /// The backend said in this run where a chain stands, so that it is well as a whole.
    pub(super) answers_well: bool,
    /// The place the backend waits for, where it says so only when a batch comes too early.
    pub(super) waits_for: Option<u64>,
    pub(super) contradictions: u32,
    /// The backend was asked in this run where its log goes on from another.
    pub(super) asked_for_continuations: bool,
    /// It was asked for its key directory because of a receipt by a key this device does not know.
    pub(super) asked_for_directory: bool,
    /// Records set aside in a row, and those that were tried after these and refused as well.
    pub(super) probes: Probes,
    /// A receipt of this run was not believed: nobody vouches that what it is for has arrived.
    pub(super) receipt_disbelieved: bool,
    /// Acute records that the plan at hand can have.
    pub(super) acute_known: u64,
    /// The batch that is being sent at this moment is an acute one.
    pub(super) acute_under_way: bool,
    /// Batches signed before the first of them has its receipt: one after a refusal, which unmakes all behind it, and
    /// with each that is taken twice as many.
    pub(super) ahead: usize,
}

pub(super) enum Ended {
    Paused,
    /// Something that goes first is there: another plan has it.
    MadeWay,
    Failed(Failure),
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        // Locked under way: the sender goes on with what was signed.
        if matches!(failure, Failure::Store(StoreError::Closed)) {
            Self::Paused
        } else if matches!(failure, Failure::Transport(TransportError::MadeWay)) {
            Self::MadeWay
        } else {
            Self::Failed(failure)
        }
    }
}

pub(super) enum Round {
    Complete,
    Again,
}

impl<T: Transport> Sync<T> {
    /// A run that has not started. Setting `pause` stops it after the step or chunk it is at.
    pub fn new(store: Arc<Store>, transport: T, pause: Arc<AtomicBool>, listener: ProgressListener) -> Self {
        let progress = SyncProgress::default();
        let acute_known = store.road.acute();
        Self {
            store,
            transport,
            retry: Retry::default(),
            pause,
            listener,
            progress,
            quarantined: false,
            again: false,
            photos_were_lost: false,
            chains_left: 0,
            late_failure: None,
            batches_wait: false,
            brought_back: HashSet::new(),
            failure_stands: false,
            answers_well: false,
            waits_for: None,
            contradictions: 0,
            asked_for_continuations: false,
            asked_for_directory: false,
            probes: Probes::default(),
            receipt_disbelieved: false,
            acute_known,
            acute_under_way: false,
            ahead: 1,
        }
    }

    /// The same run with another patience.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// Runs to the end, a pause or a failure. How it ended is also remembered in the store.
    pub async fn run(mut self) -> SyncOutcome {
        // What goes on after a lock ends first, soon after the unlock.
        let road = Arc::clone(&self.store.road);
        let _turn = road.take().await;
        let ended = self.rounds().await;
        self.give_up_probes().await;
        let outcome = match ended {
            Ok(()) if self.quarantined => SyncOutcome::Failed(FailureCode::Revoked),
            Ok(()) => SyncOutcome::Done,
            Err(Ended::Paused | Ended::MadeWay) => SyncOutcome::Paused,
            Err(Ended::Failed(failure)) => {
                tracing::warn!(code = ?failure.code(), "sync failed");
                SyncOutcome::Failed(failure.code())
            }
        };
        let (phase, error) = match outcome {
            SyncOutcome::Done => (SyncPhase::Done, None),
            SyncOutcome::Paused => (SyncPhase::Paused, None),
            SyncOutcome::Failed(code) => (SyncPhase::Failed, Some(code)),
        };
        if outcome != SyncOutcome::Paused
            && let Err(failure) = self.on_store(move |store| store.note_outcome(error)).await
        {
            tracing::warn!(code = ?failure.code(), "the outcome of the sync could not be kept");
        }
        self.progress.error = error;
        self.progress.finished_at = Some(self.store.environment.clock.now());
        self.enter(phase);
        outcome
    }

    async fn rounds(&mut self) -> Result<(), Ended> {
        self.enter(SyncPhase::Preparing);
        self.on_store(|store| {
            store.take_in_answers();
            Ok(())
        })
        .await?;
        self.if_writable(Store::release_aside).await?;
        self.probes.allow(self.on_store(Store::may_probe).await?);
        self.if_writable(Store::first_things_first).await?;
        let mut looked = false;
        for _ in 0..MAX_ROUNDS {
            // Nothing acute waits for a question that may take minutes.
            if !looked && !self.on_store(Store::acute_waits).await? {
                looked = true;
                match self.look_for_a_wider_way().await {
                    Err(Ended::MadeWay) => self.make_way().await?,
                    other => _ = other?,
                }
            }
            if !self.batches_wait && !self.failure_stands {
                self.late_failure = None;
            }
            let round = match self.round().await {
                Err(Ended::MadeWay) => {
                    self.make_way().await?;
                    continue;
                }
                other => other?,
            };
            match round {
                // What could be sent in what passes is; the rest may pass by now.
                Round::Complete if !std::mem::replace(&mut looked, true) => match self.look_for_a_wider_way().await {
                    Err(Ended::MadeWay) => self.make_way().await?,
                    Ok(false) => return self.told_at_the_end(),
                    other => _ = other?,
                },
                Round::Complete => return self.told_at_the_end(),
                Round::Again => {}
            }
        }
        Err(Failure::Transport(TransportError::Answer).into())
    }

    /// What did not arrive though the rest did.
    fn told_at_the_end(&mut self) -> Result<(), Ended> {
        let failure = self.late_failure.take().or_else(|| self.probes.take_failure());
        failure.map_or(Ok(()), |failure| Err(failure.into()))
    }

    async fn round(&mut self) -> Result<Round, Ended> {
        // Also where the round before ended without looking.
        self.check_pause()?;
        let ahead = self.ahead;
        let formed = self.if_writable(move |store| store.form_ahead(ahead)).await?;
        if formed.is_none() && !self.batches_wait {
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
        // Before the plan is made, so that it has them; of every chain of this device, so the closed ones need not be
        // asked. Not signed, and it need not be: at worst a photo is sent twice.
        let missing = remote.missing_attachments.clone();
        self.if_writable(move |store| store.note_missing_photos(&missing)).await?;
        let local = self.on_store(move |store| store.local_state(chain)).await?;
        let steps = if self.batches_wait { without_batches(&local) } else { plan(&local, &remote) };
        for step in steps {
            self.check_pause()?;
            // Records before photos: the next batches first.
            let goes_on = more_waits && (formed > 0 || self.ahead > ahead);
            if goes_on && !self.batches_wait && matches!(step, Step::Fetch) {
                return Ok(Round::Again);
            }
            if self.batches_wait && matches!(step, Step::Push { .. }) {
                continue;
            }
            match self.take(chain, step).await? {
                Round::Complete => {}
                Round::Again => return Ok(Round::Again),
            }
        }
        self.bring_back_closed_chains().await?;
        Ok(if std::mem::take(&mut self.again) { Round::Again } else { Round::Complete })
    }

    async fn take(&mut self, chain: ChainId, step: Step) -> Result<Round, Ended> {
        match step {
            Step::OpenNewChain => self.leave_chain().await,
            Step::Push { seq } => {
                self.enter(SyncPhase::Sending);
                self.push(chain, seq).await
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
                match self.fetch().await {
                    // A directory or vocabulary this device cannot accept keeps no photo and no lost batch back.
                    Err(Ended::Failed(failure @ Failure::Transport(_))) => {
                        self.told_later(failure).map(|()| Round::Complete)
                    }
                    Err(Ended::Failed(failure)) => {
                        tracing::warn!(code = ?failure.code(), "what the backend offers is not accepted");
                        self.late_failure.get_or_insert(failure);
                        Ok(Round::Complete)
                    }
                    other => other.map(|()| Round::Complete),
                }
            }
        }
    }

    /// Goes on in a fresh chain. A backend that calls fresh ones frozen as well is not indulged, since each would be
    /// filled with everything anew: batches wait, and all else goes on by a plan without them.
    pub(super) async fn leave_chain(&mut self) -> Result<Round, Ended> {
        self.chains_left += 1;
        let is_open = self.chains_left <= MAX_CHAINS_LEFT && self.on_store(Store::open_new_chain).await?;
        if is_open {
            self.waits_for = None;
        } else {
            self.batches_wait_for(Failure::Transport(TransportError::Answer))?;
        }
        Ok(Round::Again)
    }

    async fn fetch(&mut self) -> Result<(), Ended> {
        let directory = self.patiently(Transport::key_directory).await?;
        self.if_writable(move |store| store.accept_directory(&directory)).await?;
        let vocabulary = self.patiently(Transport::vocabulary).await?;
        self.if_writable(move |store| store.accept_vocabulary(&vocabulary)).await?;
        Ok(())
    }

    /// Tries again what may go through a little later, waiting longer each time; not while something goes first, or a large
    /// body would begin anew on the one road there is.
    pub(super) async fn patiently<'a, A, F>(&'a self, request: impl Fn(&'a T) -> F) -> Result<A, Failure>
    where
        F: Future<Output = Result<A, TransportError>> + 'a,
    {
        let (mut wait, mut again) = (self.retry.first_wait, self.retry.again);
        loop {
            match self.unless_it_stands_in_the_way(request(&self.transport)).await {
                Err(error) if error.is_passing() && !self.stops() => {
                    if self.something_acute_came() {
                        return Err(Failure::Transport(TransportError::MadeWay));
                    }
                    let Some(left) = again.checked_sub(1) else { return Err(error.into()) };
                    let random = self.store.environment.ids.uuid().as_u128().to_le_bytes();
                    tokio::time::sleep(with_jitter(wait, random[0])).await;
                    if self.stops() || self.something_acute_came() {
                        return Err(Failure::Transport(TransportError::MadeWay));
                    }
                    wait *= 2;
                    again = left;
                }
                other => return Ok(other?),
            }
        }
    }

    pub(super) async fn keep_photo_receipt(&mut self, photo: LocalPhoto, receipt: Vec<u8>) -> Result<(), Ended> {
        let kept = receipt.clone();
        match self.knowing_the_log(move |store| store.accept_photo_receipt(&photo, &kept)).await {
            Err(failure) if cannot_be_kept(&failure) => {
                self.store.road.keep(Answer::Photo { photo, receipt });
                self.unless_locked(failure)
            }
            other => Ok(other?),
        }
    }

    /// A disk that cannot be written keeps nothing from leaving; a lock ends the run.
    pub(super) fn unless_locked(&self, failure: Failure) -> Result<(), Ended> {
        if self.store.is_closed() { Err(failure.into()) } else { Ok(()) }
    }

    /// What would be good to write down, and keeps nothing from leaving where the disk is full or cannot be written.
    pub(super) async fn if_writable<A: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<A, Failure> + Send + 'static,
    ) -> Result<Option<A>, Failure> {
        match self.on_store(work).await {
            Err(Failure::Store(StoreError::DiskFull | StoreError::ReadOnly)) => Ok(None),
            other => other.map(Some),
        }
    }

    pub(super) async fn on_store<A: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<A, Failure> + Send + 'static,
    ) -> Result<A, Failure> {
        self.store.off_runtime(work).await
    }

    pub(super) fn check_pause(&self) -> Result<(), Ended> {
        if self.stops() {
            return Err(Ended::Paused);
        }
        if self.something_acute_came() { Err(Ended::MadeWay) } else { Ok(()) }
    }

    /// Whether somebody asked for a pause, or locked.
    pub(super) fn stops(&self) -> bool {
        self.pause.load(Ordering::Relaxed) || self.store.is_closed()
    }

    pub(super) fn enter(&mut self, phase: SyncPhase) {
        self.progress.phase = phase;
        self.tell();
    }

    pub(super) fn tell(&self) {
        (self.listener)(&self.progress);
    }
}
