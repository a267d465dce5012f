//! The list of what was signed on this device, each with its state.
//!
//! A state is derived from what is on disk (a batch, a receipt, uploaded photos), never stored beside it,
//! so it cannot say more than is true: `acknowledged` means a verified receipt and no photo missing.

use baken_protocol::ids::{Code, EntityId, OperationId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use ts_rs::TS;

use crate::failure::Failure;
use crate::forms::{DraftForm, DraftKind, parse_form, parse_uuid};
use crate::photos::{self, PhotoSummary};
use crate::store::cached::Cached;
use crate::store::settings::Setting;
use crate::store::{Store, StoreError, parse_time};

/// Where a record is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum RecordState {
    /// Signed, on this device only.
    Finalised,
    /// In a batch, or received while photos are still on their way.
    Sending,
    /// Received: the receipt was verified and no photo is missing.
    Acknowledged,
    /// The last try failed; it will be tried again.
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
    /// The last try to send failed.
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
    pub failure: Option<String>,
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
    SELECT o.operation, o.entity, o.form, o.finalised_at, o.seq IS NOT NULL, o.refused,
           r.received_at, r.leaf_index,
           (SELECT count(*) FROM photos p WHERE p.operation = o.operation),
           (SELECT count(*) FROM photos p WHERE p.operation = o.operation AND p.uploaded_at IS NOT NULL)
    FROM operations o
    LEFT JOIN receipts r ON r.hash = (SELECT hash FROM receipts WHERE chain = o.chain AND seq = o.seq
                                      ORDER BY received_at LIMIT 1)";

impl RecordSummary {
    /// A record at the moment it is signed: on this device only.
    pub(crate) fn finalised(
        operation: OperationId,
        entity: EntityId,
        form: &DraftForm,
        finalised_at: DateTime<Utc>,
        photos: u64,
    ) -> Self {
        let (inspection, forms, urgency) = match form {
            DraftForm::Inspection(_) => (None, Vec::new(), None),
            DraftForm::Observation(form) => (form.inspection, form.forms.clone(), form.urgency.clone()),
        };
        Self {
            operation,
            entity,
            kind: form.kind(),
            inspection,
            title: form.title(),
            place_kind: form.place().kind.clone(),
            forms,
            urgency,
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
    /// Every record, the last signed first.
    pub fn records(&self) -> Result<Vec<RecordSummary>, Failure> {
        self.read(|connection| {
            let last_error: Option<String> = Setting::LastSyncError.read(connection)?;
            let mut statement = connection.prepare_cached(&format!("{SELECT} ORDER BY o.position DESC"))?;
            let rows = statement.query_map([], RecordRow::read)?;
            rows.map(|row| Ok(row?.summary(last_error.as_deref())?.0)).collect()
        })
    }

    /// One record, to read again.
    pub fn record(&self, operation: OperationId) -> Result<RecordDetail, Failure> {
        self.read(|connection| {
            let (summary, form) = find(connection, operation)?.ok_or(Failure::NotFound)?;
            Ok(RecordDetail { summary, form, photos: photos::of_operation(connection, operation.0)? })
        })
    }
}

/// How many records of a kind are in which state, without reading any form.
pub(crate) fn counts(connection: &Connection, kind: DraftKind) -> Result<StateCounts, StoreError> {
    let failing = Setting::LastSyncError.read::<String>(connection)?.is_some();
    let (total, acknowledged, unbatched, refused): (u64, u64, u64, u64) = connection.query_row_cached(
        "SELECT count(*),
                count(*) FILTER (WHERE EXISTS (SELECT 1 FROM receipts r WHERE r.chain = o.chain AND r.seq = o.seq)
                    AND NOT EXISTS (SELECT 1 FROM photos p
                                    WHERE p.operation = o.operation AND p.uploaded_at IS NULL)),
                count(*) FILTER (WHERE o.seq IS NULL AND o.refused IS NULL),
                count(*) FILTER (WHERE o.refused IS NOT NULL)
         FROM operations o WHERE o.kind = ?1",
        [kind.name()],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let under_way = total.saturating_sub(acknowledged + unbatched + refused);
    let (sending, failed) = if failing { (0, under_way + refused) } else { (under_way, refused) };
    Ok(StateCounts { finalised: unbatched, sending, acknowledged, failed })
}

fn find(connection: &Connection, operation: OperationId) -> Result<Option<(RecordSummary, DraftForm)>, StoreError> {
    let last_error: Option<String> = Setting::LastSyncError.read(connection)?;
    let sql = format!("{SELECT} WHERE o.operation = ?1");
    let row = connection.query_row_cached(&sql, [operation.to_string()], RecordRow::read).optional()?;
    row.map(|row| row.summary(last_error.as_deref())).transpose()
}

struct RecordRow {
    operation: String,
    entity: String,
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
            form: row.get(2)?,
            finalised_at: row.get(3)?,
            batched: row.get(4)?,
            refused: row.get(5)?,
            received_at: row.get(6)?,
            leaf_index: row.get(7)?,
            photos: row.get(8)?,
            photos_sent: row.get(9)?,
        })
    }

    fn summary(self, last_error: Option<&str>) -> Result<(RecordSummary, DraftForm), StoreError> {
        let form = parse_form(&self.form)?;
        let complete = self.received_at.is_some() && self.photos == self.photos_sent;
        let (state, failure) = if complete {
            (RecordState::Acknowledged, None)
        } else if let Some(code) = self.refused {
            (RecordState::Failed, Some(code))
        } else if !self.batched {
            (RecordState::Finalised, None)
        } else if let Some(code) = last_error {
            (RecordState::Failed, Some(code.to_owned()))
        } else {
            (RecordState::Sending, None)
        };
        let summary = RecordSummary {
            state,
            received_at: self.received_at.as_deref().map(parse_time).transpose()?,
            receipt_number: self.leaf_index.map(|index| index + 1),
            photos_sent: self.photos_sent,
            failure,
            ..RecordSummary::finalised(
                OperationId(parse_uuid(&self.operation)?),
                EntityId(parse_uuid(&self.entity)?),
                &form,
                parse_time(&self.finalised_at)?,
                self.photos,
            )
        };
        Ok((summary, form))
    }
}
