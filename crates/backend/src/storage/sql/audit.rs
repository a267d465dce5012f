//! The audit log: append-only, also against this program (triggers), and a chain: each line's hash covers the line
//! before it, so that none can be changed, taken out or put in between while the hashes after it stay. There is no key in
//! it: whoever rewrites every line from there on leaves a chain that holds, with another last hash. Only a hash that was
//! noted elsewhere shows that, and what was cut off at the end.

use baken_sqlite::time_text;
use chrono::{DateTime, Utc};

use super::{Engine, SqlTransaction, values};
use crate::storage::{Audit, AuditAction, AuditEntry, AuditObject, OPERATOR, ReadingRow, StorageError};

/// Written out: an index of readings serves no question that has that as a parameter.
pub(in crate::storage) const READINGS: &str =
    "SELECT actor, count(*), max(at) FROM audit WHERE object_id = $1 AND object = $2 AND action = 'read' AND result = 'ok'
     GROUP BY actor ORDER BY actor";

impl Audit for SqlTransaction<'_> {
    fn audit(&self, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
        write(self.sql(), now, entry)
    }

    fn readings(&self, object: AuditObject, id: &str) -> Result<Vec<ReadingRow>, StorageError> {
        self.sql().all(READINGS, values![id, object.code()], |row| {
            Ok(ReadingRow { actor: row.get(0)?, times: row.get(1)?, last: row.get(2)? })
        })
    }

    fn last_line_by_operator(&self, action: AuditAction) -> Result<Option<i64>, StorageError> {
        let sql = "SELECT max(id) FROM audit WHERE actor = $1 AND action = $2";
        self.sql().value(sql, values![OPERATOR, action.code()])
    }

    fn known_until(&self) -> Result<DateTime<Utc>, StorageError> {
        let sql = "SELECT coalesce((SELECT max(at) FROM audit), created_at) FROM installation";
        self.sql().value(sql, &[])
    }
}

/// Writes a line in the transaction of what it tells of: neither is kept without the other.
pub(in crate::storage) fn write(
    sql: &dyn Engine,
    now: DateTime<Utc>,
    entry: &AuditEntry<'_>,
) -> Result<(), StorageError> {
    let last = "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1";
    let (last, before) =
        sql.first(last, &[], |row| Ok((row.get(0)?, row.rendered(1)?)))?.unwrap_or((0_i64, String::new()));
    let hash = entry.hash(&before, &time_text(now)).ok_or(StorageError::Content)?;
    let AuditEntry { actor, action, object, id, result, origin, purpose, detail } = *entry;
    sql.execute(
        "INSERT INTO audit (id, at, actor, action, object, object_id, result, origin, purpose, detail, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values![last + 1, now, actor, action.code(), object.code(), id, result, origin, purpose, detail, hash],
    )?;
    Ok(())
}
