//! What devices call, one file for each noun.

pub mod attachment_name;
pub mod attachment_receipts;
pub mod attachments;
pub mod batches;
pub mod chains;
pub mod enrolments;
pub mod key_directory;
pub mod log_continuations;
pub mod plain_uploads;
pub mod vocabulary;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use baken_protocol::limits;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::middleware::{admission, compression};
use crate::http::state::AppState;

/// All of them.
pub fn routes(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(enrolments::create))
        .routes(routes!(key_directory::read))
        .routes(routes!(log_continuations::read))
        .merge(OpenApiRouter::new().routes(routes!(vocabulary::read)).layer(compression::of_public_files()))
        .routes(routes!(chains::read))
        .merge(large_bodies(state))
        .routes(routes!(attachment_receipts::read))
}

/// Those that take more than a document, and get room for it first.
fn large_bodies(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(batches::put, batches::post))
        .routes(routes!(attachments::head, attachments::patch, plain_uploads::read, plain_uploads::post))
        .layer(DefaultBodyLimit::max(limits::PUSH_WIRE_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), admission::admit))
}
