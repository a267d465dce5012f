//! This program's schema of a database, which it has or does not have: as with SQLite, a database says which migrations
//! made it, by their hashes, and any other is refused untouched. Only a role that owns the tables can change them, and
//! that is not the one that serves: `serve` never does, `baken-backend migrate --database` does.

use std::time::Duration;

use baken_protocol::digest::Digest;
use tokio_postgres::Transaction;

use super::pool::Pool;
use super::session::{Failure, Session, wait};
use super::url::DatabaseUrl;
use crate::storage::{Migrated, StorageError};

/// The same names as SQLite's.
const MIGRATIONS: [&str; 16] = [
    include_str!("../../../../../migrations/backend/postgres/0001_create_register.sql"),
    include_str!("../../../../../migrations/backend/postgres/0002_know_browsers.sql"),
    include_str!("../../../../../migrations/backend/postgres/0003_find_retractions.sql"),
    include_str!("../../../../../migrations/backend/postgres/0004_tell_of_odd_records.sql"),
    include_str!("../../../../../migrations/backend/postgres/0005_keep_how_records_stand.sql"),
    include_str!("../../../../../migrations/backend/postgres/0006_enter_into_a_log.sql"),
    include_str!("../../../../../migrations/backend/postgres/0007_keep_catalogues.sql"),
    include_str!("../../../../../migrations/backend/postgres/0008_order_wipes.sql"),
    include_str!("../../../../../migrations/backend/postgres/0009_handle_observations.sql"),
    include_str!("../../../../../migrations/backend/postgres/0010_give_roles.sql"),
    include_str!("../../../../../migrations/backend/postgres/0011_keep_reports.sql"),
    include_str!("../../../../../migrations/backend/postgres/0012_tell_outcomes.sql"),
    include_str!("../../../../../migrations/backend/postgres/0013_invite_members.sql"),
    include_str!("../../../../../migrations/backend/postgres/0014_work_on_reports.sql"),
    include_str!("../../../../../migrations/backend/postgres/0015_trust_providers.sql"),
    include_str!("../../../../../migrations/backend/postgres/0016_find_by_number.sql"),
];

/// What it stands in before the first of them: the schema, and which of them were applied.
const BEFORE_ALL: &str = "
    CREATE SCHEMA IF NOT EXISTS baken;
    GRANT USAGE ON SCHEMA baken TO baken_program;
    CREATE TABLE IF NOT EXISTS baken.applied_migrations (version integer PRIMARY KEY, sha256 text NOT NULL);
    GRANT SELECT ON baken.applied_migrations TO baken_program";

/// Brings a database to this program's schema, each migration in a transaction of its own.
pub fn migrate(url: &DatabaseUrl) -> Result<Migrated, StorageError> {
    let pool = Pool::with(url.unbounded())?;
    let mut session = pool.take()?;
    // Another that migrates may have much to do.
    session.bear(Some(Duration::from_hours(24)));
    if !has_program_role(&session).map_err(Failure::from)? {
        return Err(StorageError::NoProgramRole);
    }
    // Two at once would both find it missing.
    session.batch("SELECT pg_advisory_lock(hashtextextended('baken migrations', 0))")?;
    let from = version(&session)?;
    if from == 0 {
        session.batch(BEFORE_ALL)?;
    }
    session.batch("SET search_path = baken")?;
    for (number, sql) in (1_i32..).zip(MIGRATIONS).skip(from) {
        let applied = wait(session.client_mut().transaction()).and_then(|tx| apply(tx, number, sql));
        applied.map_err(Failure::from)?;
    }
    Ok(Migrated { from, to: MIGRATIONS.len() })
}

fn apply(tx: Transaction<'_>, number: i32, sql: &str) -> Result<(), tokio_postgres::Error> {
    wait(tx.batch_execute(sql))?;
    let hash = Digest::of(sql.as_bytes()).to_string();
    wait(tx.execute("INSERT INTO applied_migrations (version, sha256) VALUES ($1, $2)", &[&number, &hash]))?;
    wait(tx.commit())
}

/// Refuses any schema but this program's.
pub(super) fn assert_current(session: &Session) -> Result<(), StorageError> {
    if version(session)? < MIGRATIONS.len() { Err(StorageError::Unmigrated) } else { Ok(()) }
}

/// How many migrations made a database; refuses those of a newer program, and others of the same number.
fn version(session: &Session) -> Result<usize, StorageError> {
    let applied = hashes(session).map_err(Failure::from)?;
    let known = MIGRATIONS.get(..applied.len()).ok_or(StorageError::TooNew)?;
    for (number, (applied, sql)) in (1..).zip(applied.iter().zip(known)) {
        if *applied != Digest::of(sql.as_bytes()).to_string() {
            return Err(StorageError::OtherSchema(number));
        }
    }
    Ok(applied.len())
}

fn hashes(session: &Session) -> Result<Vec<String>, tokio_postgres::Error> {
    let there = wait(session.client().query_one("SELECT to_regclass('baken.applied_migrations') IS NOT NULL", &[]))?;
    if !there.try_get::<_, bool>(0)? {
        return Ok(Vec::new());
    }
    let sql = "SELECT sha256 FROM baken.applied_migrations ORDER BY version";
    wait(session.client().query(sql, &[]))?.iter().map(|row| row.try_get(0)).collect()
}

fn has_program_role(session: &Session) -> Result<bool, tokio_postgres::Error> {
    let sql = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'baken_program')";
    wait(session.client().query_one(sql, &[]))?.try_get(0)
}
