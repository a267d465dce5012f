//! `GET /v1/operations/{record}/attachments/{sha256}/receipt`: the signed word that an attachment is held whole, for the
//! device that brought it.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use baken_protocol::refusal::RefusalCode;

use super::listed_attachment::NotListed;
use crate::http::extract::device_token::Bearer;
use crate::http::extract::named::{AttachmentName, Named};
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// The receipt for an attachment.
#[utoipa::path(get, path = "/v1/operations/{record}/attachments/{sha256}/receipt", operation_id = "readAttachmentReceipt",  
    responses(
        (status = 200, description = "A DSSE envelope with an attachment-receipt.v1 payload.", body = Object),
        NotListed,
        (status = 409, description = "incomplete: send the rest first.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn read(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Named(name): Named<AttachmentName>,
) -> Result<Response, Problem> {
    let bytes = state
        .blocking(move |state| {
            name.listed(state, &device)?.receipt.ok_or_else(|| {
                Problem::new(StatusCode::CONFLICT, RefusalCode::Incomplete, "Send the rest of the attachment first.")
            })
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}
