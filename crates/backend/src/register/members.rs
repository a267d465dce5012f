//! Whether a member may be given other roles, or have their account ended: pure, of who there is.

use baken_protocol::vocabulary::Vocabulary;

use crate::access::{Grant, Permission, Role, may_have_role};
use crate::storage::MemberRow;

/// Why nothing is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is no such member, or one whose account was ended.
    NoSuchMember,
    /// Nobody of this organisation may have one of these roles.
    RoleNotPossible,
    /// Nobody else could give roles then.
    LastAdministrator,
    /// Nobody gives themselves what reads records.
    OwnRoles,
}

/// The roles that a member of this organisation may have.
pub fn possible_roles(organisation: &str, vocabulary: &Vocabulary) -> Vec<Role> {
    let kind = vocabulary.organisation(organisation).map(|known| known.kind);
    // Of one that the vocabulary does not name nobody knows whether it is enforcement.
    let possible = |role: &Role| kind.map_or(*role != Role::CareCoordinator, |kind| may_have_role(kind, *role));
    Role::ALL.into_iter().filter(possible).collect()
}

/// Whether `login` may be given these roles by `giver`, in place of those they have; by nobody, who stands at the machine.
pub fn may_be_given(
    members: &[MemberRow],
    giver: Option<&str>,
    (login, roles): (&str, &[Role]),
    known: &Vocabulary,
) -> Result<(), Refused> {
    let member = active(members).find(|row| row.login == login).ok_or(Refused::NoSuchMember)?;
    let possible = possible_roles(member.organisation.as_str(), known);
    if !roles.iter().all(|role| possible.contains(role)) {
        return Err(Refused::RoleNotPossible);
    }
    // Whoever manages the members sees no record by that, and needs another to see one.
    let reads = |role: &&Role| role.permissions().contains(&Permission::ReadRecords);
    if giver == Some(login) && roles.iter().filter(reads).any(|role| !member.roles.contains(role)) {
        return Err(Refused::OwnRoles);
    }
    if roles.contains(&Role::Administrator) { Ok(()) } else { may_stop_giving_roles(members, login) }
}

/// Whether these roles let somebody see more than they do: then somebody has to vouch for that anew. Whoever manages the
/// members sees nothing, and is nobody's word for what another may.
pub fn sees_more(member: &MemberRow, roles: &[Role]) -> bool {
    let grant = |roles| Grant { roles, levels: &member.levels, organisation: &member.organisation, admitted: true };
    let (now, then) = (grant(&member.roles), grant(roles));
    let mut of_records = Permission::ALL.into_iter().filter(|it| it.is_of_records());
    of_records.any(|it| then.may(it) && !now.may(it)) || (then.clearance().care && !now.clearance().care)
}

/// Whether the account of `login` may be ended. One that was ended before may, and nothing changes.
pub fn may_be_ended(members: &[MemberRow], login: &str) -> Result<(), Refused> {
    if members.iter().all(|row| row.login != login) {
        return Err(Refused::NoSuchMember);
    }
    may_stop_giving_roles(members, login)
}

fn may_stop_giving_roles(members: &[MemberRow], login: &str) -> Result<(), Refused> {
    let mut administrators = active(members).filter(|row| row.roles.contains(&Role::Administrator));
    let is_the_last = administrators.next().is_some_and(|row| row.login == login) && administrators.next().is_none();
    if is_the_last { Err(Refused::LastAdministrator) } else { Ok(()) }
}

fn active(members: &[MemberRow]) -> impl Iterator<Item = &MemberRow> {
    members.iter().filter(|row| row.disabled_at.is_none())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use Role::{Administrator, Analyst, CareCoordinator, Coordinator};
    use chrono::DateTime;

    fn member(login: &str, organisation: &str, roles: &[Role]) -> MemberRow {
        MemberRow {
            login: login.to_owned(),
            organisation: organisation.parse().unwrap(),
            roles: roles.to_vec(),
            levels: Vec::new(),
            second_factor_since: None,
            created_at: DateTime::UNIX_EPOCH,
            admitted_at: Some(DateTime::UNIX_EPOCH),
            disabled_at: None,
            last_seen_at: None,
        }
    }

    fn given(members: &[MemberRow], login: &str, roles: &[Role]) -> Result<(), Refused> {
        may_be_given(members, None, (login, roles), &Vocabulary::built_in())
    }

    #[test]
    fn the_last_administrator_stays_one_and_any_other_may_stop() {
        let velsen = "gemeente-velsen";
        let one = [member("a", velsen, &[Administrator, Coordinator]), member("b", velsen, &[Coordinator])];
        assert_eq!(given(&one, "a", &[Coordinator]), Err(Refused::LastAdministrator));
        assert_eq!(may_be_ended(&one, "a"), Err(Refused::LastAdministrator));
        assert_eq!(given(&one, "a", &[Administrator]), Ok(()), "other roles of theirs may change");
        assert_eq!(may_be_ended(&one, "b"), Ok(()));

        let two = [member("a", velsen, &[Administrator]), member("b", velsen, &[Administrator])];
        assert_eq!(given(&two, "a", &[Analyst]), Ok(()));
        let former = MemberRow { disabled_at: Some(DateTime::UNIX_EPOCH), ..two[1].clone() };
        let left = [two[0].clone(), former];
        assert_eq!(may_be_ended(&left, "a"), Err(Refused::LastAdministrator), "a former one gives no roles");
        assert_eq!(may_be_ended(&left, "b"), Ok(()), "and is ended already");
    }

    #[test]
    fn nobody_is_given_what_their_organisation_may_not_have() {
        let members = [member("a", "gemeente-velsen", &[Administrator]), member("p", "politie", &[Coordinator])];
        assert_eq!(given(&members, "p", &[CareCoordinator]), Err(Refused::RoleNotPossible));
        assert_eq!(given(&members, "p", &[Analyst]), Ok(()));
        assert_eq!(given(&members, "a", &[Administrator, CareCoordinator]), Ok(()));
        let unknown = [member("x", "nieuwe-dienst", &[Coordinator])];
        assert_eq!(given(&unknown, "x", &[CareCoordinator]), Err(Refused::RoleNotPossible));
    }

    #[test]
    fn nobody_gives_themselves_what_reads_records() {
        let members =
            [member("a", "gemeente-velsen", &[Administrator]), member("b", "gemeente-velsen", &[Coordinator])];
        let by = |giver, login, roles: &[Role]| may_be_given(&members, giver, (login, roles), &Vocabulary::built_in());
        for role in [Coordinator, CareCoordinator, Analyst] {
            assert_eq!(by(Some("a"), "a", &[Administrator, role]), Err(Refused::OwnRoles), "{role}");
        }
        assert_eq!(by(Some("a"), "a", &[Administrator, Role::DeviceManager]), Ok(()));
        assert_eq!(by(Some("a"), "b", &[Coordinator, CareCoordinator]), Ok(()));
        assert_eq!(by(None, "a", &[Administrator, Coordinator]), Ok(()), "whoever stands at the machine may");
        let both = [member("a", "gemeente-velsen", &[Administrator, Coordinator])];
        let kept = may_be_given(
            &both,
            Some("a"),
            ("a", &[Administrator, Coordinator, Role::Auditor]),
            &Vocabulary::built_in(),
        );
        assert_eq!(kept, Ok(()), "what one has is kept");
    }

    #[test]
    fn who_is_not_there_is_given_nothing() {
        let former = MemberRow { disabled_at: Some(DateTime::UNIX_EPOCH), ..member("a", "politie", &[Coordinator]) };
        assert_eq!(given(&[former], "a", &[Analyst]), Err(Refused::NoSuchMember));
        assert_eq!(may_be_ended(&[], "a"), Err(Refused::NoSuchMember));
    }
}
