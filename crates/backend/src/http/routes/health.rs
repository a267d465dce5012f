//! `GET /healthz` and `GET /readyz`: whether the process lives, and whether it can serve.

use axum::extract::State;

use crate::http::problem::Problem;
use crate::http::state::AppState;

/// Alive.
#[utoipa::path(get, path = "/healthz", operation_id = "readHealth", responses(
    (status = 200, description = "The process lives.", body = String),
))]
pub async fn healthz() -> &'static str {
    "ok"
}

/// Able to serve: the register answers.
#[utoipa::path(get, path = "/readyz", operation_id = "readReadiness", responses(
    (status = 200, description = "The register answers.", body = String),
    (status = 500, description = "It does not.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn readyz(State(state): State<AppState>) -> Result<&'static str, Problem> {
    state.blocking(|state| state.read(|tx| Ok(tx.check()?))).await?;
    Ok("ready")
}
