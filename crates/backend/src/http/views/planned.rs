//! A planned inspection as the console gets and gives it: flat, with every text of its place.

use baken_protocol::catalogue::inspections;
use baken_protocol::catalogue::places::KnownPlace;
use baken_protocol::ids::Code;
use baken_protocol::record::ExactPlace;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// An inspection that is planned.
#[derive(Debug, Clone, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct PlannedInspection {
    /// Its name among the planned ones: small letters, digits and hyphens.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Where.
    pub place: PlannedPlace,
    /// The organisations that take part.
    pub organisations: Vec<String>,
    /// The legal ground for entering, where it is known.
    pub ground: Option<String>,
    /// What is worth knowing beforehand.
    pub note: String,
}

/// Where it is. Every text may be empty, but not all of them.
#[derive(Debug, Clone, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct PlannedPlace {
    /// The kind of place.
    pub kind: String,
    /// The district.
    pub district: Option<String>,
    /// A neighbourhood's own name.
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
    /// BAG address or building id.
    pub bag: String,
}

/// A code is not spelt as one.
#[derive(Debug)]
pub struct NoCode;

impl From<inspections::PlannedInspection> for PlannedInspection {
    fn from(planned: inspections::PlannedInspection) -> Self {
        let inspections::PlannedInspection { code, name, starts_at, ends_at, place, .. } = planned;
        let inspections::PlannedInspection { organisations, ground, note, .. } = planned;
        let organisations = organisations.iter().map(ToString::to_string).collect();
        let ground = ground.map(|it| it.to_string());
        Self { code: code.to_string(), name, starts_at, ends_at, place: place.into(), organisations, ground, note }
    }
}

impl PlannedInspection {
    /// As devices get it, texts without the blanks around them.
    pub fn signed(self) -> Result<inspections::PlannedInspection, NoCode> {
        let Self { code, name, starts_at, ends_at, place, organisations, ground, note } = self;
        Ok(inspections::PlannedInspection {
            code: read(&code)?,
            name: name.trim().to_owned(),
            starts_at,
            ends_at,
            place: place.signed()?,
            organisations: organisations.iter().map(|it| read(it)).collect::<Result<_, _>>()?,
            ground: ground.as_deref().map(read).transpose()?,
            note: note.trim().to_owned(),
        })
    }
}

impl From<KnownPlace> for PlannedPlace {
    fn from(place: KnownPlace) -> Self {
        let ExactPlace { neighbourhood, name, address, postcode, berth, imo, mmsi, eni, .. } = place.exact();
        let ExactPlace { fishing_mark, kvk, bag, .. } = place.exact();
        let (kind, district) = (place.kind.to_string(), place.district.map(|it| it.to_string()));
        Self { kind, district, neighbourhood, name, address, postcode, berth, imo, mmsi, eni, fishing_mark, kvk, bag }
    }
}

impl PlannedPlace {
    fn signed(self) -> Result<KnownPlace, NoCode> {
        let Self { kind, district, neighbourhood, name, address, postcode, berth, .. } = self;
        let Self { imo, mmsi, eni, fishing_mark, kvk, bag, .. } = self;
        let coordinates = None;
        let exact = ExactPlace {
            neighbourhood,
            name,
            address,
            postcode,
            berth,
            imo,
            mmsi,
            eni,
            fishing_mark,
            kvk,
            bag,
            coordinates,
        };
        let exact = exact.with_texts(|text| text.trim().to_owned());
        Ok(KnownPlace::new(read(&kind)?, district.as_deref().map(read).transpose()?, &exact))
    }
}

fn read(code: &str) -> Result<Code, NoCode> {
    code.parse().map_err(|_| NoCode)
}
