//! `GET /v1/devices/{device}/chains/{chain}`: where a chain stands, so that a device knows what to send (again).

use axum::Json;
use axum::extract::{Path, State};
use baken_protocol::chain::ChainStatus;
use baken_protocol::ids::{ChainId, ChainReference, DeviceId};
use baken_protocol::limits;
use uuid::Uuid;

use crate::http::extract::device_token::Bearer;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::{StorageError, Transaction};

/// Where a chain stands. A chain that was never seen waits for its first batch.
#[utoipa::path(get, path = "/v1/devices/{device}/chains/{chain}", operation_id = "readChain",
    params(("device" = Uuid, Path), ("chain" = Uuid, Path)), security(("deviceToken" = [])), responses(
    (status = 200, description = "nextSeq, head, frozen, and missingAttachments to send (again).", body = Object),
    (status = 401, description = "No device has this token.", body = Problem,
     content_type = "application/problem+json"),
    (status = 404, description = "The token is not this device's.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn read(
    State(state): State<AppState>,
    Bearer(bearer): Bearer,
    Path((device, chain)): Path<(Uuid, Uuid)>,
) -> Result<Json<ChainStatus>, Problem> {
    if bearer.device != DeviceId(device) {
        return Err(Problem::not_found());
    }
    let chain = ChainReference { device: bearer.device, chain: ChainId(chain) };
    let status = state.blocking(move |state| state.read(|tx| Ok(status(tx, chain)?))).await?;
    Ok(Json(status))
}

fn status(tx: &dyn Transaction, chain: ChainReference) -> Result<ChainStatus, StorageError> {
    let head = tx.chain_head(chain)?;
    Ok(ChainStatus {
        next_seq: head.map_or(1, |head| head.seq + 1),
        head: head.map(|head| head.hash),
        frozen: tx.is_frozen(chain)?,
        missing_attachments: tx.awaited_attachments(chain.device, limits::CHAIN_MISSING_ATTACHMENTS)?,
    })
}
