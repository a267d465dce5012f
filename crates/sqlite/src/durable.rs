//! A commit that returned has reached the disk.

use rusqlite::Connection;

/// Sets the log and the waiting for the disk: a commit is whole or absent after a power cut at any moment.
pub fn make_durable(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")
}
