//! Accounts and the team keys sealed to them.

use baken_protocol::keydir::Team;
use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::{Columns, SqlTransaction, values};
use crate::access::Role;
use crate::storage::{Account, Accounts, Credential, CredentialKind, HeldShare, MemberRow, StorageError, TeamKey};

impl Accounts for SqlTransaction<'_> {
    fn create_account(
        &self,
        account: &Account,
        password_hash: &str,
        keys: &[TeamKey],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let levels = serde_json::to_string(&account.levels).map_err(|_| StorageError::Content)?;
        let roles = serde_json::to_string(&account.roles).map_err(|_| StorageError::Content)?;
        let Account { login, organisation, recipient, wrapped_identity, admitted, levels: _, roles: _ } = account;
        let admitted_at = admitted.then_some(now);
        self.sql().execute(
            "INSERT INTO accounts (login, organisation, roles, levels, recipient, wrapped_identity, created_at, admitted_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![login, organisation, &roles, &levels, recipient, wrapped_identity, now, admitted_at],
        )?;
        self.sql().execute(
            "INSERT INTO credentials (login, kind, secret, created_at) VALUES ($1, 'password', $2, $3)",
            values![login, password_hash, now],
        )?;
        keys.iter().try_for_each(|key| self.hand_team_key(login, key))
    }

    fn account(&self, login: &str) -> Result<Option<(Account, String)>, StorageError> {
        self.sql().first(&format!("{ACTIVE} AND a.login = $1"), values![login], account)
    }

    fn account_of_subject(&self, subject: &str) -> Result<Option<Account>, StorageError> {
        let sql = format!(
            "{ACTIVE} AND a.login = (SELECT s.login FROM credentials s WHERE s.kind = 'subject' AND s.secret = $1)"
        );
        self.sql().first(&sql, values![subject], |row| Ok(account(row)?.0))
    }

    fn forget_subject(&self, subject: &str) -> Result<(), StorageError> {
        self.sql().execute("DELETE FROM credentials WHERE kind = 'subject' AND secret = $1", values![subject])?;
        Ok(())
    }

    fn team_keys(&self, login: &str) -> Result<Vec<TeamKey>, StorageError> {
        let sql = "SELECT team, epoch, recipient, sealed FROM team_key_shares WHERE login = $1 ORDER BY team, epoch";
        self.sql().all(sql, values![login], |row| {
            let (team, epoch, recipient, sealed) = (row.parsed(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(TeamKey { team, epoch, recipient, sealed })
        })
    }

    fn active_accounts(&self) -> Result<Vec<Account>, StorageError> {
        self.sql().all(&format!("{ACTIVE} ORDER BY a.login"), &[], |row| Ok(account(row)?.0))
    }

    fn members(&self) -> Result<Vec<MemberRow>, StorageError> {
        let sql = "SELECT a.login, a.organisation, a.roles, a.levels, a.created_at, a.disabled_at,
                          (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.login = a.login),
                          (SELECT c.created_at FROM credentials c WHERE c.login = a.login AND c.kind = 'second-factor'),
                          a.admitted_at
                   FROM accounts a ORDER BY a.login";
        self.sql().all(sql, &[], |row| {
            let (roles, levels) = (json(row.text(2)?)?, json(row.text(3)?)?);
            let (login, organisation) = (row.get(0)?, row.get(1)?);
            let (created_at, disabled_at, last_seen_at) = (row.get(4)?, row.get(5)?, row.get(6)?);
            let (second_factor_since, admitted_at) = (row.get(7)?, row.get(8)?);
            Ok(MemberRow {
                login,
                organisation,
                roles,
                levels,
                created_at,
                admitted_at,
                disabled_at,
                last_seen_at,
                second_factor_since,
            })
        })
    }

    fn teams_ever_given(&self, login: &str) -> Result<Vec<Team>, StorageError> {
        let sql =
            "SELECT team FROM team_key_shares WHERE login = $1 UNION SELECT team FROM former_team_keys WHERE login = $1
                   ORDER BY team";
        self.sql().all(sql, values![login], |row| row.parsed(0))
    }

    fn take_admission(&self, login: &str) -> Result<(), StorageError> {
        self.sql().execute("UPDATE accounts SET admitted_at = NULL WHERE login = $1", values![login])?;
        Ok(())
    }

    fn admit(&self, login: &str, now: DateTime<Utc>) -> Result<(), StorageError> {
        let admitted = "UPDATE accounts SET admitted_at = $1 WHERE login = $2 AND admitted_at IS NULL";
        self.sql().execute(admitted, values![now, login])?;
        Ok(())
    }

    fn replace_member_key(&self, login: &str, recipient: &str, wrapped_identity: &str) -> Result<(), StorageError> {
        let replaced = "UPDATE accounts SET recipient = $1, wrapped_identity = $2 WHERE login = $3";
        self.sql().execute(replaced, values![recipient, wrapped_identity, login])?;
        Ok(())
    }

    fn take_team_keys(&self, login: &str) -> Result<(), StorageError> {
        self.sql().execute(
            "INSERT INTO former_team_keys (login, team)
             SELECT DISTINCT s.login, s.team FROM team_key_shares s WHERE s.login = $1
             AND NOT EXISTS (SELECT 1 FROM former_team_keys f WHERE f.login = s.login AND f.team = s.team)",
            values![login],
        )?;
        self.sql().execute("DELETE FROM team_key_shares WHERE login = $1", values![login])?;
        Ok(())
    }

    fn replace_password(&self, login: &str, hash: &str, now: DateTime<Utc>) -> Result<(), StorageError> {
        let replaced = "UPDATE credentials SET secret = $1, created_at = $2 WHERE login = $3 AND kind = 'password'";
        self.sql().execute(replaced, values![hash, now, login])?;
        Ok(())
    }

    fn give_roles(&self, login: &str, roles: &[Role]) -> Result<bool, StorageError> {
        let roles = serde_json::to_string(roles).map_err(|_| StorageError::Content)?;
        let given = "UPDATE accounts SET roles = $1 WHERE login = $2 AND disabled_at IS NULL";
        Ok(self.sql().execute(given, values![&roles, login])? == 1)
    }

    fn shares_of_epoch(&self, epoch: u64) -> Result<Vec<HeldShare>, StorageError> {
        let sql = "SELECT s.login, a.disabled_at IS NULL, s.team, s.epoch, s.recipient, s.sealed
                   FROM team_key_shares s JOIN accounts a ON a.login = s.login WHERE s.epoch = $1 ORDER BY s.login, s.team";
        self.sql().all(sql, values![epoch], |row| {
            let (team, epoch, recipient, sealed) = (row.parsed(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
            let key = TeamKey { team, epoch, recipient, sealed };
            Ok(HeldShare { login: row.get(0)?, is_active: row.get(1)?, key })
        })
    }

    fn hand_team_key(&self, login: &str, key: &TeamKey) -> Result<(), StorageError> {
        self.sql().execute(
            "INSERT INTO team_key_shares (login, team, epoch, recipient, sealed) VALUES ($1, $2, $3, $4, $5)",
            values![login, &key.team.to_string(), key.epoch, &key.recipient, &key.sealed],
        )?;
        Ok(())
    }

    fn credential(&self, login: &str, kind: CredentialKind) -> Result<Option<Credential>, StorageError> {
        let sql = "SELECT secret, created_at FROM credentials WHERE login = $1 AND kind = $2";
        self.sql().first(sql, values![login, kind.code()], |row| {
            Ok(Credential { secret: row.get(0)?, created_at: row.get(1)? })
        })
    }

    fn keep_credential(&self, login: &str, kind: CredentialKind, held: &Credential) -> Result<(), StorageError> {
        self.forget_credential(login, kind)?;
        self.sql().execute(
            "INSERT INTO credentials (login, kind, secret, created_at) VALUES ($1, $2, $3, $4)",
            values![login, kind.code(), &held.secret, held.created_at],
        )?;
        Ok(())
    }

    fn forget_credential(&self, login: &str, kind: CredentialKind) -> Result<bool, StorageError> {
        let gone = "DELETE FROM credentials WHERE login = $1 AND kind = $2";
        Ok(self.sql().execute(gone, values![login, kind.code()])? == 1)
    }

    fn disable_account(&self, login: &str, now: DateTime<Utc>) -> Result<(), StorageError> {
        let ended = "UPDATE accounts SET disabled_at = $1 WHERE login = $2 AND disabled_at IS NULL";
        self.sql().execute(ended, values![now, login])?;
        Ok(())
    }
}

const ACTIVE: &str = "SELECT a.login, c.secret, a.organisation, a.roles, a.levels, a.recipient, a.wrapped_identity,
                             a.admitted_at IS NOT NULL
                      FROM accounts a JOIN credentials c ON c.login = a.login AND c.kind = 'password'
                      WHERE a.disabled_at IS NULL";

/// The account in a row of [`ACTIVE`], and its password's hash.
fn account(row: &dyn Columns) -> Result<(Account, String), StorageError> {
    let (roles, levels): (Vec<Role>, Vec<ConfidentialityLevel>) = (json(row.text(3)?)?, json(row.text(4)?)?);
    let (login, organisation, recipient, wrapped_identity) = (row.get(0)?, row.get(2)?, row.get(5)?, row.get(6)?);
    let admitted = row.get(7)?;
    Ok((Account { login, organisation, roles, levels, admitted, recipient, wrapped_identity }, row.get(1)?))
}

/// A list as its column has it.
pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|_| StorageError::Content)
}
