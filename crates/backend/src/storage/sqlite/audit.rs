//! The audit log: append-only, also against this program (triggers), and a chain: each line's hash covers the line
//! before it, so that none can be changed, taken out or put in between while the hashes after it stay. There is no key in
//! it: whoever rewrites every line from there on leaves a chain that holds, with another last hash. Only a hash that was
//! noted elsewhere shows that, and what was cut off at the end.

use baken_protocol::digest::Digest;
use baken_sqlite::Cached;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{SqliteStorage, time_text};
use crate::storage::{Audit, AuditEntry, StorageError};

impl Audit for SqliteStorage {
    fn audit(&self, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
        self.write(|tx| write(tx, now, entry))
    }
}

/// What a line's hash covers, as a JSON array in this order.
type Line<'a> =
    (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

/// Writes a line in the transaction of what it tells of: neither is kept without the other.
pub(super) fn write(tx: &Transaction<'_>, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
    let last = "SELECT hash FROM audit ORDER BY id DESC LIMIT 1";
    let before: Option<String> = tx.query_row_cached(last, [], |row| row.get(0)).optional()?;
    let (before, at) = (before.unwrap_or_default(), time_text(now));
    let AuditEntry { actor, action, object, id, result, origin, purpose, detail } = *entry;
    let hash = hash((&before, &at, actor, action.code(), object.code(), id, result, origin, purpose, detail))?;
    let (action, object, hash) = (action.code(), object.code(), hash.to_string());
    tx.execute_cached(
        "INSERT INTO audit (at, actor, action, object, object_id, result, origin, purpose, detail, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![at, actor, action, object, id, result, origin, purpose, detail, hash],
    )?;
    Ok(())
}

fn hash(line: Line<'_>) -> Result<Digest, StorageError> {
    Ok(Digest::of(&serde_json::to_vec(&line).map_err(|_| StorageError::Content)?))
}

/// A line as it is stored, to be checked.
pub struct StoredLine {
    /// Its place.
    pub id: u64,
    hash: String,
    texts: [String; 7],
    purpose: Option<String>,
    detail: Option<String>,
}

impl StoredLine {
    /// Every line, the first written first.
    pub const SQL: &'static str =
        "SELECT id, hash, at, actor, action, object, object_id, result, origin, purpose, detail
        FROM audit ORDER BY id";

    /// Reads a row of [`Self::SQL`].
    pub fn read(row: &Row<'_>) -> Result<Self, StorageError> {
        let texts = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?];
        Ok(Self { id: row.get(0)?, hash: row.get(1)?, texts, purpose: row.get(9)?, detail: row.get(10)? })
    }

    /// Whether it is the line that was written after the one with the hash `before`.
    pub fn follows(&self, before: &str) -> bool {
        let [at, actor, action, object, id, result, origin] = &self.texts;
        let (purpose, detail) = (self.purpose.as_deref(), self.detail.as_deref());
        hash((before, at, actor, action, object, id, result, origin, purpose, detail))
            .is_ok_and(|hash| hash.to_string() == self.hash)
    }

    /// Its hash as the row says.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}
