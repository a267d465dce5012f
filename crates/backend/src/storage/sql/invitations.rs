//! Invitations: made, still open, withdrawn. Enrolment spends them.

use chrono::{DateTime, Utc};
use rusqlite::params;
use uuid::Uuid;

use super::{SqliteTransaction, parse, parse_time, time_text};
use crate::storage::{Invitations, NewInvitation, OpenInvitation, StorageError};

impl Invitations for SqliteTransaction<'_> {
    fn create_invitation(&self, invitation: &NewInvitation) -> Result<(), StorageError> {
        let tx = self.connection();
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
    }

    fn open_invitations(&self, now: DateTime<Utc>) -> Result<Vec<OpenInvitation>, StorageError> {
        let tx = self.connection();
        let mut statement = tx.prepare(
            "SELECT id, label, organisation, expires_at FROM invitations
                 WHERE used_at IS NULL AND withdrawn_at IS NULL AND expires_at > ?1 ORDER BY expires_at",
        )?;
        let rows = statement
            .query_map([time_text(now)], |row| Ok([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?;
        rows.map(|row| {
            let [id, label, organisation, expires_at] = row?;
            Ok(OpenInvitation { id: parse(&id)?, label, organisation, expires_at: parse_time(&expires_at)? })
        })
        .collect()
    }

    fn withdraw_invitation(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let tx = self.connection();
        let sql = "UPDATE invitations SET withdrawn_at = ?2
                       WHERE id = ?1 AND used_at IS NULL AND withdrawn_at IS NULL";
        Ok(tx.execute(sql, params![id.to_string(), time_text(now)])? > 0)
    }
}
