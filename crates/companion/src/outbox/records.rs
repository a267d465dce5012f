//! The list of what was signed on this device, each with its state (`outbox/standing.rs`). It is read by the page: a
//! person looks at a few, and each of the others would be decrypted for nothing.
//!
//! A line is an inspection or an observation as it stands after all its steps (`outbox/steps.rs`), at the place of the
//! first: what is corrected stays where its author looks for it.

use baken_protocol::ids::{Code, EntityId, OperationId};
use baken_protocol::record::{Action, RecordKind};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::aside;
use crate::outbox::standing::{self, RecordState, Standing};
use crate::outbox::steps::{Correction, RecordStep, as_it_stands};
use crate::recording::corrections::first_step;
use crate::recording::finalise::Finalised;
use crate::recording::forms::{DraftForm, parse_form, parse_kind, parse_uuid};
use crate::recording::photos::{self, PhotoSummary};
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, parse_time};

/// At most so many are read at once, whatever is asked.
const MOST_AT_ONCE: u32 = 200;

/// A part of the list, the last signed first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RecordPage {
    /// What stands on it.
    pub records: Vec<RecordSummary>,
    /// How many records there are in all.
    pub total: u64,
    /// Where the next page begins; nothing after the last one. What is signed meanwhile comes on top and moves no page.
    pub next: Option<u64>,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordSummary {
    /// The last of its operations that says something: its first, or its last amendment.
    pub operation: OperationId,
    /// What it is about.
    pub entity: EntityId,
    /// Inspection or observation.
    pub kind: RecordKind,
    /// The inspection it belongs to.
    pub inspection: Option<EntityId>,
    /// The place's name; may be empty.
    pub title: String,
    /// The kind of place.
    pub place_kind: Option<Code>,
    /// Forms of exploitation.
    pub forms: Vec<Code>,
    /// How soon someone must act.
    pub urgency: Option<Code>,
    /// When it was first signed.
    #[ts(type = "string")]
    pub finalised_at: DateTime<Utc>,
    /// What was done to it since.
    pub corrected: Option<Correction>,
    /// Where it is on its way; of several steps the one that has come least far.
    pub state: RecordState,
    /// When the backend received it, by its receipt; of several steps the one that has come least far.
    #[ts(type = "string | null")]
    pub received_at: Option<DateTime<Utc>>,
    /// The receipt's place in the backend's log as people count: the leaf index plus one.
    pub receipt_number: Option<u64>,
    /// How many photos it has.
    pub photos: u64,
    /// How many of them the backend holds.
    pub photos_sent: u64,
    /// Why it is `failed`.
    pub failure: Option<FailureCode>,
}

/// A record with all the author may read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RecordDetail {
    /// As in the list.
    pub summary: RecordSummary,
    /// What was filled in, as it stands.
    pub form: DraftForm,
    /// Its photos, of all its steps.
    pub photos: Vec<PhotoSummary>,
    /// Everything that was signed of it, the last first.
    pub history: Vec<RecordStep>,
}

/// Beyond every place in the list.
const END: u64 = i64::MAX.cast_unsigned();

/// One row per step; the receipt shown is the first one.
const SELECT: &str = "
    SELECT o.operation, o.entity, o.kind, o.form, o.finalised_at, s.standing, e.refused,
           r.received_at, r.leaf_index,
           (SELECT count(*) FROM photos p WHERE p.operation = o.operation),
           (SELECT count(*) FROM photos p WHERE p.operation = o.operation AND p.uploaded_at IS NOT NULL), o.position,
           c.action, EXISTS (SELECT 1 FROM corrections l WHERE l.first = o.position)
    FROM operations o
    LEFT JOIN corrections c ON c.position = o.position
    LEFT JOIN outbox_entries e ON e.position = o.position
    LEFT JOIN outbox_standings s ON s.position = o.position
    LEFT JOIN receipts r ON r.hash = (SELECT hash FROM standing_receipts WHERE chain = e.chain AND seq = e.seq
                                      ORDER BY received_at LIMIT 1)";

impl RecordSummary {
    /// A record at the moment it is signed: on this device only.
    fn finalised(
        operation: OperationId,
        entity: EntityId,
        form: &DraftForm,
        finalised_at: DateTime<Utc>,
        photos: u64,
    ) -> Self {
        let mut summary = Self::unreadable(operation, entity, form.kind(), finalised_at, photos);
        summary.title = form.title();
        summary.place_kind.clone_from(&form.place().kind);
        if let DraftForm::Observation(form) = form {
            summary.inspection = form.inspection;
            summary.forms.clone_from(&form.forms);
            summary.urgency.clone_from(&form.urgency);
        }
        if let DraftForm::Participation(form) = form {
            summary.inspection = Some(form.inspection);
        }
        summary
    }

    /// A record of which this version cannot read the author's copy. It travels all the same: what was signed and
    /// sealed does not depend on that copy.
    fn unreadable(
        operation: OperationId,
        entity: EntityId,
        kind: RecordKind,
        finalised_at: DateTime<Utc>,
        photos: u64,
    ) -> Self {
        Self {
            operation,
            entity,
            kind,
            inspection: None,
            title: String::new(),
            place_kind: None,
            forms: Vec::new(),
            urgency: None,
            finalised_at,
            corrected: None,
            state: RecordState::Finalised,
            received_at: None,
            receipt_number: None,
            photos,
            photos_sent: 0,
            failure: None,
        }
    }
}

impl Store {
    /// *Vastleggen*: signs a draft off; it is a record from then on.
    pub fn finalise(&self, draft: Uuid) -> Result<RecordSummary, Failure> {
        let Finalised { operation, action, entity, form, at, photos } = self.sign_off(draft)?;
        match action {
            Action::Create => Ok(RecordSummary::finalised(operation, entity, &form, at, photos)),
            Action::Amend | Action::Retract => Ok(self.record(operation)?.summary),
        }
    }

    /// Takes a record back, for a reason: signed at once, and what was signed before stays to be read.
    pub fn retract(&self, operation: OperationId, reason: &str) -> Result<RecordSummary, Failure> {
        let retraction = self.sign_retraction(operation, reason)?;
        Ok(self.record(retraction)?.summary)
    }

    /// A page of the list: the records that were signed last, or those signed before the place where another page said that the
    /// next begins.
    pub fn record_page(&self, before: Option<u64>, limit: u32) -> Result<RecordPage, Failure> {
        let limit = limit.clamp(1, MOST_AT_ONCE);
        self.read(|connection| {
            let last_error: Option<FailureCode> = Setting::LastSyncError.read(connection)?;
            let sql = format!("{SELECT} {OF_A_PAGE}");
            let mut statement = connection.prepare_cached(&sql)?;
            // One more tells whether there is a next page.
            let rows = statement.query_map(params![before.unwrap_or(END), limit + 1], RecordRow::read)?;
            let mut rows: Vec<_> = rows.collect::<Result<_, _>>()?;
            let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
            if more {
                rows.pop();
            }
            let next = rows.last().filter(|_| more).map(|row| row.position);
            let records: Result<Vec<_>, StoreError> = rows
                .into_iter()
                .map(|row| {
                    if row.is_corrected {
                        Ok(as_it_stands(&steps(connection, row.position, last_error)?)?.0)
                    } else {
                        row.listed(last_error)
                    }
                })
                .collect();
            Ok(RecordPage { records: records?, total: total(connection)?, next })
        })
    }

    /// Every record, the last signed first: for whoever takes them all out.
    pub fn records(&self) -> Result<Vec<RecordSummary>, Failure> {
        let mut page = self.record_page(None, MOST_AT_ONCE)?;
        let mut records = page.records;
        while let Some(next) = page.next {
            page = self.record_page(Some(next), MOST_AT_ONCE)?;
            records.append(&mut page.records);
        }
        Ok(records)
    }

    /// One record, by any of its steps, to read again.
    pub fn record(&self, operation: OperationId) -> Result<RecordDetail, Failure> {
        self.read(|connection| {
            let last_error: Option<FailureCode> = Setting::LastSyncError.read(connection)?;
            let first = first_step(connection, operation)?.ok_or(Failure::NotFound)?;
            let steps = steps(connection, first.cast_unsigned(), last_error)?;
            let (summary, form) = as_it_stands(&steps)?;
            let form = form.ok_or(Failure::Unreadable)?;
            let of_each = steps.iter().map(|step| photos::of_operation(connection, step.summary.operation.0));
            let photos: Vec<Vec<PhotoSummary>> = of_each.collect::<Result<_, _>>()?;
            let history = steps.into_iter().rev().map(RecordStep::from).collect();
            Ok(RecordDetail { summary, form, photos: photos.concat(), history })
        })
    }
}

/// Those of a page: first steps, the last signed first.
const OF_A_PAGE: &str = "WHERE o.position < ?1 AND c.position IS NULL ORDER BY o.position DESC LIMIT ?2";

/// One step of a record: in short, and its form if this version can read it.
pub(super) struct SignedStep {
    pub(super) action: Action,
    pub(super) summary: RecordSummary,
    pub(super) form: Option<DraftForm>,
}

/// All steps of the record whose first stands there, in the order of *Vastleggen*.
fn steps(connection: &Connection, first: u64, last_error: Option<FailureCode>) -> Result<Vec<SignedStep>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE o.position IN (SELECT ?1 UNION ALL SELECT position FROM corrections WHERE first = ?1)
         ORDER BY o.position"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([first], RecordRow::read)?;
    rows.map(|row| row?.step(last_error)).collect()
}

/// How many lines the list has.
fn total(connection: &Connection) -> Result<u64, StoreError> {
    let corrections: u64 = connection.query_row_cached("SELECT count(*) FROM corrections", [], |row| row.get(0))?;
    Ok(standing::total(connection)?.saturating_sub(corrections))
}

/// The records of a kind that belong to an inspection, as they stand, with their forms, the first signed first. One whose
/// form this version cannot read is passed over.
pub(super) fn of_inspection(
    connection: &Connection,
    kind: RecordKind,
    inspection: EntityId,
) -> Result<Vec<(RecordSummary, DraftForm)>, StoreError> {
    let last_error: Option<FailureCode> = Setting::LastSyncError.read(connection)?;
    let sql = format!(
        "{SELECT} WHERE o.kind = ?1 AND json_extract(o.form, '$.inspection') = ?2 AND c.position IS NULL
         ORDER BY o.position"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([kind.name(), &inspection.to_string()], RecordRow::read)?;
    let mut records = Vec::new();
    for row in rows {
        let row = row?;
        let (summary, form) = if row.is_corrected {
            as_it_stands(&steps(connection, row.position, last_error)?)?
        } else {
            let SignedStep { summary, form, .. } = row.step(last_error)?;
            (summary, form)
        };
        if let Some(form) = form {
            records.push((summary, form));
        }
    }
    Ok(records)
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
    photos: u64,
    photos_sent: u64,
    position: u64,
    action: Action,
    /// Whether there are steps after it, where it is a first one.
    is_corrected: bool,
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
            photos: row.get(9)?,
            photos_sent: row.get(10)?,
            position: row.get(11)?,
            action: match row.get::<_, Option<String>>(12)?.as_deref() {
                None => Action::Create,
                Some("amend") => Action::Amend,
                // The table takes no third.
                Some(_) => Action::Retract,
            },
            is_corrected: row.get(13)?,
        })
    }

    /// As it stands in the list, also where this version cannot read its form.
    fn listed(self, last_error: Option<FailureCode>) -> Result<RecordSummary, StoreError> {
        let SignedStep { summary, form, .. } = self.step(last_error)?;
        if form.is_none() {
            tracing::warn!(record.operation = %summary.operation, "a record's form cannot be read");
        }
        Ok(summary)
    }

    fn step(self, last_error: Option<FailureCode>) -> Result<SignedStep, StoreError> {
        let form = parse_form(&self.form).ok();
        let whole = self.received_at.is_some() && self.photos == self.photos_sent;
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
            Some(form) => RecordSummary::finalised(operation, entity, form, finalised_at, self.photos),
            None => RecordSummary::unreadable(operation, entity, parse_kind(&self.kind)?, finalised_at, self.photos),
        };
        let summary = RecordSummary {
            state,
            received_at: self.received_at.as_deref().map(parse_time).transpose()?,
            receipt_number: self.leaf_index.map(|index| index + 1),
            photos_sent: self.photos_sent,
            failure,
            ..shown
        };
        Ok(SignedStep { action: self.action, summary, form })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::store::scratch;

    use crate::recording::forms::form_text;

    fn add_record(store: &Store, form: &str) -> OperationId {
        let id = store.environment.ids.uuid();
        store
            .write::<_, StoreError>(|tx| {
                tx.execute(
                    "INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature,
                                             payload, form, sealed)
                     VALUES (?1, ?1, 'observation', ?1, '2026-01-01T00:00:00.000Z', 0, 2, zeroblob(64), x'00', ?2,
                             x'00')",
                    [&id.to_string(), form],
                )?;
                Ok(())
            })
            .unwrap();
        OperationId(id)
    }

    #[test]
    fn a_form_that_cannot_be_read_hides_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        let draft = store.start_draft(RecordKind::Observation).unwrap();
        let readable = add_record(&store, &form_text(&draft.form).unwrap());
        let unreadable = add_record(&store, r#"{"kind":"of-a-later-version"}"#);
        store.write::<_, StoreError>(|tx| Ok(tx.execute("UPDATE drafts SET form = '{}'", []).map(|_| ())?)).unwrap();

        let listed: Vec<_> = store.records().unwrap().into_iter().map(|record| record.operation).collect();
        assert_eq!(listed, [unreadable, readable]);
        assert!(store.record(readable).is_ok());
        assert!(matches!(store.record(unreadable), Err(Failure::Unreadable)));
        assert_eq!(store.drafts().unwrap().len(), 1);
        assert!(matches!(store.draft(draft.id), Err(Failure::Unreadable)));
    }

    fn list_of(store: &Store, count: usize) {
        let draft = store.start_draft(RecordKind::Observation).unwrap();
        let form = form_text(&draft.form).unwrap();
        for _ in 0..count {
            add_record(store, &form);
        }
    }

    fn operations(page: &RecordPage) -> Vec<OperationId> {
        page.records.iter().map(|record| record.operation).collect()
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_whatever_is_signed_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        list_of(&store, 5);
        let all: Vec<_> = store.records().unwrap().into_iter().map(|record| record.operation).collect();

        let first = store.record_page(None, 2).unwrap();
        list_of(&store, 3);
        let second = store.record_page(first.next, 2).unwrap();
        let third = store.record_page(second.next, 2).unwrap();
        assert_eq!([operations(&first), operations(&second), operations(&third)].concat(), all);
        assert_eq!((first.total, second.total, third.total), (5, 8, 8));
        assert_eq!(third.next, None);
        let whole = store.record_page(first.next, 3).unwrap();
        assert_eq!((whole.records.len(), whole.next), (3, None), "a page that ends with the list says so");
    }

    #[test]
    fn no_page_is_larger_than_a_page_or_empty() {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        assert_eq!(store.record_page(None, 10).unwrap(), RecordPage { records: vec![], total: 0, next: None });
        let more = usize::try_from(MOST_AT_ONCE).unwrap() + 1;
        list_of(&store, more);
        assert_eq!(store.record_page(None, u32::MAX).unwrap().records.len(), more - 1);
        assert_eq!(store.record_page(None, 0).unwrap().records.len(), 1);
        assert_eq!(store.record_page(Some(0), 10).unwrap().records, []);
        assert_eq!(store.records().unwrap().len(), more);
    }

    #[test]
    fn a_page_is_found_by_its_place_and_nothing_else_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        let sql = format!("EXPLAIN QUERY PLAN {SELECT} {OF_A_PAGE}");
        let plan = store.read::<_, StoreError>(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let steps = statement.query_map(params![END, 100], |row| row.get::<_, String>(3))?;
            Ok(steps.collect::<Result<Vec<_>, _>>()?)
        });
        let plan = plan.unwrap();
        assert!(plan.iter().any(|step| step.starts_with("SEARCH o USING INTEGER PRIMARY KEY (rowid<?)")), "{plan:?}");
        assert!(!plan.iter().any(|step| step.starts_with("SCAN") || step.contains("CO-ROUTINE")), "{plan:?}");
    }
}
