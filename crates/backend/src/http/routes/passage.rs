//! `/v1/passage`: what arrived of a request, so that whoever sent it sees what stands in between. A device asks how
//! large a body the network lets through; `baken-backend doctor` asks about methods, headers and addresses too.
//!
//! Nothing is kept and nobody need be known: an answer holds only what its own request brought. A body may be as large
//! as a push and is hashed as it comes, so that it takes no room. How often one network may ask is bounded.

use std::future::poll_fn;
use std::io::Write;
use std::pin::Pin;

use axum::Json;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baken_protocol::digest::Digest;
use baken_protocol::limits;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::files::hashed::Hashed;
use crate::http::extract::origin::Origin;
use crate::http::middleware::bodies::too_large;
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// Headers of uploads, which some gateways strip.
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
/// What a proxy says it was asked for.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What arrived.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Passage {
    /// The method.
    pub method: String,
    /// Bytes of the body.
    pub received_bytes: u64,
    /// Their SHA-256 in hexadecimal.
    pub sha256: String,
    /// The header `Host`.
    pub host: String,
    /// The header `Content-Type`.
    pub content_type: String,
    /// Whether an `Authorization` arrived; never what it says.
    pub has_authorization: bool,
    /// The header `Upload-Offset`.
    pub upload_offset: String,
    /// The header `X-Forwarded-Proto`.
    pub forwarded_proto: String,
    /// The address attempts from here are counted by.
    pub client_address: String,
    /// The backend's time.
    pub time: DateTime<Utc>,
}

impl Passage {
    /// Whether these bytes arrived.
    pub fn has(&self, body: &[u8]) -> bool {
        usize::try_from(self.received_bytes) == Ok(body.len()) && self.sha256 == Digest::of(body).to_string()
    }
}

/// What arrived of a request without a body.
#[utoipa::path(get, path = "/v1/passage", operation_id = "readPassage", responses(
    (status = 200, description = "What arrived.", body = Passage),
    (status = 429, description = "too-many-attempts.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn get(state: State<AppState>, origin: Origin, headers: HeaderMap) -> Result<Response, Problem> {
    answer(&state, &origin, &Method::GET, &headers, Body::empty()).await
}

/// Whether this method arrives.
#[utoipa::path(head, path = "/v1/passage", operation_id = "headPassage", responses(
    (status = 200, description = "It does."),
    (status = 429, description = "Asked too often."),
))]
pub async fn head(state: State<AppState>, origin: Origin, headers: HeaderMap) -> Result<Response, Problem> {
    answer(&state, &origin, &Method::HEAD, &headers, Body::empty()).await
}

/// What arrived of a request without a body.
#[utoipa::path(delete, path = "/v1/passage", operation_id = "deletePassage", responses(
    (status = 200, description = "What arrived. Nothing was there to be removed.", body = Passage),
    (status = 429, description = "too-many-attempts.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn delete(state: State<AppState>, origin: Origin, headers: HeaderMap) -> Result<Response, Problem> {
    answer(&state, &origin, &Method::DELETE, &headers, Body::empty()).await
}

/// What arrived of a request with a body.
#[utoipa::path(put, path = "/v1/passage", operation_id = "putPassage", 
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "What arrived. Nothing of it is kept.", body = Passage),
    (status = 413, description = "too-large.", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "too-many-attempts.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn put(state: State<AppState>, origin: Origin, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    answer(&state, &origin, &Method::PUT, &headers, body).await
}

/// What arrived of a request with a body.
#[utoipa::path(patch, path = "/v1/passage", operation_id = "patchPassage", 
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "What arrived. Nothing of it is kept.", body = Passage),
    (status = 413, description = "too-large.", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "too-many-attempts.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn patch(
    state: State<AppState>,
    origin: Origin,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    answer(&state, &origin, &Method::PATCH, &headers, body).await
}

/// What arrived of a request with a body.
#[utoipa::path(post, path = "/v1/passage", operation_id = "postPassage", 
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "What arrived. Nothing of it is kept.", body = Passage),
    (status = 413, description = "too-large.", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "too-many-attempts.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn post(state: State<AppState>, origin: Origin, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    answer(&state, &origin, &Method::POST, &headers, body).await
}

/// Counts a body and hashes it as it passes by: it takes no room, so nobody need be known for it.
async fn passed(mut body: Body) -> Result<(u64, Digest), Problem> {
    let (mut count, mut hashed) = (0_usize, Hashed::new(std::io::sink()));
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let broken = |_| Problem::of_status(StatusCode::BAD_REQUEST);
        let bytes = frame.map_err(broken)?.into_data().unwrap_or_else(|_| Bytes::new());
        count += bytes.len();
        if count > limits::PUSH_WIRE_BYTES {
            return Err(too_large());
        }
        hashed.write_all(&bytes).map_err(|_| Problem::internal())?;
    }
    Ok((u64::try_from(count).unwrap_or(u64::MAX), hashed.into_parts().1))
}

async fn answer(
    state: &AppState,
    origin: &Origin,
    method: &Method,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if !state.limits.passage.allow(&origin.network()) {
        return Err(Problem::too_many(60));
    }
    let (received_bytes, sha256) = passed(body).await?;
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let passage = Passage {
        method: method.to_string(),
        received_bytes,
        sha256: sha256.to_string(),
        host: text(header::HOST),
        content_type: text(header::CONTENT_TYPE),
        has_authorization: headers.contains_key(header::AUTHORIZATION),
        upload_offset: text(UPLOAD_OFFSET),
        forwarded_proto: text(FORWARDED_PROTO),
        client_address: origin.0.to_string(),
        time: state.environment.clock.now(),
    };
    let mut response = Json(passage).into_response();
    // As an upload's answer has them: whether they arrive is part of the question.
    response.headers_mut().insert(UPLOAD_OFFSET, HeaderValue::from(received_bytes));
    response.headers_mut().insert(UPLOAD_COMPLETE, HeaderValue::from_static("?1"));
    Ok(response)
}
