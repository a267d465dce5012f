//! Everything to check a record by, as the console gets it.

use baken_protocol::dsse::DsseEnvelope;
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

/// Everything to check a record without believing the backend.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Evidence {
    /// The record as signed.
    #[schema(value_type = Object)]
    pub operation: DsseEnvelope,
    /// The batch that lists it.
    #[schema(value_type = Object)]
    pub batch: DsseEnvelope,
    /// The backend's receipt for that batch.
    #[schema(value_type = Object)]
    pub receipt: DsseEnvelope,
    /// The device's enrolment.
    #[schema(value_type = Object)]
    pub enrolment: DsseEnvelope,
    /// The device's certificate, signed by the receipt key.
    #[schema(value_type = Object)]
    pub certificate: DsseEnvelope,
    /// The receipts of the attachments that are held.
    #[schema(value_type = Vec<Object>)]
    pub attachment_receipts: Vec<DsseEnvelope>,
    /// The key directory it was sealed under, and the newest, which names every receipt key; one where they are the
    /// same.
    #[schema(value_type = Vec<Object>)]
    pub key_directories: Vec<DsseEnvelope>,
    /// Base64 of 32 raw bytes.
    pub device_public_key: String,
    /// Base64 of 32 raw bytes.
    pub root_public_key: String,
}
