//! What a browser fetches to search in, and what has a number.

use baken_protocol::record::RecordKind;
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::{ObservationSummary, SealedSummary};

/// Sealed parts of observations, to be opened and searched in the browser; the last received first.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SealedPage {
    /// Each observation by the operation that a list shows.
    pub items: Vec<SealedItem>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many there are for this account.
    pub total: u64,
}

/// An observation with its sealed part.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SealedItem {
    /// Its open part.
    pub summary: ObservationSummary,
    /// What the operation says of its sealed part.
    pub sealed: SealedSummary,
    /// The sealed part itself, in base64.
    pub content: String,
}

/// The records that have a number.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FoundRecords {
    /// At most ten, the last received first.
    pub records: Vec<FoundRecord>,
}

/// One of them.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FoundRecord {
    /// The record, as `DEVICE.OPERATION`.
    pub operation: String,
    /// What it is.
    #[schema(value_type = String)]
    pub kind: RecordKind,
}
