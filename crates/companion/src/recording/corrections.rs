//! Correcting what was signed: an amendment, which is a draft like any other, or a retraction, which is signed at once.
//! Both are new steps of the same record; what was signed before stays as it was.
//!
//! Deliberately absent: changing the level, the kind or the inspection. Whoever may read a record was told so when it was
//! signed, and at another level it would stand beside the first as a record of its own.

use baken_protocol::ids::{EntityId, EntityReference, OperationId};
use baken_protocol::limits;
use baken_protocol::record::{Action, ConfidentialityLevel, Operation};
use baken_protocol::strict_json;
use baken_protocol::text;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::failure::{Failure, FieldError, FieldErrorCode};
use crate::recording::drafts::Draft;
use crate::recording::forms::{DraftForm, form_text, parse_form};
use crate::recording::warnings::citizen_numbers;
use crate::store::{Cached, Store, StoreError, time_text};

/// A record of this device with all that was signed of it since.
pub(crate) struct Signed {
    /// Where its first step stands in the order of *Vastleggen*.
    pub(crate) first: i64,
    pub(crate) entity: EntityId,
    pub(crate) inspection: Option<EntityReference>,
    level: ConfidentialityLevel,
    retracted: bool,
}

impl Store {
    /// Begins an amendment, filled in with what was signed last, or goes on with the one that was begun.
    pub fn start_amendment(&self, operation: OperationId) -> Result<Draft, Failure> {
        let now = time_text(self.environment.clock.now());
        let id = self.environment.ids.uuid();
        self.write(|tx| {
            let signed = Signed::of(tx, operation)?;
            if let Some(begun) = draft_of(tx, signed.first)? {
                return self.load_draft(tx, begun)?.ok_or(Failure::NotFound);
            }
            signed.stands()?;
            let form = signed.form(tx)?.with_reason("");
            tx.execute_cached(
                "INSERT INTO drafts (draft, kind, form, started_at, saved_at, amends) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
                params![id.to_string(), form.kind().name(), form_text(&form)?, now, signed.first],
            )?;
            self.load_draft(tx, id)?.ok_or(Failure::NotFound)
        })
    }
}

impl Signed {
    /// The record that has this operation among its steps.
    pub(crate) fn of(connection: &Connection, operation: OperationId) -> Result<Self, Failure> {
        let first = first_step(connection, operation)?.ok_or(Failure::NotSignedHere)?;
        Self::from(connection, first)
    }

    /// The record whose first step stands there.
    pub(crate) fn from(connection: &Connection, first: i64) -> Result<Self, Failure> {
        let payload: Vec<u8> =
            connection
                .query_row_cached("SELECT payload FROM operations WHERE position = ?1", [first], |row| row.get(0))?;
        let operation: Operation = strict_json::parse(&payload).map_err(|_| Failure::Unreadable)?;
        let retracted = connection.query_row_cached(
            "SELECT EXISTS (SELECT 1 FROM corrections WHERE first = ?1 AND action = 'retract')",
            [first],
            |row| row.get(0),
        )?;
        Ok(Self {
            first,
            entity: operation.entity,
            inspection: operation.inspection,
            level: operation.open.level(),
            retracted,
        })
    }

    /// What was taken back stays so: another record may say what is right.
    pub(crate) const fn stands(&self) -> Result<(), Failure> {
        if self.retracted { Err(Failure::Retracted) } else { Ok(()) }
    }

    /// What was signed last.
    pub(crate) fn form(&self, connection: &Connection) -> Result<DraftForm, Failure> {
        let form: String = connection.query_row_cached(
            "SELECT form FROM operations WHERE position =
                    coalesce((SELECT max(position) FROM corrections WHERE first = ?1), ?1)",
            [self.first],
            |row| row.get(0),
        )?;
        parse_form(&form).map_err(|_| Failure::Unreadable)
    }

    /// What keeps `form` from being signed as the next step.
    pub(crate) fn findings(&self, form: &DraftForm) -> Vec<FieldError> {
        let mut findings = Vec::new();
        if text::is_blank(form.reason()) {
            findings.push(FieldError::new("reason", FieldErrorCode::Required));
        }
        if form.level() != self.level {
            findings.push(FieldError::new("level", FieldErrorCode::Fixed));
        }
        if form.inspection() != self.inspection.map(|inspection| inspection.entity) {
            findings.push(FieldError::new("inspection", FieldErrorCode::Fixed));
        }
        findings
    }
}

/// What keeps a record from being taken back for this reason. What it said is signed once more as it was.
pub(crate) fn unsound_reason(reason: &str, form: &DraftForm) -> Vec<FieldError> {
    let mut findings = Vec::new();
    if text::is_blank(reason) {
        findings.push(FieldError::new("reason", FieldErrorCode::Required));
    }
    if reason.chars().count() > limits::FIELD_CHARS {
        let limit = u32::try_from(limits::FIELD_CHARS).ok();
        findings.push(FieldError { limit, ..FieldError::new("reason", FieldErrorCode::TooLong) });
    }
    if !citizen_numbers("reason", reason, form.not_citizen_numbers()).is_empty() {
        findings.push(FieldError::new("reason", FieldErrorCode::CitizenNumber));
    }
    findings
}

/// Keeps of a step that it corrects the record whose first step stands there. The step is the last that was signed.
pub(crate) fn note(tx: &Connection, operation: OperationId, first: i64, action: Action) -> Result<(), StoreError> {
    let action = match action {
        Action::Create => return Ok(()),
        Action::Amend => "amend",
        Action::Retract => "retract",
    };
    tx.execute_cached(
        "INSERT INTO corrections (position, first, action)
         SELECT position, ?2, ?3 FROM operations WHERE operation = ?1",
        params![operation.to_string(), first, action],
    )?;
    Ok(())
}

/// Where the first step of a record stands, by any of its steps.
pub(crate) fn first_step(connection: &Connection, operation: OperationId) -> Result<Option<i64>, StoreError> {
    let first = connection
        .query_row_cached(
            "SELECT coalesce(c.first, o.position) FROM operations o LEFT JOIN corrections c ON c.position = o.position
             WHERE o.operation = ?1",
            [operation.to_string()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(first)
}

fn draft_of(connection: &Connection, first: i64) -> Result<Option<Uuid>, StoreError> {
    let draft: Option<String> = connection
        .query_row_cached("SELECT draft FROM drafts WHERE amends = ?1", [first], |row| row.get(0))
        .optional()?;
    draft.as_deref().map(crate::recording::forms::parse_uuid).transpose()
}
