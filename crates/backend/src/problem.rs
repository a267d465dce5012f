//! Errors as HTTP answers: `application/problem+json` (RFC 9457) with a code of ours for programs.
//! Nothing personal, no path and no SQL is ever in one.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::storage::StorageError;

/// An error on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Always `about:blank`: the code says more.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What programs switch on.
    pub code: &'static str,
    /// What to do about it.
    pub detail: String,
    /// Every wrong field at once, for invalid input.
    pub errors: Vec<FieldProblem>,
    /// For `gap`: the place the chain waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_seq: Option<u64>,
    #[serde(skip)]
    retry_after_seconds: Option<u64>,
}

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Its name.
    pub field: String,
    /// What is wrong with it.
    pub code: &'static str,
}

impl Problem {
    /// A problem with a status, a code and what to do about it.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            errors: Vec::new(),
            expected_seq: None,
            retry_after_seconds: None,
        }
    }

    /// Invalid input, with every wrong field.
    pub fn invalid(errors: Vec<FieldProblem>) -> Self {
        Self { errors, ..Self::new(StatusCode::BAD_REQUEST, "invalid", "Correct the fields named in errors.") }
    }

    /// No such thing, or not for this account: the two are not told apart.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here for you.")
    }

    /// A batch before which something is missing.
    pub fn gap(expected_seq: u64) -> Self {
        let problem = Self::new(StatusCode::CONFLICT, "gap", "Send the batch at expectedSeq first.");
        Self { expected_seq: Some(expected_seq), ..problem }
    }

    /// Something failed that the caller cannot mend; the log says more.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Try again later; nothing was lost.")
    }

    /// Too many attempts.
    pub fn too_many(retry_after_seconds: u64) -> Self {
        let detail = format!("Too many attempts. Try again in {retry_after_seconds} seconds.");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts", detail);
        Self { retry_after_seconds: Some(retry_after_seconds), ..problem }
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "storage failed");
        match error {
            StorageError::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "storage-full",
                "The backend's disk is full. Nothing of this request was kept; try again after space was made.",
            ),
            StorageError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Try again in a moment."),
            StorageError::TooNew | StorageError::Damaged | StorageError::Content | StorageError::Sqlite(_) => {
                Self::internal()
            }
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
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
