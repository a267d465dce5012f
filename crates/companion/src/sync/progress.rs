//! How far a sync is, in numbers a progress bar can show.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;

use crate::failure_code::FailureCode;

/// Where a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum SyncPhase {
    /// None was started since the app was.
    #[default]
    Idle,
    /// Signing batches, asking the backend how it stands.
    Preparing,
    /// Sending batches.
    Sending,
    /// Sending photos.
    Photos,
    /// Fetching key directory and vocabulary.
    Fetching,
    /// Ended well.
    Done,
    /// Ended well but for photos, which wait for a network that is not paid by the byte.
    PhotosWait,
    /// Stopped by the user; goes on where it stopped.
    Paused,
    /// Stopped by a failure; nothing is lost.
    Failed,
}

/// How far a sync is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SyncProgress {
    /// Where it is.
    pub phase: SyncPhase,
    /// Records to send in this run.
    pub records_total: u64,
    /// Of these, with a verified receipt.
    pub records_sent: u64,
    /// Bytes to send in this run, sealed parts and photos.
    pub bytes_total: u64,
    /// Of these, at the backend.
    pub bytes_sent: u64,
    /// Of the bytes to send, those of photos: records go long before their photos, so each has a bar of its own.
    pub photo_bytes_total: u64,
    /// Of these, at the backend.
    pub photo_bytes_sent: u64,
    /// Photos that wait for a network that is not paid by the byte.
    pub photos_waiting: u64,
    /// Their bytes; they are not among those to send.
    pub photo_bytes_waiting: u64,
    /// Why it failed, as a code.
    pub error: Option<FailureCode>,
    /// When it ended.
    #[ts(type = "string | null")]
    pub finished_at: Option<DateTime<Utc>>,
}

/// Told of every change of a sync's progress.
pub type ProgressListener = Arc<dyn Fn(&SyncProgress) + Send + Sync>;
