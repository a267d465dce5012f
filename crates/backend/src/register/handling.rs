//! What coordinators do about an observation: which act is possible when, what acts add up to, and doing one.
//!
//! Nothing is taken back: an act is countered by another. Whoever may read an observation may act on it; to anybody else
//! it is as if it were not there. Whoever acts says how many acts were known: what another did meanwhile is seen first.
//! What arrives for something handled opens it again (`register::reopening`), so that nobody misses it.

use baken_protocol::ids::{Code, RecordId};
use baken_protocol::outcomes::Question;
use chrono::{DateTime, Utc};

use super::told;
use crate::storage::{ActKind, ActReason, ActRow, Clearance, InHand, ReportNumber, StorageError, Transaction};

/// Acts that are shown with an observation, at most: the last ones.
const SHOWN: u32 = 200;

/// An act that somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedAct {
    /// Take it on, or over from somebody else.
    TakeOn,
    /// Put it back.
    PutBack,
    /// Be done with it.
    Handle(Outcome),
    /// Open it again.
    Reopen,
    /// Ask its author something.
    Ask(Question),
    /// Say that it was answered in another way, or needs no answer.
    Answer,
}

/// Why somebody is done with an observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing more has to be done.
    NoFollowUp,
    /// Another body goes on with it; the organisation, if it is one of the vocabulary.
    PassedOn(Option<Code>),
    /// Another observation, of which this is a record, says the same.
    Doubles(RecordId),
    /// It became a report, or part of one.
    Report(ReportNumber),
}

impl WantedAct {
    /// Its kind.
    pub const fn kind(&self) -> ActKind {
        match self {
            Self::TakeOn => ActKind::TakeOn,
            Self::PutBack => ActKind::PutBack,
            Self::Handle(_) => ActKind::Handle,
            Self::Reopen => ActKind::Reopen,
            Self::Ask(_) => ActKind::Ask,
            Self::Answer => ActKind::Answer,
        }
    }
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// It is not there, or not for whoever asks.
    #[error("there is no such observation for whoever asks")]
    NotFound,
    /// Another act was done meanwhile.
    #[error("another act was done meanwhile")]
    Meanwhile,
    /// As it is in hand, that cannot be done.
    #[error("as it is in hand, that cannot be done")]
    NotNow,
    /// What it is said to double is not there, is not for whoever asks, is the observation itself or a double too.
    #[error("what it is said to double is no other observation")]
    DoublesNothing,
    /// The report is not there, is not for whoever asks, or is seen by others than the observation.
    #[error("what it is said to become is no report of its level")]
    NoReport,
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Whether `actor` can do that about an observation which is so in hand.
pub(super) fn is_possible(kind: ActKind, in_hand: &InHand, actor: Option<&str>) -> bool {
    let is_handled = in_hand.handled_at.is_some();
    match kind {
        // From anybody else's hands too: who is ill cannot put it back.
        ActKind::TakeOn => !is_handled && actor.is_some() && in_hand.holder.as_deref() != actor,
        ActKind::PutBack => !is_handled && in_hand.holder.is_some(),
        ActKind::Handle => !is_handled,
        ActKind::Reopen => is_handled,
        // One at a time, so that an answer is one to it.
        ActKind::Ask => !is_handled && actor.is_some() && in_hand.question.is_none(),
        ActKind::Answer => !is_handled && in_hand.question.is_some(),
    }
}

/// How it is in hand after one more act.
#[must_use]
pub(super) fn after(in_hand: &InHand, act: &ActRow) -> InHand {
    let acts = in_hand.acts.saturating_add(1);
    let before = InHand { acts, ..in_hand.clone() };
    match act.kind {
        ActKind::TakeOn => InHand { holder: act.actor.clone(), ..before },
        // Nobody waits for an answer any more.
        ActKind::Handle => InHand { acts, holder: None, handled_at: Some(act.at), report: act.report, question: None },
        // Into nobody's hands: it is there for all to see. What its device says later makes it no less of a report.
        ActKind::PutBack => InHand { holder: None, ..before },
        ActKind::Reopen => {
            let report = in_hand.report.filter(|_| act.reason != Some(ActReason::ByHand));
            InHand { holder: None, handled_at: None, report, ..before }
        }
        ActKind::Ask => InHand { question: act.question, ..before },
        ActKind::Answer => InHand { question: None, ..before },
    }
}

/// How an observation is in hand, by all acts on it.
pub(super) fn in_hand(tx: &dyn Transaction, standing: i64) -> Result<InHand, StorageError> {
    let acts = tx.acts_on(standing, u32::MAX)?;
    Ok(acts.iter().fold(InHand::default(), |in_hand, act| after(&in_hand, act)))
}

/// Whether acts follow each other as they can: one place after the other, each possible when it was done.
pub fn follow_each_other(acts: &[ActRow]) -> bool {
    let mut in_hand = InHand::default();
    acts.iter().all(|act| {
        let follows = act.place == in_hand.acts.saturating_add(1)
            && is_possible(act.kind, &in_hand, act.actor.as_deref())
            && act.reason.is_none_or(|reason| is_reason_of(reason, act.kind))
            && act.question.is_some() == (act.kind == ActKind::Ask);
        in_hand = after(&in_hand, act);
        follows
    })
}

const fn is_reason_of(reason: ActReason, kind: ActKind) -> bool {
    match reason {
        ActReason::NoFollowUp | ActReason::PassedOn | ActReason::Doubles | ActReason::BecameReport => {
            matches!(kind, ActKind::Handle)
        }
        ActReason::ByHand
        | ActReason::Amended
        | ActReason::Retracted
        | ActReason::MoreUrgent
        | ActReason::AttachmentArrived => matches!(kind, ActKind::Reopen),
    }
}

/// Does it, for whoever knew of `expected` acts. Answers how the observation is in hand then.
pub fn act(
    tx: &dyn Transaction,
    clearance: &Clearance,
    (record, expected): (RecordId, u64),
    wanted: &WantedAct,
    (actor, now): (&str, DateTime<Utc>),
) -> Result<Handled, ActError> {
    if tx.shown(Some(clearance), record)?.is_none() {
        return Err(ActError::NotFound);
    }
    let mut row = tx.standing_of(record)?.ok_or(ActError::NotFound)?;
    if row.in_hand.acts != expected {
        return Err(ActError::Meanwhile);
    }
    if !is_possible(wanted.kind(), &row.in_hand, Some(actor)) {
        return Err(ActError::NotNow);
    }
    // What its device amended since, perhaps to acute, was not seen by whoever is done with it.
    if wanted.kind() == ActKind::Handle && tx.record_numbered(row.shown)? != Some(record) {
        return Err(ActError::Meanwhile);
    }
    let (mut passed_to, mut doubles, mut report, mut question) = (None, None, None, None);
    let reason = match wanted {
        WantedAct::TakeOn | WantedAct::PutBack | WantedAct::Answer => None,
        WantedAct::Ask(asked) => {
            question = Some(*asked);
            None
        }
        WantedAct::Reopen => Some(ActReason::ByHand),
        WantedAct::Handle(Outcome::NoFollowUp) => Some(ActReason::NoFollowUp),
        WantedAct::Handle(Outcome::PassedOn(to)) => {
            passed_to.clone_from(to);
            Some(ActReason::PassedOn)
        }
        WantedAct::Handle(Outcome::Doubles(other)) => {
            doubles = Some(doubled(tx, clearance, row.number, *other)?);
            Some(ActReason::Doubles)
        }
        WantedAct::Handle(Outcome::Report(name)) => {
            let of_its_level = tx.report(*name)?.filter(|report| report.shown_to == row.shown_to);
            report = Some(of_its_level.ok_or(ActError::NoReport)?.number);
            Some(ActReason::BecameReport)
        }
    };
    let (standing, place) = (row.number, row.in_hand.acts.saturating_add(1));
    let (kind, actor) = (wanted.kind(), Some(actor.to_owned()));
    let act = ActRow { standing, place, kind, reason, passed_to, doubles, report, question, actor, at: now };
    let before = row.kind();
    let now_in_hand = after(&row.in_hand, &act);
    let was = std::mem::replace(&mut row.in_hand, now_in_hand);
    tx.add_act(&act)?;
    tx.change_standing(&row)?;
    told::note(tx, (standing, record.device), (&was, &row.in_hand), now)?;
    if before != row.kind() {
        tx.count_standing(&before, -1)?;
        tx.count_standing(&row.kind(), 1)?;
    }
    Ok(handled(tx, clearance, row.number)?)
}

/// The observation that another is said to double. It is no double itself, so that none doubles each other in a circle.
fn doubled(tx: &dyn Transaction, clearance: &Clearance, of: i64, other: RecordId) -> Result<i64, ActError> {
    if tx.shown(Some(clearance), other)?.is_none() {
        return Err(ActError::DoublesNothing);
    }
    let row = tx.standing_of(other)?.ok_or(ActError::DoublesNothing)?;
    let last = tx.acts_on(row.number, 1)?;
    let is_double = last.iter().any(|act| act.reason == Some(ActReason::Doubles));
    if row.number == of || is_double { Err(ActError::DoublesNothing) } else { Ok(row.number) }
}

/// An act as somebody may see it.
#[derive(Debug, Clone)]
pub struct ShownAct {
    /// As it is kept.
    pub row: ActRow,
    /// What is shown of the observation it doubles, if whoever asks may see that.
    pub doubles: Option<RecordId>,
    /// The report that it became. Who sees the one sees the other.
    pub report: Option<ReportNumber>,
}

/// How an observation is in hand, and what led to it.
#[derive(Debug, Clone, Default)]
pub struct Handled {
    /// What the acts add up to.
    pub in_hand: InHand,
    /// The last of them, in their order.
    pub acts: Vec<ShownAct>,
    /// The report that it became.
    pub report: Option<ReportNumber>,
}

/// How an observation is in hand, with the acts on it.
pub fn handled(tx: &dyn Transaction, clearance: &Clearance, standing: i64) -> Result<Handled, StorageError> {
    let in_hand = tx.standing(standing)?.ok_or(StorageError::Content)?.in_hand;
    let acts = shown(tx, clearance, (standing, &in_hand), SHOWN)?;
    Ok(Handled { acts, report: report_of(tx, in_hand.report)?, in_hand })
}

/// What a report is called by.
pub(super) fn report_of(tx: &dyn Transaction, number: Option<i64>) -> Result<Option<ReportNumber>, StorageError> {
    let Some(number) = number else { return Ok(None) };
    Ok(Some(tx.report_numbered(number)?.ok_or(StorageError::Content)?.name))
}

/// The last acts on an observation, if there are any.
pub(super) fn shown(
    tx: &dyn Transaction,
    clearance: &Clearance,
    (standing, in_hand): (i64, &InHand),
    limit: u32,
) -> Result<Vec<ShownAct>, StorageError> {
    if in_hand.acts == 0 {
        return Ok(Vec::new());
    }
    let show = |row: ActRow| {
        let doubles = row.doubles.map(|number| seen(tx, clearance, number)).transpose()?.flatten();
        let report = report_of(tx, row.report)?;
        Ok(ShownAct { row, doubles, report })
    };
    tx.acts_on(standing, limit)?.into_iter().map(show).collect()
}

/// What is shown of an observation to whoever may see it.
fn seen(tx: &dyn Transaction, clearance: &Clearance, number: i64) -> Result<Option<RecordId>, StorageError> {
    let row = tx.standing(number)?.ok_or(StorageError::Content)?;
    if clearance.sees(&[]).contains(&row.shown_to) { tx.record_numbered(row.shown) } else { Ok(None) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn row(place: u64, kind: ActKind, actor: Option<&str>) -> ActRow {
        let reason = match kind {
            ActKind::TakeOn | ActKind::PutBack | ActKind::Ask | ActKind::Answer => None,
            ActKind::Handle => Some(ActReason::NoFollowUp),
            ActKind::Reopen => Some(if actor.is_some() { ActReason::ByHand } else { ActReason::Amended }),
        };
        let (passed_to, doubles, report, at) = (None, None, None, DateTime::UNIX_EPOCH);
        let question = (kind == ActKind::Ask).then_some(Question::AnyPhoto);
        let actor = actor.map(str::to_owned);
        ActRow { standing: 1, place, kind, reason, passed_to, doubles, report, question, actor, at }
    }

    /// Free, in one's own hands, in another's, handled, asked about; against every act.
    #[test]
    fn an_act_is_possible_where_it_changes_something_and_nowhere_else() {
        let free = InHand::default();
        let held = |by: &str| InHand { acts: 1, holder: Some(by.to_owned()), ..InHand::default() };
        let handled = InHand { acts: 1, handled_at: Some(DateTime::UNIX_EPOCH), ..InHand::default() };
        let table = [
            (ActKind::TakeOn, [true, false, true, false, true]),
            (ActKind::PutBack, [false, true, true, false, false]),
            (ActKind::Handle, [true, true, true, false, true]),
            (ActKind::Reopen, [false, false, false, true, false]),
            (ActKind::Ask, [true, true, true, false, false]),
            (ActKind::Answer, [false, false, false, false, true]),
        ];
        let asked = InHand { acts: 1, question: Some(Question::AnyPhoto), ..InHand::default() };
        for (kind, expected) in table {
            let states = [&free, &held("me"), &held("another"), &handled, &asked];
            assert_eq!(states.map(|state| is_possible(kind, state, Some("me"))), expected, "{kind}");
        }
        assert!(is_possible(ActKind::Reopen, &handled, None), "what arrives opens it again");
        assert!(!is_possible(ActKind::TakeOn, &free, None), "nobody takes nothing on");
        assert!(!is_possible(ActKind::Ask, &free, None), "nobody asks nothing");
        assert!(is_possible(ActKind::Answer, &asked, None), "what arrives answers");
    }

    proptest::proptest! {
        /// Whatever is done as it is possible, somebody has it, or it is handled, or neither; and its count goes up by one.
        #[test]
        fn whatever_is_done_it_is_in_one_state_and_nothing_is_lost(
            wanted in proptest::collection::vec((0_usize..6, 0_usize..3), 0..40)
        ) {
            let (mut in_hand, mut acts) = (InHand::default(), Vec::new());
            for (kind, actor) in wanted {
                let (kind, actor) = (ActKind::ALL[kind], [Some("a"), Some("b"), None][actor]);
                if is_possible(kind, &in_hand, actor) && (actor.is_some() || matches!(kind, ActKind::Reopen | ActKind::Answer)) {
                    let act = row(in_hand.acts + 1, kind, actor);
                    let next = after(&in_hand, &act);
                    proptest::prop_assert_ne!(&next, &in_hand);
                    proptest::prop_assert_eq!(next.acts, in_hand.acts + 1);
                    proptest::prop_assert!(next.holder.is_none() || next.handled_at.is_none());
                    proptest::prop_assert!(next.question.is_none() || next.handled_at.is_none());
                    acts.push(act);
                    in_hand = next;
                }
            }
            proptest::prop_assert!(follow_each_other(&acts));
        }
    }

    #[test]
    fn acts_that_leave_a_gap_or_could_not_be_done_do_not_follow_each_other() {
        let (take, handle) = (row(1, ActKind::TakeOn, Some("a")), row(2, ActKind::Handle, Some("b")));
        assert!(follow_each_other(&[take.clone(), handle.clone()]));
        assert!(!follow_each_other(std::slice::from_ref(&handle)), "the first is missing");
        assert!(!follow_each_other(&[take.clone(), row(2, ActKind::Reopen, Some("a"))]));
        assert!(!follow_each_other(&[take.clone(), row(2, ActKind::TakeOn, Some("a"))]));
        let wrong = ActRow { reason: Some(ActReason::Amended), ..handle };
        assert!(!follow_each_other(&[take, wrong]), "nothing is handled since it was amended");
        let (ask, answer) = (row(1, ActKind::Ask, Some("a")), row(2, ActKind::Answer, None));
        assert!(follow_each_other(&[ask.clone(), answer.clone()]));
        let silent = ActRow { question: None, ..ask.clone() };
        assert!(!follow_each_other(&[silent]), "nothing is asked");
        let asking = ActRow { question: ask.question, ..answer };
        assert!(!follow_each_other(&[ask, asking]), "an answer asks nothing");
    }
}
