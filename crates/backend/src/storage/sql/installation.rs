//! The one row that says whose register this is.

use std::path::Path;

use baken_protocol::ids::ChainReference;
use baken_protocol::signature::{SigningKey, VerifyingKey};
use baken_sqlite::Migrations;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::copy::existing;
use super::signed_anew::sign_anew;
use super::{SqliteTransaction, accounts, audit, parse, time_text};
use crate::storage::{
    AdoptedDirectory, AuditAction, AuditEntry, AuditObject, Installation, Installations, NextDirectory, OPERATOR,
    SignedAnew, StorageError,
};

/// Whether `init` ended in the register at `path`, of whatever schema that is; it is left as it is.
pub fn is_installed(path: &Path) -> Result<bool, StorageError> {
    if !path.exists() {
        return Ok(false);
    }
    let connection = existing(path)?;
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'installation'";
    let has_table: u64 = connection.query_row(sql, [], |row| row.get(0))?;
    let installed = |row: &rusqlite::Row<'_>| row.get::<_, u64>(0);
    Ok(has_table > 0 && connection.query_row("SELECT count(*) FROM installation", [], installed)? > 0)
}

/// The schema of the register at `path`, which is left as it is.
pub fn schema_of(path: &Path) -> Result<usize, StorageError> {
    Ok(Migrations::version_of(&existing(path)?)?)
}

impl Installations for SqliteTransaction<'_> {
    fn installation(&self) -> Result<Option<Installation>, StorageError> {
        let tx = self.connection();
        let row: Option<([String; 6], Vec<u8>, Vec<u8>)> = tx
            .query_row(
                "SELECT tenant, municipality, address, log_origin, time_zone, backup_recipient, root_key,
                            receipt_key FROM installation",
                [],
                |row| {
                    let texts = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
                    Ok((texts, row.get(6)?, row.get(7)?))
                },
            )
            .optional()?;
        let Some((texts, root, receipt)) = row else { return Ok(None) };
        let [tenant, municipality, address, log_origin, time_zone, backup_recipient] = texts;
        let key = |bytes: &[u8]| VerifyingKey::parse(bytes).map_err(|_| StorageError::Content);
        Ok(Some(Installation {
            tenant: parse(&tenant)?,
            municipality,
            address: parse(&address)?,
            log_origin,
            root_key: key(&root)?,
            receipt_key: key(&receipt)?,
            time_zone: parse(&time_zone)?,
            backup_recipient: parse(&backup_recipient)?,
        }))
    }

    fn install(&self, installation: &Installation, directory: &[u8], now: DateTime<Utc>) -> Result<(), StorageError> {
        let tx = self.connection();
        tx.execute(
            "INSERT INTO installation
                    (id, tenant, municipality, address, log_origin, root_key, receipt_key, created_at, time_zone,
                     backup_recipient)
                 VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                installation.tenant.as_str(),
                installation.municipality,
                installation.address.as_str(),
                installation.log_origin,
                installation.root_key.as_bytes(),
                installation.receipt_key.as_bytes(),
                time_text(now),
                installation.time_zone.to_string(),
                installation.backup_recipient.to_string(),
            ],
        )?;
        tx.execute("INSERT INTO key_directories (epoch, envelope) VALUES (1, ?1)", params![directory])?;
        Ok(())
    }

    fn renew_directory(&self, next: &NextDirectory<'_>) -> Result<SignedAnew, StorageError> {
        let tx = self.connection();
        for directory in next.adopted {
            adopt(tx, directory)?;
        }
        let signed_anew =
            next.receipt_key.map_or(Ok(SignedAnew::default()), |key| change_receipt_key(tx, key, next.now))?;
        if let Some(zone) = next.time_zone {
            tx.execute("UPDATE installation SET time_zone = ?1", [zone.to_string()])?;
        }
        tx.execute(
            "INSERT INTO key_directories (epoch, envelope) VALUES (?1, ?2)",
            params![next.epoch, next.envelope],
        )?;
        for login in next.leaving {
            accounts::disable(tx, login, next.now)?;
        }
        tx.execute(
            "INSERT INTO team_key_shares (login, team, epoch, recipient, sealed)
                 SELECT s.login, s.team, ?1, s.recipient, s.sealed FROM team_key_shares s
                 JOIN accounts a ON a.login = s.login AND a.disabled_at IS NULL WHERE s.epoch = ?1 - 1",
            [next.epoch],
        )?;
        for team in next.new_team_keys {
            let old = params![next.epoch, team.to_string()];
            tx.execute("DELETE FROM team_key_shares WHERE epoch = ?1 AND team = ?2", old)?;
            let detail = format!("key directory {}", next.epoch);
            let team = team.to_string();
            let entry = AuditEntry::by_operator(AuditAction::ChangeTeamKey, AuditObject::Team, &team);
            audit::write(tx, next.now, &entry.with_detail(&detail))?;
        }
        for (login, share) in next.shares {
            accounts::hand(tx, login, share)?;
        }
        let epoch = next.epoch.to_string();
        let entry = AuditEntry::by_operator(AuditAction::Renew, AuditObject::KeyDirectory, &epoch);
        audit::write(tx, next.now, &entry)?;
        Ok(signed_anew)
    }

    fn awaits_newest_directory(&self) -> Result<bool, StorageError> {
        let sql = "SELECT coalesce(max(id) FILTER (WHERE action = ?1), 0)
                        > coalesce(max(id) FILTER (WHERE action = ?2), 0)
                   FROM audit WHERE actor = ?3";
        let values = [AuditAction::Restore.code(), AuditAction::Renew.code(), OPERATOR];
        Ok(self.connection().query_row(sql, values, |row| row.get(0))?)
    }

    fn frozen_chains(&self) -> Result<Vec<ChainReference>, StorageError> {
        let sql = "SELECT device || '.' || chain FROM chains WHERE frozen_at IS NOT NULL ORDER BY device, chain";
        let mut statement = self.connection().prepare(sql)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|row| parse(&row?)).collect()
    }
}

/// Puts `key` in the place of the receipt key in use, with everything that one signed.
fn change_receipt_key(tx: &Connection, key: &SigningKey, now: DateTime<Utc>) -> Result<SignedAnew, StorageError> {
    let by: Vec<u8> = tx.query_row("SELECT receipt_key FROM installation", [], |row| row.get(0))?;
    let by = VerifyingKey::parse(&by).map_err(|_| StorageError::Content)?;
    let done = sign_anew(tx, &by, key)?;
    tx.execute("UPDATE installation SET receipt_key = ?1", [key.public().as_bytes()])?;
    let detail = format!("{} messages, {} that did not hold were left", done.messages, done.left);
    let entry = AuditEntry::by_operator(AuditAction::SignAnew, AuditObject::Register, "");
    audit::write(tx, now, &entry.with_detail(&detail))?;
    Ok(done)
}

/// Takes in a directory of the same line that the register lacks. Members keep their shares of the teams whose keys are
/// still those of the one before it.
pub(super) fn adopt(tx: &Connection, adopted: &AdoptedDirectory<'_>) -> Result<(), StorageError> {
    let directory = adopted.directory;
    for entry in &directory.recipients {
        tx.execute(
            "INSERT INTO team_key_shares (login, team, epoch, recipient, sealed)
             SELECT login, team, ?1, recipient, sealed FROM team_key_shares
             WHERE epoch = (SELECT max(epoch) FROM key_directories WHERE epoch < ?1) AND team = ?2 AND recipient = ?3",
            params![directory.epoch, entry.name.to_string(), entry.recipient.to_string()],
        )?;
    }
    tx.execute(
        "INSERT INTO key_directories (epoch, envelope) VALUES (?1, ?2)",
        params![directory.epoch, adopted.envelope],
    )?;
    tx.execute(
        "UPDATE installation SET time_zone = ?1 WHERE ?2 = (SELECT max(epoch) FROM key_directories)",
        params![directory.time_zone.as_str(), directory.epoch],
    )?;
    let epoch = directory.epoch.to_string();
    let entry = AuditEntry::by_operator(AuditAction::TakeIn, AuditObject::KeyDirectory, &epoch);
    audit::write(tx, adopted.now, &entry)
}

/// The public keys of a register, and its key directories (DSSE JSON).
#[derive(Debug, Clone)]
pub struct RegisterKeys {
    /// The municipality's root key.
    pub root: VerifyingKey,
    /// The key that signs receipts.
    pub receipt: VerifyingKey,
    /// Every directory, the oldest first.
    pub directories: Vec<Vec<u8>>,
}

/// The keys of the register at `path`, of whatever schema; it is left as it is.
pub fn keys_of(path: &Path) -> Result<RegisterKeys, StorageError> {
    let connection = existing(path)?;
    let sql = "SELECT root_key, receipt_key FROM installation";
    let (root, receipt): (Vec<u8>, Vec<u8>) = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut statement = connection.prepare("SELECT envelope FROM key_directories ORDER BY epoch")?;
    let directories = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let key = |bytes: &[u8]| VerifyingKey::parse(bytes).map_err(|_| StorageError::Content);
    Ok(RegisterKeys { root: key(&root)?, receipt: key(&receipt)?, directories })
}
