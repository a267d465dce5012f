//! The inspection that is open on this device: new observations belong to it and take its place over.

use baken_protocol::ids::{Code, EntityId};
use baken_protocol::record::RecordKind;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use ts_rs::TS;

use crate::failure::Failure;
use crate::recording::forms::{DraftForm, InspectionForm, parse_form};
use crate::store::settings::Setting;
use crate::store::{Cached, Store};

/// The inspection that is open on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectionSummary {
    /// Its id.
    pub inspection: EntityId,
    /// The kind of place.
    pub place_kind: Code,
    /// The place's name as typed; may be empty.
    pub place_name: String,
    /// When it started.
    #[ts(type = "string")]
    pub started_at: DateTime<Utc>,
    /// The organisations that take part.
    pub organisations: Vec<Code>,
    /// The legal ground for entering.
    pub ground: Code,
}

impl Store {
    /// An inspection that was signed on this device, open or not, in short.
    pub fn inspection(&self, inspection: EntityId) -> Result<Option<InspectionSummary>, Failure> {
        self.read(|connection| Ok(signed(connection, inspection)?.and_then(|form| summary(inspection, form))))
    }

    /// Closes the open inspection: new observations stand by themselves again.
    pub fn close_inspection(&self) -> Result<(), Failure> {
        self.write(|tx| Ok(Setting::OpenInspection.write::<EntityId>(tx, None)?))
    }
}

/// The open inspection with its form.
pub(crate) fn open_inspection(connection: &Connection) -> Result<Option<(EntityId, InspectionForm)>, Failure> {
    let Some(entity) = Setting::OpenInspection.read::<EntityId>(connection)? else { return Ok(None) };
    Ok(signed(connection, entity)?.map(|form| (entity, form)))
}

/// The form of an inspection that was signed here.
fn signed(connection: &Connection, inspection: EntityId) -> Result<Option<InspectionForm>, Failure> {
    let form: Option<String> = connection
        .query_row_cached(
            &format!(
                "SELECT form FROM operations WHERE entity = ?1 AND kind = '{}' ORDER BY position DESC LIMIT 1",
                RecordKind::Inspection.name()
            ),
            [inspection.to_string()],
            |row| row.get(0),
        )
        .optional()?;
    // One that this version cannot read is as good as closed: it must not shut the home screen.
    Ok(match form.map(|form| parse_form(&form)) {
        Some(Ok(DraftForm::Inspection(form))) => Some(form),
        Some(Ok(DraftForm::Observation(_)) | Err(_)) | None => None,
    })
}

/// It in short.
pub(crate) fn summary(inspection: EntityId, form: InspectionForm) -> Option<InspectionSummary> {
    Some(InspectionSummary {
        inspection,
        place_kind: form.place.kind?,
        place_name: form.place.exact.name,
        started_at: form.started_at?,
        organisations: form.organisations,
        ground: form.ground?,
    })
}
