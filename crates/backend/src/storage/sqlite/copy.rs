//! A register as one file: copied out while it is in use, and made fit to go on from a copy.
//!
//! Neither brings it to this program's schema: a copy stays what it was until it is served from.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use super::migrate::MIGRATIONS;
use super::{audit, parse_time, time_text};
use crate::storage::{AuditEntry, StorageError};

const PAGES_A_STEP: i32 = 1024;

/// Copies the register `from` into the file `to` as it is at one moment, after writing down `entry`.
pub fn copy_register(from: &Path, to: &Path, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
    let mut source = existing(from)?;
    write_down(&mut source, now, entry)?;
    let mut target = Connection::open(to)?;
    {
        let copy = Backup::new(&source, &mut target)?;
        while copy.step(PAGES_A_STEP)? != StepResult::Done {}
    }
    Ok(target.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?)
}

/// Ends every session and withdraws every open invitation of the copy at `path`, and writes down `entry`: whoever
/// had either may have lost it since. Answers the time up to which the copy knows what was done.
pub fn disarm(path: &Path, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<DateTime<Utc>, StorageError> {
    let mut connection = existing(path)?;
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > MIGRATIONS.len() {
        return Err(StorageError::TooNew);
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known_until: String =
        tx.query_row("SELECT coalesce((SELECT max(at) FROM audit), created_at) FROM installation", [], |row| {
            row.get(0)
        })?;
    tx.execute("DELETE FROM sessions", [])?;
    tx.execute(
        "UPDATE invitations SET withdrawn_at = ?1 WHERE used_at IS NULL AND withdrawn_at IS NULL",
        params![time_text(now)],
    )?;
    audit::write(&tx, now, entry)?;
    tx.commit()?;
    parse_time(&known_until)
}

fn existing(path: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

fn write_down(connection: &mut Connection, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    audit::write(&tx, now, entry)?;
    Ok(tx.commit()?)
}
