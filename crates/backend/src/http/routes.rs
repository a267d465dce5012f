//! Every endpoint; this file only puts them together.

pub mod console;
mod description;
pub mod device;
mod endpoint;
pub mod health;
pub mod passage;

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

use crate::http::middleware::bodies;
use crate::http::middleware::compression;
use crate::http::middleware::cross_site;
use crate::http::middleware::headers;
use crate::http::middleware::request_log;
use crate::http::problem::{self, Problem};
use crate::http::state::AppState;
use endpoint::endpoint;

/// After this a request is given up, body included; a device tries again. Longer than the largest push takes at the
/// slowest rate there is (`patience.rs`), so that only that rate ends what a bad line brings.
const LONGEST_REQUEST: Duration = Duration::from_hours(3);

/// A JSON document fits in a pocket, so that it never waits for room.
const DOCUMENT_BYTES: usize = limits::POCKET_BYTES;

/// The whole application.
pub fn router(state: AppState) -> Router {
    let (api_routes, api) = OpenApiRouter::with_openapi(description::begun())
        .merge(open_routes())
        .merge(device::routes(&state))
        .merge(console::routes())
        .split_for_parts();
    let description = description::finished(api, &state.installation, state.contact.as_deref());
    api_routes
        .route(
            "/v1/openapi.json",
            get(move || async move { (description::HEADERS, description) }).layer(compression::of_public_files()),
        )
        .fallback(crate::http::static_files::serve.layer(compression::of_public_files()))
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

/// Whoever asks may be anybody: whether it is in good order, and what a network lets through.
fn open_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(endpoint!(health::healthz))
        .routes(endpoint!(health::readyz))
        .routes(endpoint!(passage::get))
        .routes(endpoint!(passage::head))
        .routes(endpoint!(passage::put))
        .routes(endpoint!(passage::patch))
        .routes(endpoint!(passage::post))
        .routes(endpoint!(passage::delete))
}
