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
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware;
use axum::routing::get;
use baken_protocol::limits;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::admission;
use crate::bodies;
use crate::compression;
use crate::cross_site;
use crate::headers;
use crate::problem::{self, Problem};
use crate::request_log;
use crate::state::AppState;

/// After this a request is given up, body included; a device tries again. Longer than the largest push takes at the
/// slowest rate there is (`patience.rs`), so that only that rate ends what a bad line brings.
const LONGEST_REQUEST: Duration = Duration::from_hours(3);

/// A JSON document fits in a pocket, so that it never waits for room.
const DOCUMENT_BYTES: usize = limits::POCKET_BYTES;

/// The whole application.
pub fn router(state: AppState) -> Router {
    let (api_routes, api) = OpenApiRouter::with_openapi(description::begun())
        .merge(device_routes(&state))
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
        .layer(middleware::from_fn_with_state(state.clone(), bodies::keep_coming))
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

fn device_routes(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(enrolments::create))
        .routes(routes!(key_directory::read))
        .routes(routes!(log_continuations::read))
        .merge(OpenApiRouter::new().routes(routes!(vocabulary::read)).layer(compression::of_public_files()))
        .routes(routes!(chains::read))
        .merge(large_bodies(state))
        .merge(passage_routes())
        .routes(routes!(attachment_receipts::read))
}

/// The routes that take more than a document, and get room for it first.
fn large_bodies(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(batches::put, batches::post))
        .routes(routes!(attachments::head, attachments::patch, plain_uploads::read, plain_uploads::post))
        .layer(DefaultBodyLimit::max(limits::PUSH_WIRE_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), admission::admit))
}

/// Bodies of which nothing is kept, not even until they are whole.
fn passage_routes() -> OpenApiRouter<AppState> {
    let router = OpenApiRouter::new();
    router.routes(routes!(passage::get, passage::head, passage::put, passage::patch, passage::post, passage::delete))
}
