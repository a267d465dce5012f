//! Sessions of signed-in browsers, under the hash of their cookie.

use baken_protocol::digest::Digest;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{SqliteTransaction, parse_time, time_text};
use crate::storage::{SessionRow, Sessions, StorageError};

impl Sessions for SqliteTransaction<'_> {
    fn create_session(&self, token_hash: Digest, session: &SessionRow) -> Result<(), StorageError> {
        let now = time_text(session.last_seen_at);
        let tx = self.connection();
        tx.execute("DELETE FROM sessions WHERE expires_at < ?1", [&now])?;
        tx.execute(
            "INSERT INTO sessions (token_hash, login, csrf_token, created_at, last_seen_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
            params![token_hash.to_string(), session.login, session.csrf_token, now, time_text(session.expires_at)],
        )?;
        Ok(())
    }

    fn session(&self, token_hash: Digest) -> Result<Option<SessionRow>, StorageError> {
        let tx = self.connection();
        let row: Option<[String; 4]> = tx
            .query_row(
                "SELECT login, csrf_token, last_seen_at, expires_at FROM sessions WHERE token_hash = ?1",
                [token_hash.to_string()],
                |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
            )
            .optional()?;
        let Some([login, csrf_token, last_seen_at, expires_at]) = row else { return Ok(None) };
        let (last_seen_at, expires_at) = (parse_time(&last_seen_at)?, parse_time(&expires_at)?);
        Ok(Some(SessionRow { login, csrf_token, last_seen_at, expires_at }))
    }

    fn touch_session(&self, token_hash: Digest, now: DateTime<Utc>) -> Result<(), StorageError> {
        let tx = self.connection();
        tx.execute(
            "UPDATE sessions SET last_seen_at = ?2 WHERE token_hash = ?1",
            params![token_hash.to_string(), time_text(now)],
        )?;
        Ok(())
    }

    fn remove_session(&self, token_hash: Digest) -> Result<(), StorageError> {
        self.connection().execute("DELETE FROM sessions WHERE token_hash = ?1", [token_hash.to_string()])?;
        Ok(())
    }
}
