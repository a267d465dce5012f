//! Bringing a file to a program's schema. A released migration never changes (`migrations/SHA256SUMS`); a newer schema than
//! the program knows is refused untouched. A file says which migrations it was made by, by their hashes: one that has the
//! same number of others, as a version between two releases may have left it, is refused untouched too.
//!
//! Written here because the migration libraries pin another rusqlite (docs/adr/0006-own-migration-runner.md).

use baken_protocol::digest::Digest;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

/// What was applied. The runner's own, so that no migration has to be there before it.
const APPLIED: &str =
    "CREATE TABLE IF NOT EXISTS applied_migrations (version INTEGER PRIMARY KEY, sha256 TEXT NOT NULL) STRICT";

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
    /// The file was made by another migration of this number than this program's.
    #[error("migration {0} of the schema is another than this program's")]
    Other(usize),
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

    /// The oldest `count` of them: for tests that make an older file.
    #[must_use]
    pub fn first(self, count: usize) -> Self {
        Self(self.0.get(..count).unwrap_or(self.0))
    }

    /// Refuses any schema but the newest.
    pub fn assert_current(self, connection: &Connection) -> Result<(), MigrationError> {
        self.assert_known(connection)?;
        if Self::version_of(connection)? < self.newest() { Err(MigrationError::TooOld) } else { Ok(()) }
    }

    /// Refuses a newer schema, and one that other migrations made.
    pub fn assert_known(self, connection: &Connection) -> Result<(), MigrationError> {
        let version = Self::version_of(connection)?;
        let applied = self.0.get(..version).ok_or(MigrationError::TooNew)?;
        for (version, sql) in (1..).zip(applied) {
            if hash_of(connection, version)? != Some(Digest::of(sql.as_bytes()).to_string()) {
                return Err(MigrationError::Other(version));
            }
        }
        Ok(())
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
        self.assert_known(connection)?;
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

/// The hash of the migration of this number that a file was made by, if it says so.
fn hash_of(connection: &Connection, version: usize) -> rusqlite::Result<Option<String>> {
    let table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'applied_migrations'";
    if !connection.prepare(table)?.exists([])? {
        return Ok(None);
    }
    let sql = "SELECT sha256 FROM applied_migrations WHERE version = ?1";
    connection.query_row(sql, [version], |row| row.get(0)).optional()
}

fn run(transaction: &Transaction<'_>, sql: &str, version: usize) -> Result<(), MigrationError> {
    transaction.execute_batch(APPLIED)?;
    transaction.execute_batch(sql)?;
    let hash = Digest::of(sql.as_bytes()).to_string();
    transaction.execute(
        "INSERT OR REPLACE INTO applied_migrations (version, sha256) VALUES (?1, ?2)",
        params![version, hash],
    )?;
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

    /// As a version between two releases made them.
    const OTHER: &str = "CREATE TABLE ships (id INTEGER PRIMARY KEY, flag TEXT);";

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

    /// A version between two releases had the same number of migrations, and other tables.
    #[test]
    fn a_file_that_other_migrations_made_is_refused_untouched() {
        let mut connection = with_a_visit();
        let before: i64 = connection.query_row("PRAGMA schema_version", [], |row| row.get(0)).unwrap();
        for other in [Migrations::new(&[OTHER]), Migrations::new(&[OTHER, REBUILT])] {
            assert!(matches!(other.assert_known(&connection), Err(MigrationError::Other(1))));
            assert!(matches!(other.assert_current(&connection), Err(MigrationError::Other(1))));
            assert!(matches!(other.apply(&mut connection, nothing), Err(MigrationError::Other(1))));
        }
        let after: i64 = connection.query_row("PRAGMA schema_version", [], |row| row.get(0)).unwrap();
        assert_eq!(after, before);
        Migrations::new(&[FIRST, REBUILT]).apply(&mut connection, nothing).unwrap();
        let changed = Migrations::new(&[FIRST, "SELECT 1"]);
        assert!(matches!(changed.assert_current(&connection), Err(MigrationError::Other(2))));
        // From before files said what they were made by.
        connection.execute_batch("DROP TABLE applied_migrations").unwrap();
        let same = Migrations::new(&[FIRST, REBUILT]);
        assert!(matches!(same.assert_current(&connection), Err(MigrationError::Other(1))));
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
