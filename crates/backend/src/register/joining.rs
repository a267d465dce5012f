//! Members who are made in the console: an administrator says who, and whoever has the code of that invitation joins with a
//! password and a key of their own, both chosen in their own browser.
//!
//! Whoever joined reads nothing yet (`admission`). Deliberately absent: a key in what an administrator does, who may have
//! none.

use std::collections::BTreeSet;
use std::str::FromStr;

use baken_protocol::digest::Digest;
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::seal::{KeyFingerprint, Recipient};
use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE32_NOPAD;

use crate::access::{Permission, Role, is_login, may_be_given, may_have_role};
use crate::environment::{Environment, NoRandomness};
use crate::storage::{Account, AuditAction, AuditEntry, AuditObject, InvitedMember, StorageError, Transaction};

/// How long an invitation may be used.
const VALID_DAYS: i64 = 7;
/// Bytes of a code: 128 bits.
const CODE_BYTES: usize = 16;

/// Who is to be a member, as somebody typed it.
#[derive(Debug, Clone, Default)]
pub struct MemberOrder {
    /// The login name.
    pub login: String,
    /// The organisation's code.
    pub organisation: String,
    /// Levels by their codes.
    pub levels: Vec<String>,
    /// Roles by their codes.
    pub roles: Vec<String>,
}

/// What is wrong with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidMember {
    /// No login name.
    LoginMissing,
    /// No text that can be one.
    LoginMisspelt,
    /// Somebody has it, or had it: what was done under it stays theirs.
    LoginTaken,
    /// No organisation.
    OrganisationMissing,
    /// The vocabulary has no such organisation.
    OrganisationUnknown,
    /// There is no such level, or nobody of this organisation may see it.
    LevelUnknown,
    /// No role.
    RolesMissing,
    /// There is no such role, or nobody of this organisation may have it.
    RoleUnknown,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteMemberError {
    /// Everything that is wrong with the order.
    #[error("the order is wrong: {0:?}")]
    Invalid(Vec<InvalidMember>),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

/// An invitation with the code that is shown once and never stored.
pub struct FreshMemberInvitation {
    /// The code: 26 letters and digits.
    pub code: String,
    /// Who is invited.
    pub invited: InvitedMember,
}

/// Why nobody joined.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum JoinError {
    /// Nobody has this code, or it was used or withdrawn.
    #[error("no invitation has this code")]
    Unknown,
    /// Its time is over.
    #[error("the invitation has run out")]
    Expired,
}

/// Keeps an invitation, in place of an earlier one of the same login, with its line in the audit log.
pub fn invite_member(
    tx: &dyn Transaction,
    environment: &Environment,
    order: &MemberOrder,
    entry: &AuditEntry<'_>,
) -> Result<FreshMemberInvitation, InviteMemberError> {
    let taken = tx.members()?.iter().any(|row| row.login == order.login);
    let (login, organisation, levels, roles) =
        checked(order, &Vocabulary::built_in(), taken).map_err(InviteMemberError::Invalid)?;
    let code = BASE32_NOPAD.encode(&environment.random::<CODE_BYTES>()?).to_lowercase();
    let invited_at = environment.clock.now();
    let expires_at = invited_at + TimeDelta::try_days(VALID_DAYS).unwrap_or_default();
    let invited_by = entry.actor.to_owned();
    let invited = InvitedMember { login, organisation, roles, levels, invited_by, invited_at, expires_at };
    tx.invite_member(hash_of(&code), &invited)?;
    let detail = said(&invited);
    tx.audit(invited_at, &entry.with_detail(&detail))?;
    Ok(FreshMemberInvitation { code, invited })
}

/// The invitation with this code, if it may be used.
pub fn open_invitation(
    tx: &dyn Transaction,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Result<InvitedMember, JoinError>, StorageError> {
    let Some(invited) = tx.member_invitation(hash_of(code))? else { return Ok(Err(JoinError::Unknown)) };
    // What somebody gave out who may do so no more is worth nothing.
    let administrator = tx.account(&invited.invited_by)?.map(|(account, _)| account);
    if !administrator.is_some_and(|account| account.grant().may(Permission::ManageMembers)) {
        return Ok(Err(JoinError::Unknown));
    }
    Ok(if invited.expires_at <= now { Err(JoinError::Expired) } else { Ok(invited) })
}

/// Makes the account of whoever was invited, who is let in later. The invitation is spent.
pub fn join(
    tx: &dyn Transaction,
    code: &str,
    (password_hash, recipient, wrapped_identity): (&str, &Recipient, &str),
    (now, origin): (DateTime<Utc>, &str),
) -> Result<Result<Account, JoinError>, StorageError> {
    let invited = match open_invitation(tx, code, now)? {
        Ok(invited) => invited,
        Err(refused) => return Ok(Err(refused)),
    };
    let account = Account {
        login: invited.login,
        organisation: invited.organisation,
        roles: invited.roles,
        levels: invited.levels,
        admitted: false,
        recipient: recipient.to_string(),
        wrapped_identity: wrapped_identity.to_owned(),
    };
    tx.remove_member_invitation(&account.login)?;
    tx.create_account(&account, password_hash, &[], now)?;
    let entry = AuditEntry::new(&account.login, AuditAction::Join, AuditObject::Account, &account.login, origin);
    let fingerprint = KeyFingerprint::of(recipient).to_string();
    tx.audit(now, &entry.with_detail(&fingerprint))?;
    Ok(Ok(account))
}

/// What an invitation is for, as the audit log says it: organisation, levels, roles.
fn said(invited: &InvitedMember) -> String {
    let levels: Vec<_> = invited.levels.iter().map(|level| level.code()).collect();
    let roles: Vec<_> = invited.roles.iter().map(|role| role.code()).collect();
    format!("{} {} {}", invited.organisation, levels.join(","), roles.join(","))
}

/// Hidden and separating characters are how a code was typed, and say nothing.
fn hash_of(code: &str) -> Digest {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    Digest::of(plain.to_lowercase().as_bytes())
}

type Checked = (String, baken_protocol::ids::Code, Vec<ConfidentialityLevel>, Vec<Role>);

fn checked(order: &MemberOrder, vocabulary: &Vocabulary, taken: bool) -> Result<Checked, Vec<InvalidMember>> {
    let mut wrong = Vec::new();
    match order.login.as_str() {
        "" => wrong.push(InvalidMember::LoginMissing),
        login if !is_login(login) => wrong.push(InvalidMember::LoginMisspelt),
        _ if taken => wrong.push(InvalidMember::LoginTaken),
        _ => {}
    }
    let organisation = vocabulary.organisation(&order.organisation);
    if organisation.is_none() {
        let missing = order.organisation.is_empty();
        wrong.push(if missing { InvalidMember::OrganisationMissing } else { InvalidMember::OrganisationUnknown });
    }
    let kind = organisation.map(|known| known.kind);
    let possible = |level: &ConfidentialityLevel| kind.is_none_or(|kind| may_be_given(kind, *level));
    let levels = all(&order.levels, possible).unwrap_or_else(|| {
        wrong.push(InvalidMember::LevelUnknown);
        Vec::new()
    });
    let possible = |role: &Role| kind.is_none_or(|kind| may_have_role(kind, *role));
    let roles = all(&order.roles, possible).unwrap_or_else(|| {
        wrong.push(InvalidMember::RoleUnknown);
        Vec::new()
    });
    if order.roles.is_empty() {
        wrong.push(InvalidMember::RolesMissing);
    }
    match organisation {
        Some(organisation) if wrong.is_empty() => Ok((order.login.clone(), organisation.code.clone(), levels, roles)),
        Some(_) | None => Err(wrong),
    }
}

/// Each of `named` once, in one order; nothing where one of them is none, or not possible.
fn all<T: FromStr + Ord>(named: &[String], possible: impl Fn(&T) -> bool) -> Option<Vec<T>> {
    let read: Option<BTreeSet<T>> = named.iter().map(|text| text.parse().ok().filter(&possible)).collect();
    read.map(|read| read.into_iter().collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use InvalidMember::{
        LevelUnknown, LoginMissing, LoginMisspelt, LoginTaken, OrganisationMissing, OrganisationUnknown, RoleUnknown,
        RolesMissing,
    };

    fn order(login: &str, organisation: &str, levels: &[&str], roles: &[&str]) -> MemberOrder {
        let owned = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
        let (login, organisation) = (login.to_owned(), organisation.to_owned());
        MemberOrder { login, organisation, levels: owned(levels), roles: owned(roles) }
    }

    fn wrong(order: &MemberOrder) -> Vec<InvalidMember> {
        checked(order, &Vocabulary::built_in(), false).map(|_| ()).unwrap_err()
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        assert_eq!(
            wrong(&order("", "", &["alles"], &[])),
            [LoginMissing, OrganisationMissing, LevelUnknown, RolesMissing]
        );
        assert_eq!(
            wrong(&order("Jan Jansen", "nergens", &[], &["baas"])),
            [LoginMisspelt, OrganisationUnknown, RoleUnknown]
        );
        let known = order("jan", "politie", &["team"], &["coordinator"]);
        assert_eq!(checked(&known, &Vocabulary::built_in(), true).unwrap_err(), [LoginTaken]);
    }

    #[test]
    fn enforcement_is_never_invited_to_what_is_marked_for_care() {
        let care = order("jan", "politie", &["team", "zorg"], &["care-coordinator"]);
        assert_eq!(wrong(&care), [LevelUnknown, RoleUnknown]);
        let elsewhere = MemberOrder { organisation: "gemeente-velsen".to_owned(), ..care };
        assert!(checked(&elsewhere, &Vocabulary::built_in(), false).is_ok());
    }

    #[test]
    fn roles_and_levels_are_kept_once_in_one_order() {
        let twice = order("jan", "gemeente-velsen", &["zorg", "team", "zorg"], &["auditor", "coordinator", "auditor"]);
        let (_, _, levels, roles) = checked(&twice, &Vocabulary::built_in(), false).unwrap();
        assert_eq!(levels.len(), 2);
        assert_eq!(roles, [Role::Coordinator, Role::Auditor]);
    }

    #[test]
    fn a_code_is_the_same_however_it_was_typed() {
        assert_eq!(hash_of("abcd efgh"), hash_of(" ABCD-EFGH\u{200b}"));
        assert_ne!(hash_of("abcdefgh"), hash_of("abcdefgi"));
    }
}
