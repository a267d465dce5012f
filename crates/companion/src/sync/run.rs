//! One run of sync: turn after turn, until everything is there or nothing more fares better.
//!
//! It is one loop, so that a run has one end and each plan one reason. Deliberately absent: what is next
//! ([`Course`], which is pure), what is remembered ([`Memory`]), and the steps of a plan (`round`).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::memory::Memory;
use super::next::{AcuteRecords, Course, Ended, Next, Round, SyncOutcome, Why};
use super::patience::Retry;
use super::progress::{ProgressListener, SyncPhase, SyncProgress};
use crate::store::Store;
use crate::transport::Transport;

/// One run of sync.
pub struct Sync<T> {
    pub(super) store: Arc<Store>,
    pub(super) transport: T,
    pub(super) retry: Retry,
    pub(super) pause: Arc<AtomicBool>,
    listener: ProgressListener,
    pub(super) progress: SyncProgress,
    pub(super) memory: Memory,
}

impl<T: Transport> Sync<T> {
    /// A run that has not started. Setting `pause` stops it after the step or chunk it is at.
    pub fn new(store: Arc<Store>, transport: T, pause: Arc<AtomicBool>, listener: ProgressListener) -> Self {
        let progress = SyncProgress::default();
        let memory = Memory::new(store.road.acute());
        Self { store, transport, retry: Retry::default(), pause, listener, progress, memory }
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
        let outcome = self.turns().await.unwrap_or_else(SyncOutcome::from);
        self.give_up_probes().await;
        if let SyncOutcome::Failed(code) = outcome {
            tracing::warn!(?code, "sync failed");
        }
        let (phase, error) = match outcome {
            SyncOutcome::Done => (SyncPhase::Done, None),
            SyncOutcome::PhotosWait => (SyncPhase::PhotosWait, None),
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

    /// Turn after turn: what each came to decides on the next.
    async fn turns(&mut self) -> Result<SyncOutcome, Ended> {
        self.prepare().await?;
        let (mut course, mut came) = (Course::begins(), Round::Again(Why::Begins));
        loop {
            let acute = self.acute_records(course).await?;
            came = match course.next(came, acute, self.memory.told()) {
                Next::Plan(why) => {
                    tracing::debug!(?why, "a plan is made");
                    self.memory.another_plan();
                    let round = self.round().await;
                    self.or_make_way(round).await?
                }
                Next::AskTheWay(came) => {
                    let wider = self.look_for_a_wider_way().await;
                    match self.or_make_way(wider).await? {
                        Round::Complete => came,
                        again @ Round::Again(_) => again,
                    }
                }
                Next::End(outcome) => return Ok(outcome),
            };
        }
    }

    /// What is done before the first plan.
    async fn prepare(&mut self) -> Result<(), Ended> {
        self.enter(SyncPhase::Preparing);
        self.on_store(|store| {
            store.take_in_answers();
            Ok(())
        })
        .await?;
        self.if_writable(Store::release_aside).await?;
        self.memory.probes.allow(self.on_store(Store::may_probe).await?);
        self.if_writable(Store::first_things_first).await?;
        Ok(())
    }

    /// Looked up for as long as something depends on it.
    async fn acute_records(&self, course: Course) -> Result<AcuteRecords, Ended> {
        let wait = course.may_ask_the_way() && self.on_store(Store::acute_waits).await?;
        Ok(if wait { AcuteRecords::Wait } else { AcuteRecords::Left })
    }

    /// What made way is in the next plan, behind what goes first.
    async fn or_make_way(&mut self, came: Result<Round, Ended>) -> Result<Round, Ended> {
        match came {
            Err(Ended::MadeWay) => {
                self.make_way().await?;
                Ok(Round::Again(Why::SomethingAcute))
            }
            other => other,
        }
    }

    pub(super) fn enter(&mut self, phase: SyncPhase) {
        self.progress.phase = phase;
        self.tell();
    }

    pub(super) fn tell(&self) {
        (self.listener)(&self.progress);
    }
}
