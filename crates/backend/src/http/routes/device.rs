//! What devices call, one file for each noun.

pub mod attachment_receipts;
pub mod attachments;
pub mod batches;
pub mod catalogues;
pub mod chains;
pub mod enrolments;
pub mod key_directory;
pub mod listed_attachment;
pub mod log_continuations;
pub mod outcomes;
pub mod plain_uploads;
pub mod revocations;
pub mod vocabulary;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use baken_protocol::limits;
use utoipa_axum::router::OpenApiRouter;

use super::endpoint::endpoint;
use crate::http::middleware::{admission, compression};
use crate::http::state::AppState;

/// All of them.
pub fn routes(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(endpoint!(enrolments::create))
        .routes(endpoint!(key_directory::read))
        .routes(endpoint!(log_continuations::read))
        .routes(endpoint!(revocations::read))
        .routes(endpoint!(outcomes::read))
        .merge(OpenApiRouter::new().routes(endpoint!(vocabulary::read)).layer(compression::of_public_files()))
        .routes(endpoint!(chains::read))
        .routes(endpoint!(catalogues::read))
        // Nobody can have anything repeated in it: it is what the municipality signed.
        .merge(OpenApiRouter::new().routes(endpoint!(catalogues::content)).layer(compression::of_public_files()))
        .merge(large_bodies(state))
        .routes(endpoint!(attachment_receipts::read))
}

/// Those that take more than a document, and get room for it first.
fn large_bodies(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(endpoint!(batches::put))
        .routes(endpoint!(batches::post))
        .routes(endpoint!(attachments::head))
        .routes(endpoint!(attachments::patch))
        .routes(endpoint!(plain_uploads::read))
        .routes(endpoint!(plain_uploads::post))
        .layer(DefaultBodyLimit::max(limits::PUSH_WIRE_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), admission::admit))
}
