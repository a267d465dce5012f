//! The list of what was signed on this device, each with its state.
//!
//! A state is derived from what is on disk (a batch, a receipt, uploaded photos), never stored beside it,
//! so it cannot say more than is true: `acknowledged` means a verified receipt and no photo missing.

use baken_protocol::ids::{Code, EntityId, OperationId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::aside;
use crate::recording::finalise::Finalised;
use crate::recording::forms::{DraftForm, DraftKind, parse_form, parse_uuid};
use crate::recording::photos::{self, PhotoSummary};
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, parse_time};

/// Where a record is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum RecordState {
    /// Signed, on this device only.
    Finalised,
    /// In a batch, or received while photos are still on their way; also while it waits for a network or for a
    /// backend that will serve later.
    Sending,
    /// Received: the receipt was verified and no photo is missing.
    Acknowledged,
    /// It does not arrive until a person does something.
    Failed,
}

/// How many records are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct StateCounts {
    /// Signed, on this device only.
    pub finalised: u64,
    /// On their way.
    pub sending: u64,
    /// Received, with a verified receipt and all photos.
    pub acknowledged: u64,
    /// Waiting for a person to do something.
    pub failed: u64,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordSummary {
    /// Its operation.
    pub operation: OperationId,
    /// What it is about.
    pub entity: EntityId,
    /// Inspection or observation.
    pub kind: DraftKind,
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
    /// When it was signed.
    #[ts(type = "string")]
    pub finalised_at: DateTime<Utc>,
    /// Where it is on its way.
    pub state: RecordState,
    /// When the backend received it, by its receipt.
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
    /// What was filled in.
    pub form: DraftForm,
    /// Its photos.
    pub photos: Vec<PhotoSummary>,
}

/// One row per record; the receipt shown is the first one.
const SELECT: &str = "
    SELECT o.operation, o.entity, o.kind, o.form, o.finalised_at, e.seq IS NOT NULL, e.refused,
           r.received_at, r.leaf_index,
           (SELECT count(*) FROM photos p WHERE p.operation = o.operation),
           (SELECT count(*) FROM photos p WHERE p.operation = o.operation AND p.uploaded_at IS NOT NULL)
    FROM operations o
    LEFT JOIN outbox_entries e ON e.position = o.position
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
        summary
    }

    /// A record of which this version cannot read the author's copy. It travels all the same: what was signed and
    /// sealed does not depend on that copy.
    fn unreadable(
        operation: OperationId,
        entity: EntityId,
        kind: DraftKind,
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
        let Finalised { operation, entity, form, at, photos } = self.sign_off(draft)?;
        Ok(RecordSummary::finalised(operation, entity, &form, at, photos))
    }

    /// Every record, the last signed first.
    pub fn records(&self) -> Result<Vec<RecordSummary>, Failure> {
        self.read(|connection| {
            let last_error: Option<FailureCode> = Setting::LastSyncError.read(connection)?;
            let mut statement = connection.prepare_cached(&format!("{SELECT} ORDER BY o.position DESC"))?;
            let rows = statement.query_map([], RecordRow::read)?;
            rows.map(|row| {
                let (summary, form) = row?.summary(last_error)?;
                if form.is_err() {
                    tracing::warn!(record.operation = %summary.operation, "a record's form cannot be read");
                }
                Ok(summary)
            })
            .collect()
        })
    }

    /// One record, to read again.
    pub fn record(&self, operation: OperationId) -> Result<RecordDetail, Failure> {
        self.read(|connection| {
            let (summary, form) = find(connection, operation)?.ok_or(Failure::NotFound)?;
            let form = form.map_err(|_| Failure::Unreadable)?;
            Ok(RecordDetail { summary, form, photos: photos::of_operation(connection, operation.0)? })
        })
    }
}

/// How many records of a kind are in which state, without reading any form.
pub(crate) fn counts(connection: &Connection, kind: DraftKind) -> Result<StateCounts, StoreError> {
    let failing = Setting::LastSyncError.read::<FailureCode>(connection)?.is_some_and(FailureCode::needs_person);
    let (total, acknowledged, unbatched, refused): (u64, u64, u64, u64) = connection.query_row_cached(
        "SELECT count(*),
                count(*) FILTER (WHERE EXISTS (SELECT 1 FROM standing_receipts r WHERE r.chain = o.chain AND r.seq = o.seq)
                    AND o.position NOT IN (SELECT n.position FROM photos p JOIN operations n USING (operation)
                                           WHERE p.uploaded_at IS NULL)),
                count(*) FILTER (WHERE o.seq IS NULL AND o.refused IS NULL),
                count(*) FILTER (WHERE o.refused IS NOT NULL)
         FROM outbox o WHERE o.kind = ?1",
        [kind.name()],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let under_way = total.saturating_sub(acknowledged + unbatched + refused);
    let (sending, failed) = if failing { (0, under_way + refused) } else { (under_way, refused) };
    Ok(StateCounts { finalised: unbatched, sending, acknowledged, failed })
}

/// A record in short, and its form if this version can read it.
type Readable = (RecordSummary, Result<DraftForm, StoreError>);

fn find(connection: &Connection, operation: OperationId) -> Result<Option<Readable>, StoreError> {
    let last_error: Option<FailureCode> = Setting::LastSyncError.read(connection)?;
    let sql = format!("{SELECT} WHERE o.operation = ?1");
    let row = connection.query_row_cached(&sql, [operation.to_string()], RecordRow::read).optional()?;
    row.map(|row| row.summary(last_error)).transpose()
}

struct RecordRow {
    operation: String,
    entity: String,
    kind: DraftKind,
    form: String,
    finalised_at: String,
    batched: bool,
    refused: Option<String>,
    received_at: Option<String>,
    leaf_index: Option<u64>,
    photos: u64,
    photos_sent: u64,
}

impl RecordRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            operation: row.get(0)?,
            entity: row.get(1)?,
            kind: row.get(2)?,
            form: row.get(3)?,
            finalised_at: row.get(4)?,
            batched: row.get(5)?,
            refused: row.get(6)?,
            received_at: row.get(7)?,
            leaf_index: row.get(8)?,
            photos: row.get(9)?,
            photos_sent: row.get(10)?,
        })
    }

    fn summary(self, last_error: Option<FailureCode>) -> Result<Readable, StoreError> {
        let form = parse_form(&self.form);
        let complete = self.received_at.is_some() && self.photos == self.photos_sent;
        let (state, failure) = if complete {
            (RecordState::Acknowledged, None)
        } else if let Some(why) = &self.refused {
            (RecordState::Failed, Some(aside::failure_code(why)))
        } else if !self.batched {
            (RecordState::Finalised, None)
        } else if let Some(code) = last_error.filter(|code| code.needs_person()) {
            (RecordState::Failed, Some(code))
        } else {
            (RecordState::Sending, None)
        };
        let operation = OperationId(parse_uuid(&self.operation)?);
        let entity = EntityId(parse_uuid(&self.entity)?);
        let finalised_at = parse_time(&self.finalised_at)?;
        let shown = match &form {
            Ok(form) => RecordSummary::finalised(operation, entity, form, finalised_at, self.photos),
            Err(_) => RecordSummary::unreadable(operation, entity, self.kind, finalised_at, self.photos),
        };
        let summary = RecordSummary {
            state,
            received_at: self.received_at.as_deref().map(parse_time).transpose()?,
            receipt_number: self.leaf_index.map(|index| index + 1),
            photos_sent: self.photos_sent,
            failure,
            ..shown
        };
        Ok((summary, form))
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
        let draft = store.start_draft(DraftKind::Observation).unwrap();
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
}
