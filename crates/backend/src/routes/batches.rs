//! `PUT /v1/devices/{device}/chains/{chain}/batches/{seq}`: a signed batch comes in, a signed receipt goes out.
//! `POST` is the same, for networks that know no `PUT`; the companion uses it.
//!
//! The signature is the authentication: no token is asked, and a revoked device's batch is still kept apart.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainId, ChainReference, DeviceId};
use baken_protocol::receipt::Receipt;
use baken_protocol::refusal::RefusalCode;
use baken_protocol::wire::{MEDIA_TYPE, Push};
use serde::Deserialize;
use utoipa::openapi::Object;
use utoipa::{IntoParams, IntoResponses};
use uuid::Uuid;

use super::attachment_receipts;
use crate::ingest::{self, Refusal, VerifiedPush};
use crate::origin::Origin;
use crate::problem::{Problem, ProblemCode};
use crate::refusals::refused;
use crate::room::Held;
use crate::state::AppState;
use crate::storage::{AuditAction, AuditEntry, AuditObject, Ingested, KnownDevice, ReceiptFacts, Signatures};

/// Where a batch belongs.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Place {
    /// The device.
    device: Uuid,
    /// A chain of that device.
    chain: Uuid,
    /// Its place in the chain.
    #[param(minimum = 1)]
    seq: u64,
}

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
#[utoipa::path(put, path = "/v1/devices/{device}/chains/{chain}/batches/{seq}", operation_id = "pushBatch",
    params(Place), request_body(content = Vec<u8>, content_type = "application/vnd.baken.push.v1"), responses(Answer))]
pub async fn put(
    State(state): State<AppState>,
    origin: Origin,
    Path(place): Path<Place>,
    Extension(held): Extension<Held>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes() != MEDIA_TYPE.as_bytes()) {
        let detail = format!("Send {MEDIA_TYPE}.");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::UnsupportedMediaType, detail));
    }
    let chain = ChainReference { device: DeviceId(place.device), chain: ChainId(place.chain) };
    state
        .blocking(move |state| {
            // Held here, since the work goes on when whoever asked is gone.
            let _held = held;
            take(state, chain, place.seq, &body, origin)
        })
        .await
}

/// The same as `PUT`.
#[utoipa::path(post, path = "/v1/devices/{device}/chains/{chain}/batches/{seq}", operation_id = "postBatch",
    params(Place), request_body(content = Vec<u8>, content_type = "application/vnd.baken.push.v1"), responses(Answer))]
pub async fn post(
    state: State<AppState>,
    origin: Origin,
    place: Path<Place>,
    held: Extension<Held>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    put(state, origin, place, held, headers, body).await
}

fn take(state: &AppState, chain: ChainReference, seq: u64, body: &[u8], origin: Origin) -> Result<Response, Problem> {
    let now = state.environment.clock.now();
    let (id, address) = (format!("{chain}/{seq}"), origin.0.to_string());
    let entry = AuditEntry::new("unknown", AuditAction::Push, AuditObject::Batch, &id, &address);
    let (push, device) = verified(state, chain, seq, body)
        .map_err(|problem| refused(state, &state.limits.refused_pushes, origin, &entry, problem))?;
    let batch = &push.batch.payload;
    // A clock that was set back since makes no receipt that the device must refuse.
    let (device_key, now) = (device.public_key, now.max(device.enrolled_at));
    let sign_batch = |facts: ReceiptFacts| {
        let receipt = Receipt {
            tenant: batch.tenant.clone(),
            device: batch.device,
            device_key,
            chain: batch.chain,
            seq: batch.seq,
            batch_hash: push.hash,
            received_at: now,
            log_origin: state.installation.log_origin.clone(),
            leaf_index: facts.leaf_index,
            missing_attachments: facts.missing_attachments,
            quarantined: facts.quarantined,
        };
        Envelope::sign(&receipt, &state.receipt_key)
    };
    let sign_attachment = attachment_receipts::sign(state);
    let sign = Signatures { batch: &sign_batch, attachment: &sign_attachment };
    let ingested = state.storage.ingest(&push, body, now, &sign)?;
    answer(ingested)
}

fn verified(
    state: &AppState,
    chain: ChainReference,
    seq: u64,
    body: &[u8],
) -> Result<(VerifiedPush, KnownDevice), Problem> {
    let push = Push::decode(body).map_err(Refusal::from)?;
    let device = state.storage.device(chain.device)?.ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, RefusalCode::UnknownDevice, "Enrol this device first; nothing was kept.")
    })?;
    let tenant = &state.installation.tenant;
    Ok((ingest::verify(push, tenant, chain, seq, &device.public_key)?, device))
}

fn answer(ingested: Ingested) -> Result<Response, Problem> {
    let receipt = |status: StatusCode, bytes: Vec<u8>| {
        (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response()
    };
    let conflict = |code, detail: &str| Problem::new(StatusCode::CONFLICT, code, detail);
    match ingested {
        Ingested::Accepted { receipt: bytes, quarantined: false } => Ok(receipt(StatusCode::CREATED, bytes)),
        Ingested::Replayed { receipt: bytes, quarantined: false } => Ok(receipt(StatusCode::OK, bytes)),
        Ingested::Accepted { receipt: bytes, quarantined: true }
        | Ingested::Replayed { receipt: bytes, quarantined: true } => Ok(receipt(StatusCode::ACCEPTED, bytes)),
        Ingested::Gap { expected_seq } => Err(Problem::gap(expected_seq)),
        Ingested::Forked => Err(conflict(
            RefusalCode::Forked,
            "This chain has another history. Both are kept and a coordinator was told; go on in a new chain.",
        )),
        Ingested::Frozen => {
            Err(conflict(RefusalCode::Frozen, "This chain was frozen after a fork; go on in a new chain."))
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
