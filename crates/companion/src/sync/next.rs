//! What a run does next, from what its last turn came to and what it remembers. Pure, so that each reason for one more plan
//! has a name, and so that it can be seen that a run ends, and when it may say that everything is there.

use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::store::StoreError;
use crate::transport::TransportError;

/// Plans made in one run at most; each but the last changed the store (a new chain, a record set aside).
pub(super) const MAX_ROUNDS: u32 = 1200;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncOutcome {
    /// Everything is at the backend.
    Done,
    /// Everything but photos, which wait for a network that is not paid by the byte.
    PhotosWait,
    /// Stopped on request.
    Paused,
    /// Stopped by a failure with this code; nothing is lost.
    Failed(FailureCode),
}

/// What keeps a run that got through from saying that everything is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotThere {
    /// Something did not arrive, for this reason.
    Failed(FailureCode),
    /// Photos were not sent: the network at hand is paid by the byte.
    PhotosWait,
}

/// What a step, and the plan it is of, came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// What could be done is.
    Complete,
    /// The plan does not have everything there is to do, or holds no longer.
    Again(Why),
}

/// Why a plan is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The run begins.
    Begins,
    /// Something acute was signed meanwhile, and goes first.
    SomethingAcute,
    /// The network lets more through than it did.
    WayWidened,
    /// More batches are signed now that those before them were taken: records go before photos.
    MoreIsFormed,
    /// The backend has another history of the chain: a fresh one is open.
    NewChain,
    /// It has another history of fresh ones too, or none can be opened: all else goes on without batches.
    NoNewChain,
    /// It waits for an earlier batch than was thought.
    WaitsForEarlier,
    /// A batch was not taken: its records go on one by one.
    TakenApart,
    /// A record by itself was not taken: it waits, and what is behind it goes on.
    RecordSetAside,
    /// The same after several in a row: one more was tried.
    RecordTried,
    /// The network lets nothing so large through: smaller batches.
    SmallerBatches,
    /// What was sent came too slowly for its size, or was swallowed: smaller batches.
    LighterBatches,
    /// The backend lacks photos that it had.
    PhotosLost,
    /// Its log goes on from another, which did not have everything.
    LogGoesOn,
    /// What was sent on a chain that was left goes on another.
    ChainReleased,
    /// A batch of an earlier chain was brought back, and so may its photos be.
    BroughtBack,
    /// Photos that waited may leave by now.
    PhotosMayLeave,
}

/// What ends a step, and the plan with it.
#[derive(Debug)]
pub(super) enum Ended {
    /// Somebody asked for a pause, or locked: the sender goes on with what was signed.
    Paused,
    /// Something that goes first is there: another plan has it.
    MadeWay,
    /// Nothing else would fare better now.
    Failed(Failure),
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        if matches!(failure, Failure::Store(StoreError::Closed)) {
            Self::Paused
        } else if matches!(failure, Failure::Transport(TransportError::MadeWay)) {
            Self::MadeWay
        } else {
            Self::Failed(failure)
        }
    }
}

impl From<Ended> for SyncOutcome {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Paused | Ended::MadeWay => Self::Paused,
            Ended::Failed(failure) => Self::Failed(failure.code()),
        }
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Course {
    /// Plans that were made.
    rounds: u32,
    way: Way,
}

/// Whether it was asked if the network lets more through than it did. It is asked once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    NotAsked,
    Asked,
}

/// Whether an acute record has no receipt yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AcuteRecords {
    /// One waits: nothing that may take minutes is done before it.
    Wait,
    /// None does.
    Left,
}

/// What is done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// A plan is made and its steps are taken.
    Plan(Why),
    /// Whether the network lets more through is asked. If it does not, the last turn came to this all the same.
    AskTheWay(Round),
    /// The run ends.
    End(SyncOutcome),
}

impl Course {
    /// Of a run that begins.
    pub(super) const fn begins() -> Self {
        Self { rounds: 0, way: Way::NotAsked }
    }

    /// Whether the way may still be asked: it is, at the latest before the run ends.
    pub(super) const fn may_ask_the_way(self) -> bool {
        matches!(self.way, Way::NotAsked)
    }

    /// Decides. `told` is what did not arrive though the rest did.
    pub(super) const fn next(&mut self, came: Round, acute: AcuteRecords, told: Option<NotThere>) -> Next {
        match (came, self.way, acute) {
            (Round::Again(_), _, _) if self.rounds >= MAX_ROUNDS => {
                Next::End(SyncOutcome::Failed(FailureCode::BackendError))
            }
            // What could be sent in what passes is; the rest may pass by now.
            (Round::Complete, Way::NotAsked, _) | (Round::Again(_), Way::NotAsked, AcuteRecords::Left) => {
                self.way = Way::Asked;
                Next::AskTheWay(came)
            }
            (Round::Again(why), Way::Asked, _) | (Round::Again(why), Way::NotAsked, AcuteRecords::Wait) => {
                self.rounds += 1;
                Next::Plan(why)
            }
            (Round::Complete, Way::Asked, _) => Next::End(match told {
                None => SyncOutcome::Done,
                Some(NotThere::PhotosWait) => SyncOutcome::PhotosWait,
                Some(NotThere::Failed(code)) => SyncOutcome::Failed(code),
            }),
        }
    }
}

#[cfg(test)]
mod whole_runs;

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;

    /// Every reason there is: the compiler asks for the next one.
    pub(super) fn every_reason() -> Vec<Why> {
        let next = |why: &Why| match why {
            Why::Begins => Some(Why::SomethingAcute),
            Why::SomethingAcute => Some(Why::WayWidened),
            Why::WayWidened => Some(Why::MoreIsFormed),
            Why::MoreIsFormed => Some(Why::NewChain),
            Why::NewChain => Some(Why::NoNewChain),
            Why::NoNewChain => Some(Why::WaitsForEarlier),
            Why::WaitsForEarlier => Some(Why::TakenApart),
            Why::TakenApart => Some(Why::RecordSetAside),
            Why::RecordSetAside => Some(Why::RecordTried),
            Why::RecordTried => Some(Why::SmallerBatches),
            Why::SmallerBatches => Some(Why::LighterBatches),
            Why::LighterBatches => Some(Why::PhotosLost),
            Why::PhotosLost => Some(Why::LogGoesOn),
            Why::LogGoesOn => Some(Why::ChainReleased),
            Why::ChainReleased => Some(Why::BroughtBack),
            Why::BroughtBack => Some(Why::PhotosMayLeave),
            Why::PhotosMayLeave => None,
        };
        iter::successors(Some(Why::Begins), next).collect()
    }

    const CODE: FailureCode = FailureCode::StorageFull;
    const TOLD: [Option<NotThere>; 3] = [None, Some(NotThere::Failed(CODE)), Some(NotThere::PhotosWait)];
    const FRESH: Course = Course::begins();
    const ASKED: Course = Course { rounds: 7, way: Way::Asked };
    const AT_LAST: Course = Course { rounds: MAX_ROUNDS, way: Way::Asked };

    fn next(mut course: Course, came: Round, acute: AcuteRecords, told: Option<NotThere>) -> Next {
        course.next(came, acute, told)
    }

    #[test]
    fn every_reason_makes_a_plan_whatever_did_not_arrive() {
        for (why, told) in every_reason().into_iter().flat_map(|why| TOLD.map(|told| (why, told))) {
            let again = Round::Again(why);
            assert_eq!(next(ASKED, again, AcuteRecords::Left, told), Next::Plan(why));
            assert_eq!(next(ASKED, again, AcuteRecords::Wait, told), Next::Plan(why));
            assert_eq!(next(FRESH, again, AcuteRecords::Wait, told), Next::Plan(why), "nothing is asked before it");
            assert_eq!(next(FRESH, again, AcuteRecords::Left, told), Next::AskTheWay(again));
        }
    }

    #[test]
    fn no_reason_makes_a_plan_for_ever() {
        for why in every_reason() {
            for course in [AT_LAST, Course { way: Way::NotAsked, ..AT_LAST }] {
                let failed = Next::End(SyncOutcome::Failed(FailureCode::BackendError));
                assert_eq!(next(course, Round::Again(why), AcuteRecords::Left, None), failed);
            }
        }
        assert_eq!(next(AT_LAST, Round::Complete, AcuteRecords::Left, None), Next::End(SyncOutcome::Done));
    }

    #[test]
    fn where_all_is_done_the_way_is_asked_once_and_then_it_is_told_what_did_not_arrive() {
        for acute in [AcuteRecords::Wait, AcuteRecords::Left] {
            let mut course = FRESH;
            assert_eq!(course.next(Round::Complete, acute, None), Next::AskTheWay(Round::Complete));
            assert!(!course.may_ask_the_way());
            assert_eq!(course.next(Round::Complete, acute, None), Next::End(SyncOutcome::Done));
            let mut ends = |told| course.next(Round::Complete, acute, Some(told));
            assert_eq!(ends(NotThere::Failed(CODE)), Next::End(SyncOutcome::Failed(CODE)));
            assert_eq!(ends(NotThere::PhotosWait), Next::End(SyncOutcome::PhotosWait));
        }
    }

    #[test]
    fn a_pause_a_lock_and_what_makes_way_at_the_end_are_no_failure() {
        let outcome = |failure: Failure| SyncOutcome::from(Ended::from(failure));
        assert_eq!(SyncOutcome::from(Ended::Paused), SyncOutcome::Paused);
        assert_eq!(outcome(StoreError::Closed.into()), SyncOutcome::Paused);
        assert_eq!(outcome(Failure::Transport(TransportError::MadeWay)), SyncOutcome::Paused);
        assert_eq!(outcome(Failure::Transport(TransportError::Clock)), SyncOutcome::Failed(FailureCode::ClockWrong));
    }
}
