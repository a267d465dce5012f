//! A place: where exactly a record is about. It is sealed; its kind and district stand in the open part.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An exact place. Every field may be empty; identifiers are kept as they were written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExactPlace {
    /// A neighbourhood's own name, such as Driehuis, beside the district's code.
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
    /// Coordinates, where measured or typed.
    pub coordinates: Option<Coordinates>,
}

/// WGS 84 coordinates in microdegrees (10^-6 degree, about 11 cm), since signed JSON has no floats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Coordinates {
    /// North positive.
    #[serde(rename = "latitudeE6")]
    pub latitude_e6: i32,
    /// East positive.
    #[serde(rename = "longitudeE6")]
    pub longitude_e6: i32,
    /// The 95 % radius the device reported, in metres.
    pub accuracy_metres: Option<u32>,
    /// Measured or typed.
    pub source: CoordinateSource,
}

/// Where coordinates came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum CoordinateSource {
    /// By the device's positioning.
    Measured,
    /// By a person.
    Typed,
}
