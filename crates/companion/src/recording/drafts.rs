//! Drafts: local, mutable, encrypted, and on disk after every change.

use baken_protocol::ids::{Code, EntityId, OperationId};
use baken_protocol::record::{ConfidentialityLevel, Coordinates, RecordKind};
use baken_protocol::text;
use baken_protocol::vocabulary::{OrganisationKind, Vocabulary};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::content::planned;
use crate::failure::Failure;
use crate::recording::attached;
use crate::recording::contact;
use crate::recording::earlier;
use crate::recording::finalise::latest;
use crate::recording::forms::{
    DraftForm, InspectionForm, ObservationForm, PlaceForm, form_text, parse_form, parse_kind, parse_uuid,
};
use crate::recording::inspection::{self, OpenInspection};
use crate::recording::photos::{self, PhotoSummary};
use crate::recording::spoken::{self, SpokenNote};
use crate::recording::validate::unanswered;
use crate::recording::warnings::{Warning, warnings};
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, parse_time, time_text};
use crate::trust::{device, vocabulary};

/// How long an observation that belongs to no inspection is taken to be followed by one at the same kind of place.
const SAME_PLACE: TimeDelta = TimeDelta::hours(8);

/// A draft with all it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Draft {
    /// Its id; becomes the entity's id at *Vastleggen*, but of an amendment, whose entity is there already.
    #[ts(type = "string")]
    pub id: Uuid,
    /// The first step of the record that it amends.
    pub amends: Option<OperationId>,
    /// What was filled in so far.
    pub form: DraftForm,
    /// Its photos.
    pub photos: Vec<PhotoSummary>,
    /// Its spoken notes.
    pub spoken: Vec<SpokenNote>,
    /// When it was begun.
    #[ts(type = "string")]
    pub started_at: DateTime<Utc>,
    /// When it was last saved.
    #[ts(type = "string")]
    pub saved_at: DateTime<Utc>,
    /// What to look at, as a save would tell it: a draft opened again says it again.
    pub warnings: Vec<Warning>,
    /// The questions without an answer, by their fields' paths.
    pub unanswered: Vec<String>,
}

/// A draft in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DraftSummary {
    /// Its id.
    #[ts(type = "string")]
    pub id: Uuid,
    /// What it will become.
    pub kind: RecordKind,
    /// Whether it amends what was signed before.
    pub amends: bool,
    /// The kind of place.
    pub place_kind: Option<Code>,
    /// The place's name; empty if none was typed yet.
    pub title: String,
    /// The first line of its author's own words; empty if there are none yet.
    pub line: String,
    /// The inspection it belongs to.
    pub inspection: Option<EntityId>,
    /// How soon someone must act.
    pub urgency: Option<Code>,
    /// How many photos it has.
    pub photos: u64,
    /// How many spoken notes it has.
    pub spoken: u64,
    /// When it was last saved.
    #[ts(type = "string")]
    pub saved_at: DateTime<Utc>,
}

/// The answer to a save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DraftSaved {
    /// From this moment it survives the app being killed.
    #[ts(type = "string")]
    pub saved_at: DateTime<Utc>,
    /// What to look at.
    pub warnings: Vec<Warning>,
    /// The questions without an answer, by their fields' paths.
    pub unanswered: Vec<String>,
    /// The place's coordinates: those that were typed as they were read, or those that were measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub coordinates: Option<Coordinates>,
}

impl Store {
    /// Begins a draft, on disk before this returns. Place and inspection carry forward.
    pub fn start_draft(&self, kind: RecordKind) -> Result<Draft, Failure> {
        let now = self.environment.clock.now();
        let id = self.environment.ids.uuid();
        self.write(|tx| {
            let form = match kind {
                RecordKind::Inspection => DraftForm::Inspection(InspectionForm {
                    started_at: Some(now),
                    started_typed: None,
                    place: PlaceForm::default(),
                    organisations: party(tx, now)?,
                    ground: None,
                    reason: String::new(),
                    not_citizen_numbers: Vec::new(),
                    confirmed: Vec::new(),
                }),
                RecordKind::Observation => {
                    let vocabulary = vocabulary::newest(tx, &self.known)?;
                    DraftForm::Observation(empty_observation(tx, &vocabulary, now)?)
                }
                RecordKind::Participation => return Err(Failure::NotAllowed),
                RecordKind::Contact => {
                    let vocabulary = vocabulary::newest(tx, &self.known)?;
                    DraftForm::Contact(contact::empty(tx, &vocabulary, now)?)
                }
            };
            tx.execute_cached(
                "INSERT INTO drafts (draft, kind, form, started_at, saved_at) VALUES (?1, ?2, ?3, ?4, ?4)",
                params![id.to_string(), kind.name(), form_text(&form)?, time_text(now)],
            )
            .map_err(StoreError::from)?;
            let latest = latest(tx, &self.environment)?;
            let warnings = warnings(&form, latest);
            let unanswered = self.unanswered(tx, &form, false, latest)?;
            let (photos, spoken, amends) = (Vec::new(), Vec::new(), None);
            Ok(Draft { id, amends, form, photos, spoken, started_at: now, saved_at: now, warnings, unanswered })
        })
    }

    /// Begins the draft of a planned inspection, filled in with what the office knows of it.
    pub fn start_planned(&self, code: &Code) -> Result<Draft, Failure> {
        let planned = self.read(|connection| planned::find(connection, code))?.ok_or(Failure::NotFound)?;
        let draft = self.start_draft(RecordKind::Inspection)?;
        let DraftForm::Inspection(mut form) = draft.form else { return Err(Failure::Internal) };
        form.place.kind = Some(planned.place.kind.clone());
        form.place.district.clone_from(&planned.place.district);
        form.place.exact = planned.place.exact();
        let others = planned.organisations.into_iter().filter(|it| !form.organisations.contains(it));
        form.organisations.extend(others.collect::<Vec<_>>());
        form.ground = planned.ground;
        self.save_draft(draft.id, &DraftForm::Inspection(form))?;
        self.draft(draft.id)
    }

    /// Saves a draft's whole form.
    pub fn save_draft(&self, id: Uuid, form: &DraftForm) -> Result<DraftSaved, Failure> {
        let now = self.environment.clock.now();
        let form = form.understood();
        let (unanswered, latest) = self.write(|tx| {
            let amends: Option<bool> = tx
                .query_row_cached(
                    "UPDATE drafts SET form = ?3, saved_at = ?4 WHERE draft = ?1 AND kind = ?2
                     RETURNING amends IS NOT NULL",
                    params![id.to_string(), form.kind().name(), form_text(&form)?, time_text(now)],
                    |row| row.get(0),
                )
                .optional()?;
            let amends = amends.ok_or(Failure::NotFound)?;
            let latest = latest(tx, &self.environment)?;
            Ok::<_, Failure>((self.unanswered(tx, &form, amends, latest)?, latest))
        })?;
        // The draft is safe either way: what cannot be prepared is made, or refused, at Vastleggen.
        if let Err(failure) = self.prepare_seal(form.level()) {
            tracing::debug!(code = ?failure.code(), "no seal was prepared");
        }
        let coordinates = form.place().exact.coordinates.clone();
        Ok(DraftSaved { saved_at: now, warnings: warnings(&form, latest), unanswered, coordinates })
    }

    /// A draft with what to look at in it.
    pub(crate) fn load_draft(&self, connection: &Connection, id: Uuid) -> Result<Option<Draft>, Failure> {
        let Some(stored) = stored(connection, id)? else { return Ok(None) };
        let Stored { amends, form, photos, spoken, started_at, saved_at } = stored;
        let amends = amends.map(|first| operation_at(connection, first)).transpose()?;
        let latest = latest(connection, &self.environment)?;
        let unanswered = self.unanswered(connection, &form, amends.is_some(), latest)?;
        let warnings = warnings(&form, latest);
        Ok(Some(Draft { id, amends, form, photos, spoken, started_at, saved_at, warnings, unanswered }))
    }

    /// The questions of a draft that have no answer; an amendment asks why, too.
    fn unanswered(
        &self,
        connection: &Connection,
        form: &DraftForm,
        amends: bool,
        latest: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreError> {
        let why = (amends && text::is_blank(form.reason())).then(|| "reason".to_owned());
        let vocabulary = vocabulary::newest(connection, &self.known)?;
        Ok(why.into_iter().chain(unanswered(form, &vocabulary, latest)).collect())
    }

    /// Reads a draft.
    pub fn draft(&self, id: Uuid) -> Result<Draft, Failure> {
        self.read(|connection| self.load_draft(connection, id)?.ok_or(Failure::NotFound))
    }

    /// All drafts, the last saved first.
    pub fn drafts(&self) -> Result<Vec<DraftSummary>, Failure> {
        self.read(|connection| Ok(all(connection)?.into_iter().map(|(draft, _)| draft).collect()))
    }

    /// Throws a draft away, with its photos and spoken notes.
    pub fn discard_draft(&self, id: Uuid) -> Result<(), Failure> {
        self.write(|tx| {
            attached::discard_of_draft(tx, id)?;
            let gone = tx.execute_cached("DELETE FROM drafts WHERE draft = ?1", [id.to_string()])?;
            if gone == 0 { Err(Failure::NotFound) } else { Ok(()) }
        })
    }
}

/// All drafts, the last saved first, each with its form. One that this version cannot read keeps no other from being shown.
pub(crate) fn all(connection: &Connection) -> Result<Vec<(DraftSummary, Option<DraftForm>)>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT draft, kind, form, saved_at, amends IS NOT NULL,
                (SELECT count(*) FROM photos p WHERE p.draft = drafts.draft AND p.class = 'photo'),
                (SELECT count(*) FROM photos p WHERE p.draft = drafts.draft AND p.class = 'audio')
         FROM drafts ORDER BY saved_at DESC, draft DESC",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, kind, form, saved_at): (String, String, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let form = parse_form(&form).ok();
        let read = form.as_ref();
        let draft = DraftSummary {
            id: parse_uuid(&id)?,
            kind: parse_kind(&kind)?,
            amends: row.get(4)?,
            place_kind: read.and_then(|form| form.place().kind.clone()),
            title: read.map(DraftForm::title).unwrap_or_default(),
            line: read.map(DraftForm::line).unwrap_or_default(),
            inspection: read.and_then(DraftForm::inspection),
            urgency: read.and_then(DraftForm::urgency).cloned(),
            photos: row.get(5)?,
            spoken: row.get(6)?,
            saved_at: parse_time(&saved_at)?,
        };
        found.push((draft, form));
    }
    Ok(found)
}

/// What was begun in an inspection and is not signed.
pub(crate) struct DraftsOfInspection {
    /// The last saved first.
    pub(crate) drafts: Vec<DraftSummary>,
    /// How many of their photos wait for a word.
    pub(crate) photos_undecided: u64,
    /// How many of their spoken notes were broken off.
    pub(crate) spoken_broken_off: u64,
}

/// The drafts of an inspection.
pub(crate) fn of_inspection(connection: &Connection, inspection: EntityId) -> Result<DraftsOfInspection, Failure> {
    let drafts = all(connection)?.into_iter().map(|(draft, _)| draft);
    let drafts: Vec<DraftSummary> = drafts.filter(|draft| draft.inspection == Some(inspection)).collect();
    let (mut photos_undecided, mut spoken_broken_off) = (0, 0);
    for draft in &drafts {
        let (undecided, broken_off): (u64, u64) = connection.query_row_cached(
            "SELECT count(*) FILTER (WHERE condition = 'undecided'),
                    count(*) FILTER (WHERE class = 'audio' AND condition = 'incomplete')
             FROM photos WHERE draft = ?1",
            [draft.id.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        photos_undecided += undecided;
        spoken_broken_off += broken_off;
    }
    Ok(DraftsOfInspection { drafts, photos_undecided, spoken_broken_off })
}

/// A draft as it is kept.
pub(crate) struct Stored {
    /// Where the first step of the record stands that it amends.
    pub(crate) amends: Option<i64>,
    pub(crate) form: DraftForm,
    pub(crate) photos: Vec<PhotoSummary>,
    pub(crate) spoken: Vec<SpokenNote>,
    started_at: DateTime<Utc>,
    saved_at: DateTime<Utc>,
}

/// The draft with this id, if there is one.
pub(crate) fn stored(connection: &Connection, id: Uuid) -> Result<Option<Stored>, Failure> {
    let row: Option<(String, String, String, Option<i64>)> = connection
        .query_row_cached(
            "SELECT form, started_at, saved_at, amends FROM drafts WHERE draft = ?1",
            [id.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .optional()?;
    let Some((form, started_at, saved_at, amends)) = row else { return Ok(None) };
    let form = parse_form(&form).map_err(|_| Failure::Unreadable)?;
    Ok(Some(Stored {
        amends,
        form,
        photos: photos::of_draft(connection, id)?,
        spoken: spoken::of_draft(connection, id)?,
        started_at: parse_time(&started_at)?,
        saved_at: parse_time(&saved_at)?,
    }))
}

fn operation_at(connection: &Connection, position: i64) -> Result<OperationId, StoreError> {
    let operation: String =
        connection
            .query_row_cached("SELECT operation FROM operations WHERE position = ?1", [position], |row| row.get(0))?;
    Ok(OperationId(parse_uuid(&operation)?))
}

/// Who takes part: the party of this shift, or else the organisation of whoever carries the device.
fn party(connection: &Connection, now: DateTime<Utc>) -> Result<Vec<Code>, Failure> {
    let party = inspection::party_of_this_shift(connection, now)?;
    let own = device::load(connection)?.map(|device| device.organisation);
    Ok(if party.is_empty() { own.into_iter().collect() } else { party })
}

/// Whether anything was signed so lately that the next observation may be at the same kind of place.
fn recorded_lately(connection: &Connection, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let last: Option<String> = connection
        .query_row_cached("SELECT finalised_at FROM listed ORDER BY position DESC LIMIT 1", [], |row| row.get(0))
        .optional()?;
    // A time that cannot be read keeps nobody from recording.
    let last = last.and_then(|last| parse_time(&last).ok());
    Ok(last.is_some_and(|last| now.signed_duration_since(last).abs() < SAME_PLACE))
}

/// Never ask twice: the running inspection's place, or else the last kind of place, is filled in already.
fn empty_observation(
    connection: &Connection,
    vocabulary: &Vocabulary,
    now: DateTime<Utc>,
) -> Result<ObservationForm, Failure> {
    let open = inspection::running(connection, now)?;
    // What was asked about a place and answered is not asked again where the place is the same.
    let (place, confirmed) = if let Some(OpenInspection { form, .. }) = &open {
        (form.place.clone(), form.confirmed.clone())
    } else {
        let kind = if recorded_lately(connection, now)? { Setting::LastPlaceKind.read(connection)? } else { None };
        (PlaceForm { kind, ..PlaceForm::default() }, Vec::new())
    };
    let level = starting_level(connection, vocabulary, open.as_ref().map(|open| open.entity))?;
    Ok(ObservationForm {
        inspection: open.as_ref().map(|open| open.entity),
        inspection_of: open.and_then(|open| open.of),
        observed_at: Some(now),
        observed_typed: None,
        place,
        forms: Vec::new(),
        indicators: Vec::new(),
        // Never filled in beforehand: a statement must not become an observation by default.
        basis: None,
        narrative: String::new(),
        persons: Vec::new(),
        urgency: None,
        call: None,
        actions: Vec::new(),
        level,
        reason: String::new(),
        not_citizen_numbers: Vec::new(),
        confirmed,
    })
}

/// Who may see an observation unless its author says otherwise: what was chosen before in this inspection, or else what
/// befits the organisation. What is secret by profession starts secret.
fn starting_level(
    connection: &Connection,
    vocabulary: &Vocabulary,
    inspection: Option<EntityId>,
) -> Result<ConfidentialityLevel, Failure> {
    let before = inspection.map(|inspection| earlier::level_in(connection, inspection)).transpose()?.flatten();
    if let Some(before) = before {
        return Ok(before);
    }
    Ok(match organisation_kind(connection, vocabulary)? {
        Some(OrganisationKind::Care) => ConfidentialityLevel::Care,
        Some(OrganisationKind::Municipality | OrganisationKind::Enforcement) | None => ConfidentialityLevel::Team,
    })
}

/// The role of the organisation of whoever carries the device.
pub(crate) fn organisation_kind(
    connection: &Connection,
    vocabulary: &Vocabulary,
) -> Result<Option<OrganisationKind>, Failure> {
    let organisation = device::load(connection)?.map(|device| device.organisation);
    Ok(organisation.and_then(|code| vocabulary.organisation(code.as_str()).map(|found| found.kind)))
}
