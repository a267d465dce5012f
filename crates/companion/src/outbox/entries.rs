//! Where a record stands on its way is an entry of its own, apart from what was signed. *Vastleggen* makes none, which
//! spares it a page: what has no entry waits for its first batch. Whoever is about to form one makes those that lack.
//!
//! The view `outbox` reads both, where nothing may be written or nothing needs to be.

use rusqlite::Connection;

use crate::store::{Cached, StoreError};

/// Makes an entry for all that was signed since this was last asked.
pub(super) fn enter(tx: &Connection) -> Result<(), StoreError> {
    tx.execute_cached(
        "INSERT INTO outbox_entries (position, kind, acute, size_bytes)
         SELECT position, kind, acute, size_bytes FROM operations
         WHERE position > (SELECT coalesce(max(position), 0) FROM outbox_entries) ORDER BY position",
        [],
    )?;
    Ok(())
}
