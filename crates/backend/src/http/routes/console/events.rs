//! `GET /v1/events`: says that something changed, for as long as somebody is signed in who reads records.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{AppendHeaders, IntoResponse};

use crate::http::extract::allowed::{ReadRecords, Unattended};
use crate::http::live::{Asker, Frames, Live};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::register::desk_counts;

/// Seconds after which to ask again where there is no room.
const AGAIN_SECONDS: u32 = 60;

/// What changed, as it happens, without saying to what: an event `desk` with `changed` (of `records`, `handling` and
/// `reports`; nothing at first) and the account's own numbers, and an event `over` when the session ended or a role was taken
/// away. Only what this account may see is told of. Where nothing happens an event `beat` comes every 15 seconds. It does not keep
/// the session alive.
#[utoipa::path(get, path = "/v1/events", operation_id = "listen", responses(
    (status = 200, description = "Server-sent events, until the session ends.", body = String,
     content_type = "text/event-stream"),
    (status = 429, description = "too-many-attempts: this account, or everybody together, listens as often as is allowed.",
     body = Problem, content_type = "application/problem+json"),
))]
pub async fn listen(
    State(state): State<AppState>,
    Unattended(signed_in, _): Unattended<ReadRecords>,
) -> Result<impl IntoResponse, Problem> {
    let (clearance, login) = (signed_in.clearance(), signed_in.account.login.clone());
    let asker = Asker { login: login.clone(), session: signed_in.token_hash, clearance: clearance.clone() };
    let place = Live::listen(&state, asker).ok_or_else(|| Problem::too_many(AGAIN_SECONDS))?;
    let (desk, seen) = state
        .blocking(move |state| {
            let terms = state.terms();
            state.read(|tx| Ok((desk_counts(tx, &terms, &clearance, &login)?, tx.next_number()? - 1)))
        })
        .await?;
    let headers = AppendHeaders([
        (header::CONTENT_TYPE, "text/event-stream"),
        // A reverse proxy that gathers an answer before it passes it on is told not to.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ]);
    Ok((headers, Body::new(Frames::begin(place, desk, seen))))
}
