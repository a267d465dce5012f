//! Letting somebody in who joined, and giving members the team keys that they lack. Both are done by a member who reads: their
//! browser has the keys and seals them to the other, so that the backend never holds one.
//!
//! Whoever lets somebody in compares what the other reads out with the key that came here (`ui/console`): a backend that put
//! another key in its place shows by that. Deliberately absent: an administrator's word for it, whose role reads nothing.

use std::collections::BTreeSet;

use baken_protocol::keydir::Team;
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::vocabulary::{OrganisationKind, Vocabulary};
use chrono::{DateTime, Utc};

use crate::access::{Grant, Permission, needs_a_word};
use crate::storage::{Account, StorageError, TeamKey, Transaction};

/// A team's key by what it is called by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyName {
    /// The team.
    pub team: String,
    /// The number of the key directory.
    pub epoch: u64,
    /// The team's recipient.
    pub recipient: String,
}

/// A team's key on its way to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedKey {
    /// Which.
    pub name: KeyName,
    /// An armored age file to the member.
    pub sealed: String,
}

/// Somebody who was not let in, or lacks a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Who.
    pub account: Account,
    /// Whether the asker sees as much as they are to see.
    pub may_be_admitted: bool,
    /// What they lack and the asker has.
    pub lacks: Vec<KeyName>,
    /// Teams whose key in use they lack, and the asker too.
    pub lacks_elsewhere: Vec<String>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum AdmissionError {
    /// They do not wait: they never joined, or lack nothing.
    #[error("nobody waits under this login")]
    NotWaiting,
    /// They have another key of their own since.
    #[error("the member has another key since")]
    OtherRecipient,
    /// Only somebody who sees as much as they will see may let them in.
    #[error("they are to see more than whoever lets them in")]
    BeyondYours,
    /// One of the keys is none that the giver has and they may have.
    #[error("there is a key among these that is not to be given")]
    NotToBeGiven,
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Everybody who waits for something, as `asker` sees it, who may read what is sealed.
pub fn waiting(tx: &dyn Transaction, asker: &Account) -> Result<Vec<Waiting>, StorageError> {
    let vocabulary = Vocabulary::built_in();
    let (mine, newest) = (tx.team_keys(&asker.login)?, tx.newest_epoch()?);
    let in_use = tx.shares_of_epoch(newest)?;
    let in_use: BTreeSet<&Team> = in_use.iter().map(|share| &share.key.team).collect();
    let mut all = Vec::new();
    for account in tx.active_accounts()? {
        if account.login == asker.login || !needs_a_word(&account.roles) {
            continue;
        }
        let theirs = tx.team_keys(&account.login)?;
        let lacks = lacking(&of(&account), &theirs, &mine);
        let has = |team: &Team| theirs.iter().any(|key| key.team == *team && key.epoch == newest);
        let given = |team: &Team| lacks.iter().any(|name| name.team == team.to_string());
        let elsewhere = in_use.iter().filter(|team| of(&account).may_have(team) && !has(team) && !given(team));
        let lacks_elsewhere: Vec<String> = elsewhere.map(ToString::to_string).collect();
        if !account.admitted || !lacks.is_empty() || !lacks_elsewhere.is_empty() {
            let may_be_admitted = may_admit(&asker.grant(), &of(&account), &vocabulary);
            all.push(Waiting { account, may_be_admitted, lacks, lacks_elsewhere });
        }
    }
    Ok(all)
}

/// Lets `login` in and gives them `keys`, which `giver`'s browser sealed to `recipient`. Answers how many they lacked.
pub fn admit(
    tx: &dyn Transaction,
    giver: &Account,
    (login, recipient): (&str, &str),
    keys: &[HandedKey],
    now: DateTime<Utc>,
) -> Result<usize, AdmissionError> {
    let waits = waiting(tx, giver)?.into_iter().find(|it| it.account.login == login);
    let Waiting { account, may_be_admitted, lacks, .. } = waits.ok_or(AdmissionError::NotWaiting)?;
    if account.recipient != recipient {
        return Err(AdmissionError::OtherRecipient);
    }
    if !account.admitted && !may_be_admitted {
        return Err(AdmissionError::BeyondYours);
    }
    let mut handed = BTreeSet::new();
    // Whoever gives nothing of what they could give has opened no key to compare with.
    if keys.is_empty() && !lacks.is_empty() {
        return Err(AdmissionError::NotToBeGiven);
    }
    // All are looked at before one is handed over: whoever gives a wrong one gives none.
    if !keys.iter().all(|key| lacks.contains(&key.name) && handed.insert(&key.name)) {
        return Err(AdmissionError::NotToBeGiven);
    }
    for HandedKey { name: KeyName { team, epoch, recipient }, sealed } in keys {
        let team: Team = team.parse().map_err(|_| AdmissionError::NotToBeGiven)?;
        let key = TeamKey { team, epoch: *epoch, recipient: recipient.clone(), sealed: sealed.clone() };
        tx.hand_team_key(login, &key)?;
    }
    tx.admit(login, now)?;
    Ok(handed.len())
}

/// What the account may once it is let in.
fn of(account: &Account) -> Grant<'_> {
    Grant { admitted: true, ..account.grant() }
}

/// Whether whoever has `giver` lets somebody in who has `newcomer`: nobody vouches for more than they see, whatever roles the
/// other is given later. Whose organisation's own records somebody reads is vouched for by a member of it, or by the municipality's,
/// who answers for all of it: else an organisation would have no first member.
fn may_admit(giver: &Grant<'_>, newcomer: &Grant<'_>, vocabulary: &Vocabulary) -> bool {
    let mine = giver.clearance();
    let of_municipality = vocabulary
        .organisation(giver.organisation.as_str())
        .is_some_and(|known| known.kind == OrganisationKind::Municipality);
    giver.may(Permission::ReadSealed)
        && (giver.organisation == newcomer.organisation || of_municipality)
        && (mine.team || !newcomer.levels.contains(&ConfidentialityLevel::Team))
        && (mine.care || !newcomer.levels.contains(&ConfidentialityLevel::Care))
}

/// What `theirs` lacks of `mine` and may have.
fn lacking(grant: &Grant<'_>, theirs: &[TeamKey], mine: &[TeamKey]) -> Vec<KeyName> {
    let held = |key: &TeamKey| theirs.iter().any(|it| it.team == key.team && it.epoch == key.epoch);
    let lacked = mine.iter().filter(|key| grant.may_have(&key.team) && !held(key));
    lacked
        .map(|key| KeyName { team: key.team.to_string(), epoch: key.epoch, recipient: key.recipient.clone() })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::access::Role::{self, Analyst, CareCoordinator, Coordinator};
    use ConfidentialityLevel::{Care, Team as Whole};

    const BOTH: &[ConfidentialityLevel] = &[Whole, Care];

    fn account(roles: &[Role], levels: &[ConfidentialityLevel], organisation: &str) -> Account {
        Account {
            login: String::new(),
            organisation: organisation.parse().unwrap(),
            roles: roles.to_vec(),
            levels: levels.to_vec(),
            admitted: true,
            recipient: String::new(),
            wrapped_identity: String::new(),
        }
    }

    fn key(team: &str, epoch: u64) -> TeamKey {
        TeamKey { team: team.parse().unwrap(), epoch, recipient: format!("{team}@{epoch}"), sealed: String::new() }
    }

    #[test]
    fn nobody_vouches_for_more_than_they_see() {
        let care = account(&[CareCoordinator], BOTH, "gemeente-velsen");
        let team = account(&[Coordinator], BOTH, "gemeente-velsen");
        let own = account(&[Coordinator], &[], "politie");
        let plain = account(&[Coordinator], &[Whole], "gemeente-velsen");
        let reads_open = account(&[Analyst], &[Whole], "gemeente-velsen");
        let lets_in =
            |giver: &Account, newcomer: &Account| may_admit(&giver.grant(), &newcomer.grant(), &Vocabulary::built_in());
        assert!(lets_in(&care, &care) && lets_in(&care, &team) && lets_in(&care, &reads_open));
        assert!(!lets_in(&team, &care), "the coordinator does not see what is marked for care");
        assert!(!lets_in(&team, &team), "who has the level may be given the role for it later");
        assert!(lets_in(&plain, &plain) && lets_in(&plain, &reads_open) && !lets_in(&plain, &care));
        let police = account(&[Coordinator], &[Whole], "politie");
        assert!(lets_in(&plain, &own) && lets_in(&police, &own) && lets_in(&own, &own));
        assert!(!lets_in(&own, &police) && !lets_in(&police, &plain), "neither more, nor of another organisation");
        assert!(!lets_in(&reads_open, &reads_open), "an analyst has no key to give and vouches for nobody");
        let waits = Account { admitted: false, ..care.clone() };
        assert!(!lets_in(&waits, &team), "nor does somebody who waits");
    }

    #[test]
    fn what_is_lacking_is_what_the_giver_has_and_the_other_may_have() {
        let mine = [key("team", 1), key("team", 2), key("zorg", 2), key("eigen:gemeente-velsen", 2)];
        let coordinator = account(&[Coordinator], BOTH, "politie");
        let named = |theirs: &[TeamKey]| {
            lacking(&coordinator.grant(), theirs, &mine).into_iter().map(|it| it.recipient).collect::<Vec<_>>()
        };
        assert_eq!(named(&[]), ["team@1", "team@2"]);
        assert_eq!(named(&[key("team", 2)]), ["team@1"], "an older key opens older records");
        assert_eq!(named(&mine), [""; 0]);
    }
}
