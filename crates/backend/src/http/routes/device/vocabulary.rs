//! `GET /v1/vocabulary`: the codes and their words.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baken_protocol::vocabulary::Vocabulary;

/// The vocabulary, with its version as ETag. Public: it is published data.
#[utoipa::path(get, path = "/v1/vocabulary", operation_id = "readVocabulary", responses(
    (status = 200, description = "The vocabulary.", body = Object),
    (status = 304, description = "As you have it."),
))]
pub async fn read(headers: HeaderMap) -> Response {
    let vocabulary = Vocabulary::built_in();
    let tag = format!("\"{}\"", vocabulary.version);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    // Byte for byte what the key directory names by its hash.
    ([(header::ETAG, tag.as_str()), (header::CONTENT_TYPE, "application/json")], Vocabulary::BUILT_IN_JSON)
        .into_response()
}
