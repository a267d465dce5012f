//! Whole runs in which anything may happen, without a store or a network: each ends, and says that everything is there
//! only where it is.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashSet;

use baken_protocol::ids::OperationId;
use proptest::prelude::*;
use uuid::Uuid;

use super::tests::every_reason;
use super::*;
use crate::outbox::aside::Aside;
use crate::sync::memory::{Batches, HeldBack, Memory};

const CODE: FailureCode = FailureCode::StorageFull;

/// What may happen while the steps of one plan are taken.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// A photo did not arrive: another plan tries it again.
    Later,
    /// A batch of an earlier chain did not: none does.
    LaterForGood,
    BatchesWait,
    Tried,
    /// A batch was taken, so those that were tried wait for what was said of them.
    Taken,
    KeptApart,
    /// The network is too dear for photos, or is not any more.
    HeldBack(bool),
    Follows(Why),
}

/// How the steps of one plan end.
#[derive(Debug, Clone, Copy)]
enum End {
    Whole,
    Cut(Why),
    MadeWay,
}

type Plan = (Vec<Event>, End, AcuteRecords);

/// What keeps a run from having brought everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Want {
    /// Something of the last plan.
    Later,
    LaterForGood,
    Batches,
    Tried,
    KeptApart,
    Photos,
    /// The last plan did not have everything.
    AnotherPlan,
    /// Not all its steps were taken.
    Steps,
}

/// What is true, told apart from what the run makes of it.
#[derive(Debug, Default)]
struct Truth {
    plans: u32,
    questions: u32,
    wants: HashSet<Want>,
}

impl Truth {
    fn happens(&mut self, run: &mut Memory, event: Event) {
        match event {
            Event::Later => {
                self.wants.insert(Want::Later);
                run.later.note(CODE);
            }
            Event::LaterForGood => {
                self.wants.insert(Want::LaterForGood);
                run.later.stands();
                run.later.note(CODE);
            }
            Event::BatchesWait => {
                self.wants.insert(Want::Batches);
                run.batches = Batches::Wait(CODE);
            }
            Event::Tried => {
                self.wants.insert(Want::Tried);
                run.probes.add(OperationId(Uuid::nil()), Aside::Unanswered, CODE);
            }
            Event::Taken => {
                self.wants.remove(&Want::Tried);
                run.probes.end();
            }
            Event::KeptApart => {
                self.wants.insert(Want::KeptApart);
                run.heard.device.note(true);
            }
            Event::HeldBack(held) => {
                if held {
                    self.wants.insert(Want::Photos);
                } else {
                    self.wants.remove(&Want::Photos);
                }
                run.held_back = HeldBack { photos: u64::from(held), bytes: 0 };
            }
            Event::Follows(why) => {
                self.wants.insert(Want::AnotherPlan);
                run.another_plan_follows(why);
            }
        }
    }

    fn makes_way(&mut self, run: &mut Memory) -> Round {
        self.wants.remove(&Want::Batches);
        run.batches = Batches::Flow;
        Round::Again(Why::SomethingAcute)
    }

    fn plan(&mut self, run: &mut Memory, (events, end, _): &Plan) -> Round {
        self.plans += 1;
        self.wants.remove(&Want::Later);
        self.wants.insert(Want::Steps);
        run.another_plan();
        for event in events {
            self.happens(run, *event);
        }
        match end {
            End::Whole => {
                // Where another plan follows, its steps are still to be taken.
                if !self.wants.remove(&Want::AnotherPlan) {
                    self.wants.remove(&Want::Steps);
                }
                run.plan_ended()
            }
            End::Cut(why) => Round::Again(*why),
            End::MadeWay => self.makes_way(run),
        }
    }
}

/// A run whose plans go like these, over and over.
fn run_of(plans: &[Plan], asked: End) -> (Truth, SyncOutcome) {
    let (mut truth, mut run, mut course) = (Truth::default(), Memory::new(0), Course::begins());
    let mut plans = plans.iter().cycle().peekable();
    let mut came = Round::Again(Why::Begins);
    loop {
        let acute = plans.peek().map_or(AcuteRecords::Left, |plan| plan.2);
        came = match course.next(came, acute, run.told()) {
            Next::Plan(_) => truth.plan(&mut run, plans.next().unwrap()),
            Next::AskTheWay(before) => {
                truth.questions += 1;
                match asked {
                    End::Whole => before,
                    End::Cut(why) => Round::Again(why),
                    End::MadeWay => truth.makes_way(&mut run),
                }
            }
            Next::End(outcome) => return (truth, outcome),
        };
    }
}

fn reason() -> impl Strategy<Value = Why> {
    prop::sample::select(every_reason())
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![4 => Just(End::Whole), 3 => reason().prop_map(End::Cut), 1 => Just(End::MadeWay)]
}

fn one_plan() -> impl Strategy<Value = Plan> {
    let event = prop_oneof![
        3 => Just(Event::Later),
        1 => Just(Event::LaterForGood),
        3 => Just(Event::BatchesWait),
        3 => Just(Event::Tried),
        3 => Just(Event::Taken),
        1 => Just(Event::KeptApart),
        2 => any::<bool>().prop_map(Event::HeldBack),
        3 => reason().prop_map(Event::Follows),
    ];
    let acute = prop_oneof![Just(AcuteRecords::Wait), Just(AcuteRecords::Left)];
    (prop::collection::vec(event, 0..3), end(), acute)
}

proptest! {
    /// Whatever happens, and in whatever order: the run ends, asks the way once at most, and says that everything is
    /// there where it is and nowhere else.
    #[test]
    fn a_run_ends_and_says_done_only_where_nothing_waits(
        plans in prop::collection::vec(one_plan(), 1..12),
        asked in end(),
    ) {
        let (truth, outcome) = run_of(&plans, asked);
        prop_assert!(truth.plans <= MAX_ROUNDS);
        prop_assert!(truth.questions <= 1);
        prop_assert_eq!(outcome == SyncOutcome::Done, truth.wants.is_empty(), "{:?}", truth);
        prop_assert!(outcome != SyncOutcome::Done || truth.questions == 1, "what waits for a wider way was asked for");
    }
}
