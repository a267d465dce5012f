//! Planned inspections, as the office gave them: those of today and later, the next one first.

use baken_protocol::catalogue::inspections::{PlannedInspection, PlannedInspections};
use baken_protocol::ids::Code;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use serde::Serialize;
use ts_rs::TS;

use super::places::FoundPlace;
use crate::content;
use crate::failure::Failure;
use crate::store::{Store, StoreError};
use crate::trust::clock_reading;

/// How long after its end one is still offered: an inspection runs late, and a clock is wrong.
const STILL_OFFERED: TimeDelta = TimeDelta::hours(12);

/// A planned inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Planned {
    /// Its name among the planned ones.
    pub code: Code,
    /// What it is called; may be empty.
    pub name: String,
    /// When it begins.
    #[ts(type = "string")]
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    #[ts(type = "string")]
    pub ends_at: DateTime<Utc>,
    /// Where.
    pub place: FoundPlace,
    /// The organisations that take part.
    pub organisations: Vec<Code>,
    /// The legal ground for entering, where it is known.
    pub ground: Option<Code>,
    /// What is worth knowing beforehand.
    pub note: String,
}

impl From<PlannedInspection> for Planned {
    fn from(planned: PlannedInspection) -> Self {
        let place = FoundPlace::from(&planned.place);
        let PlannedInspection { code, name, starts_at, ends_at, organisations, ground, note, .. } = planned;
        Self { code, name, starts_at, ends_at, place, organisations, ground, note }
    }
}

impl Store {
    /// What is planned from now on, the next one first.
    pub fn planned_inspections(&self) -> Result<Vec<Planned>, Failure> {
        self.read(|connection| {
            let now = clock_reading::latest_known(connection, &self.environment, &self.known)?;
            let mut planned = all(connection)?;
            planned.retain(|it| it.ends_at + STILL_OFFERED >= now);
            planned.sort_by(|one, next| (one.starts_at, &one.code).cmp(&(next.starts_at, &next.code)));
            Ok(planned.into_iter().map(Planned::from).collect())
        })
    }
}

/// The planned inspection of this name.
pub(crate) fn find(connection: &Connection, code: &Code) -> Result<Option<PlannedInspection>, StoreError> {
    Ok(all(connection)?.into_iter().find(|it| it.code == *code))
}

fn all(connection: &Connection) -> Result<Vec<PlannedInspection>, StoreError> {
    Ok(content::held::<PlannedInspections>(connection)?.map(|held| held.inspections).unwrap_or_default())
}
