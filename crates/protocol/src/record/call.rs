//! Whether the emergency number was called, as its author answered when that was asked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The answer, and when it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UrgentCall {
    /// Whether it was called.
    pub called: bool,
    /// When that was said, by the device's clock.
    #[serde(with = "crate::moment")]
    #[ts(type = "string")]
    pub at: DateTime<Utc>,
}
