//! What is sealed of an amendment or a retraction: all that is sealed of a first record, and why it was corrected. A
//! retraction says once more what it takes back, so that whoever has that one alone reads what it is about.
//!
//! They are schemas of their own (docs/adr/0033-how-the-format-grows.md): a reader of the first ones would show a
//! correction without its reason.

use serde::{Deserialize, Serialize};

use crate::record::{ExactPlace, Person, SealedHeader};
use crate::strict_json::{self, StrictJsonError};

/// The sealed part of a corrected observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservationCorrection {
    /// The record it belongs to.
    pub header: SealedHeader,
    /// Why it was corrected, in the author's words.
    pub reason: String,
    /// What was seen or said, in the author's words.
    pub narrative: String,
    /// Where exactly.
    pub place: ExactPlace,
    /// Who, by pseudonym.
    pub persons: Vec<Person>,
}

impl ObservationCorrection {
    /// The schema name in the header.
    pub const SCHEMA: &'static str = "observation.v2";

    /// Reads what is sealed, if it is written in the one way it can be.
    pub fn parse(text: &[u8]) -> Result<Self, StrictJsonError> {
        strict_json::parse_canonical(text)
    }
}

/// The sealed part of a corrected inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InspectionCorrection {
    /// The record it belongs to.
    pub header: SealedHeader,
    /// Why it was corrected, in the author's words.
    pub reason: String,
    /// Where exactly.
    pub place: ExactPlace,
}

impl InspectionCorrection {
    /// The schema name in the header.
    pub const SCHEMA: &'static str = "inspection.v2";

    /// Reads what is sealed, if it is written in the one way it can be.
    pub fn parse(text: &[u8]) -> Result<Self, StrictJsonError> {
        strict_json::parse_canonical(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn header(schema: &str) -> SealedHeader {
        let id = uuid::Uuid::nil();
        SealedHeader {
            tenant: "GM0453".parse().unwrap(),
            device: crate::ids::DeviceId(id),
            operation: crate::ids::OperationId(id),
            schema: schema.to_owned(),
        }
    }

    #[test]
    fn a_correction_is_read_with_its_reason_and_no_other_way() {
        let observation = ObservationCorrection {
            header: header(ObservationCorrection::SCHEMA),
            reason: "verkeerde hut".into(),
            narrative: "hut 14 op slot".into(),
            place: ExactPlace::default(),
            persons: Vec::new(),
        };
        let text = serde_json::to_vec(&observation).unwrap();
        assert_eq!(ObservationCorrection::parse(&text).unwrap(), observation);
        let inspection = InspectionCorrection {
            header: header(InspectionCorrection::SCHEMA),
            reason: "andere kade".into(),
            place: ExactPlace::default(),
        };
        let text = serde_json::to_string(&inspection).unwrap();
        assert_eq!(InspectionCorrection::parse(text.as_bytes()).unwrap(), inspection);
        for wrong in [
            text.replace("\"reason\":\"andere kade\",", ""),
            text.replace("\"andere kade\"", "null"),
            text.replace("\"reason\"", "\"why\""),
        ] {
            assert!(InspectionCorrection::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(ObservationCorrection::parse(text.as_bytes()).is_err());
    }
}
