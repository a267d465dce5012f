//! `GET /v1/attachments/{sha256}/receipt`: the signed word that an attachment is held whole, for the device that
//! brought it.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::dsse::Envelope;
use baken_protocol::refusal::RefusalCode;

use super::Bearer;
use super::attachments::{listed, parse};
use crate::problem::Problem;
use crate::state::AppState;

/// The receipt for an attachment.
#[utoipa::path(get, path = "/v1/attachments/{sha256}/receipt", operation_id = "readAttachmentReceipt",
    params(("sha256" = String, Path)), security(("deviceToken" = [])),
    responses(
        (status = 200, description = "A DSSE envelope with an attachment-receipt.v1 payload.", body = Object),
        (status = 401, description = "No device has this token.", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No accepted batch of this device lists it.", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "incomplete: send the rest first.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn read(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Path(sha256): Path<String>,
) -> Result<Response, Problem> {
    let sha256 = parse(&sha256)?;
    let bytes = state
        .blocking(move |state| {
            let listed = listed(state, sha256, &device)?;
            let received_at = listed.completed_at.ok_or_else(|| {
                Problem::new(StatusCode::CONFLICT, RefusalCode::Incomplete, "Send the rest of the attachment first.")
            })?;
            let receipt = AttachmentReceipt {
                tenant: state.installation.tenant.clone(),
                sha256,
                size_bytes: listed.size_bytes,
                received_at,
                log_origin: state.installation.log_origin.clone(),
            };
            let envelope = Envelope::sign(&receipt, &state.receipt_key).map_err(|_| Problem::internal())?;
            envelope.to_json().map_err(|_| Problem::internal())
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}
