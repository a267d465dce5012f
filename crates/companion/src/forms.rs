//! What a person fills in: the mutable forms of a draft, before they become an open and a sealed part.
//!
//! A form may be half empty or wrong; `validate` says what is missing at *Vastleggen*. Texts are kept as
//! they were typed.

use baken_protocol::ids::Code;
use baken_protocol::record::{ConfidentialityLevel, Coordinates, ExactPlace, Person};
use chrono::{DateTime, Utc};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

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
}

/// The form of a joint inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectionForm {
    /// When it started.
    #[ts(type = "string")]
    pub started_at: DateTime<Utc>,
    /// Where.
    pub place: PlaceForm,
    /// The organisations that take part.
    pub organisations: Vec<Code>,
    /// The legal ground for entering.
    pub ground: Option<Code>,
    /// Numbers that pass as a citizen service number and, by the author's word, are none; digits only.
    #[serde(default)]
    pub not_citizen_numbers: Vec<String>,
}

/// The form of an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ObservationForm {
    /// The inspection it belongs to.
    #[ts(type = "string | null")]
    pub inspection: Option<baken_protocol::ids::EntityId>,
    /// When it was seen.
    #[ts(type = "string")]
    pub observed_at: DateTime<Utc>,
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
    pub persons: Vec<Person>,
    /// How soon someone must act.
    pub urgency: Option<Code>,
    /// What was done on the spot.
    pub actions: Vec<Code>,
    /// Who may see it.
    pub level: ConfidentialityLevel,
    /// Numbers that pass as a citizen service number and, by the author's word, are none; digits only.
    #[serde(default)]
    pub not_citizen_numbers: Vec<String>,
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
    /// The neighbourhood's own name.
    pub neighbourhood: String,
    /// The name of the ship or premises.
    pub name: String,
    /// Street and number.
    pub address: String,
    /// Dutch postcode.
    pub postcode: String,
    /// Berth, quay or terminal.
    pub berth: String,
    /// IMO ship number.
    pub imo: String,
    /// Maritime Mobile Service Identity.
    pub mmsi: String,
    /// European vessel identification number.
    pub eni: String,
    /// Fishing mark.
    pub fishing_mark: String,
    /// Chamber of commerce number.
    pub kvk: String,
    /// BAG id.
    pub bag: String,
    /// Measured or typed coordinates.
    pub coordinates: Option<Coordinates>,
}

impl PlaceForm {
    /// The part of the place that is sealed.
    pub(crate) fn exact(&self) -> ExactPlace {
        let text = |value: &String| value.trim().to_owned();
        ExactPlace {
            neighbourhood: text(&self.neighbourhood),
            name: text(&self.name),
            address: text(&self.address),
            postcode: text(&self.postcode),
            berth: text(&self.berth),
            imo: text(&self.imo),
            mmsi: text(&self.mmsi),
            eni: text(&self.eni),
            fishing_mark: text(&self.fishing_mark),
            kvk: text(&self.kvk),
            bag: text(&self.bag),
            coordinates: self.coordinates.clone(),
        }
    }

    /// The free texts with their field paths.
    pub(crate) fn texts(&self) -> [(&'static str, &str); 11] {
        [
            ("place.neighbourhood", &self.neighbourhood),
            ("place.name", &self.name),
            ("place.address", &self.address),
            ("place.postcode", &self.postcode),
            ("place.berth", &self.berth),
            ("place.imo", &self.imo),
            ("place.mmsi", &self.mmsi),
            ("place.eni", &self.eni),
            ("place.fishingMark", &self.fishing_mark),
            ("place.kvk", &self.kvk),
            ("place.bag", &self.bag),
        ]
    }
}

impl DraftForm {
    /// Where it is about.
    pub(crate) const fn place(&self) -> &PlaceForm {
        match self {
            Self::Inspection(form) => &form.place,
            Self::Observation(form) => &form.place,
        }
    }

    /// A line to recognise it by in a list: the place's name. Never what was seen: lists are open when a device is
    /// unlocked in company.
    pub(crate) fn title(&self) -> String {
        let line = self.place().name.trim();
        let mut title: String = line.chars().take(80).collect();
        if title.len() < line.len() {
            title.push('…');
        }
        title
    }

    /// Who may read it. What is recorded of an inspection as a whole is for all coordinators.
    pub(crate) const fn level(&self) -> ConfidentialityLevel {
        match self {
            Self::Inspection(_) => ConfidentialityLevel::Team,
            Self::Observation(form) => form.level,
        }
    }

    /// The author's word on which numbers are no citizen service numbers.
    pub(crate) fn not_citizen_numbers(&self) -> &[String] {
        match self {
            Self::Inspection(form) => &form.not_citizen_numbers,
            Self::Observation(form) => &form.not_citizen_numbers,
        }
    }
}

/// What a draft will become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum DraftKind {
    /// A joint inspection.
    Inspection,
    /// An observation.
    Observation,
}

impl DraftKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Inspection => "inspection",
            Self::Observation => "observation",
        }
    }
}

impl FromSql for DraftKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        [Self::Inspection, Self::Observation]
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(FromSqlError::InvalidType)
    }
}

pub(crate) fn form_text(form: &DraftForm) -> Result<String, StoreError> {
    serde_json::to_string(form).map_err(|_| StoreError::Content)
}

pub(crate) fn parse_form(text: &str) -> Result<DraftForm, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Content)
}

pub(crate) fn parse_uuid(text: &str) -> Result<Uuid, StoreError> {
    text.parse().map_err(|_| StoreError::Content)
}
