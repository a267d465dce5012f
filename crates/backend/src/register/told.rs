//! What the author of an observation is told of it: how it stands at the office, what is asked, and what it was closed
//! with. Less than the office knows: who has it in hand, to whom it was passed on, the name of a report and what it doubles
//! are not told (ADR 53).
//!
//! What changes of that is noted with the act that changes it, so that a device hears of changes alone.

use baken_protocol::ids::DeviceId;
use baken_protocol::limits;
use baken_protocol::outcomes::{ClosedAs, Outcome, OutcomeState, Question};
use chrono::{DateTime, Utc};

use crate::storage::{ActReason, InHand, OutcomeRow, StorageError, Transaction};

/// How an observation stands, as it is told.
pub(super) fn told(in_hand: &InHand) -> OutcomeState {
    // A question leads: somebody waits for its answer, whoever has it in hand.
    match (in_hand.handled_at, in_hand.question, &in_hand.holder) {
        (Some(_), _, _) => OutcomeState::Closed,
        (None, Some(_), _) => OutcomeState::Question,
        (None, None, Some(_)) => OutcomeState::InTreatment,
        (None, None, None) => OutcomeState::Received,
    }
}

/// What it was closed with, as far as its author may know. That it doubles another tells of a record that is not theirs: it is
/// closed without a reason, as what needs no follow-up is, so that nothing follows from there being none.
const fn closed_as(reason: ActReason) -> Option<ClosedAs> {
    match reason {
        ActReason::PassedOn => Some(ClosedAs::PassedOn),
        ActReason::BecameReport => Some(ClosedAs::Report),
        ActReason::NoFollowUp
        | ActReason::Doubles
        | ActReason::ByHand
        | ActReason::Amended
        | ActReason::Retracted
        | ActReason::MoreUrgent
        | ActReason::AttachmentArrived => None,
    }
}

/// Notes that an observation changed, if what is told of it did.
pub(super) fn note(
    tx: &dyn Transaction,
    (standing, device): (i64, DeviceId),
    (before, now): (&InHand, &InHand),
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    // Another colleague who takes it on changes nothing for its author.
    if told(before) == told(now) { Ok(()) } else { tx.note_outcome(standing, device, at) }
}

/// What changed for a device after a number, and what it is told of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The number of the last of them; the one asked with where there is none.
    pub up_to: u64,
    /// Whether there are later ones.
    pub more: bool,
    /// What is told.
    pub outcomes: Vec<Outcome>,
}

/// What changed for a device after a number.
pub fn changes(tx: &dyn Transaction, device: DeviceId, after: u64) -> Result<Changes, StorageError> {
    let limit = u32::try_from(limits::OUTCOMES).unwrap_or(u32::MAX);
    let mut rows = tx.outcomes_after(device, after, limit.saturating_add(1))?;
    let more = rows.len() > limits::OUTCOMES;
    rows.truncate(limits::OUTCOMES);
    let up_to = rows.last().map_or(after, |row| row.number);
    let outcomes = rows.iter().map(|row| outcome(tx, row)).collect::<Result<_, _>>()?;
    Ok(Changes { up_to, more, outcomes })
}

fn outcome(tx: &dyn Transaction, row: &OutcomeRow) -> Result<Outcome, StorageError> {
    let in_hand = tx.standing(row.standing)?.ok_or(StorageError::Content)?.in_hand;
    let state = told(&in_hand);
    let closed_as = match state {
        OutcomeState::Closed => tx.acts_on(row.standing, 1)?.last().and_then(|act| act.reason).and_then(closed_as),
        OutcomeState::Received | OutcomeState::InTreatment | OutcomeState::Question => None,
    };
    Ok(Outcome {
        operation: row.operation,
        state: state.code(),
        since: row.since,
        question: in_hand.question.map(Question::code),
        closed_as: closed_as.map(ClosedAs::code),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        /// Whatever is true of it: handled is closed, and nothing of who has it or what it became is told.
        #[test]
        fn what_is_told_follows_from_how_it_is_in_hand_and_from_nobodys_name(
            handled in proptest::bool::ANY, asked in proptest::option::of(0_usize..5), held in proptest::option::of("[a-z]{1,8}"),
            report in proptest::option::of(1_i64..9), acts in 0_u64..9,
        ) {
            let question = asked.and_then(|at| Question::ALL.get(at).copied());
            let handled_at = handled.then_some(DateTime::UNIX_EPOCH);
            let in_hand = InHand { acts, holder: held.clone(), handled_at, report, question };
            let expected = match (handled, question.is_some(), held.is_some()) {
                (true, _, _) => OutcomeState::Closed,
                (false, true, _) => OutcomeState::Question,
                (false, false, true) => OutcomeState::InTreatment,
                (false, false, false) => OutcomeState::Received,
            };
            proptest::prop_assert_eq!(told(&in_hand), expected);
            let of_another = InHand { acts: acts + 1, holder: held.map(|_| "another".to_owned()), report: None, ..in_hand.clone() };
            proptest::prop_assert_eq!(told(&of_another), told(&in_hand));
        }
    }

    #[test]
    fn its_author_is_told_why_it_was_closed_but_not_that_it_doubles_another() {
        let told: Vec<_> = ActReason::ALL.into_iter().filter(|reason| closed_as(*reason).is_some()).collect();
        assert_eq!(told, [ActReason::PassedOn, ActReason::BecameReport]);
    }
}
