//! The one row that says whose register this is.

use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{SqliteStorage, audit, parse, time_text};
use crate::storage::{AuditEntry, Installation, StorageError};

impl SqliteStorage {
    /// What `init` wrote, if it ran.
    pub fn installation(&self) -> Result<Option<Installation>, StorageError> {
        self.read(|tx| {
            let row: Option<([String; 4], Vec<u8>, Vec<u8>)> = tx
                .query_row(
                    "SELECT tenant, municipality, address, log_origin, root_key, receipt_key FROM installation",
                    [],
                    |row| Ok(([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?], row.get(4)?, row.get(5)?)),
                )
                .optional()?;
            let Some(([tenant, municipality, address, log_origin], root, receipt)) = row else { return Ok(None) };
            let key = |bytes: &[u8]| VerifyingKey::parse(bytes).map_err(|_| StorageError::Content);
            Ok(Some(Installation {
                tenant: parse(&tenant)?,
                municipality,
                address: parse(&address)?,
                log_origin,
                root_key: key(&root)?,
                receipt_key: key(&receipt)?,
            }))
        })
    }

    /// Writes the installation and its first key directory (DSSE JSON, epoch 1), once.
    pub fn install(
        &self,
        installation: &Installation,
        directory: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO installation
                    (id, tenant, municipality, address, log_origin, root_key, receipt_key, created_at)
                 VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    installation.tenant.as_str(),
                    installation.municipality,
                    installation.address.as_str(),
                    installation.log_origin,
                    installation.root_key.as_bytes(),
                    installation.receipt_key.as_bytes(),
                    time_text(now),
                ],
            )?;
            tx.execute("INSERT INTO key_directories (epoch, envelope) VALUES (1, ?1)", params![directory])?;
            Ok(())
        })
    }

    /// Brings the directory of `epoch` into force. Its keys are those of the epoch before, so members keep their
    /// shares under the new one.
    pub fn renew_directory(&self, epoch: u64, directory: &[u8], now: DateTime<Utc>) -> Result<(), StorageError> {
        self.write(|tx| {
            tx.execute("INSERT INTO key_directories (epoch, envelope) VALUES (?1, ?2)", params![epoch, directory])?;
            tx.execute(
                "INSERT INTO team_key_shares (login, team, epoch, recipient, sealed)
                 SELECT login, team, ?1, recipient, sealed FROM team_key_shares WHERE epoch = ?1 - 1",
                [epoch],
            )?;
            audit::write(tx, now, &AuditEntry::by_operator("renew", &format!("key directory {epoch}")))
        })
    }
}
