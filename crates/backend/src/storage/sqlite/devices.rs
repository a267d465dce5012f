//! What is known of records and of the devices that sign them, and what there is to look into about those.

use baken_protocol::ids::{DeviceId, OperationId};
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{SqliteStorage, audit, parse, parse_time, records, time_text};
use crate::register::{Alert, Sight, StoredDevice, StoredRecord};
use crate::storage::{AuditEntry, Register, StorageError};

impl Register for SqliteStorage {
    fn record(&self, sight: Option<&Sight>, operation: OperationId) -> Result<Option<StoredRecord>, StorageError> {
        self.read(|tx| records::load(tx, sight, operation))
    }

    fn devices(&self) -> Result<Vec<StoredDevice>, StorageError> {
        self.read(|tx| {
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
        })
    }

    fn revoke(
        &self,
        device: DeviceId,
        reason: &str,
        now: DateTime<Utc>,
        entry: &AuditEntry<'_>,
    ) -> Result<bool, StorageError> {
        self.write(|tx| {
            let sql = "UPDATE devices SET revoked_at = coalesce(revoked_at, ?2), revoked_by = coalesce(revoked_by, ?3),
                              revoked_reason = coalesce(revoked_reason, ?4) WHERE device = ?1";
            let known = tx.execute(sql, params![device.to_string(), time_text(now), entry.actor, reason])? > 0;
            audit::write(tx, now, &entry.if_found(known))?;
            Ok(known)
        })
    }

    /// One line for each kind and device, whatever a device does to push the others out of sight: there are never
    /// more than two for each device in the list of devices.
    fn alerts(&self) -> Result<Vec<Alert>, StorageError> {
        self.read(|tx| {
            let mut statement = tx.prepare(
                "SELECT a.id, a.code, a.device, d.label, a.raised_at, a.detail, last.times
                 FROM (SELECT max(id) AS id, count(*) AS times FROM alerts GROUP BY code, device) last
                 JOIN alerts a ON a.id = last.id JOIN devices d ON d.device = a.device ORDER BY a.id DESC",
            )?;
            let rows = statement.query_map([], |row| {
                let texts: [String; 5] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
                Ok((row.get(0)?, texts, row.get(6)?))
            })?;
            rows.map(|row| {
                let (id, [code, device, device_label, raised_at, detail], count) = row?;
                let (device, raised_at) = (parse(&device)?, parse_time(&raised_at)?);
                Ok(Alert { id, code, device, device_label, raised_at, detail, count })
            })
            .collect()
        })
    }
}
