//! The triage of a report: where it may go from where it stands, why, what else may be done about it, and what its steps
//! add up to. Pure.
//!
//! A report that was ever concrete counts as concrete once, for ever: that is how a year's figure is counted.

use std::collections::BTreeSet;

use super::referral::{fits, grounds, is_explained};
use crate::storage::{
    Casework, ReportRow, ReportStand, ReportState, ReportStep, StateReason, StepTaken, TaskKind, TaskRow,
};

/// Where a report may go from where it stands, in the order in which it usually goes.
pub const fn next_states(from: ReportState) -> &'static [ReportState] {
    use ReportState::{Assessment, Closed, Concrete, Duplicate, Investigation, NotConcrete, Received, Transferred};
    match from {
        Received | Closed => &[Assessment],
        Assessment => &[Concrete, NotConcrete, Duplicate],
        Concrete => &[Transferred, Assessment],
        // What turns out to be more, or no double, is assessed again.
        NotConcrete | Duplicate | Investigation => &[Closed, Assessment],
        // Whoever has it may hand it back.
        Transferred => &[Investigation, Closed, Assessment],
    }
}

/// Why a report may go there.
pub const fn reasons(to: ReportState) -> &'static [StateReason] {
    use StateReason::{
        Begun, Confirmed, Corrected, Document, Indications, NewInformation, NotTrafficking, NotVerifiable, SameEvent,
        SeriousDisadvantage, Statement, ToCare, ToNla, ToOther, ToPolice, Told, TooLittle, Unknown,
    };
    match to {
        ReportState::Received => &[],
        ReportState::Assessment => &[Begun, NewInformation, Corrected],
        ReportState::Concrete => &[Indications, Statement, Document],
        ReportState::NotConcrete => &[TooLittle, NotVerifiable],
        ReportState::Duplicate => &[SameEvent],
        ReportState::Transferred => &[ToPolice, ToNla, ToCare, ToOther],
        ReportState::Investigation => &[Told],
        ReportState::Closed => &[Confirmed, SeriousDisadvantage, NotTrafficking, Unknown],
    }
}

/// What a step that ends or answers another names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// Nothing that can be ended or answered.
    Nothing,
    /// A task that is open.
    OpenTask,
    /// A referral.
    Referral,
}

/// Whether a report that stands so may take that step.
pub(super) fn may_take(stand: &ReportStand, named: Named, taken: &StepTaken) -> bool {
    match taken {
        StepTaken::Moved { to, reason, doubles } => {
            next_states(stand.state).contains(to)
                && reasons(*to).contains(reason)
                && doubles.is_some() == (*to == ReportState::Duplicate)
        }
        StepTaken::Assigned(to) => *to != stand.holder,
        StepTaken::Worked(Casework::Plan { .. } | Casework::Note(_)) => true,
        StepTaken::Worked(Casework::End { .. }) => named == Named::OpenTask,
        StepTaken::Worked(Casework::Refer { body, persons, ground }) => {
            grounds(*body).contains(ground) && fits(*ground, *persons)
        }
        StepTaken::Worked(Casework::Answer { .. }) => named == Named::Referral,
    }
}

/// Whether a step says nothing without its sealed text.
pub(super) fn needs_text(taken: &StepTaken) -> bool {
    match taken {
        StepTaken::Worked(Casework::Note(_)) => true,
        StepTaken::Worked(Casework::Plan { task, .. }) => *task == TaskKind::Other,
        StepTaken::Worked(Casework::Refer { ground, .. }) => is_explained(*ground),
        StepTaken::Moved { .. }
        | StepTaken::Assigned(_)
        | StepTaken::Worked(Casework::End { .. } | Casework::Answer { .. }) => false,
    }
}

/// Whether a step may have a sealed text.
pub(super) fn takes_text(taken: &StepTaken) -> bool {
    match taken {
        StepTaken::Worked(Casework::Note(_) | Casework::Plan { .. } | Casework::Refer { .. }) => true,
        StepTaken::Moved { .. }
        | StepTaken::Assigned(_)
        | StepTaken::Worked(Casework::End { .. } | Casework::Answer { .. }) => false,
    }
}

/// Where a report stands that has just been made.
pub(super) fn made(report: &ReportRow) -> ReportStand {
    let (state, since) = (ReportState::Received, report.made_at);
    ReportStand { steps: 0, state, since, holder: Some(report.made_by.clone()), ever_concrete: false }
}

/// Where it stands after one more step.
#[must_use]
pub(super) fn after(stand: &ReportStand, step: &ReportStep) -> ReportStand {
    let steps = stand.steps.saturating_add(1);
    match &step.taken {
        StepTaken::Moved { to, .. } => ReportStand {
            steps,
            state: *to,
            since: step.at,
            holder: stand.holder.clone(),
            ever_concrete: stand.ever_concrete || *to == ReportState::Concrete,
        },
        StepTaken::Assigned(to) => ReportStand { steps, holder: to.clone(), ..stand.clone() },
        StepTaken::Worked(_) => ReportStand { steps, ..stand.clone() },
    }
}

/// The task that a step plans.
pub(super) fn planned(report: &ReportRow, step: &ReportStep) -> Option<TaskRow> {
    let StepTaken::Worked(Casework::Plan { task, due, to }) = &step.taken else { return None };
    Some(TaskRow {
        report: report.number,
        place: step.place,
        shown_to: report.shown_to.clone(),
        task: *task,
        due: *due,
        holder: to.clone(),
        is_open: true,
    })
}

/// What the steps of a report add up to.
#[derive(Debug, PartialEq, Eq)]
pub struct FoldedReport {
    /// Where it stands.
    pub stand: ReportStand,
    /// Its tasks, by their places.
    pub tasks: Vec<TaskRow>,
}

/// What all its steps add up to; nothing, where they leave a gap or one could not be taken.
pub fn folded(report: &ReportRow, steps: &[ReportStep]) -> Option<FoldedReport> {
    let mut folded = FoldedReport { stand: made(report), tasks: Vec::new() };
    let mut referrals = BTreeSet::new();
    for step in steps {
        let FoldedReport { stand, tasks } = &mut folded;
        let (named, task) = match &step.taken {
            StepTaken::Worked(Casework::End { task, .. }) => {
                let task = tasks.iter_mut().find(|it| it.is_open && it.place == *task);
                (if task.is_some() { Named::OpenTask } else { Named::Nothing }, task)
            }
            StepTaken::Worked(Casework::Answer { referral, .. }) if referrals.contains(referral) => {
                (Named::Referral, None)
            }
            StepTaken::Moved { .. } | StepTaken::Assigned(_) | StepTaken::Worked(_) => (Named::Nothing, None),
        };
        let is_explained = if step.text.is_some() { takes_text(&step.taken) } else { !needs_text(&step.taken) };
        let follows = step.place == stand.steps.saturating_add(1) && may_take(stand, named, &step.taken);
        if !follows || !is_explained {
            return None;
        }
        if let Some(task) = task {
            task.is_open = false;
        }
        if let StepTaken::Worked(Casework::Refer { .. }) = step.taken {
            referrals.insert(step.place);
        }
        tasks.extend(planned(report, step));
        *stand = after(stand, step);
    }
    Some(folded)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use chrono::DateTime;

    use super::*;
    use crate::storage::{NoteKind, ReferralAnswer, ReferralBody, ReferralGround, ReportNumber, ReportSource, TaskEnd};

    fn report() -> ReportRow {
        let code = |text: &str| text.parse().unwrap();
        let mut report = ReportRow {
            number: 1,
            name: ReportNumber { year: 2026, sequence: 1 },
            source: ReportSource::Telephone,
            level: "team".into(),
            organisation: "gemeente-velsen".into(),
            shown_to: "team".into(),
            form: code("arbeid"),
            place_kind: code("hotel"),
            district: None,
            urgency: code("spoed"),
            made_by: "wie".into(),
            made_at: DateTime::UNIX_EPOCH,
            stand: ReportStand {
                steps: 0,
                state: ReportState::Received,
                since: DateTime::UNIX_EPOCH,
                holder: None,
                ever_concrete: false,
            },
        };
        report.stand = made(&report);
        report
    }

    fn moved(to: ReportState, reason: StateReason) -> StepTaken {
        StepTaken::Moved { to, reason, doubles: (to == ReportState::Duplicate).then_some(2) }
    }

    fn step(place: u64, taken: StepTaken) -> ReportStep {
        ReportStep { report: 1, place, taken, actor: "wie".into(), at: DateTime::UNIX_EPOCH, text: None }
    }

    #[test]
    fn every_state_can_be_reached_and_left_and_every_reason_is_of_one_state() {
        let mut reached = BTreeSet::from([ReportState::Received.to_string()]);
        let mut open = vec![ReportState::Received];
        while let Some(from) = open.pop() {
            for to in next_states(from) {
                if reached.insert(to.to_string()) {
                    open.push(*to);
                }
            }
            assert!(!next_states(from).contains(&from) && !next_states(from).contains(&ReportState::Received));
        }
        assert_eq!(reached.len(), ReportState::ALL.len());
        for reason in StateReason::ALL {
            let of = ReportState::ALL.iter().filter(|state| reasons(**state).contains(reason)).count();
            assert_eq!(of, 1, "{reason}");
        }
    }

    #[test]
    fn the_way_of_the_year_of_2023_is_possible() {
        let way = [
            (ReportState::Assessment, StateReason::Begun),
            (ReportState::Concrete, StateReason::Indications),
            (ReportState::Transferred, StateReason::ToPolice),
            (ReportState::Investigation, StateReason::Told),
            (ReportState::Closed, StateReason::Confirmed),
        ];
        let steps: Vec<_> = way.iter().zip(1..).map(|((to, reason), place)| step(place, moved(*to, *reason))).collect();
        let stand = folded(&report(), &steps).unwrap().stand;
        assert_eq!((stand.state, stand.ever_concrete, stand.steps), (ReportState::Closed, true, 5));
    }

    #[test]
    fn what_skips_a_state_has_another_s_reason_or_leaves_a_gap_is_refused() {
        let start = report().stand;
        assert!(!may_take(&start, Named::Nothing, &moved(ReportState::Concrete, StateReason::Indications)));
        assert!(!may_take(&start, Named::Nothing, &moved(ReportState::Assessment, StateReason::Confirmed)));
        let double = StepTaken::Moved { to: ReportState::Assessment, reason: StateReason::Begun, doubles: Some(2) };
        assert!(!may_take(&start, Named::Nothing, &double));
        assert!(!may_take(&start, Named::Nothing, &StepTaken::Assigned(Some("wie".into()))), "it is theirs");
        assert!(may_take(&start, Named::Nothing, &StepTaken::Assigned(None)));
        let begun = moved(ReportState::Assessment, StateReason::Begun);
        assert!(folded(&report(), &[step(2, begun.clone())]).is_none());
        assert!(folded(&report(), &[step(1, begun.clone()), step(2, begun)]).is_none());
    }

    fn worked(place: u64, work: Casework) -> ReportStep {
        step(place, StepTaken::Worked(work))
    }

    fn call() -> Casework {
        Casework::Plan { task: TaskKind::Call, due: "2026-12-01".parse().unwrap(), to: Some("wie".into()) }
    }

    #[test]
    fn a_task_is_planned_and_ended_once() {
        let done = Casework::End { task: 1, how: TaskEnd::Done };
        let open = folded(&report(), &[worked(1, call())]).unwrap();
        assert_eq!((open.tasks.len(), open.tasks[0].is_open, open.stand.steps), (1, true, 1));
        let over = folded(&report(), &[worked(1, call()), worked(2, done.clone())]).unwrap();
        assert!(!over.tasks[0].is_open, "and is kept");
        assert!(folded(&report(), &[worked(1, done.clone())]).is_none(), "there is none");
        assert!(folded(&report(), &[worked(1, call()), worked(2, done.clone()), worked(3, done)]).is_none(), "twice");
    }

    #[test]
    fn what_was_not_referred_cannot_be_answered_and_what_was_is_answered_again() {
        let (body, ground) = (ReferralBody::Comensha, ReferralGround::ConsentRegistration);
        let refer = worked(1, Casework::Refer { body, persons: 1, ground });
        let answer = |place, answer| worked(place, Casework::Answer { referral: 1, answer });
        let late = [refer, answer(2, ReferralAnswer::NoReply), answer(3, ReferralAnswer::Accepted)];
        assert!(folded(&report(), &late).is_some());
        assert!(folded(&report(), &[worked(1, call()), answer(2, ReferralAnswer::Accepted)]).is_none());
    }

    #[test]
    fn a_ground_that_is_none_for_a_body_and_persons_that_do_not_go_with_it_are_refused() {
        let refer = |body, persons, ground| folded(&report(), &[worked(1, Casework::Refer { body, persons, ground })]);
        assert!(refer(ReferralBody::Comensha, 1, ReferralGround::ConsentCare).is_none());
        assert!(refer(ReferralBody::Nla, 1, ReferralGround::NoPersons).is_none());
        assert!(refer(ReferralBody::Nla, 0, ReferralGround::NoPersons).is_some());
    }

    #[test]
    fn what_needs_words_has_them_and_what_has_none_gets_none() {
        let text = Some(baken_protocol::digest::Digest::of(b"sealed"));
        let note = worked(1, Casework::Note(NoteKind::Note));
        assert!(folded(&report(), std::slice::from_ref(&note)).is_none());
        assert!(folded(&report(), &[ReportStep { text, ..note }]).is_some());
        let begun = step(1, moved(ReportState::Assessment, StateReason::Begun));
        assert!(folded(&report(), &[ReportStep { text, ..begun }]).is_none());
        let (body, ground) = (ReferralBody::VeiligThuis, ReferralGround::Minor);
        assert!(folded(&report(), &[worked(1, Casework::Refer { body, persons: 1, ground })]).is_none());
    }

    proptest::proptest! {
        /// Whatever way a report goes: once it was concrete it stays so, and it can always be closed.
        #[test]
        fn whatever_way_a_report_goes_it_was_concrete_for_ever_and_can_be_closed(
            ways in proptest::collection::vec((0_usize..8, 0_usize..4), 0..60)
        ) {
            let report = report();
            let (mut stand, mut steps) = (report.stand.clone(), Vec::new());
            for (way, reason) in ways {
                let next = next_states(stand.state);
                let to = next[way % next.len()];
                let why = reasons(to);
                let taken = moved(to, why[reason % why.len()]);
                proptest::prop_assert!(may_take(&stand, Named::Nothing, &taken));
                steps.push(step(stand.steps + 1, taken));
                let now = after(&stand, &steps[steps.len() - 1]);
                proptest::prop_assert!(now.ever_concrete || !stand.ever_concrete);
                proptest::prop_assert!(now.ever_concrete || now.state != ReportState::Concrete);
                stand = now;
            }
            proptest::prop_assert_eq!(folded(&report, &steps).map(|it| it.stand), Some(stand.clone()));
            let mut closing = stand.state;
            for _ in 0..4 {
                let next = next_states(closing);
                closing = if next.contains(&ReportState::Closed) { ReportState::Closed } else { next[next.len() - 1] };
                if closing == ReportState::Closed { break; }
            }
            proptest::prop_assert_eq!(closing, ReportState::Closed);
        }
    }
}
