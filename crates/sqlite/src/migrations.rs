//! Bringing a file to a program's schema. An applied migration never changes; a newer schema than the program knows is
//! refused untouched.
//!
//! Written here because the migration libraries pin another rusqlite (docs/adr/0006-own-migration-runner.md).

use std::cmp::Ordering;

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Every migration of one schema, in order; the schema's version is how many of them were applied.
#[derive(Debug, Clone, Copy)]
pub struct Migrations(&'static [&'static str]);

/// Why a file was not brought to the schema. It stands at the last migration that was applied whole.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The file has a newer schema than this program knows.
    #[error("the schema is newer than this program")]
    TooNew,
    /// The file has an older schema, and nobody was asked to bring it up.
    #[error("the schema is older than this program")]
    TooOld,
    /// A migration would leave rows that refer to nothing.
    #[error("a migration would leave rows that refer to nothing")]
    Orphans,
    /// SQLite refused.
    #[error("a migration failed")]
    Sqlite(#[from] rusqlite::Error),
}

impl Migrations {
    /// The SQL of each migration, the oldest first.
    pub const fn new(migrations: &'static [&'static str]) -> Self {
        Self(migrations)
    }

    /// The schema a file has.
    pub fn version_of(connection: &Connection) -> rusqlite::Result<usize> {
        connection.query_row("PRAGMA user_version", [], |row| row.get(0))
    }

    /// The version this program writes.
    pub const fn newest(self) -> usize {
        self.0.len()
    }

    /// The SQL of each, the oldest first: for tests that make an older file.
    pub const fn all(self) -> &'static [&'static str] {
        self.0
    }

    /// Refuses any schema but the newest.
    pub fn assert_current(self, connection: &Connection) -> Result<(), MigrationError> {
        match Self::version_of(connection)?.cmp(&self.newest()) {
            Ordering::Less => Err(MigrationError::TooOld),
            Ordering::Equal => Ok(()),
            Ordering::Greater => Err(MigrationError::TooNew),
        }
    }

    /// Applies what is missing, each migration in a transaction of its own. `made` runs in the transaction of the very
    /// first, for what a fresh file must never be without.
    ///
    /// A migration may rebuild a table that others refer to. SQLite can only check that afterwards
    /// (<https://sqlite.org/lang_altertable.html>, section 7), so foreign keys are off meanwhile and are checked before
    /// each commit.
    pub fn apply<E: From<MigrationError>>(
        self,
        connection: &mut Connection,
        made: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let enforced = connection.pragma_query_value(None, "foreign_keys", |row| row.get(0));
        let enforced: bool = enforced.map_err(MigrationError::from)?;
        connection.pragma_update(None, "foreign_keys", false).map_err(MigrationError::from)?;
        let applied = self.apply_unchecked(connection, made);
        connection.pragma_update(None, "foreign_keys", enforced).map_err(MigrationError::from)?;
        applied
    }

    fn apply_unchecked<E: From<MigrationError>>(
        self,
        connection: &mut Connection,
        made: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let version = Self::version_of(connection).map_err(MigrationError::from)?;
        let missing = self.0.get(version..).ok_or(MigrationError::TooNew)?;
        let mut made = (version == 0).then_some(made);
        for (offset, sql) in missing.iter().enumerate() {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate);
            let transaction = transaction.map_err(MigrationError::from)?;
            run(&transaction, sql, version + offset + 1)?;
            if let Some(made) = made.take() {
                made(&transaction)?;
            }
            transaction.commit().map_err(MigrationError::from)?;
        }
        Ok(())
    }
}

fn run(transaction: &Transaction<'_>, sql: &str, version: usize) -> Result<(), MigrationError> {
    transaction.execute_batch(sql)?;
    if transaction.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Err(MigrationError::Orphans);
    }
    transaction.pragma_update(None, "user_version", version)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const FIRST: &str = "CREATE TABLE ships (id INTEGER PRIMARY KEY);
        CREATE TABLE visits (id INTEGER PRIMARY KEY, ship INTEGER NOT NULL REFERENCES ships ON DELETE CASCADE);";
    /// As a table is rebuilt; with foreign keys on, this would take the visits along.
    const REBUILT: &str = "CREATE TABLE ships_new (id INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO ships_new (id) SELECT id FROM ships; DROP TABLE ships; ALTER TABLE ships_new RENAME TO ships;";

    #[expect(clippy::unnecessary_wraps, reason = "what `apply` asks for")]
    fn nothing(_: &Transaction<'_>) -> Result<(), MigrationError> {
        Ok(())
    }

    fn with_a_visit() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        Migrations::new(&[FIRST]).apply(&mut connection, nothing).unwrap();
        connection.execute_batch("INSERT INTO ships VALUES (1); INSERT INTO visits VALUES (1, 1)").unwrap();
        connection
    }

    #[test]
    fn a_rebuilt_table_keeps_what_refers_to_it_and_foreign_keys_are_enforced_afterwards() {
        let mut connection = with_a_visit();
        Migrations::new(&[FIRST, REBUILT]).apply(&mut connection, nothing).unwrap();
        let visits: u32 = connection.query_row("SELECT count(*) FROM visits", [], |row| row.get(0)).unwrap();
        assert_eq!((visits, Migrations::version_of(&connection).unwrap()), (1, 2));
        assert!(connection.execute("INSERT INTO visits VALUES (2, 99)", []).is_err());
    }

    #[test]
    fn a_migration_that_orphans_rows_is_refused_and_the_file_stays_as_it_was() {
        let mut connection = with_a_visit();
        let orphaning = Migrations::new(&[FIRST, "DELETE FROM ships"]);
        assert!(matches!(orphaning.apply(&mut connection, nothing), Err(MigrationError::Orphans)));
        let ships: u32 = connection.query_row("SELECT count(*) FROM ships", [], |row| row.get(0)).unwrap();
        assert_eq!((ships, Migrations::version_of(&connection).unwrap()), (1, 1));
    }

    #[test]
    fn a_file_is_never_there_without_what_it_must_never_be_without() {
        let mut connection = Connection::open_in_memory().unwrap();
        let failing = |_: &Transaction<'_>| Err(MigrationError::Orphans);
        assert!(Migrations::new(&[FIRST]).apply(&mut connection, failing).is_err());
        assert_eq!(Migrations::version_of(&connection).unwrap(), 0);
    }

    #[test]
    fn a_newer_schema_is_refused_untouched_and_an_older_one_is_told_from_it() {
        let mut connection = with_a_visit();
        let (none, two) = (Migrations::new(&[]), Migrations::new(&[FIRST, REBUILT]));
        assert!(matches!(none.apply(&mut connection, nothing), Err(MigrationError::TooNew)));
        assert!(matches!(none.assert_current(&connection), Err(MigrationError::TooNew)));
        assert!(matches!(two.assert_current(&connection), Err(MigrationError::TooOld)));
        assert!(Migrations::new(&[FIRST]).assert_current(&connection).is_ok());
    }
}
