//! What a path names. Every kind of name has one spelling, as what is signed has (ADR 22), and is read here alone;
//! whatever is not spelt so is one and the same problem at every endpoint. Its description follows from the type, so that
//! no handler repeats it.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainId, ChainReference, DeviceId, RecordId};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn};
use uuid::Uuid;

use crate::access::is_login;
use crate::http::extract::described::{Call, Described};
use crate::http::problem::Problem;
use crate::storage::ReportNumber;

/// No signed message holds a larger number (PROTOCOL, *One spelling*), so no batch has a larger place.
const LAST_PLACE: u64 = 1 << 53;

/// What the path of a request names.
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let named = Path::<T>::from_request_parts(parts, state).await;
        named.map(|Path(name)| Self(name)).map_err(|_| Problem::misspelt_name())
    }
}

impl<T: IntoParams> Described for Named<T> {
    fn describe(_call: Call, operation: &mut Operation) {
        let names = T::into_params(|| Some(ParameterIn::Path)).into_iter().map(RefOr::T);
        operation.parameters.get_or_insert_default().splice(0..0, names);
    }
}

/// A device.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DeviceName {
    /// The device.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, format = Uuid,
        pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    pub device: DeviceId,
}

/// A chain.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ChainName {
    /// The device.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, format = Uuid,
        pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    device: DeviceId,
    /// A chain of that device.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, format = Uuid,
        pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    chain: ChainId,
}

impl ChainName {
    /// The chain by the device that writes it.
    pub const fn reference(self) -> ChainReference {
        ChainReference { device: self.device, chain: self.chain }
    }
}

/// Where a batch belongs.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct BatchName {
    /// The device.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, format = Uuid,
        pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    device: DeviceId,
    /// A chain of that device.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, format = Uuid,
        pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    chain: ChainId,
    /// Its place in the chain.
    #[serde(deserialize_with = "spelt_place")]
    #[param(minimum = 1, maximum = 9_007_199_254_740_992_u64)]
    pub seq: u64,
}

impl BatchName {
    /// The chain by the device that writes it.
    pub const fn chain(self) -> ChainReference {
        ChainReference { device: self.device, chain: self.chain }
    }
}

/// A record.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RecordName {
    /// DEVICE.OPERATION: `operation` of a list; not an observation's or inspection's id, which several records may claim.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, pattern = "^[0-9a-f-]{36}[.][0-9a-f-]{36}$")]
    pub record: RecordId,
}

/// A member.
#[derive(Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LoginName {
    /// The login name.
    #[serde(deserialize_with = "spelt_login")]
    #[param(value_type = String, pattern = "^[a-z0-9.-]{1,40}$")]
    pub login: String,
}

/// An attachment as its record lists it.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AttachmentName {
    /// DEVICE.OPERATION.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, pattern = "^[0-9a-f-]{36}[.][0-9a-f-]{36}$")]
    pub record: RecordId,
    /// The SHA-256 of the sealed bytes.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub sha256: Digest,
}

/// An attachment by what it is.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ContentName {
    /// The SHA-256 of the sealed bytes.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub sha256: Digest,
}

/// The content of a catalogue by what it is.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CatalogueContentName {
    /// The SHA-256 of the content, as a catalogue names it.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub sha256: Digest,
}

/// An invitation.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InvitationName {
    /// `id` of the list.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, format = Uuid,
        pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    pub id: Uuid,
}

/// A report.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ReportName {
    /// What it is called by: `report` of the list.
    #[serde(deserialize_with = "spelt")]
    #[param(value_type = String, pattern = "^M-[0-9]{4}-[0-9]{3,}$")]
    pub report: ReportNumber,
}

/// The name in `text`, if that is how it is written.
pub fn read<T: FromStr + Display>(text: &str) -> Option<T> {
    text.parse::<T>().ok().filter(|name| name.to_string() == text)
}

fn spelt<'de, D: Deserializer<'de>, T: FromStr + Display>(deserializer: D) -> Result<T, D::Error> {
    read(&String::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("not spelt as such names are"))
}

fn spelt_login<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let login = String::deserialize(deserializer)?;
    if is_login(&login) { Ok(login) } else { Err(D::Error::custom("no login name")) }
}

fn spelt_place<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seq = spelt(deserializer)?;
    let is_a_place = (1..=LAST_PLACE).contains(&seq);
    is_a_place.then_some(seq).ok_or_else(|| D::Error::custom("no place in a chain"))
}
