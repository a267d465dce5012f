//! Sessions of signed-in browsers, under the hash of their cookie.

use baken_protocol::digest::Digest;
use chrono::{DateTime, Utc};

use super::accounts::json;
use super::{SqlTransaction, values};
use crate::storage::{LiveSession, SessionRow, Sessions, StorageError};

impl Sessions for SqlTransaction<'_> {
    fn create_session(&self, token_hash: Digest, session: &SessionRow) -> Result<(), StorageError> {
        let SessionRow { login, csrf_token, last_seen_at: now, expires_at, sign_out_at } = session;
        self.sql().execute("DELETE FROM sessions WHERE expires_at < $1", values![*now])?;
        self.sql().execute(
            "INSERT INTO sessions (token_hash, login, csrf_token, created_at, last_seen_at, expires_at, sign_out_at)
             VALUES ($1, $2, $3, $4, $4, $5, $6)",
            values![token_hash, login, csrf_token, *now, *expires_at, sign_out_at.as_ref()],
        )?;
        Ok(())
    }

    fn session(&self, token_hash: Digest) -> Result<Option<SessionRow>, StorageError> {
        let sql = "SELECT login, csrf_token, last_seen_at, expires_at, sign_out_at FROM sessions WHERE token_hash = $1";
        self.sql().first(sql, values![token_hash], |row| {
            let (login, csrf_token, last_seen_at, expires_at) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(SessionRow { login, csrf_token, last_seen_at, expires_at, sign_out_at: row.get(4)? })
        })
    }

    fn live_sessions(&self) -> Result<Vec<LiveSession>, StorageError> {
        let sql = "SELECT s.token_hash, s.login, s.last_seen_at, s.expires_at, a.organisation, a.roles, a.levels,
                          a.admitted_at IS NOT NULL
                   FROM sessions s JOIN accounts a ON a.login = s.login WHERE a.disabled_at IS NULL";
        self.sql().all(sql, &[], |row| {
            let (token_hash, login, last_seen_at, expires_at) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let (organisation, roles, levels) = (row.get(4)?, json(row.text(5)?)?, json(row.text(6)?)?);
            let admitted = row.get(7)?;
            Ok(LiveSession { token_hash, login, last_seen_at, expires_at, organisation, roles, levels, admitted })
        })
    }

    fn touch_session(&self, token_hash: Digest, now: DateTime<Utc>) -> Result<(), StorageError> {
        let sql = "UPDATE sessions SET last_seen_at = $1 WHERE token_hash = $2";
        self.sql().execute(sql, values![now, token_hash])?;
        Ok(())
    }

    fn remove_session(&self, token_hash: Digest) -> Result<(), StorageError> {
        self.sql().execute("DELETE FROM sessions WHERE token_hash = $1", values![token_hash])?;
        Ok(())
    }

    fn end_sessions_of(&self, login: &str) -> Result<(), StorageError> {
        self.sql().execute("DELETE FROM sessions WHERE login = $1", values![login])?;
        Ok(())
    }

    fn end_sessions(&self) -> Result<(), StorageError> {
        self.sql().execute("DELETE FROM sessions", &[])?;
        Ok(())
    }
}
