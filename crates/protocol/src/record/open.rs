//! The open part: codes and counts only. No free text, no name, no exact place: a field that could
//! carry a person does not exist here.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Operation, OperationError};
use crate::ids::Code;
use crate::keydir::Team;
use crate::limits;

/// Who may see an observation; chosen by its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum ConfidentialityLevel {
    /// All coordinators.
    Team,
    /// Care coordinators only.
    Zorg,
    /// The author's own organisation only, until shared.
    Eigen,
}

impl ConfidentialityLevel {
    /// The team a record of this level is sealed to, for an author of `organisation`.
    pub fn team(self, organisation: &Code) -> Team {
        match self {
            Self::Team => Team::Coordinators,
            Self::Zorg => Team::Care,
            Self::Eigen => Team::Organisation(organisation.clone()),
        }
    }

    /// The level's code in the vocabulary.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Zorg => "zorg",
            Self::Eigen => "eigen",
        }
    }
}

/// The text is no level's code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a level: team, zorg or eigen is expected")]
pub struct LevelError;

impl FromStr for ConfidentialityLevel {
    type Err = LevelError;

    fn from_str(text: &str) -> Result<Self, LevelError> {
        let levels = [Self::Team, Self::Zorg, Self::Eigen];
        levels.into_iter().find(|level| level.code() == text).ok_or(LevelError)
    }
}

/// What the backend may read of a record, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum OpenPart {
    /// A joint inspection.
    Inspection(OpenInspection),
    /// Something seen, said or suspected.
    Observation(OpenObservation),
}

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
            Self::Inspection(open) => {
                if open.organisations.len() > limits::ORGANISATIONS {
                    return Err(OperationError::TooMany);
                }
                if operation.inspection.is_some() || !operation.attachments.is_empty() {
                    return Err(OperationError::Inconsistent);
                }
            }
            Self::Observation(open) => {
                let lists = [&open.forms, &open.indicators, &open.actions];
                let persons = usize::try_from(open.person_count).unwrap_or(usize::MAX);
                if lists.iter().any(|list| list.len() > limits::CODES) || persons > limits::PERSONS {
                    return Err(OperationError::TooMany);
                }
                if usize::try_from(open.attachment_count) != Ok(operation.attachments.len()) {
                    return Err(OperationError::Inconsistent);
                }
            }
        }
        Ok(())
    }
}
