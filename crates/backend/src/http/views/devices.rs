//! Devices as the console gets them. What came from one is told only as far as the asker may see it: a number over
//! all levels would tell, by comparing, that there is something else.

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::storage::{Arrivals, StoredDevice};

/// A device in a list.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeviceSummary {
    /// Its id.
    pub device: Uuid,
    /// Its name.
    pub label: String,
    /// The organisation of whoever carries it.
    pub organisation: String,
    /// When it was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// When the last record came in that this account may see.
    pub last_received_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why.
    pub revoked_reason: Option<String>,
    /// When somebody ordered that it be wiped.
    pub wipe_ordered_at: Option<DateTime<Utc>>,
    /// When it came for that order.
    pub wipe_fetched_at: Option<DateTime<Utc>>,
    /// SHA-256 of its public key.
    pub key_fingerprint: String,
    /// Its observations in the inbox of this account.
    pub observations: u64,
}

/// A page of devices.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DevicePage {
    /// Those on it.
    pub devices: Vec<DeviceSummary>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
}

impl DeviceSummary {
    /// `device`, with what of its arrivals the asker may see.
    pub fn new(device: StoredDevice, seen: &Arrivals) -> Self {
        Self {
            device: device.device,
            label: device.label,
            organisation: device.organisation,
            enrolled_at: device.enrolled_at,
            last_received_at: seen.last_received_at,
            revoked_at: device.revoked_at,
            revoked_reason: device.revoked_reason,
            wipe_ordered_at: device.wipe_ordered_at,
            wipe_fetched_at: device.wipe_fetched_at,
            key_fingerprint: device.public_key.fingerprint().to_string(),
            observations: seen.observations,
        }
    }
}
