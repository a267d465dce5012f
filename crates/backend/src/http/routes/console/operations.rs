//! `GET /v1/operations/{record}/sealed` and `/evidence`: what the browser opens, and what it checks.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::RecordId;
use baken_protocol::record::Operation;
use data_encoding::BASE64;

use crate::http::extract::allowed::{Allowed, ReadRecords, ReadSealed};
use crate::http::extract::named::{Named, RecordName};
use crate::http::extract::signed_in::SignedIn;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::views::Evidence;
use crate::storage::{AuditObject, StoredRecord};

/// The sealed part: an age file the backend cannot open.
#[utoipa::path(get, path = "/v1/operations/{record}/sealed", operation_id = "readSealedPart",   responses(
    (status = 200, description = "The age file; its SHA-256 is the ETag.", body = Vec<u8>,
     content_type = "application/octet-stream"),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn sealed(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadSealed>,
    Named(RecordName { record }): Named<RecordName>,
) -> Result<impl IntoResponse, Problem> {
    let record = state.blocking(move |state| find(state, &signed_in, record, AuditObject::SealedPart)).await?;
    let signed: Operation = record.operation.peek().map_err(|_| Problem::internal())?;
    let tag = format!("\"{}\"", signed.sealed.sha256);
    Ok(([(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (header::ETAG, tag)], record.sealed))
}

/// Every signed message around a record, to check without believing the backend.
#[utoipa::path(get, path = "/v1/operations/{record}/evidence", operation_id = "readEvidence",   responses(
    (status = 200, description = "The DSSE envelopes, and the public keys of device and root.", body = Evidence),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn evidence(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    Named(RecordName { record }): Named<RecordName>,
) -> Result<Json<Evidence>, Problem> {
    let record = state.blocking(move |state| find(state, &signed_in, record, AuditObject::Evidence)).await?;
    let key = |key: &baken_protocol::signature::VerifyingKey| BASE64.encode(key.as_bytes());
    Ok(Json(Evidence {
        operation: record.operation.to_dsse(),
        batch: record.batch.to_dsse(),
        receipt: record.receipt.to_dsse(),
        enrolment: record.enrolment.to_dsse(),
        certificate: record.certificate.to_dsse(),
        attachment_receipts: record.attachment_receipts.iter().map(Envelope::to_dsse).collect(),
        key_directories: record.key_directories.iter().map(Envelope::to_dsse).collect(),
        device_public_key: key(&record.signer.public_key),
        root_public_key: key(&state.installation.root_key),
    }))
}

fn find(state: &AppState, signed_in: &SignedIn, id: RecordId, what: AuditObject) -> Result<StoredRecord, Problem> {
    let record = state.read(|tx| Ok(tx.record(Some(&signed_in.clearance()), id)?))?;
    signed_in.account_for_reading(state, what, &id.to_string(), record.is_some())?;
    record.ok_or_else(Problem::not_found)
}
