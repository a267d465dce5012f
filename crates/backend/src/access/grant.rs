//! What an account was granted, and what follows from it: what may be done, what may be seen, and which team's key may be
//! had.

use baken_protocol::ids::Code;
use baken_protocol::keydir::Team;
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::vocabulary::OrganisationKind;

use super::{Clearance, Permission, Reach, Role, may};

/// An account's roles, its levels and its organisation.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// The roles.
    pub roles: &'a [Role],
    /// The levels; `eigen` always means the own organisation's.
    pub levels: &'a [ConfidentialityLevel],
    /// The organisation.
    pub organisation: &'a Code,
    /// Whether somebody who reads has let it in: whoever was not reads nothing, whatever roles they were given.
    pub admitted: bool,
}

impl Grant<'_> {
    /// Whether it may be done.
    pub fn may(&self, permission: Permission) -> bool {
        may(self.roles, permission) && (self.admitted || !permission.is_of_records())
    }

    /// What may be seen: nothing before somebody let the account in. What is marked for care is for care coordinators, whatever
    /// levels an account has.
    pub fn clearance(&self) -> Clearance {
        if !self.admitted {
            return Clearance { team: false, care: false, organisation: String::new() };
        }
        let cares = self.roles.contains(&Role::CareCoordinator);
        Clearance {
            team: self.levels.contains(&ConfidentialityLevel::Team),
            care: self.levels.contains(&ConfidentialityLevel::Care) && cares,
            organisation: self.organisation.to_string(),
        }
    }

    /// Whether `team`'s key may be had: that of what may be seen, by whoever may fetch what it opens.
    pub fn may_have(&self, team: &Team) -> bool {
        if !self.may(Permission::ReadSealed) {
            return false;
        }
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

/// Whether a member of such an organisation may have a role: likewise.
pub const fn may_have_role(kind: OrganisationKind, role: Role) -> bool {
    !matches!((kind, role), (OrganisationKind::Enforcement, Role::CareCoordinator))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_account_has_the_keys_of_what_it_may_see_and_never_the_recovery_key() {
        let (levels, organisation) = ([ConfidentialityLevel::Team], "gemeente-velsen".parse().unwrap());
        let roles = [Role::Coordinator];
        let grant = Grant { roles: &roles, levels: &levels, organisation: &organisation, admitted: true };
        let has = |team: &str| grant.may_have(&team.parse().unwrap());
        assert!(has("team") && has("eigen:gemeente-velsen"));
        assert!(!has("zorg") && !has("eigen:politie") && !has("recovery"));
    }

    #[test]
    fn what_is_marked_for_care_needs_the_level_and_the_role() {
        const TEAM: ConfidentialityLevel = ConfidentialityLevel::Team;
        const CARE: ConfidentialityLevel = ConfidentialityLevel::Care;
        let organisation: Code = "gemeente-velsen".parse().unwrap();
        let sees_care = |roles: &[Role], levels: &[ConfidentialityLevel]| {
            let grant = Grant { roles, levels, organisation: &organisation, admitted: true };
            let (sees, has) = (grant.clearance().care, grant.may_have(&Team::Care));
            assert_eq!(sees, has);
            sees
        };
        assert!(sees_care(&[Role::CareCoordinator], &[TEAM, CARE]));
        assert!(!sees_care(&[Role::CareCoordinator], &[TEAM]));
        assert!(!sees_care(&[Role::Coordinator, Role::Administrator], &[TEAM, CARE]));
    }

    #[test]
    fn whoever_reads_open_parts_alone_has_no_key() {
        let (levels, organisation) = ([ConfidentialityLevel::Team], "gemeente-velsen".parse().unwrap());
        for role in [Role::Analyst, Role::DeviceManager, Role::Administrator, Role::Auditor] {
            let grant = Grant { roles: &[role], levels: &levels, organisation: &organisation, admitted: true };
            assert!(!grant.may_have(&Team::Coordinators), "{role}");
            assert!(!grant.may_have(&"eigen:gemeente-velsen".parse().unwrap()), "{role}");
        }
    }

    #[test]
    fn whoever_nobody_vouched_for_reads_nothing_and_does_the_rest() {
        let (levels, organisation) = ([ConfidentialityLevel::Team], "gemeente-velsen".parse().unwrap());
        let grant = Grant { roles: &Role::ALL, levels: &levels, organisation: &organisation, admitted: false };
        for permission in Permission::ALL {
            assert_eq!(grant.may(permission), !permission.is_of_records(), "{permission:?}");
        }
        assert!(!grant.may_have(&Team::Coordinators));
        assert_eq!(grant.clearance().sees(&[]), ["eigen "], "which is nobody's");
        assert!(Grant { admitted: true, ..grant }.may_have(&Team::Coordinators));
    }

    #[test]
    fn enforcement_is_never_given_what_is_marked_for_care() {
        use ConfidentialityLevel::{Care, Own, Team};
        assert!(!may_be_given(OrganisationKind::Enforcement, Care));
        assert!(may_be_given(OrganisationKind::Enforcement, Team) && may_be_given(OrganisationKind::Enforcement, Own));
        assert!(may_be_given(OrganisationKind::Municipality, Care));
        assert!(!may_have_role(OrganisationKind::Enforcement, Role::CareCoordinator));
        assert!(may_have_role(OrganisationKind::Enforcement, Role::Coordinator));
    }
}
