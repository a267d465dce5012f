//! A joint inspection: what is open of it, and what is sealed. It belongs to no other and has no attachments.

use serde::{Deserialize, Serialize};

use crate::ids::Code;
use crate::limits;
use crate::record::{ConfidentialityLevel, ExactPlace, Operation, OperationError, SealedHeader};
use crate::strict_json::{self, StrictJsonError};

/// The open part of an inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenInspection {
    /// The kind of place.
    pub place_kind: Code,
    /// The district, where known.
    pub district: Option<Code>,
    /// The organisations that take part; never people.
    pub organisations: Vec<Code>,
    /// The legal ground for entering.
    pub ground: Code,
}

impl OpenInspection {
    /// An inspection is for all coordinators.
    #[expect(clippy::unused_self, reason = "every kind answers this, and this one always the same")]
    pub(super) const fn level(&self) -> ConfidentialityLevel {
        ConfidentialityLevel::Team
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), OperationError> {
        if self.organisations.len() > limits::ORGANISATIONS {
            return Err(OperationError::TooMany);
        }
        if operation.inspection.is_some() || !operation.attachments.is_empty() {
            return Err(OperationError::Inconsistent);
        }
        Ok(())
    }
}

/// The sealed part of an inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedInspection {
    /// The record it belongs to.
    pub header: SealedHeader,
    /// Where exactly.
    pub place: ExactPlace,
}

impl SealedInspection {
    /// The schema name in the header.
    pub const SCHEMA: &'static str = "inspection.v1";

    /// Reads what is sealed, if it is written in the one way it can be.
    pub fn parse(text: &[u8]) -> Result<Self, StrictJsonError> {
        strict_json::parse_canonical(text)
    }
}
