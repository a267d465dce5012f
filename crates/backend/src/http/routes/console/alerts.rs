//! `GET /v1/alerts`: forks, quarantines, retractions and odd records, which a coordinator must look into.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::extract::allowed::{Allowed, ReadDevices};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::views::Alert;
use crate::register;
use crate::storage::AuditObject;

/// What coordinators must look into.
#[derive(Serialize, ToSchema)]
pub struct Alerts {
    alerts: Vec<Alert>,
}

/// The last alert of each kind about each device, with how many there are; the last raised first. Of what was taken
/// back and of odd records only what this account may see.
#[utoipa::path(get, path = "/v1/alerts", operation_id = "listAlerts", responses(
    (status = 200, description = "What must be looked into.", body = Alerts),
))]
pub async fn list(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadDevices>,
) -> Result<Json<Alerts>, Problem> {
    let alerts = state
        .blocking(move |state| {
            let alerts = state.read(|tx| Ok(register::alerts(tx, &signed_in.clearance())?))?;
            signed_in.account_for_listing(state, AuditObject::Alerts, &format!("{} shown", alerts.len()))?;
            Ok(alerts.into_iter().map(Alert::from).collect())
        })
        .await?;
    Ok(Json(Alerts { alerts }))
}
