//! What there is to look into, as the console gets it.

use baken_protocol::record::RecordKind;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::storage::{AlertCode, AlertRow};

/// Something coordinators must know: the last of its kind about a device.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Alert {
    /// Counts up within its kind.
    pub id: u64,
    /// What happened.
    pub code: AlertCode,
    /// The device it is about.
    pub device: Uuid,
    /// That device's name.
    pub device_label: String,
    /// When this last happened.
    pub raised_at: DateTime<Utc>,
    /// In technical words.
    pub detail: String,
    /// How often this happened with this device.
    pub count: u64,
    /// The record it last happened to, where it is about one.
    pub record: Option<AlertRecord>,
}

/// The record an alert is about.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AlertRecord {
    /// The record, as `DEVICE.OPERATION`.
    pub operation: String,
    /// `observation` or `inspection`.
    #[schema(value_type = String)]
    pub kind: RecordKind,
}

impl From<AlertRow> for Alert {
    fn from(row: AlertRow) -> Self {
        let AlertRow { id, code, device, device_label, raised_at, detail, count, record } = row;
        let record = record.map(|(record, kind)| AlertRecord { operation: record.to_string(), kind });
        Self { id, code, device, device_label, raised_at, detail, count, record }
    }
}
