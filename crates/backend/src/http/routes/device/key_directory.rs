//! `GET /v1/key-directory`: to whom records are sealed, signed by the root key.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::http::problem::Problem;
use crate::http::state::AppState;

/// The newest key directory, as DSSE JSON. Public: it holds public keys only.
#[utoipa::path(get, path = "/v1/key-directory", operation_id = "readKeyDirectory", responses(
    (status = 200, description = "A DSSE envelope with a keydir.v1 payload.", body = Object),
))]
pub async fn read(State(state): State<AppState>) -> Result<impl IntoResponse, Problem> {
    let envelope = state.blocking(|state| state.read(|tx| Ok(tx.key_directory()?))).await?;
    Ok(([(CONTENT_TYPE, "application/json")], envelope))
}
