//! What is sealed of an observation that says more than the first schema can: who a person is across the observations of an
//! inspection, whether the emergency number was called and when that was said, and what stands on each photo.
//!
//! It is a schema of its own (docs/adr/0041-persons-across-observations.md) and the one of first records and corrections
//! alike: a first record gives no reason. An observation that says nothing of this stays in the schemas before it, which every
//! backend reads.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::record::{DescribedPerson, ExactPlace, SealedHeader, UrgentCall};
use crate::strict_json::{self, StrictJsonError};

/// The sealed part of an observation in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FullObservation {
    /// The record it belongs to.
    pub header: SealedHeader,
    /// Why it was corrected, in the author's words; empty in a first record.
    pub reason: String,
    /// What was seen or said, in the author's words.
    pub narrative: String,
    /// Where exactly.
    pub place: ExactPlace,
    /// Who, by pseudonym and by an id that goes on.
    pub persons: Vec<DescribedPerson>,
    /// Whether the emergency number was called; `null` where it was not asked.
    pub call: Option<UrgentCall>,
    /// What each attachment shows, in their order.
    pub photos: Vec<PhotoNote>,
}

/// What its author says of a photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotoNote {
    /// What it shows, in the author's words; may be empty.
    pub caption: String,
    /// When it was taken in, by the device's clock.
    #[serde(with = "crate::moment")]
    pub taken_at: DateTime<Utc>,
}

impl FullObservation {
    /// The schema name in the header.
    pub const SCHEMA: &'static str = "observation.v3";

    /// Reads what is sealed, if it is written in the one way it can be.
    pub fn parse(text: &[u8]) -> Result<Self, StrictJsonError> {
        strict_json::parse_canonical(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::ids::{DeviceId, OperationId, PersonId};

    fn observation() -> FullObservation {
        let id = uuid::Uuid::nil();
        FullObservation {
            header: SealedHeader {
                tenant: "GM0453".parse().unwrap(),
                device: DeviceId(id),
                operation: OperationId(id),
                schema: FullObservation::SCHEMA.to_owned(),
            },
            reason: String::new(),
            narrative: "hut 12 op slot".into(),
            place: ExactPlace::default(),
            persons: vec![DescribedPerson {
                id: PersonId(id),
                pseudonym: "P1".into(),
                role: "matroos".into(),
                age_band: "25-34".into(),
                language: "Engels".into(),
                needs: String::new(),
                description: "hut 12".into(),
                consents: Vec::new(),
            }],
            call: Some(UrgentCall { called: false, at: DateTime::UNIX_EPOCH }),
            photos: vec![PhotoNote { caption: "het slot".into(), taken_at: DateTime::UNIX_EPOCH }],
        }
    }

    #[test]
    fn an_observation_in_full_is_read_as_it_was_written_and_no_other_way() {
        let text = serde_json::to_string(&observation()).unwrap();
        assert_eq!(FullObservation::parse(text.as_bytes()).unwrap(), observation());
        for (member, other) in [
            ("\"reason\":\"\",", ""),
            ("\"id\":\"00000000-0000-0000-0000-000000000000\",", ""),
            ("\"ageBand\":\"25-34\"", "\"ageBand\":null"),
            ("\"called\":false", "\"called\":0"),
            ("\"at\":\"1970-01-01T00:00:00Z\"", "\"at\":\"1970-01-01T01:00:00+01:00\""),
            ("\"caption\":\"het slot\",", ""),
            ("\"photos\":[", "\"pictures\":["),
        ] {
            assert!(text.contains(member), "{member}");
            assert!(FullObservation::parse(text.replace(member, other).as_bytes()).is_err(), "{member}");
        }
    }
}
