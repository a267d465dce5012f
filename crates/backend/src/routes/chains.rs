//! `GET /v1/chains/{chain}`: where a chain stands, so that a device knows what to send (again).

use axum::Json;
use axum::extract::{Path, State};
use baken_protocol::chain::ChainStatus;
use baken_protocol::ids::ChainId;
use uuid::Uuid;

use super::Bearer;
use crate::problem::Problem;
use crate::state::AppState;

/// Where a chain stands. A chain that was never seen waits for its first batch.
#[utoipa::path(get, path = "/v1/chains/{chain}", operation_id = "readChain",
    params(("chain" = Uuid, Path)), security(("deviceToken" = [])), responses(
    (status = 200, description = "nextSeq, head, frozen, and missingAttachments to send (again).", body = Object),
    (status = 401, description = "No device has this token.", body = Problem,
     content_type = "application/problem+json"),
    (status = 404, description = "The chain is another device's.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn read(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Path(chain): Path<Uuid>,
) -> Result<Json<ChainStatus>, Problem> {
    let status = state
        .blocking(move |state| {
            let owner = state.storage.device_of_chain(ChainId(chain), device.device)?;
            if owner.is_none_or(|owner| owner.device != device.device) {
                return Err(Problem::not_found());
            }
            Ok(state.storage.chain_status(ChainId(chain), device.device)?)
        })
        .await?;
    Ok(Json(status))
}
