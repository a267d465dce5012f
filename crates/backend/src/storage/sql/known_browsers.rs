//! Browsers somebody signed in from, under the hash of their cookie.

use baken_protocol::digest::Digest;
use chrono::{DateTime, Utc};

use super::{SqlTransaction, values};
use crate::storage::{Acquaintance, KnownBrowsers, StorageError};

impl KnownBrowsers for SqlTransaction<'_> {
    fn acquaintance(
        &self,
        login: &str,
        browser: Option<Digest>,
        network: &str,
        since: DateTime<Utc>,
    ) -> Result<Acquaintance, StorageError> {
        let known: Option<i64> = self.sql().value(
            "SELECT max(CASE WHEN browser_hash = $1 THEN 1 ELSE 0 END) FROM known_browsers
             WHERE login = $2 AND last_used_at >= $3 AND (browser_hash = $1 OR network = $4)",
            values![browser, login, since, network],
        )?;
        Ok(match (known, browser) {
            (Some(1), Some(browser)) => Acquaintance::Browser(browser),
            (Some(_), _) => Acquaintance::Network,
            (None, _) => Acquaintance::Stranger,
        })
    }

    fn is_known_browser(&self, browser: Digest, since: DateTime<Utc>) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM known_browsers WHERE browser_hash = $1 AND last_used_at >= $2)";
        self.sql().value(sql, values![browser, since])
    }

    fn remember_browser(
        &self,
        browser: Digest,
        login: &str,
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let again = self.sql().execute(
            "UPDATE known_browsers SET network = $1, last_used_at = $2 WHERE login = $3 AND browser_hash = $4",
            values![network, now, login, browser],
        )?;
        if again == 0 {
            self.sql().execute(
                "INSERT INTO known_browsers (browser_hash, login, network, last_used_at) VALUES ($1, $2, $3, $4)",
                values![browser, login, network, now],
            )?;
        }
        Ok(())
    }

    fn forget_browsers(&self, before: DateTime<Utc>) -> Result<(), StorageError> {
        self.sql().execute("DELETE FROM known_browsers WHERE last_used_at < $1", values![before])?;
        Ok(())
    }
}
