//! Records that are tried though several in a row were refused: to tell a backend at fault from records at fault.
//!
//! A backend that refuses whatever it is sent must not make every record wait for a day; several bad records in a row must
//! not keep the good ones behind them at home. So a few more are tried. If one is taken, the backend is well, and those
//! that were refused wait for what was said of them. If none is, they wait for nothing, and batches go on in the next run. Those
//! that were set aside first wait for an hour then, whatever was said of them: so long does a backend at fault keep them.

use baken_protocol::ids::OperationId;
use chrono::{DateTime, TimeDelta, Utc};

use super::next::Ended;
use super::run::Sync;
use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::aside::Aside;
use crate::store::Store;
use crate::store::settings::Setting;
use crate::transport::Transport;

/// Records tried in one run, after those that were set aside: what a backend that refuses everything is asked in vain.
const MAX_PROBES: usize = 12;
/// How long after that none is tried.
const PROBES_AGAIN: TimeDelta = TimeDelta::hours(1);

/// Records that were tried, and were not taken.
#[derive(Default)]
pub(super) struct Probes {
    /// None were tried in vain a little while ago.
    allowed: bool,
    /// Those that were set aside before these, since a record was last taken.
    first: Vec<(OperationId, Aside)>,
    refused: Vec<(OperationId, Aside)>,
    failure: Option<FailureCode>,
}

impl Probes {
    pub(super) const fn allow(&mut self, allowed: bool) {
        self.allowed = allowed;
    }

    pub(super) const fn may_be_one_more(&self) -> bool {
        self.allowed && self.refused.len() < MAX_PROBES
    }

    pub(super) fn add(&mut self, operation: OperationId, why: Aside, failure: FailureCode) {
        self.refused.push((operation, why));
        self.failure.get_or_insert(failure);
    }

    /// A record was set aside, for what was said of it.
    pub(super) fn set_aside(&mut self, operation: OperationId, why: Aside) {
        self.first.push((operation, why));
    }

    /// How many were, in a row.
    pub(super) const fn in_a_row(&self) -> usize {
        self.first.len()
    }

    /// What is told where nothing was taken after them.
    pub(super) const fn failure(&self) -> Option<FailureCode> {
        self.failure
    }

    pub(super) fn end(&mut self) -> Vec<(OperationId, Aside)> {
        self.failure = None;
        std::mem::take(&mut self.refused)
    }
}

impl Store {
    /// Whether it is long enough ago that records were tried in vain. A clock that was set back keeps nobody waiting.
    pub(super) fn may_probe(&self) -> Result<bool, Failure> {
        let now = self.environment.clock.now();
        self.read(|connection| {
            let last: Option<DateTime<Utc>> = Setting::RefusedAllAt.read(connection)?;
            Ok(last.is_none_or(|last| last > now || last <= now - PROBES_AGAIN))
        })
    }

    fn note_refused_all(&self) -> Result<(), Failure> {
        let now = self.environment.clock.now();
        self.write(|tx| Ok(Setting::RefusedAllAt.write(tx, Some(&now))?))
    }
}

impl<T: Transport> Sync<T> {
    /// One more is refused after several were set aside: for as long as nothing shows whose fault it is, these wait for a
    /// reason that soon passes. A program that ends here, and a lock, cost an hour and not a day.
    pub(super) async fn doubt_those_set_aside(&self) -> Result<(), Ended> {
        // What waits for an hour anyway keeps its reason, which somebody is shown.
        let a_day = |why: &Aside| matches!(why, Aside::Refused(_) | Aside::Conflicting);
        for (operation, _) in self.memory.probes.first.iter().filter(|(_, why)| a_day(why)).copied().collect::<Vec<_>>()
        {
            self.if_writable(move |store| store.wait_for(operation, Some(Aside::Unanswered))).await?;
        }
        Ok(())
    }

    /// A batch was taken, so the backend is well: what it refused before waits for the reason it gave.
    pub(super) async fn well_taken(&mut self) -> Result<(), Ended> {
        let first = std::mem::take(&mut self.memory.probes.first);
        for (operation, why) in first.into_iter().chain(self.memory.probes.end()) {
            self.if_writable(move |store| store.wait_for(operation, Some(why))).await?;
        }
        Ok(())
    }

    /// The run ends, and nothing was taken after them. Where the store is locked by now they wait for an hour.
    pub(super) async fn give_up_probes(&mut self) {
        let in_vain = self.memory.probes.end();
        if !in_vain.is_empty()
            && let Err(failure) = self.on_store(Store::note_refused_all).await
        {
            tracing::warn!(code = ?failure.code(), "that everything was refused is not remembered");
        }
        for (operation, _) in in_vain {
            if let Err(failure) = self.on_store(move |store: &Store| store.wait_for(operation, None)).await {
                tracing::warn!(code = ?failure.code(), "a record that was tried waits for an hour");
            }
        }
    }
}
