//! What comes into force with a key directory: the keys and the time zone that it names, who keeps which team's key, and
//! what the receipt key before it signed.
//!
//! All of it is one transaction, with a line for each thing. Signing the directory is deliberately absent: the root key is
//! elsewhere.

use baken_protocol::keydir::{KeyDirectory, Team, TeamRecipient};
use baken_protocol::signature::{SigningKey, VerifyingKey};
use chrono::{DateTime, Utc};

use super::signed_anew::{SignedAnew, sign_anew, sign_catalogues_anew};
use crate::storage::{AuditAction, AuditEntry, AuditObject, HeldShare, StorageError, TeamKey, Transaction};
use crate::time_zone::TimeZone;

/// A directory of the same municipality's line that a register lacks.
#[derive(Debug, Clone, Copy)]
pub struct AdoptedDirectory<'a> {
    /// What it says.
    pub directory: &'a KeyDirectory,
    /// Its DSSE JSON.
    pub envelope: &'a [u8],
    /// When it is taken in.
    pub now: DateTime<Utc>,
}

/// A directory that is to come into force, signed, and what changes with it.
#[derive(Clone, Copy)]
pub struct NextDirectory<'a> {
    /// Its epoch.
    pub epoch: u64,
    /// Its DSSE JSON.
    pub envelope: &'a [u8],
    /// Directories that were signed before it and that the register lacks, the oldest first.
    pub adopted: &'a [AdoptedDirectory<'a>],
    /// The receipt key it names, if that is another.
    pub receipt_key: Option<&'a SigningKey>,
    /// The content keys before and from now on, if it names another: the private half of the next one.
    pub content_key: Option<(VerifyingKey, &'a SigningKey)>,
    /// The municipality's time zone it names, if that is another.
    pub time_zone: Option<TimeZone>,
    /// The teams that have another key in it.
    pub new_team_keys: &'a [Team],
    /// Those keys, each sealed to a member, by login.
    pub shares: &'a [(String, TeamKey)],
    /// Accounts that end with it.
    pub leaving: &'a [String],
    /// When.
    pub now: DateTime<Utc>,
}

impl<'a> NextDirectory<'a> {
    /// With the same keys.
    pub const fn new(epoch: u64, envelope: &'a [u8], now: DateTime<Utc>) -> Self {
        Self {
            epoch,
            envelope,
            adopted: &[],
            receipt_key: None,
            content_key: None,
            time_zone: None,
            new_team_keys: &[],
            shares: &[],
            leaving: &[],
            now,
        }
    }
}

/// Brings a directory into force, with everything that changes with it. Members keep their shares of the teams whose keys
/// stay the same, under the new epoch too.
pub fn bring_into_force(tx: &dyn Transaction, next: &NextDirectory<'_>) -> Result<SignedAnew, StorageError> {
    let write = |entry: AuditEntry<'_>| tx.audit(next.now, &entry);
    for directory in next.adopted {
        take_in(tx, directory)?;
    }
    let signed_anew = match (next.receipt_key, next.content_key) {
        (None, None) => SignedAnew::default(),
        (Some(key), _) => change_receipt_key(tx, key, next.now)?,
        (None, Some((by, key))) => sign_catalogues_anew(tx, &by, key)?,
    };
    if let Some(zone) = next.time_zone {
        tx.set_time_zone(zone)?;
    }
    tx.add_key_directory(next.epoch, next.envelope)?;
    for login in next.leaving {
        tx.disable_account(login, next.now)?;
        tx.end_sessions_of(login)?;
        write(AuditEntry::by_operator(AuditAction::Disable, AuditObject::Account, login))?;
    }
    let held = match next.epoch.checked_sub(1) {
        Some(before) => tx.shares_of_epoch(before)?,
        None => Vec::new(),
    };
    for (login, share) in kept(held, next) {
        tx.hand_team_key(&login, &share)?;
    }
    let detail = format!("key directory {}", next.epoch);
    for team in next.new_team_keys {
        let team = team.to_string();
        write(AuditEntry::by_operator(AuditAction::ChangeTeamKey, AuditObject::Team, &team).with_detail(&detail))?;
    }
    for (login, share) in next.shares {
        tx.hand_team_key(login, share)?;
    }
    write(AuditEntry::by_operator(AuditAction::Renew, AuditObject::KeyDirectory, &next.epoch.to_string()))?;
    Ok(signed_anew)
}

/// Takes in a directory of the same line that the register lacks. Members keep their shares of the teams whose keys are
/// still those of the one before it.
pub fn take_in(tx: &dyn Transaction, adopted: &AdoptedDirectory<'_>) -> Result<(), StorageError> {
    let directory = adopted.directory;
    let held = match tx.epoch_before(directory.epoch)? {
        Some(before) => tx.shares_of_epoch(before)?,
        None => Vec::new(),
    };
    for (login, share) in unchanged(held, &directory.recipients, directory.epoch) {
        tx.hand_team_key(&login, &share)?;
    }
    tx.add_key_directory(directory.epoch, adopted.envelope)?;
    if tx.newest_epoch()? == directory.epoch {
        tx.set_time_zone(directory.time_zone.as_str().parse().map_err(|_| StorageError::Content)?)?;
    }
    let epoch = directory.epoch.to_string();
    tx.audit(adopted.now, &AuditEntry::by_operator(AuditAction::TakeIn, AuditObject::KeyDirectory, &epoch))
}

/// Whether this register was restored, and signed no key directory since. It cannot know which one is the newest, and
/// the next one must follow that: also where one was brought at the restore, since it may not have been the last.
pub fn awaits_newest_directory(tx: &dyn Transaction) -> Result<bool, StorageError> {
    Ok(tx.last_line_by_operator(AuditAction::Restore)? > tx.last_line_by_operator(AuditAction::Renew)?)
}

/// Puts `key` in the place of the receipt key in use, with everything that one signed.
fn change_receipt_key(tx: &dyn Transaction, key: &SigningKey, now: DateTime<Utc>) -> Result<SignedAnew, StorageError> {
    let by = tx.installation()?.ok_or(StorageError::Content)?.receipt_key;
    let done = sign_anew(tx, &by, key)?;
    tx.set_receipt_key(&key.public())?;
    let detail = format!("{} messages, {} that did not hold were left", done.messages, done.left);
    let entry = AuditEntry::by_operator(AuditAction::SignAnew, AuditObject::Register, "");
    tx.audit(now, &entry.with_detail(&detail))?;
    Ok(done)
}

/// The shares that members who can sign in still have under `next`: those of every team that has no other key in it.
fn kept(held: Vec<HeldShare>, next: &NextDirectory<'_>) -> Vec<(String, TeamKey)> {
    let stays = held.into_iter().filter(|it| it.is_active && !next.new_team_keys.contains(&it.key.team));
    stays.map(|it| (it.login, TeamKey { epoch: next.epoch, ..it.key })).collect()
}

/// The shares of every team that has the very same key among `recipients`, whoever has them: the register does not know
/// yet who left meanwhile.
fn unchanged(held: Vec<HeldShare>, recipients: &[TeamRecipient], epoch: u64) -> Vec<(String, TeamKey)> {
    let is_of = |key: &TeamKey, it: &TeamRecipient| it.name == key.team && it.recipient.to_string() == key.recipient;
    let same = held.into_iter().filter(|share| recipients.iter().any(|it| is_of(&share.key, it)));
    same.map(|it| (it.login, TeamKey { epoch, ..it.key })).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use baken_protocol::seal::Identity;

    fn share(login: &str, is_active: bool, team: &Team, recipient: &str) -> HeldShare {
        let key = TeamKey { team: team.clone(), epoch: 1, recipient: recipient.into(), sealed: format!("for {login}") };
        HeldShare { login: login.into(), is_active, key }
    }

    fn named(shares: &[(String, TeamKey)]) -> Vec<(&str, String, u64)> {
        shares.iter().map(|(login, key)| (&**login, key.team.to_string(), key.epoch)).collect()
    }

    #[test]
    fn a_share_is_kept_by_whoever_can_sign_in_of_each_team_whose_key_stays() {
        let (team, care) = (Team::Coordinators, Team::Care);
        let held =
            vec![share("one", true, &team, "t"), share("one", true, &care, "c"), share("left", false, &care, "c")];
        let next = NextDirectory::new(2, b"", DateTime::UNIX_EPOCH);
        let stays = kept(held.clone(), &next);
        assert_eq!(named(&stays), [("one", team.to_string(), 2), ("one", care.to_string(), 2)]);
        assert_eq!(stays.first().unwrap().1.sealed, "for one");
        let new_team_keys = [team];
        let stays = kept(held, &NextDirectory { new_team_keys: &new_team_keys, ..next });
        assert_eq!(named(&stays), [("one", care.to_string(), 2)]);
    }

    #[test]
    fn a_share_of_a_directory_from_elsewhere_is_kept_where_it_is_of_the_very_same_key() {
        let (team, care) = (Team::Coordinators, Team::Care);
        let [same, before, after] = [(); 3].map(|()| Identity::generate().recipient());
        let held = vec![
            share("one", true, &team, &same.to_string()),
            share("left", false, &team, &same.to_string()),
            share("one", true, &care, &before.to_string()),
        ];
        let recipients = [(team.clone(), same), (care, after)];
        let stays = unchanged(held, &recipients.map(|(name, recipient)| TeamRecipient { name, recipient }), 4);
        assert_eq!(named(&stays), [("one", team.to_string(), 4), ("left", team.to_string(), 4)]);
    }
}
