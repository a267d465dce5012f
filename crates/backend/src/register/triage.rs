//! The triage of a report: where it may go from where it stands, why, and what its steps add up to. Pure.
//!
//! A report that was ever concrete counts as concrete once, for ever: that is how a year's figure is counted.

use crate::storage::{ReportRow, ReportStand, ReportState, ReportStep, StateReason, StepTaken};

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

/// Whether a report that stands so may take that step.
pub(super) fn may_take(stand: &ReportStand, taken: &StepTaken) -> bool {
    match taken {
        StepTaken::Moved { to, reason, doubles } => {
            next_states(stand.state).contains(to)
                && reasons(*to).contains(reason)
                && doubles.is_some() == (*to == ReportState::Duplicate)
        }
        StepTaken::Assigned(to) => *to != stand.holder,
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
    }
}

/// Where it stands by all its steps; nothing, where they leave a gap or one could not be taken.
pub fn folded(report: &ReportRow, steps: &[ReportStep]) -> Option<ReportStand> {
    steps.iter().try_fold(made(report), |stand, step| {
        let follows = step.place == stand.steps.saturating_add(1) && may_take(&stand, &step.taken);
        follows.then(|| after(&stand, step))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use std::collections::BTreeSet;

    use chrono::DateTime;

    use super::*;
    use crate::storage::{ReportNumber, ReportSource};

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
        ReportStep { report: 1, place, taken, actor: "wie".into(), at: DateTime::UNIX_EPOCH }
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
        let stand = folded(&report(), &steps).unwrap();
        assert_eq!((stand.state, stand.ever_concrete, stand.steps), (ReportState::Closed, true, 5));
    }

    #[test]
    fn what_skips_a_state_has_another_s_reason_or_leaves_a_gap_is_refused() {
        let start = report().stand;
        assert!(!may_take(&start, &moved(ReportState::Concrete, StateReason::Indications)));
        assert!(!may_take(&start, &moved(ReportState::Assessment, StateReason::Confirmed)));
        let double = StepTaken::Moved { to: ReportState::Assessment, reason: StateReason::Begun, doubles: Some(2) };
        assert!(!may_take(&start, &double));
        assert!(!may_take(&start, &StepTaken::Assigned(Some("wie".into()))), "it is theirs");
        assert!(may_take(&start, &StepTaken::Assigned(None)));
        let begun = moved(ReportState::Assessment, StateReason::Begun);
        assert!(folded(&report(), &[step(2, begun.clone())]).is_none());
        assert!(folded(&report(), &[step(1, begun.clone()), step(2, begun)]).is_none());
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
                proptest::prop_assert!(may_take(&stand, &taken));
                steps.push(step(stand.steps + 1, taken));
                let now = after(&stand, &steps[steps.len() - 1]);
                proptest::prop_assert!(now.ever_concrete || !stand.ever_concrete);
                proptest::prop_assert!(now.ever_concrete || now.state != ReportState::Concrete);
                stand = now;
            }
            proptest::prop_assert_eq!(folded(&report, &steps), Some(stand.clone()));
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
