//! Planned inspections: what the office knows of one before it begins. Organisations and places, never a person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::places::KnownPlace;
use super::{CatalogueKind, Content, is_short};
use crate::ids::Code;
use crate::limits;

/// The content of `inspections`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedInspections {
    /// In no order: a device sorts them by their time.
    pub inspections: Vec<PlannedInspection>,
}

/// One planned inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedInspection {
    /// Its name among the planned ones.
    pub code: Code,
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// When it begins.
    #[serde(with = "crate::moment")]
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    #[serde(with = "crate::moment")]
    pub ends_at: DateTime<Utc>,
    /// Where.
    pub place: KnownPlace,
    /// The organisations that take part.
    #[serde(default)]
    pub organisations: Vec<Code>,
    /// The legal ground for entering, where it is known.
    #[serde(default)]
    pub ground: Option<Code>,
    /// What is worth knowing beforehand.
    #[serde(default)]
    pub note: String,
}

impl Content for PlannedInspections {
    const KIND: CatalogueKind = CatalogueKind::Inspections;

    fn is_bounded(&self) -> bool {
        self.inspections.len() <= limits::PLANNED_INSPECTIONS
            && self.inspections.iter().all(PlannedInspection::is_bounded)
    }
}

impl PlannedInspection {
    fn is_bounded(&self) -> bool {
        self.ends_at >= self.starts_at
            && self.organisations.len() <= limits::ORGANISATIONS
            && is_short(&self.name)
            && is_short(&self.note)
            && self.place.is_bounded()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn planned(ends: &str, count: usize) -> Vec<u8> {
        let one = format!(
            r#"{{"code":"pier","startsAt":"2026-12-03T08:00:00Z","endsAt":"{ends}",
                "place":{{"kind":"hotel","name":"De Pier"}}}}"#
        );
        format!(r#"{{"inspections":[{}]}}"#, vec![one; count].join(",")).into_bytes()
    }

    #[test]
    fn reads_what_is_known_and_leaves_the_rest_open() {
        let read = PlannedInspections::parse(&planned("2026-12-03T12:00:00Z", 1)).unwrap();
        let one = read.inspections.first().unwrap();
        assert_eq!((one.ground.as_ref(), one.organisations.len(), one.place.title()), (None, 0, "De Pier"));
    }

    #[test]
    fn refuses_one_that_ends_before_it_begins_and_more_than_there_may_be() {
        assert!(PlannedInspections::parse(&planned("2026-12-03T07:00:00Z", 1)).is_err());
        assert!(PlannedInspections::parse(&planned("2026-12-03T12:00:00Z", limits::PLANNED_INSPECTIONS)).is_ok());
        assert!(PlannedInspections::parse(&planned("2026-12-03T12:00:00Z", limits::PLANNED_INSPECTIONS + 1)).is_err());
    }
}
