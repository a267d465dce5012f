//! What became of records at the office: taken in as the backend tells it, kept beside each record, and shown with it.
//!
//! The municipality's receipt key signs it for this device. Each message goes on from the number that is known in the log
//! that this device follows: what does not is refused, so that nothing is left out and nothing older comes back. Of what was
//! purged nothing is kept. Deliberately absent: any of it in a notification, or on a screen that opens without a key.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{Code, OperationId};
use baken_protocol::outcomes::{ClosedAs, Outcome, OutcomeState, Outcomes, OutcomesError, Question};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::failure::Failure;
use crate::outbox::log_line;
use crate::recording::corrections::first_step;
use crate::recording::forms::parse_uuid;
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, parse_time, time_text};
use crate::transport::TransportError;
use crate::trust::{device, key_directory};

/// What became of a record, as far as its author may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordOutcome {
    /// How it stands at the office; nothing where a later version has a state that this one does not know.
    pub state: Option<OutcomeState>,
    /// Since when.
    #[ts(type = "string")]
    pub since: DateTime<Utc>,
    /// What is asked, where this version knows the question.
    pub question: Option<Question>,
    /// Whether it was answered by what was signed here since.
    pub answered: bool,
    /// What it was closed with, where that was told and is known.
    pub closed_as: Option<ClosedAs>,
}

/// What the office asks and nobody answered here yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OpenQuestions {
    /// How many.
    pub count: u64,
    /// The record that was asked about first of them, by its first step.
    pub first: OperationId,
}

/// Up to where this device was told.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Known {
    log: String,
    number: u64,
}

/// What is to be asked next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// Everything there is was told.
    All,
    /// There is more.
    More,
}

/// An outcome as it stands in its row.
pub(super) struct OutcomeRow {
    state: String,
    since: String,
    question: Option<String>,
    answered: bool,
    closed_as: Option<String>,
}

impl OutcomeRow {
    /// From `state`, `since`, `question`, `answered` and `closed_as`, in this order from column `at` on; nothing where there
    /// is no such row.
    pub(super) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Self>> {
        let Some(state) = row.get(at)? else { return Ok(None) };
        let (since, question) = (row.get(at + 1)?, row.get(at + 2)?);
        Ok(Some(Self { state, since, question, answered: row.get(at + 3)?, closed_as: row.get(at + 4)? }))
    }
}

impl TryFrom<OutcomeRow> for RecordOutcome {
    type Error = StoreError;

    fn try_from(row: OutcomeRow) -> Result<Self, StoreError> {
        Ok(Self {
            state: row.state.parse().ok(),
            since: parse_time(&row.since)?,
            question: row.question.and_then(|code| code.parse().ok()),
            answered: row.answered,
            closed_as: row.closed_as.and_then(|code| code.parse().ok()),
        })
    }
}

impl Store {
    /// The number to ask with: of the last change that was told in the log that is followed now.
    pub(crate) fn told_until(&self) -> Result<u64, Failure> {
        self.read(|connection| Ok(known(connection)?.map_or(0, |known| known.number)))
    }

    /// Takes in what the backend tells, asked with `after`, if it is signed for this device and goes on from there.
    pub(crate) fn accept_outcomes(&self, after: u64, bytes: &[u8]) -> Result<Told, Failure> {
        let unreadable = || Failure::Transport(TransportError::Answer);
        self.write(|tx| {
            let own = device::load(tx)?.ok_or(Failure::NotEnrolled)?;
            let directory = key_directory::newest(tx, &self.known)?;
            let envelope = Envelope::from_json(bytes).map_err(|_| unreadable())?;
            let told = Outcomes::verify(envelope, &directory.payload.receipt_keys, &own.tenant, own.device);
            let told = told.map_err(|error| refused(&error))?.payload;
            let log = told.log_origin.as_str();
            log_line::is_known(tx, log)?;
            let before = known(tx)?;
            let number = before.as_ref().filter(|known| known.log == log).map(|known| known.number);
            let goes_on = told.go_on_from(log, after).is_ok() && log_line::is_newest(tx, log)?;
            match (number, before) {
                _ if !goes_on => return Err(refused(&OutcomesError::Elsewhere)),
                (Some(number), _) if number != after => return Err(refused(&OutcomesError::Elsewhere)),
                // This log goes on from the one that was asked about, and counts anew. What the register lost is told by
                // nobody, so nothing of before is held on to.
                (None, Some(_)) if after != 0 => {
                    tx.execute_cached("DELETE FROM outcomes", [])?;
                    note(tx, log, 0)?;
                    return Ok(Told::More);
                }
                (Some(_) | None, _) => {}
            }
            for outcome in &told.outcomes {
                keep(tx, outcome)?;
            }
            note(tx, log, told.up_to)?;
            Ok(if told.more { Told::More } else { Told::All })
        })
    }
}

fn refused(error: &OutcomesError) -> Failure {
    tracing::warn!(%error, "what became of records is not believed");
    Failure::Transport(TransportError::Answer)
}

fn known(connection: &Connection) -> Result<Option<Known>, StoreError> {
    Setting::OutcomesKnown.read(connection)
}

fn note(tx: &Connection, log: &str, number: u64) -> Result<(), StoreError> {
    Setting::OutcomesKnown.write(tx, Some(&Known { log: log.to_owned(), number }))
}

/// Of a record that is not here, or was purged, nothing is kept.
fn keep(tx: &Connection, outcome: &Outcome) -> Result<(), StoreError> {
    let Some(first) = first_step(tx, outcome.operation)? else { return Ok(()) };
    let code = |code: &Option<Code>| code.as_ref().map(ToString::to_string);
    tx.execute_cached(
        "INSERT INTO outcomes (position, state, since, question, closed_as)
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM purged WHERE position = ?1)
         ON CONFLICT (position) DO UPDATE SET state = ?2, since = ?3, question = ?4, closed_as = ?5, answered = 0",
        params![
            first,
            outcome.state.as_str(),
            time_text(outcome.since),
            code(&outcome.question),
            code(&outcome.closed_as)
        ],
    )?;
    Ok(())
}

/// What the office asks and nobody answered here yet.
pub(super) fn open_questions(connection: &Connection) -> Result<Option<OpenQuestions>, StoreError> {
    let asked = "FROM outcomes t WHERE t.question IS NOT NULL AND NOT t.answered";
    let count = connection.query_row_cached(&format!("SELECT count(*) {asked}"), [], |row| row.get(0))?;
    let sql = format!(
        "SELECT o.operation FROM operations o WHERE o.position = (SELECT t.position {asked} ORDER BY t.since LIMIT 1)"
    );
    let first: Option<String> = connection.query_row_cached(&sql, [], |row| row.get(0)).optional()?;
    first.map(|first| Ok(OpenQuestions { count, first: OperationId(parse_uuid(&first)?) })).transpose()
}

#[cfg(test)]
mod tests;
