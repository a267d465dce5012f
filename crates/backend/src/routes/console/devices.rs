//! `GET /v1/devices` and `POST /v1/devices/{device}/revocation`.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use baken_protocol::ids::DeviceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::{FieldProblem, Problem};
use crate::register::DeviceSummary;
use crate::sessions::SignedIn;
use crate::state::AppState;

/// Every device.
#[derive(Serialize, ToSchema)]
pub struct Devices {
    devices: Vec<DeviceSummary>,
}

/// Why a device is revoked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    reason: String,
}

/// Every device, the last enrolled first.
#[utoipa::path(get, path = "/v1/devices", responses(
    (status = 200, description = "Every device.", body = Devices),
    (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(state): State<AppState>, _signed_in: SignedIn) -> Result<Json<Devices>, Problem> {
    let devices = state.blocking(|state| Ok(state.storage.devices()?)).await?;
    Ok(Json(Devices { devices }))
}

/// Revokes a device: what it sends from now on is set apart.
#[utoipa::path(post, path = "/v1/devices/{device}/revocation", params(("device" = Uuid, Path)),
    request_body = Revocation,
    responses(
        (status = 200, description = "Revoked, now or before.", body = DeviceSummary),
        (status = 400, description = "invalid: a reason of 1 to 500 characters is needed.", body = Problem,
         content_type = "application/problem+json"),
        (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "csrf or cross-site.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such device.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn revoke(
    State(state): State<AppState>,
    signed_in: SignedIn,
    Path(device): Path<Uuid>,
    revocation: Result<Json<Revocation>, JsonRejection>,
) -> Result<Json<DeviceSummary>, Problem> {
    let reason = revocation.map(|Json(revocation)| revocation.reason.trim().to_owned()).unwrap_or_default();
    if !(1..=500).contains(&reason.chars().count()) {
        return Err(Problem::invalid(vec![FieldProblem { field: "reason".into(), code: "required" }]));
    }
    let revoked = state
        .blocking(move |state| {
            let now = state.environment.clock.now();
            let known = state.storage.revoke(DeviceId(device), &signed_in.account.login, &reason, now)?;
            let result = if known { "ok" } else { "not-found" };
            signed_in.account_for(state, "revoke", &format!("device {device}"), result)?;
            Ok(state.storage.devices()?.into_iter().find(|known| known.device == device))
        })
        .await?;
    revoked.map(Json).ok_or_else(Problem::not_found)
}
