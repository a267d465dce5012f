//! `renew --new-team-keys`: another key for a team, for when a member leaves or a key may be known to somebody.
//!
//! The new key is made where the root key signs, as the first one was: whoever could look on there could name
//! recipients of his own (docs/adr/0020-backups-are-sealed-and-team-keys-change.md). It is sealed to each member who
//! stays and may have it. What was sealed before opens with the key it was sealed to, which members keep.
//!
//! Members who joined in the console, or have another key of their own since, stand in the list when somebody compared
//! their key's fingerprint with what they read out (`joined`). Others get none here: a colleague gives it to them in the
//! console, and they are named.
//!
//! Deliberately absent: the recovery key, which devices hold drafts under; and sealing anew what was sealed before,
//! since whoever had the old key may have read it already.

use std::collections::BTreeSet;
use std::path::PathBuf;

use baken_protocol::keydir::{KeyDirectory, Team, TeamRecipient};
use baken_protocol::seal::{KeyFingerprint, Recipient};
use baken_protocol::vocabulary::Vocabulary;

use super::{RenewError, Renewal, Renewed, following, sign};
use crate::access::may_be_given;
use crate::admin::members::{self, Member};
use crate::admin::team_keys::TeamIdentity;
use crate::register::NextDirectory;
use crate::storage::{Account, StorageError, UnitOfWork};

/// What is to change.
#[derive(Debug, Clone)]
pub struct TeamKeyOrder {
    /// The teams that get another key, besides those of whoever leaves.
    pub teams: Vec<Team>,
    /// The logins of members who leave: they are signed out, cannot sign in any more, and get no key.
    pub leaving: Vec<String>,
    /// The list of members that lies with the root key.
    pub members: PathBuf,
    /// Members who joined in the console, or have another key since, with what they read out: the list names them from then
    /// on.
    pub joined: Vec<(String, KeyFingerprint)>,
}

/// A team with another key, and who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTeamKey {
    /// The team.
    pub team: Team,
    /// The logins; without any, the recovery identity alone opens what is sealed to it.
    pub members: Vec<String>,
    /// Those who may have it and whose key the list does not name.
    pub without: Vec<String>,
}

impl Renewal<'_> {
    /// Signs the directory that follows, with other keys for the teams of `order`, and hands them to their members.
    pub fn team_keys(&self, order: &TeamKeyOrder) -> Result<(Renewed, Vec<NewTeamKey>), RenewError> {
        if order.teams.is_empty() && order.leaving.is_empty() {
            return Err(RenewError::NoTeamNamed);
        }
        let _lock = self.locked_where_directories_are_brought()?;
        let begun = self.in_force()?;
        let (accounts, everybody) =
            self.storage.read(|tx| Ok::<_, StorageError>((tx.active_accounts()?, tx.members()?)))?;
        let list = with_joined(&accounts, order)?;
        let members = agreed(&accounts, &list)?;
        // Also whose account was ended before: it is their keys that must change.
        let unknown = |login: &&String| everybody.iter().all(|row| row.login != **login);
        if let Some(login) = order.leaving.iter().find(unknown) {
            return Err(RenewError::NoMember(login.clone()));
        }
        let held = self.held_by(&order.leaving)?;
        let staying: Vec<_> =
            accounts.iter().zip(&members).filter(|(account, _)| !order.leaving.contains(&account.login)).collect();
        if staying.is_empty() {
            return Err(RenewError::NobodyStays);
        }
        if !order.joined.is_empty() {
            // Before any key is handed out: whoever stands in it was compared.
            members::write_to(&order.members, &list)?;
        }
        let next = following(begun.newest(), self.environment);
        let names = changed(&next, order, &held)?;
        let keys: Vec<TeamIdentity> = names.into_iter().map(TeamIdentity::generate).collect();
        let recipients = next.recipients.iter().map(|known| in_place_of(known, &keys)).collect();
        let next = KeyDirectory { recipients, ..next };
        let (mut shares, mut made) = (Vec::new(), Vec::new());
        for key in &keys {
            let holders = staying.iter().filter(|(account, _)| account.grant().may_have(&key.name));
            let (mut logins, mut without) = (Vec::new(), Vec::new());
            for (account, member) in holders {
                match member {
                    Some(member) => {
                        shares.push((account.login.clone(), key.share(next.epoch, &member.recipient)?));
                        logins.push(account.login.clone());
                    }
                    None => without.push(account.login.clone()),
                }
            }
            made.push(NewTeamKey { team: key.name.clone(), members: logins, without });
        }
        let teams: Vec<Team> = keys.into_iter().map(|key| key.name).collect();
        let bring = |next: NextDirectory<'_>| {
            let (new_team_keys, shares, leaving) = (&*teams, &*shares, &*order.leaving);
            let order = NextDirectory { new_team_keys, shares, leaving, ..next };
            self.bring_into_force(&order)
        };
        Ok((sign(&begun, &next, bring)?.0, made))
    }

    /// The teams whose keys these were ever given, whatever roles and levels they have now.
    fn held_by(&self, logins: &[String]) -> Result<BTreeSet<Team>, StorageError> {
        self.storage.read(|tx| {
            let mut held = BTreeSet::new();
            for login in logins {
                held.extend(tx.teams_ever_given(login)?);
            }
            Ok(held)
        })
    }
}

/// Each account's entry in the list; nothing where that does not name the account with this key. Where it names the key, it
/// must say the same of its owner.
fn agreed(accounts: &[Account], list: &[Member]) -> Result<Vec<Option<Member>>, RenewError> {
    let entry = |account: &Account| {
        let named = list.iter().find(|member| member.login == account.login);
        match named.filter(|member| member.recipient.to_string() == account.recipient) {
            Some(member) if !member.is(account) => Err(RenewError::OtherMember(account.login.clone())),
            found => Ok(found.cloned()),
        }
    };
    accounts.iter().map(entry).collect()
}

/// The list, with those who joined since: of whom it knew, as it knew them, and of the others what enforcement may be.
fn with_joined(accounts: &[Account], order: &TeamKeyOrder) -> Result<Vec<Member>, RenewError> {
    let mut list = members::read(&order.members)?;
    for (login, fingerprint) in &order.joined {
        let account = accounts.iter().find(|account| account.login == *login);
        let account = account.ok_or_else(|| RenewError::NoMember(login.clone()))?;
        let recipient: Recipient = account.recipient.parse()?;
        if KeyFingerprint::of(&recipient) != *fingerprint {
            return Err(RenewError::OtherKey(login.clone()));
        }
        let (organisation, levels) = (account.organisation.clone(), account.levels.clone());
        let before = list.iter().find(|member| member.login == *login);
        let is_other = before.is_some_and(|it| it.organisation != organisation || it.levels != levels);
        let kind = Vocabulary::built_in().organisation(organisation.as_str()).map(|known| known.kind);
        let is_possible = kind.is_some_and(|kind| levels.iter().all(|level| may_be_given(kind, *level)));
        if is_other || !is_possible {
            return Err(RenewError::OtherMember(login.clone()));
        }
        list.retain(|member| member.login != *login);
        list.push(Member { login: login.clone(), organisation, levels, recipient });
    }
    Ok(list)
}

/// The teams that were asked for, and every team of whoever leaves.
fn changed(
    directory: &KeyDirectory,
    order: &TeamKeyOrder,
    held: &BTreeSet<Team>,
) -> Result<BTreeSet<Team>, RenewError> {
    if order.teams.contains(&Team::Recovery) {
        return Err(RenewError::RecoveryKey);
    }
    let known: Vec<&Team> = directory.recipients.iter().map(|entry| &entry.name).collect();
    if let Some(unknown) = order.teams.iter().find(|team| !known.contains(team)) {
        return Err(RenewError::NoTeam(unknown.clone()));
    }
    let theirs = known.into_iter().filter(|team| held.contains(team));
    Ok(order.teams.iter().chain(theirs).cloned().collect())
}

fn in_place_of(known: &TeamRecipient, keys: &[TeamIdentity]) -> TeamRecipient {
    keys.iter().find(|key| key.name == known.name).map_or_else(|| known.clone(), TeamIdentity::recipient)
}
