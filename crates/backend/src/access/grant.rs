//! What an account was granted, and what follows from it: what may be seen, and which team's key may be had.

use baken_protocol::ids::Code;
use baken_protocol::keydir::Team;
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::vocabulary::OrganisationKind;

use super::{Clearance, Reach};

/// An account's levels and its organisation.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// The levels; `eigen` always means the own organisation's.
    pub levels: &'a [ConfidentialityLevel],
    /// The organisation.
    pub organisation: &'a Code,
}

impl Grant<'_> {
    /// What may be seen.
    pub fn clearance(&self) -> Clearance {
        Clearance {
            team: self.levels.contains(&ConfidentialityLevel::Team),
            care: self.levels.contains(&ConfidentialityLevel::Care),
            organisation: self.organisation.to_string(),
        }
    }

    /// Whether `team`'s key may be had: that of what may be seen, and of nothing else.
    pub fn may_have(&self, team: &Team) -> bool {
        let sees_all = |level| self.clearance().reach(level) == Reach::Whole;
        match team {
            Team::Coordinators => sees_all(ConfidentialityLevel::Team),
            Team::Care => sees_all(ConfidentialityLevel::Care),
            Team::Organisation(organisation) => self.clearance().allows(ConfidentialityLevel::Own, organisation),
            Team::Recovery => false,
        }
    }
}

/// Whether a member of such an organisation may be given a level. What an outreach worker marked for care is never seen by
/// enforcement, whatever an operator types.
pub const fn may_be_given(kind: OrganisationKind, level: ConfidentialityLevel) -> bool {
    !matches!((kind, level), (OrganisationKind::Enforcement, ConfidentialityLevel::Care))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_account_has_the_keys_of_what_it_may_see_and_never_the_recovery_key() {
        let (levels, organisation) = ([ConfidentialityLevel::Team], "gemeente-velsen".parse().unwrap());
        let grant = Grant { levels: &levels, organisation: &organisation };
        let has = |team: &str| grant.may_have(&team.parse().unwrap());
        assert!(has("team") && has("eigen:gemeente-velsen"));
        assert!(!has("zorg") && !has("eigen:politie") && !has("recovery"));
    }

    #[test]
    fn enforcement_is_never_given_what_is_marked_for_care() {
        use ConfidentialityLevel::{Care, Own, Team};
        assert!(!may_be_given(OrganisationKind::Enforcement, Care));
        assert!(may_be_given(OrganisationKind::Enforcement, Team) && may_be_given(OrganisationKind::Enforcement, Own));
        assert!(may_be_given(OrganisationKind::Municipality, Care));
    }
}
