//! `GET /v1/revocations`: whom the municipality no longer trusts, and who is to be wiped; signed by the receipt key.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::http::extract::device_token::Bearer;
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// The revoked devices, as DSSE JSON. A device that is to be wiped is noted as having come for that order.
#[utoipa::path(get, path = "/v1/revocations", operation_id = "readRevocations", responses(
    (status = 200, description = "A DSSE envelope with a revocations.v1 payload.", body = Object),
))]
pub async fn read(State(state): State<AppState>, Bearer(asks): Bearer) -> Result<impl IntoResponse, Problem> {
    let envelope = state
        .blocking(move |state| {
            if asks.wipe_ordered {
                let now = state.environment.clock.now();
                state.write(|tx| Ok(tx.note_wipe_fetched(asks.device, now)?))?;
            }
            state.read(|tx| Ok(state.signer().revocations(tx)?))
        })
        .await?;
    Ok(([(CONTENT_TYPE, "application/json")], envelope))
}
