//! `GET /v1/devices`, `POST /v1/devices/{device}/revocation` and `POST /v1/devices/{device}/wipe-order`.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use baken_protocol::ids::DeviceId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::query;
use crate::http::extract::allowed::{Allowed, ManageDevices, ReadDevices};
use crate::http::extract::named::{DeviceName, Named};
use crate::http::extract::signed_in::SignedIn;
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem, ProblemCode};
use crate::http::state::AppState;
use crate::http::views::{DevicePage, DeviceSummary};
use crate::storage::{
    AuditAction, AuditObject, Clearance, DeviceCursor, DeviceRequest, StorageError, StoredDevice, Transaction,
};

/// Characters of a reason, at most.
const REASON_CHARS: usize = 500;

/// Why a device is revoked, or wiped.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    // Missing is as good as empty: both are told in `errors`.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 500)]
    reason: String,
}

/// A page of devices, the last enrolled first. What came from each is told as far as this account may see it.
#[utoipa::path(get, path = "/v1/devices", operation_id = "listDevices",
    params(
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200."),
    ),
    responses(
        (status = 200, description = "Devices.", body = DevicePage),
        (status = 400, description = "invalid, with every wrong field.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadDevices>,
    RawQuery(query): RawQuery,
) -> Result<Json<DevicePage>, Problem> {
    let request = query::devices(query.as_deref().unwrap_or_default())?;
    let page = state.blocking(move |state| state.read(|tx| Ok(page(tx, &signed_in.clearance(), request)?))).await?;
    Ok(Json(page))
}

fn page(tx: &dyn Transaction, clearance: &Clearance, request: DeviceRequest) -> Result<DevicePage, StorageError> {
    let limit = request.limit;
    // One more than was asked for tells whether there is a next page.
    let mut devices = tx.devices(&DeviceRequest { limit: limit.saturating_add(1), ..request })?;
    let has_more = devices.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    devices.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let cursor =
        |last: &StoredDevice| DeviceCursor { enrolled_at: last.enrolled_at, device: DeviceId(last.device) }.to_text();
    let next_cursor = devices.last().filter(|_| has_more).map(cursor);
    let shown: Vec<_> = devices.iter().map(|device| device.device).collect();
    let mut arrivals = tx.arrivals(clearance, &shown)?;
    let summary = |device: StoredDevice| {
        let seen = arrivals.remove(&device.device).unwrap_or_default();
        DeviceSummary::new(device, &seen)
    };
    Ok(DevicePage { devices: devices.into_iter().map(summary).collect(), next_cursor })
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
    Allowed(signed_in, _): Allowed<ManageDevices>,
    Named(DeviceName { device }): Named<DeviceName>,
    revocation: Result<Json<Revocation>, JsonRejection>,
) -> Result<Json<DeviceSummary>, Problem> {
    shut_out(state, signed_in, device, reason(revocation)?, AuditAction::Revoke).await
}

/// Revokes a device, if it was not, and orders that it be wiped: at its next contact it destroys the keys of what it
/// holds. Nobody can take that back.
#[utoipa::path(post, path = "/v1/devices/{device}/wipe-order", operation_id = "orderWipe", request_body = Revocation,
    responses(
        (status = 200, description = "Revoked and to be wiped, now or before.", body = DeviceSummary),
        (status = 400, description = "malformed, or invalid: reason is required or too-long.", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No such device.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn wipe(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageDevices>,
    Named(DeviceName { device }): Named<DeviceName>,
    revocation: Result<Json<Revocation>, JsonRejection>,
) -> Result<Json<DeviceSummary>, Problem> {
    shut_out(state, signed_in, device, reason(revocation)?, AuditAction::OrderWipe).await
}

fn reason(revocation: Result<Json<Revocation>, JsonRejection>) -> Result<String, Problem> {
    let malformed =
        Problem::new(StatusCode::BAD_REQUEST, ProblemCode::Malformed, "Send the reason as JSON: {\"reason\": …}.");
    let Json(revocation) = revocation.map_err(|rejection| Problem::of_json(&rejection, malformed.clone()))?;
    // No text of a database may hold it.
    if revocation.reason.contains('\0') {
        return Err(malformed);
    }
    match revocation.reason.trim() {
        "" => Err(Problem::invalid(vec![FieldProblem::new("reason", FieldProblemCode::Required)])),
        long if long.chars().count() > REASON_CHARS => {
            Err(Problem::invalid(vec![FieldProblem::new("reason", FieldProblemCode::TooLong)]))
        }
        reason => Ok(reason.to_owned()),
    }
}

async fn shut_out(
    state: AppState,
    signed_in: SignedIn,
    device: DeviceId,
    reason: String,
    action: AuditAction,
) -> Result<Json<DeviceSummary>, Problem> {
    let shut_out = state
        .blocking(move |state| {
            let (now, id) = (state.environment.clock.now(), device.to_string());
            let entry = signed_in.entry(action, AuditObject::Device, &id);
            // Counted before: whoever brings something must not wait for it.
            let mut arrivals = state.read(|tx| Ok(tx.arrivals(&signed_in.clearance(), &[device.0])?))?;
            let device_now = state.write(|tx| {
                let known = tx.revoke(device, entry.actor, &reason, now)?;
                if action == AuditAction::OrderWipe {
                    tx.order_wipe(device, entry.actor, now)?;
                }
                tx.audit(now, &entry.if_found(known))?;
                Ok(tx.stored_device(device)?)
            })?;
            let seen = arrivals.remove(&device.0).unwrap_or_default();
            Ok(device_now.map(|device| DeviceSummary::new(device, &seen)))
        })
        .await?;
    shut_out.map(Json).ok_or_else(Problem::not_found)
}
