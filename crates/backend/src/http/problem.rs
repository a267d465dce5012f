//! Errors as HTTP answers: `application/problem+json` (RFC 9457) with a code of ours for programs.
//! Nothing personal, no path and no SQL is ever in one.

mod code;

use axum::Json;
use axum::extract::Request;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use baken_protocol::refusal::RefusalCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::storage::StorageError;

pub use code::{FieldProblemCode, ProblemCode};

const MEDIA_TYPE: &str = "application/problem+json";
/// After which who found no room may come back.
const BUSY_SECONDS: u32 = 10;

/// An error on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Always `about:blank`: the code says more.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What programs switch on.
    pub code: ProblemCode,
    /// What to do about it.
    #[schema(value_type = String)]
    pub detail: Box<str>,
    /// Every wrong field at once, for invalid input.
    pub errors: Vec<FieldProblem>,
    /// For `gap`: the place the chain waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_seq: Option<u64>,
    #[serde(skip)]
    retry_after_seconds: Option<u32>,
}

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Its name.
    pub field: String,
    /// What is wrong with it.
    pub code: FieldProblemCode,
}

impl FieldProblem {
    /// What is wrong with a field.
    pub fn new(field: &str, code: FieldProblemCode) -> Self {
        Self { field: field.to_owned(), code }
    }
}

impl Problem {
    /// A problem with a status, a code and what to do about it.
    pub fn new(status: StatusCode, code: impl Into<ProblemCode>, detail: impl Into<String>) -> Self {
        let code = code.into();
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code,
            detail: detail.into().into_boxed_str(),
            errors: Vec::new(),
            expected_seq: None,
            retry_after_seconds: None,
        }
    }

    /// Invalid input, with every wrong field.
    pub fn invalid(errors: Vec<FieldProblem>) -> Self {
        Self {
            errors,
            ..Self::new(StatusCode::BAD_REQUEST, ProblemCode::Invalid, "Correct the fields named in errors.")
        }
    }

    /// No such thing, or not for this account: the two are not told apart.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, ProblemCode::NotFound, "There is nothing here for you.")
    }

    /// None of the asker's roles allows it.
    pub fn not_permitted() -> Self {
        let detail = "None of your roles allows this. An administrator of your municipality gives roles.";
        Self::new(StatusCode::FORBIDDEN, ProblemCode::NotPermitted, detail)
    }

    /// Something in the path of a request is not spelt as the description says. Not `RefusalCode::Malformed`, which is
    /// said of a batch that was read whole, and makes a device set records aside.
    pub fn misspelt_name() -> Self {
        let detail = "A name in the address is not spelt as the description says; nothing was kept.";
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::BadRequest, detail)
    }

    /// A batch before which something is missing.
    pub fn gap(expected_seq: u64) -> Self {
        let problem = Self::new(StatusCode::CONFLICT, RefusalCode::Gap, "Send the batch at expectedSeq first.");
        Self { expected_seq: Some(expected_seq), ..problem }
    }

    /// Something failed that the caller cannot mend; the log says more.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ProblemCode::Internal, "Try again later; nothing was lost.")
    }

    /// A device brought as many bytes of attachments as it may for now. To the device this is a full disk: it goes on
    /// with everything else, and tries again.
    pub fn enough_for_today() -> Self {
        let detail = "This device brought as many attachments as it may in a day; this one was not kept. Records are \
                      taken all the same. Send the rest later.";
        Self::new(StatusCode::INSUFFICIENT_STORAGE, RefusalCode::StorageFull, detail)
    }

    /// No room at this moment.
    pub fn busy(detail: &str) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Unavailable, detail);
        Self { retry_after_seconds: Some(BUSY_SECONDS), ..problem }
    }

    /// What was sent is not what is expected; `what` names that, as "Send … as JSON" says it.
    pub fn malformed(what: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::Malformed, format!("Send {what} as JSON."))
    }

    /// What is said of a document that was refused as JSON: `malformed`, unless it was no JSON or too much of it.
    pub fn of_json(rejection: &JsonRejection, malformed: Self) -> Self {
        match rejection.status() {
            status @ (StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::PAYLOAD_TOO_LARGE) => Self::of_status(status),
            _ => malformed,
        }
    }

    /// What is said of a status that nobody explained.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, ProblemCode::MethodNotAllowed, "The header Allow says what may be done here.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(
                status,
                RefusalCode::TooLarge,
                "The request is larger than is ever accepted; nothing was kept.",
            ),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Self::new(status, ProblemCode::UnsupportedMediaType, "Send the media type the description names.")
            }
            StatusCode::SERVICE_UNAVAILABLE => Self::busy("This took too long; try again in a moment."),
            other if other.is_client_error() => {
                // Not `RefusalCode::Malformed`: that is said of a batch that was read whole, and makes a device set records aside.
                Self::new(
                    other,
                    ProblemCode::BadRequest,
                    "The request cannot be read or was cut off; nothing was kept.",
                )
            }
            _ => Self::internal(),
        }
    }

    /// Too many attempts.
    pub fn too_many(retry_after_seconds: u32) -> Self {
        let detail = format!("Too many attempts. Try again in {retry_after_seconds} seconds.");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, ProblemCode::TooManyAttempts, detail);
        Self { retry_after_seconds: Some(retry_after_seconds), ..problem }
    }
}

/// Makes a problem of every refusal that the framework answered by itself: a body over the limit or cut off, an
/// id that is none, a method nobody offers, a request that took too long.
pub async fn always(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    // The framework itself never answers a page: one that comes is the console's own, for a person.
    let is_said = kind.is_some_and(|kind| [MEDIA_TYPE, "text/html"].map(str::as_bytes).contains(&kind.as_bytes()));
    if is_said || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut problem = Problem::of_status(status).into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    problem
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "storage failed");
        match error {
            StorageError::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                RefusalCode::StorageFull,
                "The backend's disk is full. Nothing of this request was kept; try again after space was made.",
            ),
            StorageError::Busy | StorageError::Unreachable => Self::busy("Try again in a moment."),
            StorageError::TooOld
            | StorageError::TooNew
            | StorageError::OtherSchema(_)
            | StorageError::Damaged
            | StorageError::Content
            | StorageError::Sqlite(_)
            | StorageError::Postgres(_)
            | StorageError::Unmigrated
            | StorageError::NoProgramRole
            | StorageError::UnfitRole
            | StorageError::NotDurable
            | StorageError::Unguarded => Self::internal(),
        }
    }
}

impl From<crate::environment::NoRandomness> for Problem {
    fn from(_: crate::environment::NoRandomness) -> Self {
        Self::internal()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after_seconds;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
