//! `GET /v1/log-continuations`: where this log went on from another, signed by the receipt key when it was restored.
//!
//! A device that gets a receipt of a log it does not know asks here whether that log goes on from the one it knows.

use axum::Json;
use axum::extract::State;
use baken_protocol::dsse::{DsseEnvelope, Envelope};

use crate::http::extract::device_token::Bearer;
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// Every continuation of the log, the first one first. Devices judge them by the key directory they know.
#[utoipa::path(get, path = "/v1/log-continuations", operation_id = "readLogContinuations", responses(
    (status = 200, description = "DSSE envelopes with a log-continuation.v1 payload; none where it was never restored.",
     body = Vec<Object>),
))]
pub async fn read(State(state): State<AppState>, _device: Bearer) -> Result<Json<Vec<DsseEnvelope>>, Problem> {
    let continuations = state.blocking(|state| state.read(|tx| Ok(tx.log_continuations()?))).await?;
    Ok(Json(continuations.iter().map(Envelope::to_dsse).collect()))
}
