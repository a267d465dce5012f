//! What a run remembers, a file for each subject, which says for how long it holds.
//!
//! Nothing of it outlives the run: what the next one has to know stands in the store. Deliberately absent: the store and the
//! network, so that what follows from what is remembered can be tried without either.

mod acute;
mod batches;
mod chain_in_use;
mod heard;
mod held_back;
mod later;
mod once;

use std::collections::HashSet;

use baken_protocol::ids::ChainId;

pub(super) use acute::{Acute, Freight};
pub(super) use batches::Batches;
pub(super) use chain_in_use::{ChainInUse, Leaving, MAX_CONTRADICTIONS, Word};
pub(super) use heard::{Answers, Heard, Receipts};
pub(super) use held_back::HeldBack;
pub(super) use later::Later;
pub(super) use once::{Done, Once};

use super::next::{NotThere, Round, Why};
use super::probes::Probes;

/// What a run remembers.
pub(super) struct Memory {
    /// Why the plan at hand does not have everything there is to send, where its steps go on all the same: another plan
    /// follows when they are taken.
    more: Option<Why>,
    /// What did not arrive though the rest did.
    pub(super) later: Later,
    /// Photos that wait for a network that costs less.
    pub(super) held_back: HeldBack,
    /// Whether batches leave.
    pub(super) batches: Batches,
    /// How sending on the chain in use fares.
    pub(super) chain: ChainInUse,
    /// What goes before everything else.
    pub(super) acute: Acute,
    /// What is done once.
    pub(super) done: Done,
    /// What the backend showed of itself.
    pub(super) heard: Heard,
    /// Records set aside in a row, and those that were tried after these and refused as well.
    pub(super) probes: Probes,
    /// Batches of earlier chains that were sent: what is said of such a chain may be of yesterday.
    pub(super) brought_back: HashSet<(ChainId, u64)>,
}

impl Memory {
    /// Of a run that has not started, when so many acute records were signed.
    pub(super) fn new(acute: u64) -> Self {
        Self {
            more: None,
            later: Later::default(),
            held_back: HeldBack::default(),
            batches: Batches::default(),
            chain: ChainInUse::default(),
            acute: Acute::new(acute),
            done: Done::default(),
            heard: Heard::default(),
            probes: Probes::default(),
            brought_back: HashSet::new(),
        }
    }

    /// The plan at hand does not have everything.
    pub(super) fn another_plan_follows(&mut self, why: Why) {
        self.more.get_or_insert(why);
    }

    /// Every step of the plan was taken.
    pub(super) const fn plan_ended(&mut self) -> Round {
        match self.more.take() {
            Some(why) => Round::Again(why),
            None => Round::Complete,
        }
    }

    /// Another plan is made: it tries again what did not arrive, but for what waits for the next run.
    pub(super) const fn another_plan(&mut self) {
        match self.batches {
            Batches::Flow => self.later.another_plan(),
            Batches::Wait(_) => {}
        }
    }

    /// What is told where nothing more fares better; nothing if everything is there.
    pub(super) fn told(&self) -> Option<NotThere> {
        let waits = self.later.first().or_else(|| self.batches.wait_for());
        let failure = waits.or_else(|| self.probes.failure()).or_else(|| self.heard.device.code());
        failure.map(NotThere::Failed).or_else(|| (!self.held_back.is_none()).then_some(NotThere::PhotosWait))
    }
}

#[cfg(test)]
mod tests {
    use baken_protocol::ids::OperationId;
    use uuid::Uuid;

    use super::*;
    use crate::failure_code::FailureCode;
    use crate::outbox::aside::Aside;

    fn run() -> Memory {
        Memory::new(0)
    }

    #[test]
    fn a_run_in_which_everything_arrived_has_nothing_to_tell() {
        assert_eq!(run().told(), None);
    }

    #[test]
    fn photos_that_wait_are_told_where_nothing_failed() {
        let mut run = run();
        run.held_back = HeldBack { photos: 2, bytes: 10 };
        assert_eq!(run.told(), Some(NotThere::PhotosWait));
        run.later.note(FailureCode::BackendError);
        assert_eq!(run.told(), Some(NotThere::Failed(FailureCode::BackendError)));
    }

    #[test]
    fn the_first_that_did_not_arrive_is_told_and_that_the_device_was_revoked_only_where_all_else_is_well() {
        let mut run = run();
        run.heard.device.note(true);
        run.heard.device.note(false);
        assert_eq!(
            run.told(),
            Some(NotThere::Failed(FailureCode::Revoked)),
            "one batch that is taken in takes nothing back"
        );
        run.probes.add(OperationId(Uuid::nil()), Aside::Unanswered, FailureCode::BackendTooOld);
        assert_eq!(run.told(), Some(NotThere::Failed(FailureCode::BackendTooOld)));
        run.batches = Batches::Wait(FailureCode::StorageFull);
        assert_eq!(run.told(), Some(NotThere::Failed(FailureCode::StorageFull)));
        run.later.note(FailureCode::BackendError);
        run.later.note(FailureCode::ReceiptInvalid);
        assert_eq!(run.told(), Some(NotThere::Failed(FailureCode::BackendError)));
    }

    #[test]
    fn another_plan_makes_up_for_what_it_tries_again() {
        let mut run = run();
        run.later.note(FailureCode::BackendError);
        run.another_plan();
        assert_eq!(run.told(), None);
    }

    #[test]
    fn no_other_plan_makes_up_for_batches_that_wait_nor_for_what_is_not_tried_again() {
        let mut run = run();
        run.later.note(FailureCode::BackendError);
        run.batches = Batches::Wait(FailureCode::StorageFull);
        run.another_plan();
        assert_eq!(run.told(), Some(NotThere::Failed(FailureCode::BackendError)));
        run.batches = Batches::Flow;
        run.later.stands();
        run.another_plan();
        assert_eq!(run.told(), Some(NotThere::Failed(FailureCode::BackendError)));
    }
}
