//! What is fetched from a provider: within a time, up to a size, and from nowhere else than asked.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, redirect};

/// Bytes of an answer that are read.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum WebError {
    /// It was not reached, or not in time.
    #[error("it was not reached, or did not answer in time")]
    Unreachable,
    /// It sends elsewhere, or answers that something is wrong.
    #[error("it answered with status {0}")]
    Status(u16),
    /// More than is ever read.
    #[error("it answered more than is read")]
    TooLarge,
}

/// Whoever asks. Redirects are not followed: where something is stands in what the provider says of itself. On this machine no
/// proxy stands in between.
pub(super) fn client(is_here: bool, patience: Duration) -> Result<Client, reqwest::Error> {
    let builder = Client::builder().timeout(patience).redirect(redirect::Policy::none());
    if is_here { builder.no_proxy() } else { builder }.build()
}

/// The answer to `request`, whatever its status.
pub(super) async fn answer(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), WebError> {
    let mut response = request.send().await.map_err(|_| WebError::Unreachable)?;
    let (status, mut body) = (response.status(), Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(|_| WebError::Unreachable)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(WebError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

/// A document.
pub(super) async fn document(request: RequestBuilder) -> Result<Vec<u8>, WebError> {
    match answer(request).await? {
        (StatusCode::OK, body) => Ok(body),
        (status, _) => Err(WebError::Status(status.as_u16())),
    }
}
