//! One line a request: what was asked, how it ended, how long it took.
//!
//! The route's pattern is written, never the address itself: ids in a path and filters in a query say which
//! record somebody looked for. Who read what stands in the audit log.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;

/// Writes the line once the answer is known.
pub async fn write(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let began = Instant::now();
    let response = next.run(request).await;
    tracing::info!(
        http.method = %method,
        http.route = route.as_ref().map_or("other", MatchedPath::as_str),
        http.status = response.status().as_u16(),
        duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    response
}
