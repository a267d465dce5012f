//! Browsers somebody signed in from, under the hash of their cookie.

use baken_protocol::digest::Digest;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{SqliteTransaction, time_text};
use crate::storage::{Acquaintance, KnownBrowsers, StorageError};

impl KnownBrowsers for SqliteTransaction<'_> {
    fn acquaintance(
        &self,
        login: &str,
        browser: Option<Digest>,
        network: &str,
        since: DateTime<Utc>,
    ) -> Result<Acquaintance, StorageError> {
        let hash = browser.map(|browser| browser.to_string()).unwrap_or_default();
        let known: Option<bool> = self.connection().query_row(
            "SELECT max(browser_hash = ?2) FROM known_browsers
             WHERE login = ?1 AND last_used_at >= ?4 AND (browser_hash = ?2 OR network = ?3)",
            params![login, hash, network, time_text(since)],
            |row| row.get(0),
        )?;
        Ok(match (known, browser) {
            (Some(true), Some(browser)) => Acquaintance::Browser(browser),
            (Some(_), _) => Acquaintance::Network,
            (None, _) => Acquaintance::Stranger,
        })
    }

    fn is_known_browser(&self, browser: Digest, since: DateTime<Utc>) -> Result<bool, StorageError> {
        let tx = self.connection();
        let sql = "SELECT 1 FROM known_browsers WHERE browser_hash = ?1 AND last_used_at >= ?2";
        let known = tx.query_row(sql, params![browser.to_string(), time_text(since)], |_| Ok(())).optional()?;
        Ok(known.is_some())
    }

    fn remember_browser(
        &self,
        browser: Digest,
        login: &str,
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let tx = self.connection();
        tx.execute(
            "INSERT INTO known_browsers (browser_hash, login, network, last_used_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (login, browser_hash) DO UPDATE SET network = ?3, last_used_at = ?4",
            params![browser.to_string(), login, network, time_text(now)],
        )?;
        Ok(())
    }

    fn forget_browsers(&self, before: DateTime<Utc>) -> Result<(), StorageError> {
        let tx = self.connection();
        tx.execute("DELETE FROM known_browsers WHERE last_used_at < ?1", [time_text(before)])?;
        Ok(())
    }
}
