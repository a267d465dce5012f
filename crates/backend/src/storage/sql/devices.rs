//! Devices that were let in.

use baken_protocol::digest::Digest;
use baken_protocol::ids::DeviceId;
use baken_protocol::revocations::RevokedDevice;
use chrono::{DateTime, Utc};

use super::{Columns, SqlTransaction, values};
use crate::storage::{DeviceCursor, DeviceRequest, Devices, KnownDevice, StorageError, StoredDevice};

impl Devices for SqlTransaction<'_> {
    fn device(&self, device: DeviceId) -> Result<Option<KnownDevice>, StorageError> {
        self.sql().first(&format!("{KNOWN} WHERE device = $1"), values![device], known)
    }

    fn device_by_token(&self, token_hash: Digest) -> Result<Option<KnownDevice>, StorageError> {
        self.sql().first(&format!("{KNOWN} WHERE token_hash = $1"), values![token_hash], known)
    }

    fn stored_device(&self, device: DeviceId) -> Result<Option<StoredDevice>, StorageError> {
        self.sql().first(&format!("{STORED} WHERE device = $1"), values![device], stored)
    }

    fn devices(&self, request: &DeviceRequest) -> Result<Vec<StoredDevice>, StorageError> {
        let order = "ORDER BY enrolled_at DESC, device LIMIT";
        match &request.after {
            None => self.sql().all(&format!("{STORED} {order} $1"), values![request.limit], stored),
            Some(DeviceCursor { enrolled_at, device }) => {
                let after = "enrolled_at < $1 OR (enrolled_at = $1 AND device > $2)";
                let sql = format!("{STORED} WHERE {after} {order} $3");
                self.sql().all(&sql, values![*enrolled_at, *device, request.limit], stored)
            }
        }
    }

    fn revoked_devices(&self, limit: u32) -> Result<Vec<RevokedDevice>, StorageError> {
        let sql = "SELECT device, revoked_at, wipe_ordered_at IS NOT NULL FROM devices WHERE revoked_at IS NOT NULL
                   ORDER BY revoked_at DESC, device LIMIT $1";
        self.sql().all(sql, values![limit], |row| {
            Ok(RevokedDevice { device: row.get(0)?, revoked_at: row.get(1)?, wipe: row.get(2)? })
        })
    }

    fn order_wipe(&self, device: DeviceId, by: &str, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let sql = "UPDATE devices SET wipe_ordered_at = coalesce(wipe_ordered_at, $1),
                          wipe_ordered_by = coalesce(wipe_ordered_by, $2)
                   WHERE device = $3 AND revoked_at IS NOT NULL";
        Ok(self.sql().execute(sql, values![now, by, device])? > 0)
    }

    fn note_wipe_fetched(&self, device: DeviceId, now: DateTime<Utc>) -> Result<(), StorageError> {
        let sql = "UPDATE devices SET wipe_fetched_at = $1
                   WHERE device = $2 AND wipe_ordered_at IS NOT NULL AND wipe_fetched_at IS NULL";
        self.sql().execute(sql, values![now, device])?;
        Ok(())
    }

    fn revoke(&self, device: DeviceId, by: &str, reason: &str, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let sql = "UPDATE devices SET revoked_at = coalesce(revoked_at, $1), revoked_by = coalesce(revoked_by, $2),
                          revoked_reason = coalesce(revoked_reason, $3) WHERE device = $4";
        Ok(self.sql().execute(sql, values![now, by, reason, device])? > 0)
    }
}

const KNOWN: &str = "SELECT device, public_key, organisation, revoked_at IS NOT NULL, enrolled_at,
                                    wipe_ordered_at IS NOT NULL FROM devices";

const STORED: &str =
    "SELECT device, label, organisation, enrolled_at, revoked_at, revoked_reason, public_key, wipe_ordered_at,
            wipe_fetched_at FROM devices";

/// A row of [`STORED`].
fn stored(row: &dyn Columns) -> Result<StoredDevice, StorageError> {
    Ok(StoredDevice {
        device: row.get(0)?,
        label: row.get(1)?,
        organisation: row.get(2)?,
        enrolled_at: row.get(3)?,
        revoked_at: row.get(4)?,
        revoked_reason: row.get(5)?,
        public_key: row.get(6)?,
        wipe_ordered_at: row.get(7)?,
        wipe_fetched_at: row.get(8)?,
    })
}

/// A row of [`KNOWN`].
fn known(row: &dyn Columns) -> Result<KnownDevice, StorageError> {
    Ok(KnownDevice {
        device: row.get(0)?,
        public_key: row.get(1)?,
        organisation: row.get(2)?,
        revoked: row.get(3)?,
        enrolled_at: row.get(4)?,
        wipe_ordered: row.get(5)?,
    })
}
