//! Accounts and the team keys sealed to them.

use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{SqliteStorage, parse, time_text};
use crate::accounts::{Account, TeamKey};
use crate::storage::{Accounts, StorageError};

impl Accounts for SqliteStorage {
    fn create_account(
        &self,
        account: &Account,
        password_hash: &str,
        keys: &[TeamKey],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let levels = serde_json::to_string(&account.levels).map_err(|_| StorageError::Content)?;
        self.write(|tx| {
            tx.execute(
                "INSERT INTO accounts (login, password_hash, organisation, levels, recipient, wrapped_identity,
                                       created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    account.login,
                    password_hash,
                    account.organisation.as_str(),
                    levels,
                    account.recipient,
                    account.wrapped_identity,
                    time_text(now),
                ],
            )?;
            for key in keys {
                tx.execute(
                    "INSERT INTO team_key_shares (login, team, epoch, recipient, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![account.login, key.team.to_string(), key.epoch, key.recipient, key.sealed],
                )?;
            }
            Ok(())
        })
    }

    fn account(&self, login: &str) -> Result<Option<(Account, String)>, StorageError> {
        self.read(|tx| {
            let row: Option<[String; 5]> = tx
                .query_row(
                    "SELECT password_hash, organisation, levels, recipient, wrapped_identity FROM accounts
                     WHERE login = ?1 AND disabled_at IS NULL",
                    [login],
                    |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]),
                )
                .optional()?;
            let Some([password_hash, organisation, levels, recipient, wrapped_identity]) = row else {
                return Ok(None);
            };
            let levels: Vec<ConfidentialityLevel> = serde_json::from_str(&levels).map_err(|_| StorageError::Content)?;
            let login = login.to_owned();
            let organisation = parse(&organisation)?;
            Ok(Some((Account { login, organisation, levels, recipient, wrapped_identity }, password_hash)))
        })
    }

    fn team_keys(&self, login: &str) -> Result<Vec<TeamKey>, StorageError> {
        self.read(|tx| {
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
        })
    }
}
