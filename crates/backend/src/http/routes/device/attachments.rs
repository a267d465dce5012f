//! `HEAD` and `PATCH /v1/operations/{record}/attachments/{sha256}`: sealed attachments, resumable at any byte
//! (after the IETF draft "Resumable Uploads for HTTP").
//!
//! Accepted only from a device whose committed batch lists the hash, each device for itself: no other can spoil an
//! upload half-way. The bytes are checked against the hash at the end.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baken_protocol::refusal::RefusalCode;

use super::listed_attachment::{NotAppended, NotListed};
use crate::files::attachments::{AppendError, Progress};
use crate::http::bounds::room::Held;
use crate::http::extract::device_token::Bearer;
use crate::http::extract::named::{AttachmentName, Named};
use crate::http::live::tell_of_acts;
use crate::http::problem::{Problem, ProblemCode};
use crate::http::state::AppState;
use crate::ingest::{note_whole, upload};
use crate::storage::{KnownDevice, ListedAttachment, StorageError};

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const CONTENT_TYPE: &str = "application/partial-upload";

/// How much of an attachment is held.
#[utoipa::path(head, path = "/v1/operations/{record}/attachments/{sha256}", operation_id = "readAttachmentOffset",   responses(
    (status = 204, description = "Upload-Offset, Upload-Length and Upload-Complete say how far it is."),
    (status = 400, description = "bad-request: the request cannot be read."),
    (status = 404, description = "No accepted batch of this device lists it."),
))]
pub async fn head(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Named(name): Named<AttachmentName>,
) -> Result<Response, Problem> {
    state.blocking(move |state| how_far(state, &device, name, in_headers)).await
}

/// Appends bytes at `Upload-Offset`.
#[utoipa::path(patch, path = "/v1/operations/{record}/attachments/{sha256}", operation_id = "appendAttachment", 
    params(("Upload-Offset" = u64, Header, minimum = 0, maximum = 16_777_216)),
    request_body(content = Vec<u8>, content_type = "application/partial-upload"),
    responses((status = 204, description = "Appended; Upload-Offset is the new one."), NotListed, NotAppended))]
pub async fn patch(
    State(state): State<AppState>,
    Bearer(device): Bearer,
    Named(name): Named<AttachmentName>,
    Extension(held): Extension<Held>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    demand_piece(&headers)?;
    let offset = headers.get(UPLOAD_OFFSET).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let offset: u64 = offset.ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, RefusalCode::Malformed, "Upload-Offset must be a whole number.")
    })?;
    state
        .blocking(move |state| {
            // Held here, since the work goes on when whoever asked is gone.
            let _held = held;
            append(state, &device, name, (offset, &body), in_headers)
        })
        .await
}

pub(super) fn demand_piece(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == CONTENT_TYPE.as_bytes()) {
        return Ok(());
    }
    let detail = format!("Send {CONTENT_TYPE}.");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::UnsupportedMediaType, detail))
}

/// Looks up how far the upload is; `answer` says it.
pub(super) fn how_far(
    state: &AppState,
    device: &KnownDevice,
    name: AttachmentName,
    answer: impl FnOnce(&ListedAttachment, Progress) -> Response,
) -> Result<Response, Problem> {
    let listed = name.listed(state, device)?;
    let progress = state.attachments.progress(upload(&listed));
    let progress = progress.map_err(|error| disk(&error))?;
    note(state, &listed, progress)?;
    Ok(answer(&listed, progress))
}

/// Appends a piece where it belongs; `answer` says how far the upload is then.
pub(super) fn append(
    state: &AppState,
    device: &KnownDevice,
    name: AttachmentName,
    (offset, bytes): (u64, &[u8]),
    answer: impl FnOnce(&ListedAttachment, Progress) -> Response,
) -> Result<Response, Problem> {
    let listed = name.listed(state, device)?;
    let kib = u32::try_from(bytes.len().div_ceil(1024)).unwrap_or(u32::MAX);
    if !state.limits.attachment_kib.allow_several(&device.device, kib) {
        tracing::warn!("a device brought as many attachments as it may in a day");
        return Err(Problem::enough_for_today());
    }
    match state.attachments.append(upload(&listed), offset, bytes) {
        Ok(progress) => {
            note(state, &listed, progress)?;
            Ok(answer(&listed, progress))
        }
        Err(AppendError::Offset { offset }) => {
            let problem = Problem::new(StatusCode::CONFLICT, RefusalCode::WrongOffset, "Go on at Upload-Offset.");
            let mut response = problem.into_response();
            response.headers_mut().insert(UPLOAD_OFFSET, HeaderValue::from(offset));
            Ok(response)
        }
        Err(AppendError::OtherSize) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            RefusalCode::HashMismatch,
            "A file with this hash is held, and it is not of the size this record lists.",
        )),
        Err(AppendError::TooLong) => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            RefusalCode::TooLarge,
            "More bytes than the batch announced; nothing of these was kept.",
        )),
        Err(AppendError::Busy) => Err(Problem::new(
            StatusCode::CONFLICT,
            RefusalCode::UploadBusy,
            "Another request is sending this attachment.",
        )),
        Err(AppendError::Mismatch) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            RefusalCode::HashMismatch,
            "The bytes are not those the batch announced and were thrown away; begin again.",
        )),
        Err(AppendError::Io(error)) => Err(disk(&error)),
    }
}

/// Notes in the register that a file is whole. Every answer that says so does this first: the device sends
/// nothing more after it, so a note lost to a kill or a full disk must be made up for here.
fn note(state: &AppState, listed: &ListedAttachment, progress: Progress) -> Result<(), Problem> {
    if progress.complete && listed.receipt.is_none() {
        state.attachments.sync().map_err(|error| disk(&error))?;
        let now = state.environment.clock.now();
        state.write(|tx| Ok(note_whole(tx, &state.signer(), listed, now)?))?;
        // Somebody may have been done with it.
        tell_of_acts(state, &[listed.record]);
    }
    Ok(())
}

fn disk(error: &std::io::Error) -> Problem {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StorageError::Full.into();
    }
    tracing::error!(kind = ?error.kind(), "an attachment could not be read or written");
    Problem::internal()
}

fn in_headers(listed: &ListedAttachment, progress: Progress) -> Response {
    standing(StatusCode::NO_CONTENT.into_response(), listed, progress)
}

/// Says in the headers how far an upload is.
pub(super) fn standing(mut response: Response, listed: &ListedAttachment, progress: Progress) -> Response {
    let complete = HeaderValue::from_static(if progress.complete { "?1" } else { "?0" });
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(progress.offset));
    headers.insert(UPLOAD_LENGTH, HeaderValue::from(listed.size_bytes));
    headers.insert(UPLOAD_COMPLETE, complete);
    response
}
