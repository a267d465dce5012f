//! What an account may see: how far it reaches into each level.

use baken_protocol::ids::Code;
use baken_protocol::record::ConfidentialityLevel;

/// An account's levels and organisation, as every question about records needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    /// Sees level `team`.
    pub team: bool,
    /// Sees level `zorg`.
    pub care: bool,
    /// Sees level `eigen` of this organisation.
    pub organisation: String,
}

/// How much of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    Whole,
    /// What devices of the account's own organisation recorded.
    OwnOrganisation,
    /// None of it.
    Nothing,
}

impl Clearance {
    /// How much of `level` may be seen.
    pub const fn reach(&self, level: ConfidentialityLevel) -> Reach {
        match level {
            ConfidentialityLevel::Team if self.team => Reach::Whole,
            ConfidentialityLevel::Care if self.care => Reach::Whole,
            ConfidentialityLevel::Team | ConfidentialityLevel::Care => Reach::Nothing,
            ConfidentialityLevel::Own => Reach::OwnOrganisation,
        }
    }

    /// Whether a record of `level` that a device of `organisation` made may be seen.
    pub fn allows(&self, level: ConfidentialityLevel, organisation: &Code) -> bool {
        match self.reach(level) {
            Reach::Whole => true,
            Reach::OwnOrganisation => organisation.as_str() == self.organisation,
            Reach::Nothing => false,
        }
    }

    /// What may be seen of these levels, or of all where none is named: each as [`shown_to`] says it.
    pub fn sees(&self, levels: &[String]) -> Vec<String> {
        let asked = |level: &ConfidentialityLevel| levels.is_empty() || levels.iter().any(|it| it == level.code());
        let all = [ConfidentialityLevel::Team, ConfidentialityLevel::Care, ConfidentialityLevel::Own];
        let seen = all.into_iter().filter(|level| self.reach(*level) != Reach::Nothing).filter(asked);
        seen.map(|level| shown_to(level.code(), &self.organisation)).collect()
    }
}

/// Who may see an observation of a level: one value for each, so that a list is one range of an index.
pub fn shown_to(level: &str, organisation: &str) -> String {
    if level == ConfidentialityLevel::Own.code() { format!("{level} {organisation}") } else { level.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use ConfidentialityLevel::{Care, Own, Team};

    fn of(team: bool, care: bool) -> Clearance {
        Clearance { team, care, organisation: "politie".to_owned() }
    }

    #[test]
    fn a_level_is_seen_by_whoever_has_it_and_ones_own_by_its_organisation_alone() {
        let (own, other): (Code, Code) = ("politie".parse().unwrap(), "nla".parse().unwrap());
        for (team, care) in [(false, false), (true, false), (false, true), (true, true)] {
            let clearance = of(team, care);
            for organisation in [&own, &other] {
                assert_eq!(clearance.allows(Team, organisation), team);
                assert_eq!(clearance.allows(Care, organisation), care);
            }
            assert!(clearance.allows(Own, &own) && !clearance.allows(Own, &other));
        }
    }

    #[test]
    fn a_list_is_of_what_is_allowed_and_of_what_was_asked() {
        let asked = |levels: &[&str]| levels.iter().map(|level| (*level).to_owned()).collect::<Vec<_>>();
        assert_eq!(of(true, false).sees(&[]), ["team", "eigen politie"]);
        assert_eq!(of(true, true).sees(&asked(&["zorg", "eigen"])), ["zorg", "eigen politie"]);
        assert_eq!(of(true, false).sees(&asked(&["zorg"])), [""; 0]);
    }

    /// The list and the record are asked for in two ways, and both mean the same.
    #[test]
    fn whatever_a_list_shows_is_allowed_and_the_other_way_about() {
        for (team, care) in [(false, false), (true, false), (false, true), (true, true)] {
            let clearance = of(team, care);
            for level in [Team, Care, Own] {
                for organisation in ["politie", "nla"] {
                    let listed = clearance.sees(&[]).contains(&shown_to(level.code(), organisation));
                    assert_eq!(
                        listed,
                        clearance.allows(level, &organisation.parse().unwrap()),
                        "{level:?} {organisation}"
                    );
                }
            }
        }
    }
}
