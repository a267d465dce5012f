//! What a person fills in: the mutable forms of a draft, before they become an open and a sealed part.
//!
//! A form may be half empty or wrong; `validate` says what is missing at *Vastleggen*. Texts are kept as
//! they were typed; `written` says what of them is signed.

use baken_protocol::coordinates::{self, CoordinatesError};
use baken_protocol::ids::PersonId;
use baken_protocol::ids::{Code, DeviceId, EntityId};
use baken_protocol::record::{ConfidentialityLevel, Consent, Coordinates, ExactPlace, RecordKind, UrgentCall};
use baken_protocol::text;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::failure::{Failure, FieldError, FieldErrorCode};
use crate::store::StoreError;

/// The form of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(export)]
pub enum DraftForm {
    /// A joint inspection.
    Inspection(InspectionForm),
    /// Something seen, said or suspected.
    Observation(ObservationForm),
    /// A step in taking part in an inspection. Nobody fills it in: it is signed as it is made.
    Participation(ParticipationForm),
    /// A contact moment of an outreach worker.
    Contact(ContactForm),
}

/// A step in taking part in an inspection: an organisation and its role, never a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ParticipationForm {
    /// The inspection.
    #[ts(type = "string")]
    pub inspection: EntityId,
    /// The device that started it.
    #[ts(type = "string")]
    pub inspection_of: DeviceId,
    /// When this device joined, or was done.
    #[ts(type = "string")]
    pub at: DateTime<Utc>,
    /// Where, as this device was told.
    pub place: PlaceForm,
    /// The organisation of whoever carries this device.
    pub organisation: Code,
    /// What it does there.
    pub role: Code,
    /// How many observations this device signed in it, once it is done.
    pub closed_with: Option<u32>,
}

/// The form of a joint inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectionForm {
    /// When it started.
    #[ts(type = "string | null")]
    pub started_at: Option<DateTime<Utc>>,
    /// The same as it was typed, as long as that cannot be read.
    #[serde(default)]
    pub started_typed: Option<TypedMoment>,
    /// Where.
    pub place: PlaceForm,
    /// The organisations that take part.
    pub organisations: Vec<Code>,
    /// The legal ground for entering.
    pub ground: Option<Code>,
    /// Why a record is corrected; empty in a first record.
    #[serde(default)]
    pub reason: String,
    /// Numbers that pass as a citizen service number and, by the author's word, are none; digits only.
    #[serde(default)]
    pub not_citizen_numbers: Vec<String>,
    /// What was asked about and is right by the author's word: the `confirm` of each such warning.
    #[serde(default)]
    pub confirmed: Vec<String>,
}

/// The form of an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ObservationForm {
    /// The inspection it belongs to.
    #[ts(type = "string | null")]
    pub inspection: Option<EntityId>,
    /// The device that started it, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub inspection_of: Option<DeviceId>,
    /// When it was seen.
    #[ts(type = "string | null")]
    pub observed_at: Option<DateTime<Utc>>,
    /// The same as it was typed, as long as that cannot be read.
    #[serde(default)]
    pub observed_typed: Option<TypedMoment>,
    /// Where.
    pub place: PlaceForm,
    /// Forms of exploitation.
    pub forms: Vec<Code>,
    /// Indicators seen.
    pub indicators: Vec<Code>,
    /// Own observation, statement, document or suspicion.
    pub basis: Option<Code>,
    /// In the author's words.
    pub narrative: String,
    /// Who, by pseudonym.
    pub persons: Vec<PersonForm>,
    /// How soon someone must act.
    pub urgency: Option<Code>,
    /// What was answered when it was asked whether the emergency number was called.
    #[serde(default)]
    pub call: Option<UrgentCall>,
    /// What was done on the spot.
    pub actions: Vec<Code>,
    /// Who may see it.
    pub level: ConfidentialityLevel,
    /// Why a record is corrected; empty in a first record.
    #[serde(default)]
    pub reason: String,
    /// Numbers that pass as a citizen service number and, by the author's word, are none; digits only.
    #[serde(default)]
    pub not_citizen_numbers: Vec<String>,
    /// What was asked about and is right by the author's word: the `confirm` of each such warning.
    #[serde(default)]
    pub confirmed: Vec<String>,
}

/// The form of a contact moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ContactForm {
    /// The inspection it belongs to, if any.
    #[ts(type = "string | null")]
    pub inspection: Option<EntityId>,
    /// The device that started it, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub inspection_of: Option<DeviceId>,
    /// When they met.
    #[ts(type = "string | null")]
    pub met_at: Option<DateTime<Utc>>,
    /// The same as it was typed, as long as that cannot be read.
    #[serde(default)]
    pub met_typed: Option<TypedMoment>,
    /// Where: that of the inspection that runs. Nobody is asked for it.
    pub place: PlaceForm,
    /// Who was met, by pseudonym, with what can be spoken and what they said about sharing.
    pub person: PersonForm,
    /// What they asked for.
    pub asked_for: Vec<Code>,
    /// What they were given.
    pub given: Vec<Code>,
    /// When it goes on.
    pub follow_up: Option<Code>,
    /// What else there is to say, in the author's words.
    pub note: String,
    /// Who may see it.
    pub level: ConfidentialityLevel,
    /// Why a record is corrected; empty in a first record.
    #[serde(default)]
    pub reason: String,
    /// Numbers that pass as a citizen service number and, by the author's word, are none; digits only.
    #[serde(default)]
    pub not_citizen_numbers: Vec<String>,
    /// What was asked about and is right by the author's word: the `confirm` of each such warning.
    #[serde(default)]
    pub confirmed: Vec<String>,
}

/// A person as typed. What an earlier version wrote has no id and none of the short answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonForm {
    /// The same in every observation of this person.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub id: Option<PersonId>,
    /// P1, P2, …
    pub pseudonym: String,
    /// What the person does there.
    #[serde(default)]
    pub role: String,
    /// The age, roughly: `25-34`.
    #[serde(default)]
    pub age_band: String,
    /// What can be spoken with them.
    #[serde(default)]
    pub language: String,
    /// What they need first.
    #[serde(default)]
    pub needs: String,
    /// In the author's words.
    pub description: String,
    /// What the person said about sharing.
    pub consents: Vec<Consent>,
}

impl PersonForm {
    /// The texts, each with the name of its field.
    pub(crate) fn texts(&self) -> [(&'static str, &str); 6] {
        [
            ("pseudonym", &self.pseudonym),
            ("role", &self.role),
            ("ageBand", &self.age_band),
            ("language", &self.language),
            ("needs", &self.needs),
            ("description", &self.description),
        ]
    }
}

/// A place as typed. Kind and district go into the open part, the rest is sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlaceForm {
    /// The kind of place.
    pub kind: Option<Code>,
    /// The district's code.
    pub district: Option<Code>,
    /// Whether "I do not know" was the answer to the question for the district.
    #[serde(default)]
    pub district_unknown: bool,
    /// Exactly where, as typed; of the coordinates the measured ones, or the typed ones as they were read at the last save.
    #[serde(flatten)]
    pub exact: ExactPlace,
    /// The coordinates as they were typed. Unless empty, they alone count.
    #[serde(default)]
    pub coordinates_typed: String,
}

/// A date and a time of day as they were typed, that cannot be read or were not told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TypedMoment {
    /// The date.
    pub date: String,
    /// The time of day.
    pub time: String,
}

impl PlaceForm {
    /// The part of the place that is sealed.
    pub(crate) fn sealed(&self) -> ExactPlace {
        ExactPlace {
            coordinates: self.position().unwrap_or_default(),
            ..self.exact.with_texts(|text| text.trim().to_owned())
        }
    }

    /// Where it was: what was typed, or else what was measured. What cannot be read never falls back on what stood
    /// there before.
    pub(crate) fn position(&self) -> Result<Option<Coordinates>, CoordinatesError> {
        if text::is_blank(&self.coordinates_typed) {
            return Ok(self.exact.coordinates.clone());
        }
        coordinates::read(&self.coordinates_typed).map(Some)
    }

    /// The free texts with their field paths.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (String, &str)> {
        self.exact.texts().map(|(name, text)| (format!("place.{name}"), text))
    }
}

impl DraftForm {
    /// What it will become.
    pub(crate) const fn kind(&self) -> RecordKind {
        match self {
            Self::Inspection(_) => RecordKind::Inspection,
            Self::Observation(_) => RecordKind::Observation,
            Self::Participation(_) => RecordKind::Participation,
            Self::Contact(_) => RecordKind::Contact,
        }
    }

    /// Reads a form as a user interface sends it; the error names the field that keeps it from being read.
    pub fn from_json(form: serde_json::Value) -> Result<Self, Failure> {
        let kind = form.get("kind").cloned().unwrap_or_default();
        let kind: RecordKind = serde_json::from_value(kind).map_err(|_| unreadable("kind"))?;
        match kind {
            RecordKind::Inspection => read_fields(form).map(Self::Inspection),
            RecordKind::Observation => read_fields(form).map(Self::Observation),
            RecordKind::Participation => Err(Failure::NotAllowed),
            RecordKind::Contact => read_fields(form).map(Self::Contact),
        }
    }

    /// The form with its typed coordinates as they are read, or without any.
    pub(crate) fn understood(&self) -> Self {
        let mut form = self.clone();
        let place = form.place_mut();
        place.exact.coordinates = place.position().unwrap_or_default();
        form
    }

    pub(crate) const fn place_mut(&mut self) -> &mut PlaceForm {
        match self {
            Self::Inspection(form) => &mut form.place,
            Self::Observation(form) => &mut form.place,
            Self::Participation(form) => &mut form.place,
            Self::Contact(form) => &mut form.place,
        }
    }

    /// When it was, the field's path, and what was typed where that is not known.
    pub(crate) const fn moment(&self) -> (&'static str, Option<DateTime<Utc>>, Option<&TypedMoment>) {
        match self {
            Self::Inspection(form) => ("startedAt", form.started_at, form.started_typed.as_ref()),
            Self::Observation(form) => ("observedAt", form.observed_at, form.observed_typed.as_ref()),
            Self::Participation(form) => ("at", Some(form.at), None),
            Self::Contact(form) => ("metAt", form.met_at, form.met_typed.as_ref()),
        }
    }

    /// The author's word on what was asked about.
    pub(crate) fn confirmed(&self) -> &[String] {
        match self {
            Self::Inspection(form) => &form.confirmed,
            Self::Observation(form) => &form.confirmed,
            Self::Contact(form) => &form.confirmed,
            Self::Participation(_) => &[],
        }
    }

    /// Where it is about.
    pub(crate) const fn place(&self) -> &PlaceForm {
        match self {
            Self::Inspection(form) => &form.place,
            Self::Observation(form) => &form.place,
            Self::Participation(form) => &form.place,
            Self::Contact(form) => &form.place,
        }
    }

    /// What a list calls it: the place's name, or of a contact moment who was met.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Inspection(_) | Self::Observation(_) | Self::Participation(_) => {
                shortened(self.place().exact.name.trim())
            }
            Self::Contact(form) => shortened(form.person.pseudonym.trim()),
        }
    }

    /// A line to recognise it by in a list: the first of its author's own words.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Observation(form) => first_line(&form.narrative),
            Self::Contact(form) => first_line(&form.note),
            Self::Inspection(_) | Self::Participation(_) => String::new(),
        }
    }

    /// The words by which it is found, as the store reads them of what was signed (migration 11).
    pub(crate) fn words(&self) -> String {
        let place = self.place();
        let mut words: Vec<&str> = match self {
            Self::Observation(form) => vec![&form.narrative, &form.reason],
            Self::Inspection(form) => vec![&form.reason],
            Self::Participation(_) => Vec::new(),
            Self::Contact(form) => {
                let texts = form.person.texts().into_iter().map(|(_, text)| text);
                texts.chain([form.note.as_str(), form.reason.as_str()]).collect()
            }
        };
        words.extend(place.kind.as_ref().map(Code::as_str));
        words.extend(place.exact.texts().map(|(_, text)| text));
        if let Self::Observation(form) = self {
            words.extend(form.persons.iter().flat_map(PersonForm::texts).map(|(_, text)| text));
        }
        words.join(" ")
    }

    /// Who may read it. What is recorded of an inspection as a whole is for all coordinators.
    pub(crate) const fn level(&self) -> ConfidentialityLevel {
        match self {
            Self::Inspection(_) | Self::Participation(_) => ConfidentialityLevel::Team,
            Self::Observation(form) => form.level,
            Self::Contact(form) => form.level,
        }
    }

    /// Why a record is corrected.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Inspection(form) => &form.reason,
            Self::Observation(form) => &form.reason,
            Self::Contact(form) => &form.reason,
            Self::Participation(_) => "",
        }
    }

    /// The same form with another reason.
    pub(crate) fn with_reason(mut self, reason: &str) -> Self {
        let place = match &mut self {
            Self::Inspection(form) => &mut form.reason,
            Self::Observation(form) => &mut form.reason,
            Self::Contact(form) => &mut form.reason,
            // None is corrected.
            Self::Participation(_) => return self,
        };
        reason.clone_into(place);
        self
    }

    /// The inspection it belongs to.
    pub(crate) const fn inspection(&self) -> Option<EntityId> {
        match self {
            Self::Inspection(_) => None,
            Self::Observation(form) => form.inspection,
            Self::Contact(form) => form.inspection,
            Self::Participation(form) => Some(form.inspection),
        }
    }

    /// How soon someone must act.
    pub(crate) const fn urgency(&self) -> Option<&Code> {
        match self {
            Self::Inspection(_) | Self::Participation(_) | Self::Contact(_) => None,
            Self::Observation(form) => form.urgency.as_ref(),
        }
    }

    /// The author's word on which numbers are no citizen service numbers.
    pub(crate) fn not_citizen_numbers(&self) -> &[String] {
        match self {
            Self::Inspection(form) => &form.not_citizen_numbers,
            Self::Observation(form) => &form.not_citizen_numbers,
            Self::Contact(form) => &form.not_citizen_numbers,
            Self::Participation(_) => &[],
        }
    }
}

fn first_line(text: &str) -> String {
    shortened(text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default())
}

/// What a line of a list has room for.
fn shortened(line: &str) -> String {
    let mut short: String = line.chars().take(120).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

fn read_fields<Form: DeserializeOwned>(form: serde_json::Value) -> Result<Form, Failure> {
    let place = form.get("place").cloned().unwrap_or_default();
    serde_path_to_error::deserialize(form).map_err(|error| match error.path().to_string().as_str() {
        "place" => unreadable(&unread_of(&place).map_or_else(|| "place".to_owned(), |name| format!("place.{name}"))),
        path => unreadable(path),
    })
}

/// The answer without which the place could be read. Its reader takes all of them in at once and names none.
fn unread_of(place: &serde_json::Value) -> Option<String> {
    let sound = serde_json::to_value(PlaceForm::default()).ok()?;
    let mended = |name: &str, value: &serde_json::Value| {
        let mut place = place.as_object()?.clone();
        place.insert(name.to_owned(), value.clone());
        PlaceForm::deserialize(serde_json::Value::Object(place)).ok()
    };
    sound.as_object()?.iter().find(|(name, value)| mended(name, value).is_some()).map(|(name, _)| name.clone())
}

/// The path as `validate` writes it: `persons[0].description` is `persons.0.description`, and a place's answer has no
/// parts.
fn unreadable(path: &str) -> Failure {
    let path = path.replace('[', ".").replace(']', "");
    let depth = if path.starts_with("place.") { 2 } else { usize::MAX };
    let field: Vec<&str> = path.split('.').take(depth).collect();
    Failure::Invalid(vec![FieldError::new(&field.join("."), FieldErrorCode::Unread)])
}

pub(crate) fn form_text(form: &DraftForm) -> Result<String, StoreError> {
    serde_json::to_string(form).map_err(|_| StoreError::Content)
}

pub(crate) fn parse_form(text: &str) -> Result<DraftForm, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Content)
}

pub(crate) fn parse_kind(text: &str) -> Result<RecordKind, StoreError> {
    text.parse().map_err(|_| StoreError::Content)
}

pub(crate) fn parse_uuid(text: &str) -> Result<Uuid, StoreError> {
    text.parse().map_err(|_| StoreError::Content)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn json() -> serde_json::Value {
        let place = PlaceForm::default();
        serde_json::json!({
            "kind": "observation", "inspection": null, "observedAt": "2026-11-25T12:00:00Z", "place": place,
            "forms": [], "indicators": [], "basis": null, "narrative": "gezien", "urgency": null, "actions": [],
            "persons": [{ "pseudonym": "P1", "description": "", "consents": [] }], "level": "team",
        })
    }

    #[test]
    fn a_form_that_cannot_be_read_names_the_field_that_is_why() {
        assert!(DraftForm::from_json(json()).is_ok());
        let far = serde_json::json!({ "latitudeE6": 1, "longitudeE6": 1, "accuracyMetres": 5_000_000_000_u64, "source": "measured" });
        for (pointer, value, field) in [
            ("/observedAt", "26".into(), "observedAt"),
            ("/place/coordinates", far, "place.coordinates"),
            ("/place/imo", 9_074_729.into(), "place.imo"),
            ("/place/districtUnknown", "ja".into(), "place.districtUnknown"),
            ("/place", "kade".into(), "place"),
            ("/persons/0/description", 3.into(), "persons.0.description"),
            ("/narrative", serde_json::Value::Null, "narrative"),
            ("/kind", "boot".into(), "kind"),
        ] {
            let mut form = json();
            *form.pointer_mut(pointer).unwrap() = value;
            let Err(Failure::Invalid(errors)) = DraftForm::from_json(form) else { panic!("{pointer}") };
            assert_eq!(errors, [FieldError::new(field, FieldErrorCode::Unread)]);
        }
    }
}
