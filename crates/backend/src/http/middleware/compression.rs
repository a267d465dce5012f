//! What travels compressed: files that are the same for everybody. Answers about records never do, since beside
//! something an attacker can have repeated in them, their length would give away the rest (BREACH).

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, Predicate, SizeAbove};

/// Bytes below which a header costs more than is saved.
const WORTH_IT_BYTES: u64 = 512;
const KINDS: [&str; 6] =
    ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json"];

type Compressible = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// The layer for a route whose answers are the same for everybody.
pub fn of_public_files() -> CompressionLayer<And<SizeAbove, Compressible>> {
    CompressionLayer::new().compress_when(SizeAbove::new(WORTH_IT_BYTES).and(is_text as Compressible))
}

fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    KINDS.contains(&kind.split(';').next().unwrap_or_default().trim())
}
