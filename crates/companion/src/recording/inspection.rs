//! The inspection that is open on this device, started here or joined: new observations belong to it and take its place
//! over.

use baken_protocol::ids::{Code, DeviceId, EntityId};
use baken_protocol::record::RecordKind;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use ts_rs::TS;

use crate::failure::Failure;
use crate::recording::forms::{DraftForm, InspectionForm, parse_form};
use crate::recording::joint;
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, parse_time};

/// How long an inspection is taken to run without anybody saying so. After that it may have been forgotten: its place is
/// carried into no observation before somebody was asked.
const TAKEN_TO_RUN: TimeDelta = TimeDelta::hours(8);
/// How long a party is taken to be the same.
const SAME_PARTY: TimeDelta = TimeDelta::hours(12);
/// Inspections that are looked at for the kinds of place they were at.
const LATEST: u32 = 50;

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
    /// Whether another device started it and this one joined.
    pub joined: bool,
}

/// The open inspection with what is known of it here.
#[derive(Debug, Clone)]
pub(crate) struct OpenInspection {
    pub(crate) entity: EntityId,
    /// The device that started it, where that is another one.
    pub(crate) of: Option<DeviceId>,
    pub(crate) form: InspectionForm,
}

impl Store {
    /// An inspection that was signed on this device or joined, open or not, in short.
    pub fn inspection(&self, inspection: EntityId) -> Result<Option<InspectionSummary>, Failure> {
        self.read(|connection| known(connection, inspection))
    }

    /// The open inspection runs, says whoever was asked.
    pub fn confirm_inspection(&self) -> Result<(), Failure> {
        let now = self.environment.clock.now();
        self.write(|tx| match open_inspection(tx)? {
            Some(_) => Ok(Setting::InspectionConfirmedAt.write(tx, Some(&now))?),
            None => Err(Failure::NotFound),
        })
    }

    /// Closes the open inspection: new observations stand by themselves again. Where several devices do it together,
    /// this one says by a signed record that it is done.
    pub fn close_inspection(&self) -> Result<(), Failure> {
        self.write(|tx| {
            if let Some(open) = open_inspection(tx)? {
                self.say_done(tx, &open)?;
            }
            Setting::OpenInspectionOf.write::<DeviceId>(tx, None)?;
            Setting::InspectionConfirmedAt.write::<DateTime<Utc>>(tx, None)?;
            Ok(Setting::OpenInspection.write::<EntityId>(tx, None)?)
        })
    }
}

/// An inspection that was signed on this device or joined, open or not, in short.
pub(crate) fn known(connection: &Connection, inspection: EntityId) -> Result<Option<InspectionSummary>, Failure> {
    let own = signed(connection, inspection)?.map(|form| OpenInspection { entity: inspection, of: None, form });
    let known = match own {
        Some(own) => Some(own),
        None => joint::joined(connection, inspection)?,
    };
    Ok(known.and_then(summary))
}

/// The open inspection with its form.
pub(crate) fn open_inspection(connection: &Connection) -> Result<Option<OpenInspection>, Failure> {
    let Some(entity) = Setting::OpenInspection.read::<EntityId>(connection)? else { return Ok(None) };
    if Setting::OpenInspectionOf.read::<DeviceId>(connection)?.is_some() {
        return joint::joined(connection, entity);
    }
    Ok(signed(connection, entity)?.map(|form| OpenInspection { entity, of: None, form }))
}

/// The open inspection, unless it may have been forgotten.
pub(crate) fn running(connection: &Connection, now: DateTime<Utc>) -> Result<Option<OpenInspection>, Failure> {
    let confirmed: Option<DateTime<Utc>> = Setting::InspectionConfirmedAt.read(connection)?;
    let since = |open: &OpenInspection| confirmed.or(open.form.started_at);
    Ok(open_inspection(connection)?
        .filter(|open| since(open).is_some_and(|since| now.signed_duration_since(since) < TAKEN_TO_RUN)))
}

/// The kinds of place of the latest inspections, the latest first, each once.
pub(crate) fn latest_place_kinds(connection: &Connection) -> Result<Vec<Code>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT place_kind FROM listed WHERE kind = 'inspection' AND place_kind IS NOT NULL
         ORDER BY position DESC LIMIT ?1",
    )?;
    let kinds = statement.query_map([LATEST], |row| row.get::<_, String>(0))?;
    let mut latest = Vec::new();
    for kind in kinds {
        let kind: Code = kind?.parse().map_err(|_| StoreError::Content)?;
        if !latest.contains(&kind) {
            latest.push(kind);
        }
    }
    Ok(latest)
}

/// Who took part in the last inspection of this shift. Nobody of another day is there because of it.
pub(crate) fn party_of_this_shift(connection: &Connection, now: DateTime<Utc>) -> Result<Vec<Code>, Failure> {
    let last: Option<(String, String)> = connection
        .query_row_cached(
            "SELECT o.form, l.finalised_at FROM listed l CROSS JOIN operations o ON o.position = l.shown
             WHERE l.kind = 'inspection' ORDER BY l.position DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((form, at)) = last else { return Ok(Vec::new()) };
    let same = parse_time(&at).is_ok_and(|at| now.signed_duration_since(at).abs() < SAME_PARTY);
    Ok(match parse_form(&form) {
        Ok(DraftForm::Inspection(form)) if same => form.organisations,
        Ok(
            DraftForm::Inspection(_) | DraftForm::Observation(_) | DraftForm::Participation(_) | DraftForm::Contact(_),
        )
        | Err(_) => Vec::new(),
    })
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
        Some(Ok(DraftForm::Observation(_) | DraftForm::Participation(_) | DraftForm::Contact(_)) | Err(_)) | None => {
            None
        }
    })
}

/// It in short.
pub(crate) fn summary(OpenInspection { entity, of, form }: OpenInspection) -> Option<InspectionSummary> {
    Some(InspectionSummary {
        inspection: entity,
        place_kind: form.place.kind?,
        place_name: form.place.exact.name,
        started_at: form.started_at?,
        organisations: form.organisations,
        ground: form.ground?,
        joined: of.is_some(),
    })
}
