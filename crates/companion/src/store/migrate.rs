//! This program's schema of the store, and the keys that a fresh store is given with it.

use baken_protocol::signature::SigningKey;
use baken_sqlite::Migrations;
use ring::rand::SystemRandom;
use rusqlite::{Connection, params};

use super::StoreError;
use crate::environment::Environment;

pub(super) const MIGRATIONS: Migrations = Migrations::new(&[
    include_str!("../../../../migrations/companion/0001_create_store.sql"),
    include_str!("../../../../migrations/companion/0002_reorder_operations.sql"),
    include_str!("../../../../migrations/companion/0003_keep_photo_receipts.sql"),
    include_str!("../../../../migrations/companion/0004_keep_certificate.sql"),
    include_str!("../../../../migrations/companion/0005_say_what_a_photo_lacks.sql"),
    include_str!("../../../../migrations/companion/0006_keep_contents_apart.sql"),
    include_str!("../../../../migrations/companion/0007_count_what_stands_where.sql"),
    include_str!("../../../../migrations/companion/0008_keep_corrections.sql"),
    include_str!("../../../../migrations/companion/0009_join_inspections.sql"),
    include_str!("../../../../migrations/companion/0010_say_more_of_observations.sql"),
    include_str!("../../../../migrations/companion/0011_find_records.sql"),
    include_str!("../../../../migrations/companion/0012_keep_catalogues.sql"),
    include_str!("../../../../migrations/companion/0013_record_contacts.sql"),
    include_str!("../../../../migrations/companion/0014_purge_what_is_received.sql"),
    include_str!("../../../../migrations/companion/0015_keep_spoken_notes.sql"),
    include_str!("../../../../migrations/companion/0016_keep_outcomes.sql"),
]);

/// Brings the store to it. There is never a store without a key.
pub(super) fn migrate(connection: &mut Connection, environment: &Environment) -> Result<(), StoreError> {
    MIGRATIONS.apply(connection, |transaction| {
        let key = SigningKey::generate(&SystemRandom::new()).map_err(|_| StoreError::Content)?;
        transaction.execute(
            "INSERT INTO device (id, signing_key, chain) VALUES (1, ?1, ?2)",
            params![key.pkcs8(), environment.ids.uuid().to_string()],
        )?;
        Ok(())
    })
}
