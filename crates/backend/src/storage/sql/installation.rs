//! The one row that says whose register this is, and its line of key directories.

use baken_protocol::ids::ChainReference;
use baken_protocol::signature::{SigningKey, VerifyingKey};
use chrono::{DateTime, Utc};

use super::signed_anew::sign_anew;
use super::{Engine, SqlTransaction, accounts, audit, values};
use crate::storage::{
    AdoptedDirectory, AuditAction, AuditEntry, AuditObject, Installation, Installations, NextDirectory, OPERATOR,
    SignedAnew, StorageError, TeamKey,
};

impl Installations for SqlTransaction<'_> {
    fn installation(&self) -> Result<Option<Installation>, StorageError> {
        let sql = "SELECT tenant, municipality, address, log_origin, time_zone, backup_recipient, root_key, receipt_key
                   FROM installation";
        self.sql().first(sql, &[], |row| {
            Ok(Installation {
                tenant: row.parsed(0)?,
                municipality: row.get(1)?,
                address: row.parsed(2)?,
                log_origin: row.get(3)?,
                time_zone: row.parsed(4)?,
                backup_recipient: row.parsed(5)?,
                root_key: row.get(6)?,
                receipt_key: row.get(7)?,
            })
        })
    }

    fn install(&self, installation: &Installation, directory: &[u8], now: DateTime<Utc>) -> Result<(), StorageError> {
        self.sql().execute(
            "INSERT INTO installation
                    (id, tenant, municipality, address, log_origin, root_key, receipt_key, created_at, time_zone,
                     backup_recipient)
             VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                installation.tenant.as_str(),
                &installation.municipality,
                installation.address.as_str(),
                &installation.log_origin,
                installation.root_key.as_bytes(),
                installation.receipt_key.as_bytes(),
                now,
                &installation.time_zone.to_string(),
                &installation.backup_recipient.to_string(),
            ],
        )?;
        self.sql().execute("INSERT INTO key_directories (epoch, envelope) VALUES (1, $1)", values![directory])?;
        Ok(())
    }

    fn renew_directory(&self, next: &NextDirectory<'_>) -> Result<SignedAnew, StorageError> {
        let sql = self.sql();
        for directory in next.adopted {
            adopt(sql, directory)?;
        }
        let signed_anew =
            next.receipt_key.map_or(Ok(SignedAnew::default()), |key| change_receipt_key(sql, key, next.now))?;
        if let Some(zone) = next.time_zone {
            sql.execute("UPDATE installation SET time_zone = $1", values![&zone.to_string()])?;
        }
        add_directory(sql, next.epoch, next.envelope)?;
        for login in next.leaving {
            accounts::disable(sql, login, next.now)?;
        }
        sql.execute(
            "INSERT INTO team_key_shares (login, team, epoch, recipient, sealed)
             SELECT s.login, s.team, s.epoch + 1, s.recipient, s.sealed FROM team_key_shares s
             JOIN accounts a ON a.login = s.login AND a.disabled_at IS NULL WHERE s.epoch + 1 = $1",
            values![next.epoch],
        )?;
        for team in next.new_team_keys {
            let team = team.to_string();
            let old = "DELETE FROM team_key_shares WHERE epoch = $1 AND team = $2";
            sql.execute(old, values![next.epoch, &team])?;
            let detail = format!("key directory {}", next.epoch);
            let entry = AuditEntry::by_operator(AuditAction::ChangeTeamKey, AuditObject::Team, &team);
            audit::write(sql, next.now, &entry.with_detail(&detail))?;
        }
        for (login, share) in next.shares {
            accounts::hand(sql, login, share)?;
        }
        let epoch = next.epoch.to_string();
        let entry = AuditEntry::by_operator(AuditAction::Renew, AuditObject::KeyDirectory, &epoch);
        audit::write(sql, next.now, &entry)?;
        Ok(signed_anew)
    }

    fn awaits_newest_directory(&self) -> Result<bool, StorageError> {
        let sql = "SELECT coalesce(max(id) FILTER (WHERE action = $1), 0)
                        > coalesce(max(id) FILTER (WHERE action = $2), 0)
                   FROM audit WHERE actor = $3";
        self.sql().value(sql, values![AuditAction::Restore.code(), AuditAction::Renew.code(), OPERATOR])
    }

    fn frozen_chains(&self) -> Result<Vec<ChainReference>, StorageError> {
        let sql = "SELECT device, chain FROM chains WHERE frozen_at IS NOT NULL ORDER BY device, chain";
        self.sql().all(sql, &[], |row| Ok(ChainReference { device: row.get(0)?, chain: row.get(1)? }))
    }
}

/// Keeps a directory (DSSE JSON).
fn add_directory(sql: &dyn Engine, epoch: u64, envelope: &[u8]) -> Result<(), StorageError> {
    sql.execute("INSERT INTO key_directories (epoch, envelope) VALUES ($1, $2)", values![epoch, envelope])?;
    Ok(())
}

/// Puts `key` in the place of the receipt key in use, with everything that one signed.
fn change_receipt_key(sql: &dyn Engine, key: &SigningKey, now: DateTime<Utc>) -> Result<SignedAnew, StorageError> {
    let by: VerifyingKey = sql.value("SELECT receipt_key FROM installation", &[])?;
    let done = sign_anew(sql, &by, key)?;
    sql.execute("UPDATE installation SET receipt_key = $1", values![key.public().as_bytes()])?;
    let detail = format!("{} messages, {} that did not hold were left", done.messages, done.left);
    let entry = AuditEntry::by_operator(AuditAction::SignAnew, AuditObject::Register, "");
    audit::write(sql, now, &entry.with_detail(&detail))?;
    Ok(done)
}

/// Takes in a directory of the same line that the register lacks. Members keep their shares of the teams whose keys are
/// still those of the one before it.
pub(in crate::storage) fn adopt(sql: &dyn Engine, adopted: &AdoptedDirectory<'_>) -> Result<(), StorageError> {
    let directory = adopted.directory;
    let before = "SELECT max(epoch) FROM key_directories WHERE epoch < $1";
    if let Some(before) = sql.value::<Option<u64>>(before, values![directory.epoch])? {
        for entry in &directory.recipients {
            let kept = "SELECT login, sealed FROM team_key_shares WHERE epoch = $1 AND team = $2 AND recipient = $3";
            let (team, recipient) = (entry.name.to_string(), entry.recipient.to_string());
            let shares = sql.all(kept, values![before, &team, &recipient], |row| {
                Ok((row.get::<String>(0)?, row.get::<String>(1)?))
            })?;
            for (login, sealed) in shares {
                let (team, epoch, recipient) = (entry.name.clone(), directory.epoch, recipient.clone());
                accounts::hand(sql, &login, &TeamKey { team, epoch, recipient, sealed })?;
            }
        }
    }
    add_directory(sql, directory.epoch, adopted.envelope)?;
    sql.execute(
        "UPDATE installation SET time_zone = $1 WHERE $2 = (SELECT max(epoch) FROM key_directories)",
        values![directory.time_zone.as_str(), directory.epoch],
    )?;
    let epoch = directory.epoch.to_string();
    let entry = AuditEntry::by_operator(AuditAction::TakeIn, AuditObject::KeyDirectory, &epoch);
    audit::write(sql, adopted.now, &entry)
}
