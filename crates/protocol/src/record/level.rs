//! Who may see a record, and the team it is sealed to for that. Code has English names; what is signed and stored are the
//! vocabulary's codes (`team`, `zorg`, `eigen`), which are data and stay.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::Code;
use crate::keydir::Team;

/// Who may see an observation; chosen by its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum ConfidentialityLevel {
    /// All coordinators.
    Team,
    /// Care coordinators only.
    #[serde(rename = "zorg")]
    Care,
    /// The author's own organisation only, until shared.
    #[serde(rename = "eigen")]
    Own,
}

impl ConfidentialityLevel {
    /// The team a record of this level is sealed to, for an author of `organisation`.
    pub fn team(self, organisation: &Code) -> Team {
        match self {
            Self::Team => Team::Coordinators,
            Self::Care => Team::Care,
            Self::Own => Team::Organisation(organisation.clone()),
        }
    }

    /// The level's code in the vocabulary.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Care => "zorg",
            Self::Own => "eigen",
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
        let levels = [Self::Team, Self::Care, Self::Own];
        levels.into_iter().find(|level| level.code() == text).ok_or(LevelError)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_level_is_read_from_its_code_and_from_nothing_else() {
        for level in [ConfidentialityLevel::Team, ConfidentialityLevel::Care, ConfidentialityLevel::Own] {
            assert_eq!(level.code().parse(), Ok(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.code(), "one code, signed or not");
        }
        for wrong in ["", "Team", "zorg ", "alles"] {
            assert_eq!(wrong.parse::<ConfidentialityLevel>(), Err(LevelError), "{wrong:?}");
        }
    }
}
