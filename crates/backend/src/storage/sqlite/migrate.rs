//! This program's schema of the register.

use baken_sqlite::Migrations;

pub(super) const MIGRATIONS: Migrations = Migrations::new(&[
    include_str!("../../../../../migrations/backend/sqlite/0001_create_register.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0002_know_browsers.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0003_find_retractions.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0004_tell_of_odd_records.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0005_keep_how_records_stand.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0006_enter_into_a_log.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0007_keep_catalogues.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0008_order_wipes.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0009_handle_observations.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0010_give_roles.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0011_keep_reports.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0012_tell_outcomes.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0013_invite_members.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0014_work_on_reports.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0015_trust_providers.sql"),
    include_str!("../../../../../migrations/backend/sqlite/0016_find_by_number.sql"),
]);
