//! Invitations as they are spent, and what devices are told of the municipality's keys.

use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::signature::VerifyingKey;

use super::{SqlTransaction, values};
use crate::storage::{EnrolledKey, Enrolments, HeldInvitation, NewDevice, StorageError};

impl Enrolments for SqlTransaction<'_> {
    fn invitation(&self, challenge: Digest) -> Result<Option<HeldInvitation>, StorageError> {
        let sql = "SELECT id, label, organisation, expires_at, used_at IS NOT NULL FROM invitations
                   WHERE challenge = $1 AND withdrawn_at IS NULL";
        self.sql().first(sql, values![challenge], |row| {
            let (id, label, organisation) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(HeldInvitation { id, label, organisation, expires_at: row.get(3)?, used: row.get(4)? })
        })
    }

    fn enrolled_key(&self, key: &VerifyingKey) -> Result<Option<EnrolledKey>, StorageError> {
        let sql = "SELECT device, invitation,
                          revoked_at IS NOT NULL OR EXISTS (SELECT 1 FROM chains c WHERE c.device = d.device)
                   FROM devices d WHERE public_key = $1";
        self.sql().first(sql, values![key.as_bytes()], |row| {
            Ok(EnrolledKey { device: row.get(0)?, invitation: row.get(1)?, settled: row.get(2)? })
        })
    }

    fn let_in(&self, device: &NewDevice<'_>) -> Result<(), StorageError> {
        let (now, invitation) = (device.enrolled_at, device.invitation);
        let spent = "UPDATE invitations SET used_at = coalesce(used_at, $1) WHERE id = $2";
        self.sql().execute(spent, values![now, invitation.id])?;
        let json = |envelope: &Envelope| envelope.to_json().map_err(|_| StorageError::Content);
        let (enrolment, certificate) = (json(device.enrolment)?, json(device.certificate)?);
        let anew = self.sql().execute(
            "UPDATE devices SET label = $1, organisation = $2, invitation = $3, enrolment_envelope = $4,
                                token_hash = $5, enrolled_at = $6, certificate_envelope = $7 WHERE device = $8",
            values![
                &invitation.label,
                &invitation.organisation,
                invitation.id,
                &enrolment,
                device.token_hash,
                now,
                &certificate,
                device.device,
            ],
        )?;
        if anew == 0 {
            self.sql().execute(
                "INSERT INTO devices (device, public_key, label, organisation, invitation, enrolment_envelope,
                                      token_hash, enrolled_at, certificate_envelope)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                values![
                    device.device,
                    device.public_key.as_bytes(),
                    &invitation.label,
                    &invitation.organisation,
                    invitation.id,
                    &enrolment,
                    device.token_hash,
                    now,
                    &certificate,
                ],
            )?;
        }
        Ok(())
    }

    fn log_continuations(&self) -> Result<Vec<Envelope>, StorageError> {
        self.sql().all("SELECT envelope FROM log_continuations ORDER BY position", &[], |row| row.get(0))
    }
}
