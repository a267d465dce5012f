//! `GET /v1/catalogues` and `GET /v1/catalogues/{sha256}/content`: what a device is given to work with.
//!
//! Devices alone get it: planned inspections are nobody else's business. One that was revoked gets an empty list. A
//! content is asked for by its hash, which the signed list names, so it is fetched once and never half of another.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use baken_protocol::dsse::{DsseEnvelope, Envelope};

use crate::http::extract::device_token::Bearer;
use crate::http::extract::named::{CatalogueContentName, Named};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::StorageError;

/// The newest list of each kind. Devices judge them by the key directory they know.
#[utoipa::path(get, path = "/v1/catalogues", operation_id = "readCatalogues", responses(
    (status = 200, description = "DSSE envelopes with a catalogue.v1 payload, one for each kind there is.",
     body = Vec<Object>),
))]
pub async fn read(State(state): State<AppState>, Bearer(device): Bearer) -> Result<Json<Vec<DsseEnvelope>>, Problem> {
    if device.revoked {
        return Ok(Json(Vec::new()));
    }
    let held = state.blocking(|state| state.read(|tx| Ok(tx.catalogues()?))).await?;
    let read = |(_, bytes): &(String, Vec<u8>)| Envelope::from_json(bytes).map(|envelope| envelope.to_dsse());
    let envelopes: Result<Vec<_>, _> = held.iter().map(read).collect();
    Ok(Json(envelopes.map_err(|_| StorageError::Content)?))
}

/// The content that a list names by its hash.
#[utoipa::path(get, path = "/v1/catalogues/{sha256}/content", operation_id = "readCatalogueContent", responses(
    (status = 200, description = "The very bytes with this hash.", body = Object),
    (status = 404, description = "No list names it now.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn content(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Named(name): Named<CatalogueContentName>,
) -> Result<Response, Problem> {
    if device.revoked {
        return Err(Problem::not_found());
    }
    let held = state.blocking(move |state| state.read(|tx| Ok(tx.catalogue_content(name.sha256)?))).await?;
    let content = held.ok_or_else(Problem::not_found)?;
    Ok(([(CONTENT_TYPE, "application/json")], content).into_response())
}
