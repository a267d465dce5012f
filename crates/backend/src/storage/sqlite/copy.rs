//! A register as one file: copied out while it is in use, and made fit to go on from a copy.
//!
//! Neither brings it to this program's schema: a copy stays what it was until it is served from.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use baken_protocol::seal::Recipient;
use chrono::{DateTime, Utc};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::migrate::MIGRATIONS;
use super::{SqliteTransaction, hold, parse};
use crate::storage::sql::audit;
use crate::storage::{AuditEntry, StorageError, Transaction};

const PAGES_A_STEP: i32 = 1024;

/// Copies the register `from` into the file `to` as it is at one moment, after writing down `entry`.
pub fn copy_register(from: &Path, to: &Path, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
    let mut source = existing(from)?;
    write_down(&mut source, now, entry)?;
    let mut target = Connection::open(to)?;
    copy_moment(&mut source, &mut target, || ())?;
    Ok(target.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?)
}

/// Leaves nothing of a copy beside its file, which somebody else is to read as bytes.
pub fn as_one_file(path: &Path) -> Result<(), StorageError> {
    Ok(Connection::open(path)?.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?)
}

/// Copies the source as it is now. As long as the transaction reads, the source stays what it was for this connection:
/// else SQLite begins anew with each commit of whoever serves, and under a busy one the copy has no end. `between` is
/// what happens between two steps, for tests of exactly that.
fn copy_moment(
    source: &mut Connection,
    target: &mut Connection,
    mut between: impl FnMut(),
) -> Result<(), StorageError> {
    let moment = source.transaction()?;
    moment.query_row("SELECT count(*) FROM installation", [], |row| row.get::<_, u64>(0))?;
    let copy = Backup::new(&moment, target)?;
    let mut step = copy.step(PAGES_A_STEP)?;
    while step == StepResult::More {
        between();
        step = copy.step(PAGES_A_STEP)?;
    }
    // Whoever holds the register was waited for (`busy_timeout`).
    if step == StepResult::Done { Ok(()) } else { Err(StorageError::Busy) }
}

/// To whom backups of the register at `path` are sealed.
pub fn backup_recipient(path: &Path) -> Result<Recipient, StorageError> {
    let text: String = existing(path)?.query_row("SELECT backup_recipient FROM installation", [], |row| row.get(0))?;
    parse(&text)
}

/// Does `work` to the copy at `path` in one transaction, as it is: what it asks must be there in every schema. Nothing of
/// the copy is left beside its file.
pub fn in_copy<T, E: From<StorageError>>(
    path: &Path,
    work: impl FnOnce(&dyn Transaction) -> Result<T, E>,
) -> Result<T, E> {
    let copy = known(path)?;
    let transaction = SqliteTransaction::begin(hold(&copy), "BEGIN IMMEDIATE")?;
    let done = work(transaction.as_ref())?;
    transaction.commit()?;
    Ok(done)
}

/// A copy of a schema that this program has or had.
fn known(path: &Path) -> Result<Mutex<Connection>, StorageError> {
    let connection = existing(path)?;
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    MIGRATIONS.assert_known(&connection)?;
    Ok(Mutex::new(connection))
}

pub(super) fn existing(path: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

fn write_down(connection: &mut Connection, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    audit::write(&*tx, now, entry)?;
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::storage::sqlite::SqliteStorage;

    /// Whoever serves goes on writing: the copy is of one moment, and comes to its end meanwhile.
    #[test]
    fn a_register_that_is_written_to_between_any_two_steps_is_copied_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.sqlite");
        drop(SqliteStorage::bring_up(&path).unwrap());
        let writer = Connection::open(&path).unwrap();
        let ballast = "CREATE TABLE ballast (bytes BLOB);
            WITH RECURSIVE some(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM some WHERE n < 24)
            INSERT INTO ballast SELECT zeroblob(1048576) FROM some;";
        writer.execute_batch(ballast).unwrap();
        let (mut source, copy) = (existing(&path).unwrap(), folder.path().join("copy.sqlite"));
        let mut commits = 0;
        let between = || {
            commits += 1;
            assert!(commits < 100, "it begins anew with every commit");
            writer.execute("INSERT INTO ballast VALUES (x'00')", []).unwrap();
        };
        copy_moment(&mut source, &mut Connection::open(&copy).unwrap(), between).unwrap();
        assert!(commits > 2, "several steps: {commits}");
        let held =
            |sql: &str| -> String { Connection::open(&copy).unwrap().query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(held("PRAGMA integrity_check"), "ok");
        assert_eq!(held("SELECT CAST(count(*) AS TEXT) FROM ballast"), "24", "of the moment it began");
    }
}
