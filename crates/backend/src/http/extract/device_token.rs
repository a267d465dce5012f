//! The device behind a request, by its token: known before anything of the body is.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use baken_protocol::digest::Digest;
use baken_protocol::refusal::RefusalCode;
use utoipa::openapi::path::Operation;

use crate::http::extract::described::{Call, Described, asks_who};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::KnownDevice;

/// The device that sent a request, by its bearer token. A revoked device may still bring what it signed:
/// it may be genuine evidence, and is set apart.
pub struct Bearer(pub KnownDevice);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let unknown = || {
            Problem::new(
                StatusCode::UNAUTHORIZED,
                RefusalCode::UnknownDevice,
                "Send the bearer token this device was given when it was enrolled.",
            )
        };
        let header = parts.headers.get(AUTHORIZATION).ok_or_else(unknown)?;
        let token = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(unknown)?;
        let hash = Digest::of(token.as_bytes());
        let device = state.blocking(move |state| state.read(|tx| Ok(tx.device_by_token(hash)?))).await?;
        device.map(Self).ok_or_else(unknown)
    }
}

impl Described for Bearer {
    fn describe(call: Call, operation: &mut Operation) {
        asks_who(call, operation, &["deviceToken"], "unknown-device: no device has this token.");
    }
}
