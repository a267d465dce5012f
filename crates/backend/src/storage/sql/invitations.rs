//! Invitations: made, still open, withdrawn. Enrolment spends them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{SqlTransaction, values};
use crate::storage::{Invitations, NewInvitation, OpenInvitation, StorageError};

impl Invitations for SqlTransaction<'_> {
    fn create_invitation(&self, invitation: &NewInvitation) -> Result<(), StorageError> {
        self.sql().execute(
            "INSERT INTO invitations (id, challenge, label, organisation, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                invitation.id,
                invitation.challenge,
                &invitation.label,
                &invitation.organisation,
                &invitation.created_by,
                invitation.created_at,
                invitation.expires_at,
            ],
        )?;
        Ok(())
    }

    fn open_invitations(&self, now: DateTime<Utc>) -> Result<Vec<OpenInvitation>, StorageError> {
        let sql = "SELECT id, label, organisation, expires_at FROM invitations
                   WHERE used_at IS NULL AND withdrawn_at IS NULL AND expires_at > $1 ORDER BY expires_at";
        self.sql().all(sql, values![now], |row| {
            let (id, label, organisation, expires_at) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(OpenInvitation { id, label, organisation, expires_at })
        })
    }

    fn withdraw_invitation(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let sql = "UPDATE invitations SET withdrawn_at = $1 WHERE id = $2 AND used_at IS NULL AND withdrawn_at IS NULL";
        Ok(self.sql().execute(sql, values![now, id])? > 0)
    }

    fn withdraw_invitations(&self, now: DateTime<Utc>) -> Result<(), StorageError> {
        let sql = "UPDATE invitations SET withdrawn_at = $1 WHERE used_at IS NULL AND withdrawn_at IS NULL";
        self.sql().execute(sql, values![now])?;
        Ok(())
    }
}
