//! The sealed part: what was said, exactly where, and who. Its header repeats tenant, operation and
//! schema; the reader checks them, so that a sealed part cannot be moved under another record.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::AttachmentClass;
use crate::ids::{DeviceId, OperationId, TenantId};
use crate::strict_json::{self, StrictJsonError};

/// The head of a sealed part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedHeader {
    /// The municipality.
    pub tenant: TenantId,
    /// The device that signed the operation.
    pub device: DeviceId,
    /// The operation it belongs to.
    pub operation: OperationId,
    /// `observation.v1` or `inspection.v1`.
    pub schema: String,
}

/// The sealed part of an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedObservation {
    /// The record it belongs to.
    pub header: SealedHeader,
    /// What was seen or said, in the author's words.
    pub narrative: String,
    /// Where exactly.
    pub place: ExactPlace,
    /// Who, by pseudonym.
    pub persons: Vec<Person>,
}

impl SealedObservation {
    /// The schema name in the header.
    pub const SCHEMA: &'static str = "observation.v1";

    /// Reads what is sealed, if it is written in the one way it can be.
    pub fn parse(text: &[u8]) -> Result<Self, StrictJsonError> {
        strict_json::parse_canonical(text)
    }
}

/// The sealed part of an inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedInspection {
    /// The record it belongs to.
    pub header: SealedHeader,
    /// Where exactly.
    pub place: ExactPlace,
}

impl SealedInspection {
    /// The schema name in the header.
    pub const SCHEMA: &'static str = "inspection.v1";

    /// Reads what is sealed, if it is written in the one way it can be.
    pub fn parse(text: &[u8]) -> Result<Self, StrictJsonError> {
        strict_json::parse_canonical(text)
    }
}

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

/// A person, by pseudonym.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, rename = "PersonForm")]
pub struct Person {
    /// P1, P2, …
    pub pseudonym: String,
    /// In the author's words.
    pub description: String,
    /// What the person said about sharing.
    pub consents: Vec<Consent>,
}

/// One answer to one question of consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Consent {
    /// What for: a code of the vocabulary's consent purposes.
    pub purpose: String,
    /// Not asked, refused or given.
    pub state: String,
}

/// The head inside a sealed attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentHeader {
    /// The municipality.
    pub tenant: TenantId,
    /// The device that signed the operation.
    pub device: DeviceId,
    /// The operation it belongs to.
    pub operation: OperationId,
    /// What it is.
    pub class: AttachmentClass,
    /// The media type of the content.
    pub media_type: String,
    /// The size of the content in bytes.
    pub size_bytes: u64,
    /// Whether its author kept it though a part of it was missing or damaged. Left out where not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
}

/// What goes into an attachment's age file: 4 bytes big-endian header length, header, content.
/// `None` where the header cannot be encoded.
pub fn attachment_container(header: &AttachmentHeader, content: &[u8]) -> Option<Vec<u8>> {
    let head = serde_json::to_vec(header).ok()?;
    let length = u32::try_from(head.len()).ok()?;
    Some([&length.to_be_bytes(), head.as_slice(), content].concat())
}

/// Reads what [`attachment_container`] wrote; `None` where it is malformed or cut off.
pub fn open_attachment_container(container: &[u8]) -> Option<(AttachmentHeader, &[u8])> {
    let (length, rest) = container.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let header: AttachmentHeader = strict_json::parse_canonical(rest.get(..length)?).ok()?;
    let content = rest.get(length..)?;
    (u64::try_from(content.len()) == Ok(header.size_bytes)).then_some((header, content))
}
