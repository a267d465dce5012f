//! Invitations: made, still open, withdrawn. Enrolment spends them.

use chrono::{DateTime, Utc};
use rusqlite::params;
use uuid::Uuid;

use super::{SqliteStorage, audit, parse, parse_time, time_text};
use crate::register::InvitationSummary;
use crate::storage::{AuditEntry, Invitations, NewInvitation, StorageError};

impl Invitations for SqliteStorage {
    fn create_invitation(&self, invitation: &NewInvitation, entry: &AuditEntry<'_>) -> Result<u64, StorageError> {
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
            audit::write(tx, invitation.created_at, entry)?;
            Ok(tx.query_row("SELECT max(epoch) FROM key_directories", [], |row| row.get(0))?)
        })
    }

    fn open_invitations(&self, now: DateTime<Utc>) -> Result<Vec<InvitationSummary>, StorageError> {
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

    fn withdraw_invitation(&self, id: Uuid, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<bool, StorageError> {
        self.write(|tx| {
            let sql = "UPDATE invitations SET withdrawn_at = ?2
                       WHERE id = ?1 AND used_at IS NULL AND withdrawn_at IS NULL";
            let open = tx.execute(sql, params![id.to_string(), time_text(now)])? > 0;
            audit::write(tx, now, &entry.if_found(open))?;
            Ok(open)
        })
    }
}
