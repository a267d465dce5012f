//! Invitations and the devices they were spent on.

use baken_protocol::digest::Digest;
use baken_protocol::signature::VerifyingKey;
use rusqlite::{OptionalExtension, Row, params};

use super::{SqliteStorage, parse, parse_time, time_text};
use crate::storage::{EnrolmentOutcome, Enrolments, KnownDevice, NewDevice, NewInvitation, StorageError};

impl Enrolments for SqliteStorage {
    fn create_invitation(&self, invitation: &NewInvitation) -> Result<(), StorageError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO invitations (id, challenge, label, organisation, created_by, created_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    invitation.id.to_string(),
                    invitation.challenge.to_string(),
                    invitation.label,
                    invitation.organisation.as_str(),
                    invitation.created_by,
                    time_text(invitation.created_at),
                    time_text(invitation.expires_at),
                ],
            )?;
            Ok(())
        })
    }

    fn enrol(&self, device: &NewDevice) -> Result<EnrolmentOutcome, StorageError> {
        self.write(|tx| {
            let found: Option<(String, String, String, String, Option<String>)> = tx
                .query_row(
                    "SELECT id, label, organisation, expires_at, used_at FROM invitations
                     WHERE challenge = ?1 AND withdrawn_at IS NULL",
                    [device.challenge.to_string()],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
                )
                .optional()?;
            let Some((invitation, label, organisation, expires_at, used_at)) = found else {
                return Ok(EnrolmentOutcome::Unknown);
            };
            if used_at.is_some() {
                return Ok(EnrolmentOutcome::Used);
            }
            if parse_time(&expires_at)? < device.enrolled_at {
                return Ok(EnrolmentOutcome::Expired);
            }
            let known: bool = tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM devices WHERE public_key = ?1)",
                [device.public_key.as_bytes()],
                |row| row.get(0),
            )?;
            if known {
                return Ok(EnrolmentOutcome::KnownKey);
            }
            let now = time_text(device.enrolled_at);
            tx.execute("UPDATE invitations SET used_at = ?2 WHERE id = ?1", params![invitation, now])?;
            tx.execute(
                "INSERT INTO devices (device, public_key, label, organisation, invitation, enrolment_envelope,
                                      token_hash, enrolled_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    device.device.to_string(),
                    device.public_key.as_bytes(),
                    label,
                    organisation,
                    invitation,
                    device.enrolment.to_json().map_err(|_| StorageError::Content)?,
                    device.token_hash.to_string(),
                    now,
                ],
            )?;
            Ok(EnrolmentOutcome::Enrolled { label, organisation: parse(&organisation)? })
        })
    }

    fn key_directory(&self) -> Result<Vec<u8>, StorageError> {
        self.read(|tx| {
            let sql = "SELECT envelope FROM key_directories ORDER BY epoch DESC LIMIT 1";
            Ok(tx.query_row(sql, [], |row| row.get(0))?)
        })
    }

    fn device_by_token(&self, token_hash: Digest) -> Result<Option<KnownDevice>, StorageError> {
        self.read(|tx| {
            let sql = "SELECT device, public_key, revoked_at IS NOT NULL FROM devices WHERE token_hash = ?1";
            tx.query_row(sql, [token_hash.to_string()], read_device).optional()?.map(known_device).transpose()
        })
    }
}

/// A device's row as ingest and enrolment select it.
pub(super) type DeviceRow = (String, Vec<u8>, bool);

pub(super) fn read_device(row: &Row<'_>) -> rusqlite::Result<DeviceRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

pub(super) fn known_device((device, key, revoked): DeviceRow) -> Result<KnownDevice, StorageError> {
    let public_key = VerifyingKey::parse(&key).map_err(|_| StorageError::Content)?;
    Ok(KnownDevice { device: parse(&device)?, public_key, revoked })
}
