//! `GET` and `PUT /v1/device-settings`: the telephone numbers that cards call for, and for how long devices keep and show what
//! they hold.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::catalogue::settings::{LEASE_DAYS, PURGE_AFTER_DAYS, Phone, Settings};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::device_lists::{give_list, read_list};
use crate::http::extract::allowed::{Allowed, ManageContent};
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// What holds for every device.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeviceSettings {
    /// Their version; 0 where devices were given none.
    pub version: u64,
    /// For how many days after the receipt a device keeps readable what was received.
    pub purge_after_days: u32,
    /// For how many days without a contact a device shows what it holds; 0 for ever.
    pub lease_days: u32,
    /// The telephone numbers.
    #[schema(value_type = Vec<Object>)]
    pub phones: Vec<Phone>,
}

/// The settings of devices, in place of those before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NextDeviceSettings {
    /// The version that this was made from.
    expected_version: u64,
    /// From 1 to 3650.
    purge_after_days: u32,
    /// From 0 to 3650.
    lease_days: u32,
    /// Each with `code`, `nl`, `en`, `number` and `checked`: who looked whether it holds, and when.
    #[schema(value_type = Vec<Object>)]
    phones: Vec<Phone>,
}

/// What holds for every device.
#[utoipa::path(get, path = "/v1/device-settings", operation_id = "readDeviceSettings", responses(
    (status = 200, description = "As devices have it, or will at their next sync.", body = DeviceSettings),
))]
pub async fn read(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageContent>,
) -> Result<Json<DeviceSettings>, Problem> {
    let held = state.blocking(move |state| read_list::<Settings>(state, &signed_in, CatalogueKind::Settings));
    let none = Settings { phones: Vec::new(), purge_after_days: None, lease_days: None };
    let (version, settings) = held.await?.unwrap_or((0, none));
    Ok(Json(DeviceSettings::of(version, settings)))
}

/// Signs these settings and gives them to devices, which fetch them at their next sync.
#[utoipa::path(put, path = "/v1/device-settings", operation_id = "replaceDeviceSettings",
    request_body = NextDeviceSettings, responses(
    (status = 200, description = "What holds for devices from now on.", body = DeviceSettings),
    (status = 400, description = "malformed, or invalid with all that is wrong: errors name each member as phones[1].number. \
     too-long, taken for a code that is there twice, out-of-range for days or for too many numbers, invalid for what is no \
     telephone number.", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "changed-meanwhile: devices were given other settings since. not-now: the key that devices \
     believe is not here.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn replace(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageContent>,
    next: Result<Json<NextDeviceSettings>, JsonRejection>,
) -> Result<Json<DeviceSettings>, Problem> {
    let malformed = Problem::malformed("expectedVersion, purgeAfterDays, leaseDays and phones");
    let Json(next) = next.map_err(|it| Problem::of_json(&it, malformed))?;
    let NextDeviceSettings { expected_version, purge_after_days, lease_days, phones } = next;
    let settings = Settings { phones, purge_after_days: Some(purge_after_days), lease_days: Some(lease_days) };
    let given = state.blocking(move |state| {
        let version = give_list(state, &signed_in, CatalogueKind::Settings, expected_version, &settings)?;
        Ok(DeviceSettings::of(version, settings))
    });
    given.await.map(Json)
}

impl DeviceSettings {
    fn of(version: u64, Settings { phones, purge_after_days, lease_days }: Settings) -> Self {
        let purge_after_days = purge_after_days.unwrap_or(PURGE_AFTER_DAYS);
        Self { version, purge_after_days, lease_days: lease_days.unwrap_or(LEASE_DAYS), phones }
    }
}
