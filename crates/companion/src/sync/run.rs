//! One run of sync: round after round, until everything is there or nothing more fares better.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::memory::Memory;
use super::patience::Retry;
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
pub struct Sync<T> {
    pub(super) store: Arc<Store>,
    pub(super) transport: T,
    pub(super) retry: Retry,
    pub(super) pause: Arc<AtomicBool>,
    listener: ProgressListener,
    pub(super) progress: SyncProgress,
    pub(super) memory: Memory,
    /// The plan at hand does not have everything there is to send.
    pub(super) again: bool,
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
        let memory = Memory::new(store.road.acute());
        Self { store, transport, retry: Retry::default(), pause, listener, progress, memory, again: false }
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
            Ok(None) => SyncOutcome::Done,
            Ok(Some(code)) => SyncOutcome::Failed(code),
            Err(Ended::Paused | Ended::MadeWay) => SyncOutcome::Paused,
            Err(Ended::Failed(failure)) => SyncOutcome::Failed(failure.code()),
        };
        if let SyncOutcome::Failed(code) = outcome {
            tracing::warn!(?code, "sync failed");
        }
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

    /// Round after round. Answers what did not arrive though the rest did.
    async fn rounds(&mut self) -> Result<Option<FailureCode>, Ended> {
        self.enter(SyncPhase::Preparing);
        self.on_store(|store| {
            store.take_in_answers();
            Ok(())
        })
        .await?;
        self.if_writable(Store::release_aside).await?;
        self.memory.probes.allow(self.on_store(Store::may_probe).await?);
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
            self.memory.another_plan();
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
                    Ok(false) => return Ok(self.memory.told()),
                    other => _ = other?,
                },
                Round::Complete => return Ok(self.memory.told()),
                Round::Again => {}
            }
        }
        Err(Failure::Transport(TransportError::Answer).into())
    }

    pub(super) fn enter(&mut self, phase: SyncPhase) {
        self.progress.phase = phase;
        self.tell();
    }

    pub(super) fn tell(&self) {
        (self.listener)(&self.progress);
    }
}
