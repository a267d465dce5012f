//! Invitations as they are spent, and what devices are told of the municipality's keys.

use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::signature::VerifyingKey;
use rusqlite::{Connection, OptionalExtension, params};

use super::{SqliteTransaction, parse, parse_time, time_text};
use crate::storage::{EnrolledKey, Enrolments, HeldInvitation, NewDevice, StorageError};

impl Enrolments for SqliteTransaction<'_> {
    fn invitation(&self, challenge: Digest) -> Result<Option<HeldInvitation>, StorageError> {
        let sql = "SELECT id, label, organisation, expires_at, used_at IS NOT NULL FROM invitations
                   WHERE challenge = ?1 AND withdrawn_at IS NULL";
        let row = self.connection().query_row(sql, [challenge.to_string()], |row| {
            Ok(([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?], row.get(4)?))
        });
        let Some(([id, label, organisation, expires_at], used)) = row.optional()? else { return Ok(None) };
        let (id, organisation, expires_at) = (parse(&id)?, parse(&organisation)?, parse_time(&expires_at)?);
        Ok(Some(HeldInvitation { id, label, organisation, expires_at, used }))
    }

    fn enrolled_key(&self, key: &VerifyingKey) -> Result<Option<EnrolledKey>, StorageError> {
        let sql = "SELECT device, invitation,
                          revoked_at IS NOT NULL OR EXISTS (SELECT 1 FROM chains c WHERE c.device = d.device)
                   FROM devices d WHERE public_key = ?1";
        let row = self.connection().query_row(sql, [key.as_bytes()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?))
        });
        let Some((device, invitation, settled)) = row.optional()? else { return Ok(None) };
        Ok(Some(EnrolledKey { device: parse(&device)?, invitation: parse(&invitation)?, settled }))
    }

    fn let_in(&self, device: &NewDevice<'_>) -> Result<(), StorageError> {
        let (tx, now, invitation) =
            (self.connection(), time_text(device.enrolled_at), device.invitation.id.to_string());
        tx.execute("UPDATE invitations SET used_at = coalesce(used_at, ?2) WHERE id = ?1", [&invitation, &now])?;
        tx.execute(
            "INSERT INTO devices (device, public_key, label, organisation, invitation, enrolment_envelope,
                                  token_hash, enrolled_at, certificate_envelope)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (device) DO UPDATE SET
                 label = excluded.label, organisation = excluded.organisation, invitation = excluded.invitation,
                 enrolment_envelope = excluded.enrolment_envelope, token_hash = excluded.token_hash,
                 enrolled_at = excluded.enrolled_at, certificate_envelope = excluded.certificate_envelope",
            params![
                device.device.to_string(),
                device.public_key.as_bytes(),
                device.invitation.label,
                device.invitation.organisation.as_str(),
                invitation,
                device.enrolment.to_json().map_err(|_| StorageError::Content)?,
                device.token_hash.to_string(),
                now,
                device.certificate.to_json().map_err(|_| StorageError::Content)?,
            ],
        )?;
        Ok(())
    }

    fn key_directory(&self) -> Result<Vec<u8>, StorageError> {
        newest_directory(self.connection())
    }

    fn log_continuations(&self) -> Result<Vec<Envelope>, StorageError> {
        let mut statement = self.connection().prepare("SELECT envelope FROM log_continuations ORDER BY position")?;
        let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| Envelope::from_json(&bytes?).map_err(|_| StorageError::Content)).collect()
    }
}

/// The newest key directory, as DSSE JSON.
fn newest_directory(tx: &Connection) -> Result<Vec<u8>, StorageError> {
    let sql = "SELECT envelope FROM key_directories ORDER BY epoch DESC LIMIT 1";
    Ok(tx.query_row(sql, [], |row| row.get(0))?)
}
