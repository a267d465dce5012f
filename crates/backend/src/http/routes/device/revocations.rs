//! `GET /v1/revocations`: whom the municipality no longer trusts, and who is to be wiped; signed by the receipt key.
//!
//! It is signed as it is asked for: what it says grows and never changes back, so there is nothing to keep.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use baken_protocol::dsse::Envelope;
use baken_protocol::limits;
use baken_protocol::revocations::Revocations;

use crate::http::extract::device_token::Bearer;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::Transaction;

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
            state.read(|tx| signed(state, tx))
        })
        .await?;
    Ok(([(CONTENT_TYPE, "application/json")], envelope))
}

fn signed(state: &AppState, tx: &dyn Transaction) -> Result<Vec<u8>, Problem> {
    let signer = state.signer();
    let most = u32::try_from(limits::REVOKED_DEVICES).unwrap_or(u32::MAX);
    let word = Revocations { tenant: signer.tenant.clone(), devices: tx.revoked_devices(most)? };
    let envelope = Envelope::sign(&word, signer.key).and_then(|envelope| envelope.to_json());
    envelope.map_err(|_| Problem::internal())
}
