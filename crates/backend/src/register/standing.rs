//! How a record stands: what the operations of its own device add up to.
//!
//! A device may amend or take back what it signed. Nothing that was acknowledged gets less urgent by that: the
//! strictest urgency and the earliest term hold, until a person at the office says otherwise (which cannot be said
//! here yet). What another device signs under the same id is another record.

use baken_protocol::record::Action;
use baken_protocol::vocabulary::{Urgency, Vocabulary};
use chrono::{DateTime, Utc};

use super::due::Terms;
use crate::storage::StandingRow;

/// What one operation adds to how its record stands.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// What it does.
    pub action: Action,
    /// The urgency it names.
    pub urgency: &'a str,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
}

/// What the operations of one record add up to, as far as they were taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    rank: usize,
    /// When an operation named the strictest urgency first.
    pub urgent_since: DateTime<Utc>,
    /// The earliest term any of its operations set.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was last amended.
    pub amended_at: Option<DateTime<Utc>>,
    /// When it was last taken back.
    pub retracted_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// How a record stands after its first operation.
    pub fn begin(terms: &Terms, step: Step<'_>) -> Self {
        let mut standing = Self {
            rank: rank(&terms.vocabulary, step.urgency),
            urgent_since: step.received_at,
            due_at: terms.due_at(step.urgency, step.received_at),
            amended_at: None,
            retracted_at: None,
        };
        standing.mark(step);
        standing
    }

    /// How a record stands that is kept.
    pub fn of(terms: &Terms, row: &StandingRow) -> Self {
        Self {
            rank: rank(&terms.vocabulary, &row.urgency),
            urgent_since: row.urgent_since,
            due_at: row.due_at,
            amended_at: row.amended_at,
            retracted_at: row.retracted_at,
        }
    }

    /// `row` with how the record stands now.
    #[must_use]
    pub fn written_into(&self, terms: &Terms, row: StandingRow) -> StandingRow {
        let urgency = self.urgency(terms).map(|urgency| urgency.code.to_string()).unwrap_or_default();
        let Self { urgent_since, due_at, amended_at, retracted_at, .. } = *self;
        StandingRow { urgency, urgent_since, due_at, amended_at, retracted_at, ..row }
    }

    /// And after the next one.
    pub fn take(&mut self, terms: &Terms, step: Step<'_>) {
        let rank = rank(&terms.vocabulary, step.urgency);
        if rank < self.rank {
            (self.rank, self.urgent_since) = (rank, step.received_at);
        }
        let due = terms.due_at(step.urgency, step.received_at);
        self.due_at = [self.due_at, due].into_iter().flatten().min();
        self.mark(step);
        // The same device signed another first record under this id: what stood there is changed all the same.
        if step.action == Action::Create {
            self.amended_at = Some(step.received_at);
        }
    }

    fn mark(&mut self, step: Step<'_>) {
        match step.action {
            Action::Create => {}
            Action::Amend => self.amended_at = Some(step.received_at),
            Action::Retract => self.retracted_at = Some(step.received_at),
        }
    }

    /// The strictest urgency any of its operations named; none where the vocabulary knows none of them.
    pub fn urgency<'a>(&self, terms: &'a Terms) -> Option<&'a Urgency> {
        terms.vocabulary.urgencies.get(self.rank)
    }
}

/// The vocabulary lists the strictest first. What it does not know comes after all it does.
fn rank(vocabulary: &Vocabulary, code: &str) -> usize {
    let known = vocabulary.urgencies.iter().position(|urgency| urgency.code.as_str() == code);
    known.unwrap_or(vocabulary.urgencies.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::time_zone::TimeZone;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    fn terms() -> Terms {
        Terms { vocabulary: Vocabulary::built_in(), zone: TimeZone::default() }
    }

    fn standing(steps: &[(Action, &'static str, &str)]) -> Standing {
        let terms = terms();
        let mut steps = steps.iter().map(|&(action, urgency, time)| Step { action, urgency, received_at: at(time) });
        let mut standing = Standing::begin(&terms, steps.next().unwrap());
        steps.for_each(|step| standing.take(&terms, step));
        standing
    }

    fn urgency(standing: &Standing) -> String {
        standing.urgency(&terms()).map(|urgency| urgency.code.to_string()).unwrap_or_default()
    }

    #[test]
    fn nothing_gets_less_urgent_by_what_its_device_says_later() {
        let lowered = standing(&[(Action::Create, "spoed", "20T10:00"), (Action::Amend, "informatief", "20T11:00")]);
        assert_eq!((urgency(&lowered).as_str(), lowered.urgent_since), ("spoed", at("20T10:00")));
        assert_eq!((lowered.due_at, lowered.amended_at), (Some(at("21T10:00")), Some(at("20T11:00"))));
        let retracted =
            standing(&[(Action::Create, "acuut", "20T10:00"), (Action::Retract, "informatief", "20T12:00")]);
        assert_eq!((urgency(&retracted).as_str(), retracted.due_at), ("acuut", Some(at("20T10:00"))));
        assert_eq!((retracted.amended_at, retracted.retracted_at), (None, Some(at("20T12:00"))));
    }

    #[test]
    fn what_gets_more_urgent_is_so_from_then_on_and_keeps_an_earlier_term() {
        let raised = standing(&[(Action::Create, "informatief", "02T10:00"), (Action::Amend, "spoed", "20T10:00")]);
        assert_eq!((urgency(&raised).as_str(), raised.urgent_since), ("spoed", at("20T10:00")));
        assert_eq!(raised.due_at, Some(at("21T10:00")));
        let late = standing(&[(Action::Create, "regulier", "02T10:00"), (Action::Amend, "spoed", "20T10:00")]);
        assert_eq!(late.due_at, Some(at("09T10:00")));
    }

    #[test]
    fn a_second_first_record_and_an_unknown_urgency_take_nothing_away() {
        let again = standing(&[(Action::Create, "spoed", "20T10:00"), (Action::Create, "nieuw", "20T11:00")]);
        assert_eq!((urgency(&again).as_str(), again.amended_at), ("spoed", Some(at("20T11:00"))));
        assert_eq!(urgency(&standing(&[(Action::Create, "nieuw", "20T10:00")])), "");
    }
}
