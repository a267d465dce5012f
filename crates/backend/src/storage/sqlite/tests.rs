#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use baken_protocol::ids::{DeviceId, EntityId};
use baken_sqlite::Migrations;
use chrono::DateTime;
use uuid::Uuid;

use crate::storage::sql::records::ending_sql;
use crate::storage::sql::{
    Conditions, claimed_sql, entities_sql, gathered, in_ranges, in_the_hands, listed_tasks, numbered, outcomes_sql,
    signed_as_sql, standings_of_sql, steps_sql,
};

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
    let mut older = Connection::open(&path).unwrap();
    migrate::MIGRATIONS.first(1).apply(&mut older, |_| Ok::<_, StorageError>(())).unwrap();
    assert!(matches!(SqliteStorage::open(&path), Err(StorageError::TooOld)));
    assert_eq!(schema_of(&path).unwrap(), 1, "left as it was");
    drop(older);
    drop(SqliteStorage::bring_up(&path).unwrap());
    SqliteStorage::open(&path).unwrap();
    let nothing = folder.path().join("nothing");
    assert!(SqliteStorage::open(&nothing).is_err() && !nothing.exists(), "and nothing is made");
}

#[test]
fn a_register_of_a_version_between_two_releases_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.sqlite");
    let storage = SqliteStorage::bring_up(&path).unwrap();
    hold(&storage.writer).execute("UPDATE applied_migrations SET sha256 = 'another' WHERE version = 1", []).unwrap();
    drop(storage);
    for refused in [SqliteStorage::bring_up(&path), SqliteStorage::open(&path)] {
        let refused = refused.err().unwrap();
        assert!(matches!(refused, StorageError::OtherSchema(1)));
        assert!(refused.to_string().contains("`make reset`"), "{refused}");
    }
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
    use crate::storage::{AuditAction, AuditEntry, AuditObject, UnitOfWork};
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let entry = AuditEntry::by_operator(AuditAction::Backup, AuditObject::Register, "");
    storage.write(|tx| tx.audit(DateTime::UNIX_EPOCH, &entry)).unwrap();
    for sql in ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"] {
        assert!(hold(&storage.writer).execute(sql, []).is_err(), "{sql}");
    }
}

/// A register of the first version with two devices, one of them revoked, and what came from the other.
const FIRST_VERSION: &str = "
    PRAGMA user_version = 1;
    INSERT INTO key_directories (epoch, envelope) VALUES (1, x'01'), (2, x'02');
    INSERT INTO invitations (id, challenge, label, organisation, created_by, created_at, expires_at, used_at)
        VALUES ('i1', 'c1', 'Toestel', 'gemeente', 'operator', '2026-01-01', '2026-01-02', '2026-01-01'),
               ('i2', 'c2', 'Ander', 'politie', 'operator', '2026-01-01', '2026-01-02', '2026-01-01');
    INSERT INTO devices (device, public_key, label, organisation, invitation, enrolment_envelope,
                         certificate_envelope, token_hash, enrolled_at, revoked_at, revoked_by, revoked_reason)
        VALUES ('d1', zeroblob(32), 'Toestel', 'gemeente', 'i1', x'03', x'04', 't1', '2026-01-01', NULL, NULL, NULL),
               ('d2', randomblob(32), 'Ander', 'politie', 'i2', x'05', x'06', 't2', '2026-01-01', '2026-01-09',
                'coordinator', 'kwijt');
    INSERT INTO chains (device, chain, continues, frozen_at)
        VALUES ('d1', 'k1', NULL, '2026-01-05'), ('d1', 'k2', 'k1', NULL);
    INSERT INTO batches (leaf_index, device, chain, seq, hash, envelope, receipt_envelope, made_at, received_at,
                         quarantined)
        VALUES (0, 'd1', 'k1', 1, 'b1', x'07', x'08', '2026-01-03', '2026-01-04', 0),
               (1, 'd1', 'k2', 1, 'b2', x'09', x'0a', '2026-01-05', '2026-01-06', 1);
    INSERT INTO forked_batches (hash, device, chain, seq, push, received_at)
        VALUES ('f1', 'd1', 'k1', 1, x'0b', '2026-01-05');
    INSERT INTO operations (number, device, operation, hash, leaf_index, position, organisation, entity, kind, action,
                            inspection_device, inspection, level, place_kind, district, urgency, observed_at,
                            finalised_at, received_at, quarantined)
        VALUES (1, 'd1', 'o1', 'h1', 0, 0, 'gemeente', 'e1', 'inspection', 'create', NULL, NULL, 'team', 'woning', 'wijk',
                NULL, '2026-01-02', '2026-01-03', '2026-01-04', 0),
               (2, 'd1', 'o2', 'h2', 1, 0, 'gemeente', 'e2', 'observation', 'retract', 'd1', 'e1', 'zorg', 'schip', NULL,
                'acuut', '2026-01-02', '2026-01-03', '2026-01-06', 1);
    INSERT INTO operation_contents (number, envelope, sealed) VALUES (1, x'0c', x'0d'), (2, x'0e', x'0f');
    INSERT INTO operation_codes (number, list, code) VALUES (2, 'form', 'arbeid'), (2, 'basis', 'eigen');
    INSERT INTO attachments (device, operation, sha256, size_bytes, class, completed_at, receipt_envelope)
        VALUES ('d1', 'o2', 's1', 9007199254740991, 'photo', '2026-01-07', x'10'),
               ('d1', 'o2', 's2', 1, 'photo', NULL, NULL);
    INSERT INTO accounts (login, organisation, levels, recipient, wrapped_identity, created_at)
        VALUES ('coordinator', 'gemeente', '[\"team\"]', 'age1', 'armored', '2026-01-01');
    INSERT INTO credentials (login, kind, secret, created_at) VALUES ('coordinator', 'password', 'phc', '2026-01-01');
    INSERT INTO team_key_shares (login, team, epoch, recipient, sealed)
        VALUES ('coordinator', 'coordinator', 1, 'age1', 'armored');
    INSERT INTO alerts (code, device, raised_at, detail) VALUES ('quarantined', 'd1', '2026-01-06', 'b2');
    INSERT INTO audit (at, actor, action, object, object_id, result, origin, purpose, detail, hash)
        VALUES ('2026-01-08', 'coordinator', 'read', 'record', 'd1.o2', 'ok', 'local', 'why', 'more', 'h1');";

/// Every table with its columns.
fn tables(connection: &Connection) -> Vec<(String, String)> {
    let sql = "SELECT s.name, group_concat(c.name, ', ') FROM sqlite_schema s, pragma_table_info(s.name) c
               WHERE s.type = 'table' AND s.name <> 'applied_migrations' GROUP BY s.name ORDER BY s.name";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

/// Every row of these tables, by these columns.
fn rows(connection: &Connection, tables: &[(String, String)]) -> Vec<String> {
    let mut rows = Vec::new();
    for (table, columns) in tables {
        let mut statement = connection.prepare(&format!("SELECT {columns} FROM {table}")).unwrap();
        let count = statement.column_count();
        let of_table = statement.query_map([], |row| {
            let values: Result<Vec<rusqlite::types::Value>, _> = (0..count).map(|index| row.get(index)).collect();
            Ok(format!("{table} ({columns}): {:?}", values?))
        });
        rows.extend(of_table.unwrap().map(Result::unwrap));
    }
    rows.sort_unstable();
    rows
}

#[test]
fn a_register_of_the_first_version_keeps_everything_on_the_way_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.sqlite");
    let mut old = Connection::open(&path).unwrap();
    migrate::MIGRATIONS.first(1).apply(&mut old, |_| Ok::<_, StorageError>(())).unwrap();
    old.execute_batch(FIRST_VERSION).unwrap();
    let tables = tables(&old);
    let before = rows(&old, &tables);
    for table in ["devices", "chains", "batches", "operations", "operation_contents", "attachments"] {
        let held = before.iter().filter(|row| row.starts_with(&format!("{table} ("))).count();
        assert_eq!(held, 2, "{table}");
    }
    drop(old);
    let storage = SqliteStorage::bring_up(&path).unwrap();
    let connection = hold(&storage.writer);
    assert_eq!(rows(&connection, &tables), before);
    assert_eq!(Migrations::version_of(&connection).unwrap(), migrate::MIGRATIONS.newest());
    assert!(!connection.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());
}

fn clearance() -> crate::storage::Clearance {
    crate::storage::Clearance { team: true, care: true, organisation: "gemeente-velsen".into() }
}

/// However many observations there are, a page is the beginning of some ranges of an index: nothing is gone through, and
/// nothing put in order but what those ranges answered.
#[test]
fn a_page_of_the_inbox_is_read_in_its_order_from_an_index() {
    use crate::storage::{After, Filter, StandingKind, Stretch, StretchRequest, Work};
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let kind = |urgency: &str, handled| StandingKind {
        shown_to: "team".into(),
        quarantined: false,
        urgency: urgency.into(),
        handled,
    };
    let leading = ["acuut"].as_slice();
    let narrowed = Filter { forms: vec!["arbeid".into()], districts: vec!["WK".into()], ..Filter::default() };
    for (stretch, handled, index, by) in [
        (Stretch::Leading { urgencies: leading }, false, "standings_by_urgency", " AND (urgent_since,shown)<(?,?)"),
        (Stretch::Due { leading }, false, "standings_by_term", " AND due_at>?"),
        (Stretch::Termless { leading }, false, "standings_by_term", " AND due_at=? AND shown<?"),
        (Stretch::Received, false, "standings_by_arrival", ""),
        (Stretch::Received, true, "standings_handled_by_arrival", ""),
        (Stretch::Handled, true, "standings_handled", ""),
    ] {
        let kinds = ["acuut", "spoed"].map(|urgency| kind(urgency, handled));
        for filter in [Filter::default(), narrowed.clone()] {
            let filter = &Filter { work: Work::All, ..filter };
            let after = Some(After { at: DateTime::UNIX_EPOCH, shown: 9 });
            let request = StretchRequest { stretch, after, limit: 51 };
            let (sql, values) = in_ranges(filter, &kinds, request).unwrap();
            let plan = plan(&connection, &sql, &values);
            let searched: Vec<_> = plan.iter().filter(|step| step.starts_with("SEARCH s USING INDEX")).collect();
            assert!(!searched.is_empty() && !plan.iter().any(|step| step.starts_with("SCAN s USING")), "{plan:#?}");
            for step in searched {
                assert!(
                    step.contains(&format!("{index} (shown_to=? AND quarantined=? AND urgency=?{by}")),
                    "{plan:#?}"
                );
            }
            let asks = plan.iter().any(|step| step.starts_with("SEARCH o USING") && step.contains("standing=?"));
            assert_eq!(asks, filter.asks_of_operations(), "{plan:#?}");
        }
    }
}

/// What somebody has in hand is looked up, not looked for among everything that is open.
#[test]
fn what_one_person_has_in_hand_is_looked_up() {
    use crate::storage::{Filter, StandingKind, Stretch, StretchRequest, Work};
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let filter = Filter { work: Work::Mine, asker: "wie".into(), ..Filter::default() };
    let kinds = [StandingKind { shown_to: "team".into(), quarantined: false, urgency: "spoed".into(), handled: false }];
    let request = StretchRequest { stretch: Stretch::Due { leading: &["acuut"] }, after: None, limit: 51 };
    let sees = clearance().sees(&[]);
    for (sql, values) in [in_ranges(&filter, &kinds, request).unwrap(), in_the_hands(&sees, &filter)] {
        let plan = plan(&connection, &sql, &values);
        assert!(plan.iter().any(|step| step.contains("INDEX standings_held (holder=?")), "{plan:#?}");
    }
}

/// However long the audit log is.
#[test]
fn who_read_something_is_found_in_an_index_of_readings() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let plan = plan(&connection, crate::storage::sql::audit::READINGS, &["M-2026-031".into(), "report".into()]);
    assert_eq!(plan, ["SEARCH audit USING COVERING INDEX audit_of_readings (object_id=? AND object=?)"]);
}

/// However many tasks were done, and however many others have.
#[test]
fn tasks_that_are_due_first_are_the_beginning_of_an_index() {
    use crate::storage::{TaskCursor, TaskRequest};
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let sees = clearance().sees(&[]);
    let after = TaskCursor { due: "2026-12-01".parse().unwrap(), report: 1, place: 1 };
    for (of, index) in
        [(None, "report_tasks_due (shown_to=? AND is_open=?"), (Some("wie".to_owned()), "report_tasks_held (holder=?")]
    {
        let request = TaskRequest { of, after: Some(after), limit: 50 };
        let (sql, values) = listed_tasks(&sees, &request, Some(["2026-12-01".into(), 1_i64.into(), 1_u64.into()]));
        let plan = plan(&connection, &sql.unwrap(), &values);
        assert!(plan.iter().any(|step| step.contains(index)), "{plan:#?}");
        assert!(!plan.iter().any(|step| step.starts_with("SCAN t") || step.starts_with("SCAN r")), "{plan:#?}");
    }
}

/// However many records there are.
#[test]
fn a_record_is_found_by_its_number_from_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let clearance = clearance();
    let (sql, asked) = ending_sql(&clearance, "be573ae2", 20);
    let plan = plan(&connection, &sql, asked.values());
    assert!(plan.iter().any(|step| step.contains("operations_by_number (<expr>=?)")), "{plan:#?}");
}

/// However much there is of other devices, and of this one before.
#[test]
fn what_changed_for_a_device_is_read_in_its_order_from_an_index_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let device = DeviceId(uuid::Uuid::from_u128(1));
    let plan = plan(&connection, &outcomes_sql(200), &[device.into(), 9_u64.into()]);
    assert!(plan.iter().any(|step| step.contains("outcomes_of_device (device=? AND number>?)")), "{plan:#?}");
    assert!(!plan.iter().any(|step| step.contains("SCAN") || step.contains("TEMP")), "{plan:#?}");
}

#[test]
fn what_was_done_before_anybody_was_told_is_told_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = Connection::open(folder.path().join("register.sqlite")).unwrap();
    migrate::MIGRATIONS.first(11).apply(&mut connection, |_| Ok::<_, StorageError>(())).unwrap();
    many_observations(&connection);
    connection
        .execute_batch(
            "INSERT INTO handling_acts (standing, place, act, reason, actor, at)
             VALUES (7, 1, 'take-on', NULL, 'wie', '2026-01-03'), (3, 1, 'handle', 'no-follow-up', 'wie', '2026-01-02'),
                    (7, 2, 'put-back', NULL, 'wie', '2026-01-04');
             UPDATE standings SET acts = 2 WHERE number = 7;
             UPDATE standings SET acts = 1 WHERE number = 3;",
        )
        .unwrap();
    let migration = include_str!("../../../../../migrations/backend/sqlite/0012_tell_outcomes.sql");
    connection.execute_batch(migration).unwrap();
    let told: String = connection
        .query_row("SELECT group_concat(number || ':' || standing || ':' || since, ' ') FROM outcomes", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(told, "1:3:2026-01-02 2:7:2026-01-04");
}

#[test]
fn nobody_changes_or_removes_an_act() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    connection.execute_batch("PRAGMA foreign_keys = off").unwrap();
    let act =
        "INSERT INTO handling_acts (standing, place, act, actor, at) VALUES (1, 1, 'take-on', 'wie', '2026-01-01')";
    connection.execute(act, []).unwrap();
    for sql in ["UPDATE handling_acts SET actor = 'x'", "DELETE FROM handling_acts"] {
        assert!(connection.execute(sql, []).is_err(), "{sql}");
    }
    assert!(connection.execute(act, []).is_err(), "two acts never have one place");
}

#[test]
fn what_a_list_is_narrowed_to_is_gathered_by_an_index_of_its_own() {
    use crate::storage::Filter;
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let one = || vec!["one".to_owned()];
    let inspections = vec![format!("{}.{}", uuid::Uuid::nil(), uuid::Uuid::nil()).parse().unwrap()];
    for (filter, index) in [
        (Filter { forms: one(), ..Filter::default() }, "operations_by_form"),
        (Filter { districts: one(), ..Filter::default() }, "observations_by_district"),
        (Filter { place_kinds: one(), ..Filter::default() }, "observations_by_place_kind"),
        (Filter { devices: one(), ..Filter::default() }, "sqlite_autoindex_operations_1"),
        (Filter { inspections, ..Filter::default() }, "operations_by_inspection"),
        (Filter { from: Some(DateTime::UNIX_EPOCH), ..Filter::default() }, "observations_by_moment"),
        (Filter { until: Some(DateTime::UNIX_EPOCH), ..Filter::default() }, "observations_by_moment"),
    ] {
        let clearance = clearance();
        let (sql, values) = gathered(&clearance, &filter);
        let sql = numbered(&sql);
        let plan = plan(&connection, &sql, &values);
        assert!(plan.iter().any(|step| step.starts_with("SEARCH") && step.contains(index)), "{filter:?} {plan:#?}");
        assert!(!plan.iter().any(|step| step.starts_with("SCAN o") || step.starts_with("SCAN f")), "{plan:#?}");
    }
}

#[test]
fn how_everything_stands_is_folded_in_one_pass_without_contents() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let plan = plan(&connection, &steps_sql(&Conditions::none()), &[]);
    assert_eq!(plan.first().map(String::as_str), Some("SCAN o USING INDEX operations_by_id"), "{plan:?}");
    assert!(!plan.iter().any(|step| step.contains("operation_contents")), "{plan:?}");
}

#[test]
fn what_others_signed_under_an_id_is_found_without_going_through_all_observations() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let clearance = clearance();
    let others = Conditions::of_others(&clearance, DeviceId(Uuid::nil()), EntityId(Uuid::nil()));
    for sql in [steps_sql(&others), claimed_sql(&others)] {
        let plan = plan(&connection, &sql, others.values());
        let searched = plan.iter().filter(|step| step.contains(" o ")).collect::<Vec<_>>();
        assert_eq!(searched, ["SEARCH o USING INDEX operations_by_id (entity=?)"], "{plan:?}");
    }
}

#[test]
fn what_is_asked_with_every_batch_is_looked_up_and_prepared_once() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    connection.execute_batch("PRAGMA foreign_keys = off").unwrap();
    connection.execute_batch(FIRST_VERSION).unwrap();
    for (sql, index, held) in [
        (entities_sql(), "operations_by_id (entity=? AND device=?)", "e1"),
        (signed_as_sql(), "sqlite_autoindex_operations_1 (device=? AND operation=?)", "o1"),
    ] {
        let mut statement = connection.prepare(&sql).unwrap();
        for (ids, found) in [(held, 1), ("nothing", 0), (held, 1)] {
            let values = std::iter::once("d1").chain(std::iter::repeat_n(ids, statement.parameter_count() - 1));
            let rows = statement.query(rusqlite::params_from_iter(values)).unwrap();
            assert_eq!(rows.mapped(|_| Ok(())).count(), found, "{ids}");
        }
        assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0);
        let values = vec![Value::Text("d1"); statement.parameter_count()];
        assert_eq!(plan(&connection, &sql, &values), [format!("SEARCH operations USING INDEX {index}")]);
    }
}

#[test]
fn what_is_asked_with_every_amendment_is_prepared_once() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let connection = hold(&storage.writer);
    let mut statement = connection.prepare(&standings_of_sql(false)).unwrap();
    for entity in ["e1", "e2", "e3"] {
        assert!(statement.query([entity, "d1"]).unwrap().next().unwrap().is_none());
    }
    assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0);
}

fn plan(connection: &Connection, sql: &str, values: &[Value<'_>]) -> Vec<String> {
    let engine: &dyn Engine = connection;
    engine.all(&format!("EXPLAIN QUERY PLAN {sql}"), values, |row| row.get(3)).unwrap()
}

#[test]
fn what_is_not_committed_never_happened_and_the_next_one_begins_anew() {
    use crate::storage::{AuditAction, AuditEntry, AuditObject, UnitOfWork};
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let entry = AuditEntry::by_operator(AuditAction::Backup, AuditObject::Register, "");
    let lines =
        || hold(&storage.writer).query_row("SELECT count(*) FROM audit", [], |row| row.get::<_, u64>(0)).unwrap();
    let refused = storage.write::<(), StorageError>(|tx| {
        tx.audit(DateTime::UNIX_EPOCH, &entry)?;
        Err(StorageError::Busy)
    });
    assert!(refused.is_err() && lines() == 0);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        storage.write::<(), StorageError>(|tx| {
            tx.audit(DateTime::UNIX_EPOCH, &entry)?;
            panic!("in the middle");
        })
    }));
    assert!(panicked.is_err() && lines() == 0);
    storage.write(|tx| tx.audit(DateTime::UNIX_EPOCH, &entry)).unwrap();
    assert_eq!(lines(), 1);
}

/// Twenty thousand observations, one in five handled: one in a thousand of a rare district, the others of two common ones.
fn many_observations(connection: &Connection) {
    connection.execute_batch("PRAGMA foreign_keys = off").unwrap();
    connection
        .execute_batch(
            "WITH RECURSIVE some(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM some WHERE n < 20000)
             INSERT INTO operations (number, device, operation, hash, leaf_index, position, organisation, entity, kind,
                                     action, level, place_kind, district, urgency, observed_at, finalised_at,
                                     received_at, quarantined, standing)
             SELECT n, '00000000-0000-0000-0000-000000000001', printf('00000000-0000-0000-0000-%012d', n), n, n, 0,
                    'gemeente-velsen', n, 'observation', 'create', 'team', 'woning',
                    CASE WHEN n % 1000 = 0 THEN 'rare' WHEN n % 3 = 0 THEN 'third' ELSE 'common' END,
                    CASE WHEN n % 7 = 0 THEN 'acuut' WHEN n % 2 = 0 THEN 'spoed' ELSE 'informatief' END,
                    '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z',
                    strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-01', (n * 7919 % 20011) || ' minutes'), 0, n
             FROM some;
             INSERT INTO standings (number, shown, shown_to, quarantined, urgency, urgent_since, due_at, received_at)
             SELECT number, number, level, 0, urgency, received_at,
                    CASE WHEN urgency = 'informatief' THEN NULL ELSE received_at END, received_at
             FROM operations;
             UPDATE standings SET handled_at = received_at WHERE number % 5 = 0;
             INSERT INTO standing_counts (shown_to, quarantined, urgency, handled, observations)
             SELECT shown_to, quarantined, urgency, handled_at IS NOT NULL, count(*) FROM standings GROUP BY 1, 2, 3, 4;",
        )
        .unwrap();
}

/// What much fits is gone through and not counted to the end, what little fits is gathered; a page is the same either way,
/// and where one page ends the next begins.
#[test]
fn a_list_is_the_same_whether_it_is_gathered_or_gone_through() {
    use crate::storage::{After, COUNTED_TO, Filter, Stretch, StretchRequest, UnitOfWork, Work};
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    many_observations(&hold(&storage.writer));
    let clearance = clearance();
    let leading = ["acuut"].as_slice();
    for (district, holds, is_exact) in [("rare", 20, true), ("third", 6_660, true), ("common", 13_320, false)] {
        let filter = Filter { districts: vec![district.to_owned()], work: Work::All, ..Filter::default() };
        let counts = storage.read(|tx| tx.standing_counts(&clearance, &filter)).unwrap();
        let sum: u64 = counts.kinds.iter().map(|kind| kind.observations).sum();
        assert_eq!((sum, counts.is_exact), (holds.min(COUNTED_TO + 1), is_exact), "{district}");
        let mut listed = 0;
        for (stretch, which, order) in [
            (Stretch::Leading { urgencies: leading }, "handled_at IS NULL AND urgency = 'acuut'", "urgent_since DESC"),
            (Stretch::Due { leading }, "handled_at IS NULL AND urgency <> 'acuut' AND due_at > ''", "due_at"),
            (Stretch::Termless { leading }, "handled_at IS NULL AND due_at IS NULL", "due_at"),
            (Stretch::Handled, "handled_at IS NOT NULL", "handled_at DESC"),
        ] {
            let sql = format!(
                "SELECT number FROM standings WHERE number IN (SELECT number FROM operations WHERE district = ?1)
                 AND {which} ORDER BY {order}, shown DESC"
            );
            let connection = hold(&storage.writer);
            let mut statement = connection.prepare(&sql).unwrap();
            let expected: Vec<i64> =
                statement.query_map([district], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            // What is not counted to the end is not gathered either.
            let ways = [[false, false], [true, true], [true, false], [false, true]];
            for ways in ways.into_iter().take(if is_exact { 4 } else { 1 }) {
                let (mut found, mut after) = (Vec::new(), None);
                for is_exact in ways {
                    let counts = crate::storage::Counts { is_exact, kinds: Vec::new(), mine: Vec::new() };
                    let request = StretchRequest { stretch, after, limit: 9 };
                    let page = storage.read(|tx| tx.stretch(&clearance, &filter, &counts, request)).unwrap();
                    after = page.last().map(|last| After {
                        at: match stretch {
                            Stretch::Leading { .. } => last.row.urgent_since,
                            Stretch::Due { .. } => last.row.due_at.unwrap(),
                            Stretch::Handled => last.row.in_hand.handled_at.unwrap(),
                            Stretch::Termless { .. } | Stretch::Received => last.row.received_at,
                        },
                        shown: last.row.shown,
                    });
                    found.extend(page.iter().map(|it| it.row.number));
                }
                let first_two = expected.get(..18.min(expected.len())).unwrap();
                assert_eq!(found.get(..first_two.len()).unwrap(), first_two, "{district} {stretch:?} {ways:?}");
            }
            listed += expected.len();
        }
        assert_eq!(listed as u64, holds, "every one stands in one stretch");
    }
}

/// Whoever moves a register takes all of it along.
#[test]
fn every_table_and_column_is_known_to_whoever_moves_a_register() {
    use crate::storage::{LEFT, TABLES};
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::bring_up(&folder.path().join("register.sqlite")).unwrap();
    let there: std::collections::BTreeSet<String> = tables(&hold(&storage.writer))
        .into_iter()
        .filter(|(table, _)| !LEFT.contains(&table.as_str()))
        .flat_map(|(table, columns)| columns.split(", ").map(|column| format!("{table}.{column}")).collect::<Vec<_>>())
        .collect();
    let columns = |table: &crate::storage::TableShape| {
        table.columns.iter().map(|(column, _)| format!("{}.{column}", table.name)).collect::<Vec<_>>()
    };
    assert_eq!(TABLES.iter().flat_map(columns).collect::<std::collections::BTreeSet<_>>(), there);
}
