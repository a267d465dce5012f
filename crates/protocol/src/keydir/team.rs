//! Teams: the groups of people a record is sealed to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::Code;

/// A group of people who can open what is sealed to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Team {
    /// All coordinators (`team`).
    Coordinators,
    /// Care coordinators only (`zorg`).
    Care,
    /// One organisation (`eigen:CODE`).
    Organisation(Code),
    /// The recovery key, always a recipient (`recovery`).
    Recovery,
}

/// The text names no team.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a team: team, zorg, recovery or eigen:ORGANISATION is expected")]
pub struct TeamError;

impl FromStr for Team {
    type Err = TeamError;

    fn from_str(text: &str) -> Result<Self, TeamError> {
        match text {
            "team" => Ok(Self::Coordinators),
            "zorg" => Ok(Self::Care),
            "recovery" => Ok(Self::Recovery),
            _ => {
                let organisation = text.strip_prefix("eigen:").ok_or(TeamError)?;
                Ok(Self::Organisation(organisation.parse().map_err(|_| TeamError)?))
            }
        }
    }
}

impl fmt::Display for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coordinators => f.write_str("team"),
            Self::Care => f.write_str("zorg"),
            Self::Organisation(code) => write!(f, "eigen:{code}"),
            Self::Recovery => f.write_str("recovery"),
        }
    }
}

impl TryFrom<String> for Team {
    type Error = TeamError;

    fn try_from(text: String) -> Result<Self, TeamError> {
        text.parse()
    }
}

impl From<Team> for String {
    fn from(team: Team) -> Self {
        team.to_string()
    }
}
