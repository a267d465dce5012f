//! What the home screen shows: the open inspection, the drafts, and how the records stand.

use baken_protocol::ids::{Code, EntityId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use ts_rs::TS;

use crate::drafts::{DraftKind, DraftSummary, parse_form};
use crate::enrol;
use crate::failure::Failure;
use crate::forms::{DraftForm, InspectionForm};
use crate::records;
use crate::store::Store;
use crate::store::cached::Cached;
use crate::store::settings::Setting;

/// Everything for the home screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Home {
    /// The inspection that is open on this device.
    pub inspection: Option<InspectionSummary>,
    /// Drafts, the last saved first.
    pub drafts: Vec<DraftSummary>,
    /// How many observations are in which state.
    pub observations: StateCounts,
    /// How many inspections are in which state.
    pub inspections: StateCounts,
    /// When the last sync ended well.
    #[ts(type = "string | null")]
    pub last_sync_at: Option<DateTime<Utc>>,
    /// How the last sync failed, if it did.
    pub last_sync_error: Option<String>,
    /// The organisation of whoever carries this device.
    pub organisation: Code,
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
    /// Everything for the home screen.
    pub fn home(&self) -> Result<Home, Failure> {
        let drafts = self.drafts()?;
        self.read(|connection| {
            let inspection = open_inspection(connection)?;
            Ok(Home {
                inspection: inspection.and_then(|(id, form)| summary(id, form)),
                drafts,
                observations: records::counts(connection, DraftKind::Observation)?,
                inspections: records::counts(connection, DraftKind::Inspection)?,
                last_sync_at: Setting::LastSyncAt.read(connection)?,
                last_sync_error: Setting::LastSyncError.read(connection)?,
                organisation: enrol::load(connection)?.ok_or(Failure::NotEnrolled)?.organisation,
            })
        })
    }

    /// Closes the open inspection: new observations stand by themselves again.
    pub fn close_inspection(&self) -> Result<(), Failure> {
        self.write(|tx| Ok(Setting::OpenInspection.write::<EntityId>(tx, None)?))
    }
}

/// The open inspection with its form.
pub(crate) fn open_inspection(connection: &Connection) -> Result<Option<(EntityId, InspectionForm)>, Failure> {
    let Some(entity) = Setting::OpenInspection.read::<EntityId>(connection)? else { return Ok(None) };
    let form: Option<String> = connection
        .query_row_cached(
            "SELECT form FROM operations WHERE entity = ?1 AND kind = 'inspection' ORDER BY position DESC LIMIT 1",
            [entity.to_string()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(match form.map(|form| parse_form(&form)).transpose()? {
        Some(DraftForm::Inspection(form)) => Some((entity, form)),
        Some(DraftForm::Observation(_)) | None => None,
    })
}

fn summary(inspection: EntityId, form: InspectionForm) -> Option<InspectionSummary> {
    Some(InspectionSummary {
        inspection,
        place_kind: form.place.kind?,
        place_name: form.place.name,
        started_at: form.started_at,
        organisations: form.organisations,
        ground: form.ground?,
    })
}
