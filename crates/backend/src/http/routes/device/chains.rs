//! `GET /v1/devices/{device}/chains/{chain}`: where a chain stands, so that a device knows what to send (again).

use axum::Json;
use axum::extract::State;
use baken_protocol::chain::ChainStatus;
use baken_protocol::ids::ChainReference;
use baken_protocol::limits;

use crate::http::extract::device_token::Bearer;
use crate::http::extract::named::{ChainName, Named};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::{StorageError, Transaction};

/// Where a chain stands. A chain that was never seen waits for its first batch.
#[utoipa::path(get, path = "/v1/devices/{device}/chains/{chain}", operation_id = "readChain",   responses(
    (status = 200, description = "nextSeq, head, frozen, missingAttachments to send (again), and wipeOrdered where this device is to ask for the revocations first.", body = Object),
    (status = 404, description = "The token is not this device's.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn read(
    State(state): State<AppState>,
    Bearer(bearer): Bearer,
    Named(name): Named<ChainName>,
) -> Result<Json<ChainStatus>, Problem> {
    let chain = name.reference();
    if bearer.device != chain.device {
        return Err(Problem::not_found());
    }
    let status = state.blocking(move |state| state.read(|tx| Ok(status(tx, chain, bearer.wipe_ordered)?))).await?;
    Ok(Json(status))
}

fn status(tx: &dyn Transaction, chain: ChainReference, wipe_ordered: bool) -> Result<ChainStatus, StorageError> {
    let head = tx.chain_head(chain)?;
    Ok(ChainStatus {
        next_seq: head.map_or(1, |head| head.seq + 1),
        head: head.map(|head| head.hash),
        frozen: tx.is_frozen(chain)?,
        wipe_ordered,
        missing_attachments: tx.awaited_attachments(chain.device, limits::CHAIN_MISSING_ATTACHMENTS)?,
    })
}
