//! `GET` and `POST /v1/operations/{record}/attachments/{sha256}`: the same as `HEAD` and `PATCH`, with nothing but path,
//! query and body, for networks that know no other methods and strip the headers. The companion uses these.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use baken_protocol::digest::Digest;
use baken_protocol::ids::RecordId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Bearer;
use super::attachments::{AttachmentName, append, demand_piece, disk, listed, note, standing};
use crate::attachments::Progress;
use crate::bodies::Held;
use crate::problem::Problem;
use crate::state::AppState;
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
    params(("record" = String, Path, pattern = "^[0-9a-f-]{36}[.][0-9a-f-]{36}$", description = "DEVICE.OPERATION."), ("sha256" = String, Path, pattern = "^[0-9a-f]{64}$")),
    security(("deviceToken" = [])), responses(
    (status = 200, description = "How far it is; in the headers too.", body = UploadStatus),
    (status = 401, description = "No device has this token.", body = Problem,
     content_type = "application/problem+json"),
    (status = 404, description = "No accepted batch of this device lists it.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn read(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Path((record, sha256)): Path<(RecordId, Digest)>,
) -> Result<Response, Problem> {
    let name = AttachmentName { record, sha256 };
    state
        .blocking(move |state| {
            let listed = listed(state, name, &device)?;
            let progress = state.attachments.progress(listed.sha256, device.device, listed.size_bytes);
            let progress = progress.map_err(|error| disk(&error))?;
            note(state, &listed, progress)?;
            Ok(status(&listed, progress))
        })
        .await
}

/// Appends bytes at `offset`.
#[utoipa::path(post, path = "/v1/operations/{record}/attachments/{sha256}", operation_id = "postAttachmentPiece",
    security(("deviceToken" = [])),
    params(("record" = String, Path, pattern = "^[0-9a-f-]{36}[.][0-9a-f-]{36}$", description = "DEVICE.OPERATION."), ("sha256" = String, Path, pattern = "^[0-9a-f]{64}$"), Piece),
    request_body(content = Vec<u8>, content_type = "application/partial-upload"),
    responses(
        (status = 200, description = "Appended; how far it is now.", body = UploadStatus),
        (status = 400, description = "hash-mismatch: all bytes are there and are not those announced; begin again.",
         body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No device has this token.", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No accepted batch of this device lists it.", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "wrong-offset (ask how far it is) or upload-busy.",
         body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Longer than announced.", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not a piece.", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "storage-full.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn post(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Path((record, sha256)): Path<(RecordId, Digest)>,
    Query(piece): Query<Piece>,
    Extension(held): Extension<Held>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let name = AttachmentName { record, sha256 };
    demand_piece(&headers)?;
    state
        .blocking(move |state| {
            // Held here, since the work goes on when whoever asked is gone.
            let _held = held;
            append(state, &device, name, (piece.offset, &body), status)
        })
        .await
}

fn status(listed: &ListedAttachment, progress: Progress) -> Response {
    let body = UploadStatus { offset: progress.offset, length: listed.size_bytes, complete: progress.complete };
    standing(Json(body).into_response(), listed, progress)
}
