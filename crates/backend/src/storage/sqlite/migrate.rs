//! Bringing the register to this program's schema. An applied migration never changes; a newer schema than
//! this program knows is refused untouched.

use std::cmp::Ordering;

use rusqlite::{Connection, TransactionBehavior};

use super::StorageError;

/// Every migration, in order; the schema's version is how many of them were applied. The number in a file's name only
/// orders it, and some numbers were never given out.
pub(super) const MIGRATIONS: [&str; 4] = [
    include_str!("../../../../../migrations/backend/sqlite/0001_create_register.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0010_know_browsers.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0011_list_records_by_their_device.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0012_tell_of_odd_records.sql"),
];

/// The schema a register has.
pub(super) fn version(connection: &Connection) -> Result<usize, StorageError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Refuses any schema but this program's.
pub(super) fn assert_current(connection: &Connection) -> Result<(), StorageError> {
    match version(connection)?.cmp(&MIGRATIONS.len()) {
        Ordering::Less => Err(StorageError::TooOld),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(StorageError::TooNew),
    }
}

/// Applies what is missing, each migration in a transaction of its own.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    let version = version(connection)?;
    let missing = MIGRATIONS.get(version..).ok_or(StorageError::TooNew)?;
    for (offset, sql) in missing.iter().enumerate() {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", version + offset + 1)?;
        transaction.commit()?;
    }
    Ok(())
}
