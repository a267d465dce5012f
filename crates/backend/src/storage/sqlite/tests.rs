#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.sqlite");
    let storage = SqliteStorage::bring_up(&path).unwrap();
    hold(&storage.writer).pragma_update(None, "user_version", 99).unwrap();
    drop(storage);
    assert!(matches!(SqliteStorage::bring_up(&path), Err(StorageError::TooNew)));
    assert!(matches!(SqliteStorage::open(&path), Err(StorageError::TooNew)));
}

#[test]
fn an_older_schema_is_brought_up_by_whoever_has_it_alone_and_by_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.sqlite");
    let older = Connection::open(&path).unwrap();
    older.execute_batch(migrate::MIGRATIONS[0]).unwrap();
    older.pragma_update(None, "user_version", 1).unwrap();
    assert!(matches!(SqliteStorage::open(&path), Err(StorageError::TooOld)));
    assert_eq!(schema_of(&path).unwrap(), 1, "left as it was");
    drop(older);
    drop(SqliteStorage::bring_up(&path).unwrap());
    SqliteStorage::open(&path).unwrap();
    let nothing = folder.path().join("nothing");
    assert!(SqliteStorage::open(&nothing).is_err() && !nothing.exists(), "and nothing is made");
}

#[test]
fn a_damaged_register_is_reported_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.sqlite");
    drop(SqliteStorage::bring_up(&path).unwrap());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..64].fill(0xaa);
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(SqliteStorage::bring_up(&path), Err(StorageError::Damaged)));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn nobody_changes_or_removes_an_audit_line() {
    use crate::storage::{Audit, AuditEntry};
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let entry = AuditEntry { actor: "a", action: "b", object: "c", result: "ok", origin: "local" };
    storage.audit(DateTime::UNIX_EPOCH, &entry).unwrap();
    for sql in ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"] {
        let refused = storage.write::<_, StorageError>(|tx| Ok(tx.execute(sql, [])?));
        assert!(refused.is_err(), "{sql}");
    }
}

#[test]
fn a_register_of_the_first_version_keeps_everything_on_the_way_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.sqlite");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(migrate::MIGRATIONS[0]).unwrap();
    old.execute_batch(
        "PRAGMA user_version = 1;
         INSERT INTO key_directories (epoch, envelope) VALUES (1, x'01');",
    )
    .unwrap();
    drop(old);
    let storage = SqliteStorage::bring_up(&path).unwrap();
    let connection = hold(&storage.writer);
    let one = |sql: &str| -> u64 { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(one("PRAGMA user_version"), u64::try_from(migrate::MIGRATIONS.len()).unwrap());
    assert_eq!(one("SELECT count(*) FROM key_directories"), 1);
    assert_eq!(one("SELECT count(*) FROM sqlite_schema WHERE name = 'operations_by_record'"), 1);
    assert_eq!(one("SELECT count(*) FROM sqlite_schema WHERE name = 'alerts_by_kind'"), 1);
}

#[test]
fn the_inbox_reads_its_index_in_order_and_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let sight = crate::register::Sight { team: true, care: true, organisation: "gemeente-velsen".into() };
    let visible = conditions::Conditions::visible(&sight);
    let sql = standing::observations_sql(&crate::register::Filter::default(), &visible).0;
    let plan = plan(&connection, &sql, &visible);
    assert_eq!(plan, ["SEARCH o USING COVERING INDEX operations_by_record (kind=?)"]);
}

#[test]
fn what_others_signed_under_an_id_is_found_without_going_through_all_observations() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let sight = crate::register::Sight { team: true, care: true, organisation: "gemeente-velsen".into() };
    let others = conditions::Conditions::of_others(&sight, "entity", "device");
    let listed = standing::observations_sql(&crate::register::Filter::default(), &others).0;
    for sql in [listed, inbox::claimed_sql(&others)] {
        let plan = plan(&connection, &sql, &others);
        let searched = plan.iter().filter(|step| step.contains(" o ")).collect::<Vec<_>>();
        assert_eq!(searched, ["SEARCH o USING INDEX operations_by_id (entity=?)"], "{plan:?}");
    }
}

fn plan(connection: &Connection, sql: &str, conditions: &conditions::Conditions) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let values = rusqlite::params_from_iter(conditions.values());
    statement.query_map(values, |row| row.get(3)).unwrap().map(Result::unwrap).collect()
}
