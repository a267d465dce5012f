//! `PUT /v1/devices/{device}/chains/{chain}/batches/{seq}`: a signed batch comes in, a signed receipt goes out.
//! `POST` is the same, for networks that know no `PUT`; the companion uses it.
//!
//! The signature is the authentication: no token is asked, and a revoked device's batch is still kept apart.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baken_protocol::ids::ChainReference;
use baken_protocol::refusal::RefusalCode;
use baken_protocol::wire::{MEDIA_TYPE, Push};
use utoipa::IntoResponses;
use utoipa::openapi::Object;

use crate::http::bounds::refusals::refused;
use crate::http::bounds::room::Held;
use crate::http::extract::named::{BatchName, Named};
use crate::http::extract::origin::Origin;
use crate::http::problem::{Problem, ProblemCode};
use crate::http::state::AppState;
use crate::ingest::{self, Refusal, TakeError, Taken, VerifiedPush};
use crate::storage::{AuditAction, AuditEntry, AuditObject, HeldBatch};

/// What is answered to a batch, beside what `description.rs` says of every call.
#[derive(IntoResponses)]
pub enum Answer {
    /// Durable: a DSSE envelope with a receipt.v1 payload.
    #[response(status = 201)]
    Accepted(Object),
    /// Was durable already: the receipt of then, byte for byte.
    #[response(status = 200)]
    Replayed(Object),
    /// Durable and set apart, since the device had been revoked.
    #[response(status = 202)]
    Quarantined(Object),
    /// malformed, bad-signature, unknown-device or unknown-version.
    #[response(status = 400, content_type = "application/problem+json")]
    Refused(Problem),
    /// gap (with expectedSeq), forked or frozen.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// Refused too often: too-many-attempts.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem),
}

/// Takes the batch at place `seq` of a chain.
#[utoipa::path(put, path = "/v1/devices/{device}/chains/{chain}/batches/{seq}", operation_id = "pushBatch", request_body(content = Vec<u8>, content_type = "application/vnd.baken.push.v1"), responses(Answer))]
pub async fn put(
    State(state): State<AppState>,
    origin: Origin,
    Named(name): Named<BatchName>,
    Extension(held): Extension<Held>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes() != MEDIA_TYPE.as_bytes()) {
        let detail = format!("Send {MEDIA_TYPE}.");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::UnsupportedMediaType, detail));
    }
    state
        .blocking(move |state| {
            // Held here, since the work goes on when whoever asked is gone.
            let _held = held;
            take(state, name.chain(), name.seq, &body, origin)
        })
        .await
}

/// The same as `PUT`.
#[utoipa::path(post, path = "/v1/devices/{device}/chains/{chain}/batches/{seq}", operation_id = "postBatch", request_body(content = Vec<u8>, content_type = "application/vnd.baken.push.v1"), responses(Answer))]
pub async fn post(
    state: State<AppState>,
    origin: Origin,
    name: Named<BatchName>,
    held: Extension<Held>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    put(state, origin, name, held, headers, body).await
}

fn take(state: &AppState, chain: ChainReference, seq: u64, body: &[u8], origin: Origin) -> Result<Response, Problem> {
    let now = state.environment.clock.now();
    let (id, address) = (format!("{chain}/{seq}"), origin.0.to_string());
    let entry = AuditEntry::new("unknown", AuditAction::Push, AuditObject::Batch, &id, &address);
    let push = verified(state, chain, seq, body)
        .map_err(|problem| refused(state, &state.limits.refused_pushes, origin, &entry, problem))?;
    let taken = state.write(|tx| Ok(ingest::take(tx, (&state.signer(), &state.terms()), &push, body, now)?))?;
    answer(taken)
}

fn verified(state: &AppState, chain: ChainReference, seq: u64, body: &[u8]) -> Result<VerifiedPush, Problem> {
    let push = Push::decode(body).map_err(Refusal::from)?;
    let device = state.read(|tx| Ok(tx.device(chain.device)?))?.ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, RefusalCode::UnknownDevice, "Enrol this device first; nothing was kept.")
    })?;
    let tenant = &state.installation.tenant;
    Ok(ingest::verify(push, tenant, chain, seq, &device.public_key)?)
}

fn answer(taken: Taken) -> Result<Response, Problem> {
    let receipt = |status: StatusCode, held: HeldBatch| {
        let status = if held.quarantined { StatusCode::ACCEPTED } else { status };
        (status, [(header::CONTENT_TYPE, "application/json")], held.receipt).into_response()
    };
    let conflict = |code, detail: &str| Problem::new(StatusCode::CONFLICT, code, detail);
    match taken {
        Taken::Accepted(held) => Ok(receipt(StatusCode::CREATED, held)),
        Taken::Replayed(held) => Ok(receipt(StatusCode::OK, held)),
        Taken::Gap { expected_seq } => Err(Problem::gap(expected_seq)),
        Taken::Forked => Err(conflict(
            RefusalCode::Forked,
            "This chain has another history. Both are kept and a coordinator was told; go on in a new chain.",
        )),
        Taken::Frozen => {
            Err(conflict(RefusalCode::Frozen, "This chain was frozen after a fork; go on in a new chain."))
        }
    }
}

impl From<TakeError> for Problem {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::Storage(error) => error.into(),
            TakeError::Envelope(error) => {
                tracing::error!(%error, "a receipt could not be signed");
                Self::internal()
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal {
            Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::Malformed
            | Refusal::UnknownVersion
            | Refusal::BadSignature
            | Refusal::Elsewhere
            | Refusal::Listing
            | Refusal::SealedPart
            | Refusal::Operation(_) => StatusCode::BAD_REQUEST,
        };
        Self::new(status, refusal.code(), format!("Nothing was kept: {refusal}."))
    }
}
