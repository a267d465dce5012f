//! `GET` and `POST /v1/operations/{record}/attachments/{sha256}`: the same as `HEAD` and `PATCH`, with nothing but path,
//! query and body, for networks that know no other methods and strip the headers. The companion uses these.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::attachments::{append, demand_piece, how_far, standing};
use super::listed_attachment::{NotAppended, NotListed};
use crate::files::attachments::Progress;
use crate::http::bounds::room::Held;
use crate::http::extract::device_token::Bearer;
use crate::http::extract::named::{AttachmentName, Named};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::ListedAttachment;

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct UploadStatus {
    /// Bytes held.
    pub offset: u64,
    /// Bytes there are in all.
    pub length: u64,
    /// Whether it is held whole, verified and durable.
    pub complete: bool,
}

/// Where the bytes of a piece belong.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Piece {
    /// Bytes before it.
    #[param(minimum = 0, maximum = 16_777_216)]
    offset: u64,
}

/// How much of an attachment is held.
#[utoipa::path(get, path = "/v1/operations/{record}/attachments/{sha256}", operation_id = "readAttachmentStatus",  
    responses((status = 200, description = "How far it is; in the headers too.", body = UploadStatus), NotListed))]
pub async fn read(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Named(name): Named<AttachmentName>,
) -> Result<Response, Problem> {
    state.blocking(move |state| how_far(state, &device, name, in_body)).await
}

/// Appends bytes at `offset`.
#[utoipa::path(post, path = "/v1/operations/{record}/attachments/{sha256}", operation_id = "postAttachmentPiece", 
    params(Piece),
    request_body(content = Vec<u8>, content_type = "application/partial-upload"),
    responses((status = 200, description = "Appended; how far it is now.", body = UploadStatus), NotListed, NotAppended))]
pub async fn post(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Named(name): Named<AttachmentName>,
    Query(piece): Query<Piece>,
    Extension(held): Extension<Held>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    demand_piece(&headers)?;
    state
        .blocking(move |state| {
            // Held here, since the work goes on when whoever asked is gone.
            let _held = held;
            append(state, &device, name, (piece.offset, &body), in_body)
        })
        .await
}

fn in_body(listed: &ListedAttachment, progress: Progress) -> Response {
    let body = UploadStatus { offset: progress.offset, length: listed.size_bytes, complete: progress.complete };
    standing(Json(body).into_response(), listed, progress)
}
