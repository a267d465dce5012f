//! `GET /v1/attachments/{sha256}/content`: a sealed attachment, for the browser to open.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use crate::http::extract::allowed::{Allowed, ReadSealed};
use crate::http::extract::named::{ContentName, Named};
use crate::http::problem::{Problem, ProblemCode};
use crate::http::state::AppState;
use crate::storage::{AuditObject, Brought};

/// The age file of an attachment.
#[utoipa::path(get, path = "/v1/attachments/{sha256}/content", operation_id = "readAttachment",   responses(
    (status = 200, description = "The age file.", body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
    (status = 409, description = "incomplete: the device has not brought all of it yet.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn content(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadSealed>,
    Named(ContentName { sha256 }): Named<ContentName>,
) -> Result<impl IntoResponse, Problem> {
    let bytes = state
        .blocking(move |state| {
            let shown = state.read(|tx| Ok(tx.attachment_shown(&signed_in.clearance(), sha256)?))?;
            signed_in.account_for_reading(state, AuditObject::Attachment, &sha256.to_string(), shown.is_some())?;
            let held = match shown.ok_or_else(Problem::not_found)? {
                Brought::Whole => state.attachments.read(sha256).map_err(|_| Problem::internal())?,
                Brought::NotYet => None,
            };
            held.ok_or_else(|| {
                let detail = "The device has not brought all of this attachment yet.";
                Problem::new(StatusCode::CONFLICT, ProblemCode::Incomplete, detail)
            })
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes))
}
