//! Who may see a record, and the team it is sealed to for that. The codes are the vocabulary's.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::Code;
use crate::keydir::Team;

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_level_is_read_from_its_code_and_from_nothing_else() {
        for level in [ConfidentialityLevel::Team, ConfidentialityLevel::Zorg, ConfidentialityLevel::Eigen] {
            assert_eq!(level.code().parse(), Ok(level));
        }
        for wrong in ["", "Team", "zorg ", "alles"] {
            assert_eq!(wrong.parse::<ConfidentialityLevel>(), Err(LevelError), "{wrong:?}");
        }
    }
}
