//! `GET /v1/chains/{chain}`: where a chain stands, so that a device knows what to send (again).

use axum::Json;
use axum::extract::{Path, State};
use baken_protocol::digest::Digest;
use baken_protocol::ids::ChainId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Bearer;
use crate::problem::Problem;
use crate::state::AppState;

/// Where a chain stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChainStatus {
    chain: Uuid,
    /// The place it waits for, from 1.
    next_seq: u64,
    /// The hash of its last batch.
    #[schema(value_type = Option<String>)]
    head: Option<Digest>,
    /// A fork has frozen it: go on in a new chain.
    frozen: bool,
}

/// Where a chain stands. A chain that was never seen waits for its first batch.
#[utoipa::path(get, path = "/v1/chains/{chain}", params(("chain" = Uuid, Path)), responses(
    (status = 200, description = "Where it stands.", body = ChainStatus),
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
    let standing = state
        .blocking(move |state| {
            let owner = state.storage.device_of_chain(ChainId(chain), device.device)?;
            if owner.is_none_or(|owner| owner.device != device.device) {
                return Err(Problem::not_found());
            }
            Ok(state.storage.chain_state(ChainId(chain))?)
        })
        .await?;
    Ok(Json(ChainStatus { chain, next_seq: standing.next_seq, head: standing.head, frozen: standing.frozen }))
}
