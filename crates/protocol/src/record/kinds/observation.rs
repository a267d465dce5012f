//! An observation, something seen, said or suspected: what is open of it, and what is sealed.

use serde::{Deserialize, Serialize};

use crate::ids::Code;
use crate::limits;
use crate::record::{ConfidentialityLevel, ExactPlace, Operation, OperationError, Person, SealedHeader};
use crate::strict_json::{self, StrictJsonError};

/// The open part of an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenObservation {
    /// The kind of place.
    pub place_kind: Code,
    /// The district, where known.
    pub district: Option<Code>,
    /// Forms of exploitation it may point to.
    pub forms: Vec<Code>,
    /// Indicators seen.
    pub indicators: Vec<Code>,
    /// Own observation, statement, document or suspicion.
    pub basis: Code,
    /// How soon someone must act.
    pub urgency: Code,
    /// What was done on the spot.
    pub actions: Vec<Code>,
    /// Who may see it.
    pub level: ConfidentialityLevel,
    /// How many persons the sealed part describes.
    pub person_count: u32,
    /// How many attachments there are.
    pub attachment_count: u32,
}

impl OpenObservation {
    pub(super) const fn level(&self) -> ConfidentialityLevel {
        self.level
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), OperationError> {
        let lists = [&self.forms, &self.indicators, &self.actions];
        let persons = usize::try_from(self.person_count).unwrap_or(usize::MAX);
        if lists.iter().any(|list| list.len() > limits::CODES) || persons > limits::PERSONS {
            return Err(OperationError::TooMany);
        }
        if usize::try_from(self.attachment_count) != Ok(operation.attachments.len()) {
            return Err(OperationError::Inconsistent);
        }
        Ok(())
    }
}

/// The sealed part of an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedObservation {
    /// The record it belongs to.
    pub header: SealedHeader,
    /// What was seen or said, in the author's words.
    pub narrative: String,
    /// Where exactly.
    pub place: ExactPlace,
    /// Who, by pseudonym.
    pub persons: Vec<Person>,
}

impl SealedObservation {
    /// The schema name in the header.
    pub const SCHEMA: &'static str = "observation.v1";

    /// Reads what is sealed, if it is written in the one way it can be.
    pub fn parse(text: &[u8]) -> Result<Self, StrictJsonError> {
        strict_json::parse_canonical(text)
    }
}
