//! Bringing the register to this program's schema. An applied migration never changes; a newer schema than
//! this program knows is refused untouched.

use rusqlite::{Connection, TransactionBehavior};

use super::StorageError;

/// Every migration, in order; the schema's version is their number.
pub(super) const MIGRATIONS: [&str; 2] = [
    include_str!("../../../../../migrations/backend/sqlite/0001_create_register.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0011_list_records_by_their_device.sql"),
];

/// Applies what is missing, each migration in a transaction of its own.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let missing = MIGRATIONS.get(version..).ok_or(StorageError::TooNew)?;
    for (offset, sql) in missing.iter().enumerate() {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", version + offset + 1)?;
        transaction.commit()?;
    }
    Ok(())
}
