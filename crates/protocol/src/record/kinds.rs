//! The kinds of record, one file each: its open part, its sealed part, its checks.
//!
//! The open part has codes and counts only. No free text, no name, no exact place: a field that could carry a person does
//! not exist there.

mod inspection;
mod observation;

use serde::{Deserialize, Serialize};

use super::{ConfidentialityLevel, Operation, OperationError};

pub use inspection::{OpenInspection, SealedInspection};
pub use observation::{OpenObservation, SealedObservation};

/// What the backend may read of a record, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum OpenPart {
    /// A joint inspection.
    Inspection(OpenInspection),
    /// Something seen, said or suspected.
    Observation(OpenObservation),
}

impl OpenPart {
    /// Every kind as it is written; a record of another kind is of a later version.
    pub const KINDS: [&'static str; 2] = ["inspection", "observation"];

    /// The confidentiality level: an inspection is for all coordinators.
    pub const fn level(&self) -> ConfidentialityLevel {
        match self {
            Self::Inspection(_) => ConfidentialityLevel::Team,
            Self::Observation(open) => open.level,
        }
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), OperationError> {
        match self {
            Self::Inspection(open) => open.check(operation),
            Self::Observation(open) => open.check(operation),
        }
    }
}
