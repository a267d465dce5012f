//! What of the list is wanted: words and conditions, and where in the list that is found.
//!
//! The conditions that are given make one statement; what is left open is not in it, so that an index is used where there
//! is one. A text is only ever a value, never a part of the statement.

use baken_protocol::ids::{Code, EntityId};
use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Deserialize;
use ts_rs::TS;

use crate::failure_code::FailureCode;
use crate::outbox::records::words::Sought;
use crate::recording::drafts::DraftSummary;
use crate::recording::forms::DraftForm;
use crate::store::{StoreError, time_text};

/// What of the list is wanted. What is empty or left open is no condition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct Wanted {
    /// Words that are in it, each from its beginning, as they were typed.
    pub words: String,
    /// Where it is on its way.
    pub state: Option<WantedState>,
    /// The kind of place.
    pub place_kind: Option<Code>,
    /// A form of exploitation.
    pub form: Option<Code>,
    /// The inspection it belongs to.
    #[ts(type = "string | null")]
    pub inspection: Option<EntityId>,
    /// Signed then or later; a draft: saved.
    #[ts(type = "string | null")]
    pub from: Option<DateTime<Utc>>,
    /// Signed before then.
    #[ts(type = "string | null")]
    pub until: Option<DateTime<Utc>>,
}

/// Where a record is on its way, as far as one looks for it by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum WantedState {
    /// Not signed.
    Draft,
    /// Signed and not received, with nothing in its way that a person must act on.
    Waiting,
    /// Received, with all photos.
    Acknowledged,
    /// It does not arrive until a person does something.
    Failed,
}

/// The records of which a step was not received, and whether one of those does not arrive by itself: what
/// `outbox::standing` says of each step, asked of all of them at once. The value: whether nothing in a batch does.
const UNFINISHED: &str = "
    WITH unfinished (first, failed) AS MATERIALIZED (
        SELECT coalesce(c.first, u.position), max(u.failed) FROM (
            SELECT position, 0 AS failed FROM operations
            WHERE position > (SELECT coalesce(max(position), 0) FROM outbox_entries)
            UNION ALL
            SELECT position, 0 FROM outbox_entries WHERE chain IS NULL AND seq IS NULL AND refused IS NULL
            UNION ALL
            SELECT s.position, 1 FROM outbox_entries e CROSS JOIN outbox_standings s ON s.position = e.position
            WHERE e.refused IS NOT NULL
                  AND (NOT s.received OR EXISTS (SELECT 1 FROM operations o CROSS JOIN photos p
                                                 ON p.operation = o.operation
                                                 WHERE o.position = s.position AND p.uploaded_at IS NULL))
            UNION ALL
            SELECT e.position, ? FROM batches b CROSS JOIN outbox_entries e ON e.chain = b.chain AND e.seq = b.seq
            WHERE e.refused IS NULL
                  AND NOT EXISTS (SELECT 1 FROM standing_receipts r WHERE r.chain = b.chain AND r.seq = b.seq)
            UNION ALL
            SELECT e.position, ? FROM photos p CROSS JOIN operations o ON o.operation = p.operation
            CROSS JOIN outbox_entries e ON e.position = o.position
            WHERE p.uploaded_at IS NULL AND p.operation IS NOT NULL AND e.seq IS NOT NULL AND e.refused IS NULL
        ) u LEFT JOIN corrections c ON c.position = u.position GROUP BY 1)
    ";

impl Wanted {
    /// Whether it is the whole list.
    pub(super) fn is_everything(&self) -> bool {
        *self == Self { words: self.words.clone(), ..Self::default() } && self.words.trim().is_empty()
    }

    /// Where the first steps of the records stand that are wanted, before a place in the list, the last signed first.
    pub(super) fn positions(
        &self,
        connection: &Connection,
        last_error: Option<FailureCode>,
        before: u64,
        limit: u32,
    ) -> Result<Vec<u64>, StoreError> {
        let Some(mut question) = self.question(last_error) else { return Ok(Vec::new()) };
        question.add("l.position < ?", i64::try_from(before).unwrap_or(i64::MAX));
        let sql = format!("{} ORDER BY {} DESC LIMIT {limit}", question.sql("l.position"), question.order);
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(question.values), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many records are wanted; of more than `most` no more than that is known.
    pub(super) fn count(
        &self,
        connection: &Connection,
        last_error: Option<FailureCode>,
        most: u64,
    ) -> Result<u64, StoreError> {
        let Some(question) = self.question(last_error) else { return Ok(0) };
        let sql = format!("{} LIMIT {}", question.sql("1"), most.saturating_add(1));
        let counted = format!("SELECT count(*) FROM ({sql})");
        let mut statement = connection.prepare(&counted)?;
        Ok(statement.query_row(params_from_iter(question.values), |row| row.get(0))?)
    }

    /// Whether a draft is wanted, but for its words.
    pub(super) fn takes(&self, draft: &DraftSummary, form: Option<&DraftForm>) -> bool {
        let place_kind = |wanted: &Code| draft.place_kind.as_ref() == Some(wanted);
        let of_form = |wanted: &Code| match form {
            Some(DraftForm::Observation(form)) => form.forms.contains(wanted),
            Some(DraftForm::Inspection(_) | DraftForm::Participation(_) | DraftForm::Contact(_)) | None => false,
        };
        matches!(self.state, None | Some(WantedState::Draft))
            && self.place_kind.as_ref().is_none_or(place_kind)
            && self.form.as_ref().is_none_or(of_form)
            && self.inspection.is_none_or(|wanted| draft.inspection == Some(wanted))
            && self.from.is_none_or(|from| draft.saved_at >= from)
            && self.until.is_none_or(|until| draft.saved_at < until)
    }

    /// Nothing where no record can be wanted.
    fn question(&self, last_error: Option<FailureCode>) -> Option<Question> {
        let mut question = Question::default();
        if let Some(state) = self.state {
            let stops = last_error.is_some_and(FailureCode::needs_person);
            question.with = UNFINISHED;
            question.values.extend([Value::from(stops), Value::from(stops)]);
            question.conditions.push(match state {
                WantedState::Draft => return None,
                WantedState::Waiting => "l.position IN (SELECT first FROM unfinished WHERE NOT failed)",
                WantedState::Failed => "l.position IN (SELECT first FROM unfinished WHERE failed)",
                WantedState::Acknowledged => "l.position NOT IN (SELECT first FROM unfinished)",
            });
        }
        match Sought::in_text(&self.words) {
            Sought::Anything => {}
            Sought::Nothing => return None,
            Sought::Words(words) => {
                question.from = "record_words(?) w CROSS JOIN listed l ON l.position = w.rowid";
                question.order = "w.rowid";
                question.values.push(Value::from(words));
            }
        }
        if let Some(inspection) = self.inspection {
            question.add("l.inspection = ?", inspection.to_string());
        }
        if let Some(kind) = &self.place_kind {
            question.add("l.place_kind = ?", kind.to_string());
        }
        if let Some(form) = &self.form {
            question.add("instr(l.forms, ?) > 0", format!("\"{form}\""));
        }
        if let Some(from) = self.from {
            question.add("l.finalised_at >= ?", time_text(from));
        }
        if let Some(until) = self.until {
            question.add("l.finalised_at < ?", time_text(until));
        }
        Some(question)
    }
}

/// A statement in the making, with the values of its question marks in their order.
struct Question {
    with: &'static str,
    from: &'static str,
    order: &'static str,
    conditions: Vec<&'static str>,
    values: Vec<Value>,
}

impl Default for Question {
    fn default() -> Self {
        Self { with: "", from: "listed l", order: "l.position", conditions: Vec::new(), values: Vec::new() }
    }
}

impl Question {
    fn add(&mut self, condition: &'static str, value: impl Into<Value>) {
        self.conditions.push(condition);
        self.values.push(value.into());
    }

    fn sql(&self, what: &str) -> String {
        let Self { with, from, conditions, .. } = self;
        let every = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        format!("{with}SELECT {what} FROM {from}{every}")
    }
}
