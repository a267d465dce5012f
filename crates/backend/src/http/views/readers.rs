//! Who read something, as the console gets it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::register;

/// Who read something.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Readers {
    /// Whoever read last first.
    pub readers: Vec<Reader>,
}

/// Somebody who read it.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Reader {
    /// Who, by login.
    pub login: String,
    /// Of which organisation; none of an account that is not there any more.
    pub organisation: Option<String>,
    /// How often the page was read.
    pub times: u64,
    /// How often what is sealed was fetched.
    pub sealed_times: u64,
    /// When last.
    pub last: DateTime<Utc>,
}

impl From<Vec<register::Reader>> for Readers {
    fn from(readers: Vec<register::Reader>) -> Self {
        let reader = |register::Reader { login, organisation, times, sealed_times, last }| Reader {
            login,
            organisation,
            times,
            sealed_times,
            last,
        };
        Self { readers: readers.into_iter().map(reader).collect() }
    }
}
