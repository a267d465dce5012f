//! Accounts and the team keys sealed to them.

use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{SqliteTransaction, audit, parse, time_text};
use crate::storage::{Account, Accounts, AuditAction, AuditEntry, AuditObject, StorageError, TeamKey};

impl Accounts for SqliteTransaction<'_> {
    fn create_account(
        &self,
        account: &Account,
        password_hash: &str,
        keys: &[TeamKey],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let levels = serde_json::to_string(&account.levels).map_err(|_| StorageError::Content)?;
        let tx = self.connection();
        tx.execute(
            "INSERT INTO accounts (login, organisation, levels, recipient, wrapped_identity, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                account.login,
                account.organisation.as_str(),
                levels,
                account.recipient,
                account.wrapped_identity,
                time_text(now),
            ],
        )?;
        tx.execute(
            "INSERT INTO credentials (login, kind, secret, created_at) VALUES (?1, 'password', ?2, ?3)",
            params![account.login, password_hash, time_text(now)],
        )?;
        for key in keys {
            hand(tx, &account.login, key)?;
        }
        Ok(())
    }

    fn account(&self, login: &str) -> Result<Option<(Account, String)>, StorageError> {
        let tx = self.connection();
        let sql = format!("{ACTIVE} AND a.login = ?1");
        tx.query_row(&sql, [login], columns).optional()?.map(account).transpose()
    }

    fn team_keys(&self, login: &str) -> Result<Vec<TeamKey>, StorageError> {
        let tx = self.connection();
        let mut statement = tx.prepare(
            "SELECT team, epoch, recipient, sealed FROM team_key_shares WHERE login = ?1 ORDER BY team, epoch",
        )?;
        let rows = statement
            .query_map([login], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        rows.map(|row| {
            let (team, epoch, recipient, sealed) = row?;
            Ok(TeamKey { team: parse(&team)?, epoch, recipient, sealed })
        })
        .collect()
    }

    fn active_accounts(&self) -> Result<Vec<Account>, StorageError> {
        let tx = self.connection();
        let mut statement = tx.prepare(&format!("{ACTIVE} ORDER BY a.login"))?;
        let rows = statement.query_map([], columns)?;
        rows.map(|row| Ok(account(row?)?.0)).collect()
    }
}

const ACTIVE: &str = "SELECT a.login, c.secret, a.organisation, a.levels, a.recipient, a.wrapped_identity
                      FROM accounts a JOIN credentials c ON c.login = a.login AND c.kind = 'password'
                      WHERE a.disabled_at IS NULL";

fn columns(row: &Row<'_>) -> rusqlite::Result<[String; 6]> {
    Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?])
}

/// The account in these columns, and its password's hash.
fn account(columns: [String; 6]) -> Result<(Account, String), StorageError> {
    let [login, password_hash, organisation, levels, recipient, wrapped_identity] = columns;
    let levels: Vec<ConfidentialityLevel> = serde_json::from_str(&levels).map_err(|_| StorageError::Content)?;
    let organisation = parse(&organisation)?;
    Ok((Account { login, organisation, levels, recipient, wrapped_identity }, password_hash))
}

/// Stores a team's key that was sealed to `login`.
pub(super) fn hand(tx: &Connection, login: &str, key: &TeamKey) -> Result<(), StorageError> {
    tx.execute(
        "INSERT INTO team_key_shares (login, team, epoch, recipient, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![login, key.team.to_string(), key.epoch, key.recipient, key.sealed],
    )?;
    Ok(())
}

/// Ends an account and its sessions, with a line.
pub(super) fn disable(tx: &Connection, login: &str, now: DateTime<Utc>) -> Result<(), StorageError> {
    let ended = params![time_text(now), login];
    tx.execute("UPDATE accounts SET disabled_at = ?1 WHERE login = ?2 AND disabled_at IS NULL", ended)?;
    tx.execute("DELETE FROM sessions WHERE login = ?1", [login])?;
    audit::write(tx, now, &AuditEntry::by_operator(AuditAction::Disable, AuditObject::Account, login))
}
