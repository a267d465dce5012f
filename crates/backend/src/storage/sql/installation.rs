//! The one row that says whose register this is.

use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};

use super::{SqlTransaction, values};
use crate::storage::{Installation, Installations, StorageError};
use crate::time_zone::TimeZone;

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

    fn set_receipt_key(&self, key: &VerifyingKey) -> Result<(), StorageError> {
        self.sql().execute("UPDATE installation SET receipt_key = $1", values![key.as_bytes()])?;
        Ok(())
    }

    fn set_time_zone(&self, zone: TimeZone) -> Result<(), StorageError> {
        self.sql().execute("UPDATE installation SET time_zone = $1", values![&zone.to_string()])?;
        Ok(())
    }

    fn continue_log(&self, log_origin: &str, statement: &[u8]) -> Result<(), StorageError> {
        let went_on = "INSERT INTO log_continuations (log_origin, envelope) VALUES ($1, $2)";
        self.sql().execute(went_on, values![log_origin, statement])?;
        self.sql().execute("UPDATE installation SET log_origin = $1", values![log_origin])?;
        Ok(())
    }
}
