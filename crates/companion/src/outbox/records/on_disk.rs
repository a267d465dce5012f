//! The steps of records as they are read from the store, each with its state: what was signed, and what is known of its way.

use baken_protocol::ids::{EntityId, OperationId};
use baken_protocol::record::Action;
use rusqlite::{Connection, Row};

use crate::failure_code::FailureCode;
use crate::outbox::aside;
use crate::outbox::outcomes::{OutcomeRow, RecordOutcome};
use crate::outbox::records::RecordSummary;
use crate::outbox::standing::{self, RecordState, Standing};
use crate::outbox::steps::as_it_stands;
use crate::recording::attached::Attached;
use crate::recording::forms::{DraftForm, parse_form, parse_kind, parse_uuid};
use crate::store::{StoreError, parse_time};

/// One row per step; the receipt shown is the first one.
const SELECT: &str = "
    SELECT o.operation, o.entity, o.kind, o.form, o.finalised_at, s.standing, e.refused,
           r.received_at, r.leaf_index,
           (SELECT count(*) FROM photos p WHERE p.operation = o.operation AND p.class = 'photo'),
           (SELECT count(*) FROM photos p WHERE p.operation = o.operation AND p.uploaded_at IS NOT NULL), o.position,
           c.action, EXISTS (SELECT 1 FROM corrections l WHERE l.first = o.position),
           (SELECT count(*) FROM photos p WHERE p.operation = o.operation AND p.class = 'audio'),
           t.state, t.since, t.question, t.answered, t.closed_as
    FROM operations o
    LEFT JOIN outcomes t ON t.position = o.position
    LEFT JOIN corrections c ON c.position = o.position
    LEFT JOIN outbox_entries e ON e.position = o.position
    LEFT JOIN outbox_standings s ON s.position = o.position
    LEFT JOIN receipts r ON r.hash = (SELECT hash FROM standing_receipts WHERE chain = e.chain AND seq = e.seq
                                      ORDER BY received_at LIMIT 1)";

/// One step of a record: in short, and its form if this version can read it.
pub(in crate::outbox) struct SignedStep {
    pub(in crate::outbox) action: Action,
    pub(in crate::outbox) summary: RecordSummary,
    pub(in crate::outbox) form: Option<DraftForm>,
}

/// All steps of the record whose first stands there, in the order of *Vastleggen*.
pub(super) fn steps(
    connection: &Connection,
    first: u64,
    last_error: Option<FailureCode>,
) -> Result<Vec<SignedStep>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE o.position IN (SELECT ?1 UNION ALL SELECT position FROM corrections WHERE first = ?1)
         ORDER BY o.position"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([first], RecordRow::read)?;
    rows.map(|row| row?.step(last_error)).collect()
}

/// The records whose first steps stand there, each as it stands and with its form, the last signed first.
pub(super) fn records_at(
    connection: &Connection,
    positions: &[u64],
    last_error: Option<FailureCode>,
) -> Result<Vec<(RecordSummary, Option<DraftForm>)>, StoreError> {
    let positions = serde_json::to_string(positions).map_err(|_| StoreError::Content)?;
    let sql = format!("{SELECT} WHERE o.position IN (SELECT value FROM json_each(?1)) ORDER BY o.position DESC");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([positions], RecordRow::read)?;
    rows.map(|row| {
        let row = row?;
        if row.is_corrected {
            return as_it_stands(&steps(connection, row.position, last_error)?);
        }
        let is_purged = row.form.is_empty();
        let SignedStep { summary, form, .. } = row.step(last_error)?;
        if form.is_none() && !is_purged {
            tracing::warn!(record.operation = %summary.operation, "a record's form cannot be read");
        }
        Ok((summary, form))
    })
    .collect()
}

struct RecordRow {
    operation: String,
    entity: String,
    kind: String,
    form: String,
    finalised_at: String,
    /// None yet: it was signed since a batch was last formed.
    standing: Option<Standing>,
    refused: Option<String>,
    received_at: Option<String>,
    leaf_index: Option<u64>,
    attached: Attached,
    attachments_sent: u64,
    position: u64,
    action: Action,
    /// Whether there are steps after it, where it is a first one.
    is_corrected: bool,
    outcome: Option<OutcomeRow>,
}

impl RecordRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            operation: row.get(0)?,
            entity: row.get(1)?,
            kind: row.get(2)?,
            form: row.get(3)?,
            finalised_at: row.get(4)?,
            standing: row.get(5)?,
            refused: row.get(6)?,
            received_at: row.get(7)?,
            leaf_index: row.get(8)?,
            attached: Attached { photos: row.get(9)?, spoken: row.get(14)? },
            attachments_sent: row.get(10)?,
            position: row.get(11)?,
            action: match row.get::<_, Option<String>>(12)?.as_deref() {
                None => Action::Create,
                Some("amend") => Action::Amend,
                // The table takes no third.
                Some(_) => Action::Retract,
            },
            is_corrected: row.get(13)?,
            outcome: OutcomeRow::read(row, 15)?,
        })
    }

    fn step(self, last_error: Option<FailureCode>) -> Result<SignedStep, StoreError> {
        let form = parse_form(&self.form).ok();
        let whole = self.received_at.is_some() && self.attached.photos + self.attached.spoken == self.attachments_sent;
        let standing = self.standing.unwrap_or(Standing::Waiting);
        let of_the_sync = last_error.filter(|code| code.needs_person());
        let state = standing::state(standing, whole, of_the_sync.is_some());
        let why = match standing {
            Standing::Refused => self.refused.as_deref().map(aside::failure_code),
            Standing::Waiting | Standing::Batched => of_the_sync,
        };
        let failure = why.filter(|_| state == RecordState::Failed);
        let operation = OperationId(parse_uuid(&self.operation)?);
        let entity = EntityId(parse_uuid(&self.entity)?);
        let finalised_at = parse_time(&self.finalised_at)?;
        let shown = match &form {
            Some(form) => RecordSummary::finalised(operation, entity, form, finalised_at, self.attached),
            None => RecordSummary::unreadable(operation, entity, parse_kind(&self.kind)?, finalised_at, self.attached),
        };
        let summary = RecordSummary {
            state,
            received_at: self.received_at.as_deref().map(parse_time).transpose()?,
            receipt_number: self.leaf_index.map(|index| index + 1),
            attachments_sent: self.attachments_sent,
            failure,
            outcome: self.outcome.map(RecordOutcome::try_from).transpose()?,
            ..shown
        };
        Ok(SignedStep { action: self.action, summary, form })
    }
}
