//! Bringing the store to this program's schema. An applied migration never changes; a newer schema than
//! this program knows is refused untouched.
//!
//! Written here because the migration libraries pin another rusqlite (docs/adr/0006-own-migration-runner.md).

use ring::rand::SystemRandom;
use rusqlite::{Connection, params};

use super::StoreError;
use crate::environment::Environment;
use baken_protocol::signature::SigningKey;

/// Every migration, in order; the schema's version is how many of them were applied. The number in a file's name only
/// orders it, and some numbers were never given out.
pub(super) const MIGRATIONS: [&str; 5] = [
    include_str!("../../../../migrations/companion/0001_create_store.sql"),
    include_str!("../../../../migrations/companion/0002_reorder_operations.sql"),
    include_str!("../../../../migrations/companion/0003_keep_photo_receipts.sql"),
    include_str!("../../../../migrations/companion/0005_keep_certificate.sql"),
    include_str!("../../../../migrations/companion/0007_say_what_a_photo_lacks.sql"),
];

/// Applies what is missing, each migration in a transaction of its own, and gives a fresh store its keys.
///
/// Foreign keys must be off: a migration may rebuild a table others refer to, and SQLite can only check that
/// afterwards (<https://sqlite.org/lang_altertable.html>, section 7). They are checked here before each commit.
pub(super) fn migrate(connection: &mut Connection, environment: &Environment) -> Result<(), StoreError> {
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let missing = MIGRATIONS.get(version..).ok_or(StoreError::TooNew)?;
    for (offset, sql) in missing.iter().enumerate() {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        if transaction.prepare("PRAGMA foreign_key_check")?.exists([])? {
            return Err(StoreError::Content);
        }
        transaction.pragma_update(None, "user_version", version + offset + 1)?;
        if version + offset == 0 {
            let key = SigningKey::generate(&SystemRandom::new()).map_err(|_| StoreError::Content)?;
            transaction.execute(
                "INSERT INTO device (id, signing_key, chain) VALUES (1, ?1, ?2)",
                params![key.pkcs8(), environment.ids.uuid().to_string()],
            )?;
        }
        transaction.commit()?;
    }
    Ok(())
}
