//! Every endpoint, one file each; this file only puts them together.

pub mod attachment_name;
pub mod attachment_receipts;
pub mod attachments;
pub mod batches;
pub mod chains;
pub mod console;
mod description;
pub mod enrolments;
pub mod health;
pub mod key_directory;
pub mod log_continuations;
pub mod passage;
pub mod plain_uploads;
pub mod vocabulary;

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::middleware;
use axum::routing::get;
use baken_protocol::digest::Digest;
use baken_protocol::limits;
use baken_protocol::refusal::RefusalCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bodies;
use crate::compression;
use crate::cross_site;
use crate::headers;
use crate::problem::{self, Problem};
use crate::request_log;
use crate::room::POCKET_BYTES;
use crate::state::AppState;
use crate::storage::KnownDevice;

/// After this a request is given up, body included; a device tries again.
const LONGEST_REQUEST: Duration = Duration::from_mins(10);

/// A JSON document fits in a pocket, so that it never waits for room.
const DOCUMENT_BYTES: usize = POCKET_BYTES;

/// The whole application.
pub fn router(state: AppState) -> Router {
    let (api_routes, api) = OpenApiRouter::with_openapi(description::begun())
        .merge(device_routes())
        .merge(console::routes())
        .split_for_parts();
    let description = description::finished(api, &state.installation, state.contact.as_deref());
    api_routes
        .route(
            "/v1/openapi.json",
            get(move || async move { (description::HEADERS, description) }).layer(compression::of_public_files()),
        )
        .fallback(crate::console::serve.layer(compression::of_public_files()))
        .layer(DefaultBodyLimit::max(DOCUMENT_BYTES))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, LONGEST_REQUEST))
        .layer(middleware::from_fn_with_state(state.clone(), bodies::admit))
        // Before anything that costs: what another site made a browser send spends nothing.
        .layer(middleware::from_fn_with_state(state.clone(), cross_site::refuse))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            axum::response::IntoResponse::into_response(Problem::internal())
        }))
        .layer(middleware::from_fn(problem::always))
        .layer(middleware::from_fn(headers::add))
        .layer(middleware::from_fn(request_log::write))
        .with_state(state)
}

fn device_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(enrolments::create))
        .routes(routes!(key_directory::read))
        .routes(routes!(log_continuations::read))
        .merge(OpenApiRouter::new().routes(routes!(vocabulary::read)).layer(compression::of_public_files()))
        .routes(routes!(chains::read))
        .merge(large_bodies())
        .routes(routes!(attachment_receipts::read))
}

/// The routes that take more than a document.
fn large_bodies() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(batches::put, batches::post))
        .routes(routes!(attachments::head, attachments::patch, plain_uploads::read, plain_uploads::post))
        .routes(routes!(passage::get, passage::head, passage::put, passage::patch, passage::post, passage::delete))
        .layer(DefaultBodyLimit::max(limits::PUSH_WIRE_BYTES))
}

/// The device that sent a request, by its bearer token. A revoked device may still bring what it signed:
/// it may be genuine evidence, and is set apart.
pub struct Bearer(pub KnownDevice);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let unknown = || {
            Problem::new(
                axum::http::StatusCode::UNAUTHORIZED,
                RefusalCode::UnknownDevice,
                "Send the bearer token this device was given when it was enrolled.",
            )
        };
        let header = parts.headers.get(axum::http::header::AUTHORIZATION).ok_or_else(unknown)?;
        let token = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(unknown)?;
        let hash = Digest::of(token.as_bytes());
        let device = state.blocking(move |state| Ok(state.storage.device_by_token(hash)?)).await?;
        device.map(Self).ok_or_else(unknown)
    }
}
