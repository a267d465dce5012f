//! `GET /v1/operations/{operation}/sealed` and `/evidence`: what the browser opens, and what it checks.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use baken_protocol::ids::OperationId;
use baken_protocol::record::Operation;
use data_encoding::BASE64;
use uuid::Uuid;

use crate::problem::Problem;
use crate::register::{Evidence, StoredRecord};
use crate::sessions::SignedIn;
use crate::state::AppState;

/// The sealed part: an age file the backend cannot open.
#[utoipa::path(get, path = "/v1/operations/{operation}/sealed", operation_id = "readSealedPart",
    params(("operation" = Uuid, Path)), security(("session" = [])), responses(
    (status = 200, description = "The age file; its SHA-256 is the ETag.", body = Vec<u8>,
     content_type = "application/octet-stream"),
    (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn sealed(
    State(state): State<AppState>,
    signed_in: SignedIn,
    Path(operation): Path<Uuid>,
) -> Result<impl IntoResponse, Problem> {
    let record = state.blocking(move |state| find(state, &signed_in, operation, "sealed part")).await?;
    let signed: Operation = record.operation.peek().map_err(|_| Problem::internal())?;
    let tag = format!("\"{}\"", signed.sealed.sha256);
    Ok(([(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (header::ETAG, tag)], record.sealed))
}

/// Every signed message around a record, to check without believing the backend.
#[utoipa::path(get, path = "/v1/operations/{operation}/evidence", operation_id = "readEvidence",
    params(("operation" = Uuid, Path)), security(("session" = [])), responses(
    (status = 200, description = "Five DSSE envelopes and three public keys.", body = Evidence),
    (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn evidence(
    State(state): State<AppState>,
    signed_in: SignedIn,
    Path(operation): Path<Uuid>,
) -> Result<Json<Evidence>, Problem> {
    let record = state.blocking(move |state| find(state, &signed_in, operation, "evidence")).await?;
    let key = |key: &baken_protocol::signature::VerifyingKey| BASE64.encode(key.as_bytes());
    Ok(Json(Evidence {
        operation: record.operation.to_dsse(),
        batch: record.batch.to_dsse(),
        receipt: record.receipt.to_dsse(),
        enrolment: record.enrolment.to_dsse(),
        key_directory: record.key_directory.to_dsse(),
        device_public_key: key(&record.signer.public_key),
        receipt_public_key: key(&state.installation.receipt_key),
        root_public_key: key(&state.installation.root_key),
    }))
}

fn find(state: &AppState, signed_in: &SignedIn, operation: Uuid, what: &str) -> Result<StoredRecord, Problem> {
    let record = state.storage.record(Some(&signed_in.sight()), OperationId(operation))?;
    let result = if record.is_some() { "ok" } else { "not-found" };
    signed_in.account_for(state, "read", &format!("{what} of operation {operation}"), result)?;
    record.ok_or_else(Problem::not_found)
}
