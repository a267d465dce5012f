//! One run of sync: round after round, until everything is there or nothing more fares better.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use baken_protocol::ids::ChainId;

use super::patience::Retry;
use super::probes::Probes;
use super::progress::{ProgressListener, SyncPhase, SyncProgress};
use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::store::{Store, StoreError};
use crate::transport::{Transport, TransportError};

/// Plans made in one run at most; each but the last changed the store (a new chain, a record set aside).
const MAX_ROUNDS: u32 = 1200;

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
    pub(super) retry: Retry,
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

    pub(super) fn enter(&mut self, phase: SyncPhase) {
        self.progress.phase = phase;
        self.tell();
    }

    pub(super) fn tell(&self) {
        (self.listener)(&self.progress);
    }
}
