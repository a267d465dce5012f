//! Where a record stands on its way is an entry of its own, apart from what was signed. *Vastleggen* makes none, which
//! spares it a page: what has no entry waits for its first batch. Whoever is about to form one makes those that lack.
//!
//! The view `outbox` reads both, where nothing may be written or nothing needs to be.

use rusqlite::Connection;

use crate::store::{Cached, StoreError};

/// Makes an entry for all that was signed since this was last asked.
pub(super) fn enter(tx: &Connection) -> Result<(), StoreError> {
    let last: i64 =
        tx.query_row_cached("SELECT coalesce(max(position), 0) FROM outbox_entries", [], |row| row.get(0))?;
    let entered = tx.execute_cached(
        "INSERT INTO outbox_entries (position, kind, acute, size_bytes)
         SELECT position, kind, acute, size_bytes FROM operations
         WHERE position > (SELECT coalesce(max(position), 0) FROM outbox_entries) ORDER BY position",
        [],
    )?;
    if entered > 0 { hurry_along(tx, last) } else { Ok(()) }
}

/// What an acute correction corrects is in the way of it, and goes as fast.
fn hurry_along(tx: &Connection, last: i64) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT c.first, c.position FROM corrections c CROSS JOIN outbox_entries e ON e.position = c.position
         WHERE c.position > ?1 AND e.acute",
    )?;
    let rows = statement.query_map([last], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (first, position) in rows.collect::<Result<Vec<(i64, i64)>, _>>()? {
        tx.execute_cached(
            "UPDATE outbox_entries SET acute = 1
             WHERE NOT acute AND position IN (SELECT ?1 UNION ALL
                                              SELECT position FROM corrections WHERE first = ?1 AND position < ?2)",
            [first, position],
        )?;
    }
    Ok(())
}
