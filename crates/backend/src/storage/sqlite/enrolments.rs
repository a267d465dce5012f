//! Devices, and the invitations that were spent on them.

use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::ids::{Code, DeviceId};
use baken_protocol::signature::VerifyingKey;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{SqliteStorage, audit, parse, parse_time, time_text};
use crate::storage::{AuditEntry, EnrolmentOutcome, Enrolments, KnownDevice, NewDevice, StorageError};

impl Enrolments for SqliteStorage {
    fn enrol(
        &self,
        device: &NewDevice,
        entry: &AuditEntry<'_>,
        certify: &dyn Fn(DeviceId, &Code) -> Result<Envelope, EnvelopeError>,
    ) -> Result<EnrolmentOutcome, StorageError> {
        self.write(|tx| {
            let Some(invitation) = OpenInvitation::find(tx, device.challenge)? else {
                return Ok(EnrolmentOutcome::Unknown);
            };
            let known = EnrolledKey::find(tx, &device.public_key)?;
            let retry = known.as_ref().is_some_and(|known| known.invitation == invitation.id && !known.settled);
            if invitation.used && !retry {
                return Ok(EnrolmentOutcome::Used);
            }
            if !invitation.used && parse_time(&invitation.expires_at)? < device.enrolled_at {
                return Ok(EnrolmentOutcome::Expired);
            }
            let id = match known {
                Some(known) if known.settled => return Ok(EnrolmentOutcome::KnownKey),
                Some(known) => parse(&known.device)?,
                None => device.device,
            };
            let certificate = certify(id, &parse(&invitation.organisation)?).map_err(|_| StorageError::Content)?;
            invitation.spend_on(tx, id, device, &certificate)?;
            audit::write(tx, device.enrolled_at, &AuditEntry { actor: &id.to_string(), ..*entry })?;
            Ok(EnrolmentOutcome::Enrolled { device: id, label: invitation.label, certificate })
        })
    }

    fn key_directory(&self) -> Result<Vec<u8>, StorageError> {
        self.read(newest_directory)
    }

    fn log_continuations(&self) -> Result<Vec<Envelope>, StorageError> {
        self.read(|tx| {
            let mut statement = tx.prepare("SELECT envelope FROM log_continuations ORDER BY position")?;
            let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
            rows.map(|bytes| Envelope::from_json(&bytes?).map_err(|_| StorageError::Content)).collect()
        })
    }

    fn device_by_token(&self, token_hash: Digest) -> Result<Option<KnownDevice>, StorageError> {
        self.read(|tx| {
            let sql =
                "SELECT device, public_key, revoked_at IS NOT NULL, enrolled_at FROM devices WHERE token_hash = ?1";
            tx.query_row(sql, [token_hash.to_string()], read_device).optional()?.map(known_device).transpose()
        })
    }
}

/// The newest key directory, as DSSE JSON.
pub(super) fn newest_directory(tx: &Transaction<'_>) -> Result<Vec<u8>, StorageError> {
    let sql = "SELECT envelope FROM key_directories ORDER BY epoch DESC LIMIT 1";
    Ok(tx.query_row(sql, [], |row| row.get(0))?)
}

/// An invitation that was not withdrawn.
struct OpenInvitation {
    id: String,
    label: String,
    organisation: String,
    expires_at: String,
    used: bool,
}

impl OpenInvitation {
    fn find(tx: &Transaction<'_>, challenge: Digest) -> Result<Option<Self>, StorageError> {
        let sql = "SELECT id, label, organisation, expires_at, used_at IS NOT NULL FROM invitations
                   WHERE challenge = ?1 AND withdrawn_at IS NULL";
        let found = tx.query_row(sql, [challenge.to_string()], |row| {
            Ok(Self {
                id: row.get(0)?,
                label: row.get(1)?,
                organisation: row.get(2)?,
                expires_at: row.get(3)?,
                used: row.get(4)?,
            })
        });
        Ok(found.optional()?)
    }

    fn spend_on(
        &self,
        tx: &Transaction<'_>,
        id: DeviceId,
        device: &NewDevice,
        certificate: &Envelope,
    ) -> Result<(), StorageError> {
        let now = time_text(device.enrolled_at);
        tx.execute("UPDATE invitations SET used_at = coalesce(used_at, ?2) WHERE id = ?1", params![self.id, now])?;
        tx.execute(
            "INSERT INTO devices (device, public_key, label, organisation, invitation, enrolment_envelope,
                                  token_hash, enrolled_at, certificate_envelope)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (device) DO UPDATE SET
                 label = excluded.label, organisation = excluded.organisation, invitation = excluded.invitation,
                 enrolment_envelope = excluded.enrolment_envelope, token_hash = excluded.token_hash,
                 enrolled_at = excluded.enrolled_at, certificate_envelope = excluded.certificate_envelope",
            params![
                id.to_string(),
                device.public_key.as_bytes(),
                self.label,
                self.organisation,
                self.id,
                device.enrolment.to_json().map_err(|_| StorageError::Content)?,
                device.token_hash.to_string(),
                now,
                certificate.to_json().map_err(|_| StorageError::Content)?,
            ],
        )?;
        Ok(())
    }
}

/// A key that is enrolled already. Until its device has sent something the answer may have been lost on the
/// way, and the device, which keeps its key, must be able to ask again.
struct EnrolledKey {
    device: String,
    invitation: String,
    settled: bool,
}

impl EnrolledKey {
    fn find(tx: &Transaction<'_>, key: &VerifyingKey) -> Result<Option<Self>, StorageError> {
        let sql = "SELECT device, invitation,
                          revoked_at IS NOT NULL OR EXISTS (SELECT 1 FROM chains c WHERE c.device = d.device)
                   FROM devices d WHERE public_key = ?1";
        let found = tx.query_row(sql, [key.as_bytes()], |row| {
            Ok(Self { device: row.get(0)?, invitation: row.get(1)?, settled: row.get(2)? })
        });
        Ok(found.optional()?)
    }
}

/// A device's row as ingest and enrolment select it.
pub(super) type DeviceRow = (String, Vec<u8>, bool, String);

pub(super) fn read_device(row: &Row<'_>) -> rusqlite::Result<DeviceRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

pub(super) fn known_device((device, key, revoked, enrolled_at): DeviceRow) -> Result<KnownDevice, StorageError> {
    let public_key = VerifyingKey::parse(&key).map_err(|_| StorageError::Content)?;
    Ok(KnownDevice { device: parse(&device)?, public_key, revoked, enrolled_at: parse_time(&enrolled_at)? })
}
