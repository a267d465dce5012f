//! `GET /v1/outcomes`: what became of a device's own observations, signed by the receipt key for that device alone.
//!
//! It is signed as it is asked for, and kept nowhere. A revoked device is told nothing more.

use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;

use crate::http::extract::device_token::Bearer;
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// No signed message holds a larger number (PROTOCOL, *One spelling*).
const LAST: u64 = 1 << 53;

/// What the device knows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Known {
    /// The number of the last change it was told; 0 where it was told none.
    #[param(minimum = 0, maximum = 9_007_199_254_740_992_u64)]
    #[serde(deserialize_with = "number")]
    after: u64,
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = u64::deserialize(deserializer)?;
    (number <= LAST).then_some(number).ok_or_else(|| D::Error::custom("no number of a change"))
}

/// What changed after a number: how each observation stands, what is asked, what it was closed with. At most 200; `more`
/// says whether there are others.
#[utoipa::path(get, path = "/v1/outcomes", operation_id = "readOutcomes", params(Known), responses(
    (status = 200, description = "A DSSE envelope with an outcomes.v1 payload.", body = Object),
))]
pub async fn read(
    State(state): State<AppState>,
    Bearer(asks): Bearer,
    Query(known): Query<Known>,
) -> Result<impl IntoResponse, Problem> {
    let envelope =
        state.blocking(move |state| state.read(|tx| Ok(state.signer().outcomes(tx, &asks, known.after)?))).await?;
    Ok(([(CONTENT_TYPE, "application/json")], envelope))
}
