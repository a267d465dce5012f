//! Devices that were let in.

use baken_protocol::digest::Digest;
use baken_protocol::ids::DeviceId;
use baken_protocol::signature::VerifyingKey;
use baken_sqlite::Cached;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::{SqliteTransaction, parse, parse_time, time_text};
use crate::storage::{Devices, KnownDevice, StorageError, StoredDevice};

impl Devices for SqliteTransaction<'_> {
    fn device(&self, device: DeviceId) -> Result<Option<KnownDevice>, StorageError> {
        let sql = format!("{KNOWN} WHERE device = ?1");
        let row = self.connection().query_row_cached(&sql, [device.to_string()], read).optional()?;
        row.map(known).transpose()
    }

    fn device_by_token(&self, token_hash: Digest) -> Result<Option<KnownDevice>, StorageError> {
        let sql = format!("{KNOWN} WHERE token_hash = ?1");
        let row = self.connection().query_row_cached(&sql, [token_hash.to_string()], read).optional()?;
        row.map(known).transpose()
    }

    fn devices(&self) -> Result<Vec<StoredDevice>, StorageError> {
        let tx = self.connection();
        let mut statement = tx.prepare(
            "SELECT device, label, organisation, enrolled_at, revoked_at, revoked_reason, public_key
                 FROM devices ORDER BY enrolled_at DESC, device",
        )?;
        let rows = statement.query_map([], |row| {
            let texts: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
            let revoked: (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
            Ok((texts, revoked, row.get::<_, Vec<u8>>(6)?))
        })?;
        rows.map(|row| {
            let ([device, label, organisation, enrolled_at], (revoked_at, revoked_reason), key) = row?;
            Ok(StoredDevice {
                device: parse(&device)?,
                label,
                organisation,
                public_key: VerifyingKey::parse(&key).map_err(|_| StorageError::Content)?,
                enrolled_at: parse_time(&enrolled_at)?,
                revoked_at: revoked_at.as_deref().map(parse_time).transpose()?,
                revoked_reason,
            })
        })
        .collect()
    }

    fn revoke(&self, device: DeviceId, by: &str, reason: &str, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let sql = "UPDATE devices SET revoked_at = coalesce(revoked_at, ?2), revoked_by = coalesce(revoked_by, ?3),
                          revoked_reason = coalesce(revoked_reason, ?4) WHERE device = ?1";
        Ok(self.connection().execute(sql, params![device.to_string(), time_text(now), by, reason])? > 0)
    }
}

const KNOWN: &str = "SELECT device, public_key, organisation, revoked_at IS NOT NULL, enrolled_at FROM devices";

/// A row of [`KNOWN`].
type DeviceRow = (String, Vec<u8>, String, bool, String);

fn read(row: &Row<'_>) -> rusqlite::Result<DeviceRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

fn known((device, key, organisation, revoked, enrolled_at): DeviceRow) -> Result<KnownDevice, StorageError> {
    Ok(KnownDevice {
        device: parse(&device)?,
        public_key: VerifyingKey::parse(&key).map_err(|_| StorageError::Content)?,
        organisation: parse(&organisation)?,
        revoked,
        enrolled_at: parse_time(&enrolled_at)?,
    })
}
