//! `GET /v1/devices` and `POST /v1/devices/{device}/revocation`.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::extract::named::{DeviceName, Named};
use crate::http::extract::signed_in::SignedIn;
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem, ProblemCode};
use crate::http::state::AppState;
use crate::http::views::DeviceSummary;
use crate::storage::{AuditAction, AuditObject, Clearance, StorageError, StoredDevice, Transaction};

/// Every device.
#[derive(Serialize, ToSchema)]
pub struct Devices {
    devices: Vec<DeviceSummary>,
}

/// Characters of a reason, at most.
const REASON_CHARS: usize = 500;

/// Why a device is revoked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    // Missing is as good as empty: both are told in `errors`.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 500)]
    reason: String,
}

/// Every device, the last enrolled first. What came from it is told as far as this account may see it.
#[utoipa::path(get, path = "/v1/devices", operation_id = "listDevices", responses(
    (status = 200, description = "Every device.", body = Devices),
))]
pub async fn list(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<Devices>, Problem> {
    let devices = state.blocking(move |state| state.read(|tx| Ok(summaries(tx, &signed_in.clearance())?))).await?;
    Ok(Json(Devices { devices }))
}

fn summaries(tx: &dyn Transaction, clearance: &Clearance) -> Result<Vec<DeviceSummary>, StorageError> {
    let mut arrivals = tx.arrivals(clearance)?;
    let summary = |device: StoredDevice| {
        let seen = arrivals.remove(&device.device).unwrap_or_default();
        DeviceSummary::new(device, &seen)
    };
    Ok(tx.devices()?.into_iter().map(summary).collect())
}

/// Revokes a device: what it sends from now on is set apart.
#[utoipa::path(post, path = "/v1/devices/{device}/revocation", operation_id = "revokeDevice", request_body = Revocation, 
    responses(
        (status = 200, description = "Revoked, now or before.", body = DeviceSummary),
        (status = 400, description = "malformed, or invalid: reason is required or too-long.", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No such device.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn revoke(
    State(state): State<AppState>,
    signed_in: SignedIn,
    Named(DeviceName { device }): Named<DeviceName>,
    revocation: Result<Json<Revocation>, JsonRejection>,
) -> Result<Json<DeviceSummary>, Problem> {
    let malformed =
        Problem::new(StatusCode::BAD_REQUEST, ProblemCode::Malformed, "Send the reason as JSON: {\"reason\": …}.");
    let Json(revocation) = revocation.map_err(|rejection| Problem::of_json(&rejection, malformed.clone()))?;
    // No text of a database may hold it.
    if revocation.reason.contains('\0') {
        return Err(malformed);
    }
    let reason = match revocation.reason.trim() {
        "" => return Err(Problem::invalid(vec![FieldProblem::new("reason", FieldProblemCode::Required)])),
        long if long.chars().count() > REASON_CHARS => {
            return Err(Problem::invalid(vec![FieldProblem::new("reason", FieldProblemCode::TooLong)]));
        }
        reason => reason.to_owned(),
    };
    let revoked = state
        .blocking(move |state| {
            let (now, id) = (state.environment.clock.now(), device.to_string());
            let entry = signed_in.entry(AuditAction::Revoke, AuditObject::Device, &id);
            // Counted before: whoever brings something must not wait for it.
            let mut arrivals = state.read(|tx| Ok(tx.arrivals(&signed_in.clearance())?))?;
            let revoked = state.write(|tx| {
                let known = tx.revoke(device, entry.actor, &reason, now)?;
                tx.audit(now, &entry.if_found(known))?;
                Ok(tx.devices()?.into_iter().find(|known| known.device == device.0))
            })?;
            let seen = arrivals.remove(&device.0).unwrap_or_default();
            Ok(revoked.map(|revoked| DeviceSummary::new(revoked, &seen)))
        })
        .await?;
    revoked.map(Json).ok_or_else(Problem::not_found)
}
