//! This program's schema of the register.

use baken_sqlite::Migrations;

pub(super) const MIGRATIONS: Migrations = Migrations::new(&[
    include_str!("../../../../../migrations/backend/sqlite/0001_create_register.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0010_know_browsers.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0011_list_records_by_their_device.sql"),
]);
