//! Devices, their invitations and alerts, as coordinators see them.

use baken_protocol::ids::DeviceId;
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use rusqlite::params;
use uuid::Uuid;

use super::{SqliteStorage, parse, parse_time, time_text};
use crate::register::{Alert, DeviceSummary, InvitationSummary};
use crate::storage::StorageError;

/// Alerts shown at most.
const ALERTS: u32 = 50;

impl SqliteStorage {
    pub(super) fn device_list(&self) -> Result<Vec<DeviceSummary>, StorageError> {
        self.read(|tx| {
            let mut statement = tx.prepare(
                "SELECT d.device, d.label, d.organisation, d.enrolled_at, d.revoked_at, d.revoked_reason, d.public_key,
                        (SELECT max(received_at) FROM batches b WHERE b.device = d.device),
                        (SELECT count(*) FROM batches b WHERE b.device = d.device),
                        (SELECT count(*) FROM operations o WHERE o.device = d.device AND o.kind = 'observation')
                 FROM devices d ORDER BY d.enrolled_at DESC, d.device",
            )?;
            let rows = statement.query_map([], |row| {
                let texts: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
                let revoked: (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
                let key: Vec<u8> = row.get(6)?;
                let last: Option<String> = row.get(7)?;
                Ok((texts, revoked, key, last, row.get(8)?, row.get(9)?))
            })?;
            rows.map(|row| {
                let ([device, label, organisation, enrolled_at], (revoked_at, reason), key, last, batches, seen) = row?;
                let key = VerifyingKey::parse(&key).map_err(|_| StorageError::Content)?;
                Ok(DeviceSummary {
                    device: parse(&device)?,
                    label,
                    organisation,
                    enrolled_at: parse_time(&enrolled_at)?,
                    last_received_at: last.as_deref().map(parse_time).transpose()?,
                    revoked_at: revoked_at.as_deref().map(parse_time).transpose()?,
                    revoked_reason: reason,
                    key_fingerprint: key.fingerprint().to_string(),
                    batches,
                    observations: seen,
                })
            })
            .collect()
        })
    }

    pub(super) fn revoke_device(
        &self,
        device: DeviceId,
        by: &str,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        self.write(|tx| {
            let sql = "UPDATE devices SET revoked_at = coalesce(revoked_at, ?2), revoked_by = coalesce(revoked_by, ?3),
                              revoked_reason = coalesce(revoked_reason, ?4) WHERE device = ?1";
            Ok(tx.execute(sql, params![device.to_string(), time_text(now), by, reason])? > 0)
        })
    }

    pub(super) fn invitations_open_at(&self, now: DateTime<Utc>) -> Result<Vec<InvitationSummary>, StorageError> {
        self.read(|tx| {
            let mut statement = tx.prepare(
                "SELECT id, label, organisation, expires_at FROM invitations
                 WHERE used_at IS NULL AND withdrawn_at IS NULL AND expires_at > ?1 ORDER BY expires_at",
            )?;
            let rows = statement.query_map([time_text(now)], |row| {
                Ok([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
            })?;
            rows.map(|row| {
                let [id, label, organisation, expires_at] = row?;
                Ok(InvitationSummary { id: parse(&id)?, label, organisation, expires_at: parse_time(&expires_at)? })
            })
            .collect()
        })
    }

    pub(super) fn withdraw(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, StorageError> {
        self.write(|tx| {
            let sql = "UPDATE invitations SET withdrawn_at = ?2
                       WHERE id = ?1 AND used_at IS NULL AND withdrawn_at IS NULL";
            Ok(tx.execute(sql, params![id.to_string(), time_text(now)])? > 0)
        })
    }

    pub(super) fn last_alerts(&self) -> Result<Vec<Alert>, StorageError> {
        self.read(|tx| {
            let mut statement = tx.prepare(
                "SELECT a.id, a.code, a.device, d.label, a.raised_at, a.detail
                 FROM alerts a JOIN devices d ON d.device = a.device ORDER BY a.id DESC LIMIT ?1",
            )?;
            let rows = statement.query_map([ALERTS], |row| {
                let texts: [String; 5] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
                Ok((row.get(0)?, texts))
            })?;
            rows.map(|row| {
                let (id, [code, device, device_label, raised_at, detail]) = row?;
                let (device, raised_at) = (parse(&device)?, parse_time(&raised_at)?);
                Ok(Alert { id, code, device, device_label, raised_at, detail })
            })
            .collect()
        })
    }
}
