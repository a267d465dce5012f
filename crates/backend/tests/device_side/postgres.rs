//! What PostgreSQL alone can do wrong, and a move from one engine to the other. Asked for by name where there is a database
//! (`scripts/test.sh`); each needs one.

mod killed_move;

use std::sync::Arc;

use baken_backend::admin::backup::{BackupError, backup, backup_at};
use baken_backend::admin::init::{InitError, InitOrder, init};
use baken_backend::admin::relocate::{MoveError, Moved, copy, relocate};
use baken_backend::admin::restore::{RestoreOrder, restore};
use baken_backend::admin::verify::verify;
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::http::state::{AppState, StartError};
use baken_backend::storage::postgres::{DatabaseUrl, PostgresStorage, RegisterName};
use baken_backend::storage::sqlite::SqliteStorage;
use baken_backend::storage::{
    AuditAction, AuditEntry, AuditObject, Database, LEFT, Place, PlaceError, StorageError, TABLES, UnitOfWork,
};
use baken_backend::time_zone::TimeZone;
use chrono::DateTime;

use crate::backend::Backend;
use crate::device::Device;
use crate::every_step::failing::{Failing, Fault};
use crate::register::{as_superuser, database, fresh_name};

fn entry() -> AuditEntry<'static> {
    AuditEntry::by_operator(AuditAction::Backup, AuditObject::Register, "")
}

/// As another role than the one that serves, and perhaps in another database.
fn url(role: &str, name: &str) -> DatabaseUrl {
    let url = database().expect("BAKEN_TEST_DATABASE names a database; scripts/test.sh starts one");
    url.replace("//baken@/baken?", &format!("//{role}@/{name}?")).parse().unwrap()
}

fn name(text: &str) -> RegisterName {
    text.parse().unwrap()
}

fn copied(from: &Backend, to: &dyn Database) -> Result<Vec<Moved>, MoveError> {
    from.storage.read(|tx| copy(tx, to))
}

/// Two devices, photos, a fork: something in nearly every table.
async fn full() -> Backend {
    let backend = Backend::new();
    let (one, two) = (Device::enrolled(&backend, "Boa 1").await, Device::enrolled(&backend, "Boa 2").await);
    one.send_chain(&backend, 70).await;
    two.send_chain(&backend, 1).await;
    let records = [two.record(&[b"photo"])];
    assert_eq!(two.send(&backend, &two.batch(1, None, &records), &records).await.code(), "forked");
    backend
}

#[tokio::test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
async fn nobody_sees_that_another_register_exists() {
    let (one, other) = (full().await, Backend::new());
    for table in TABLES {
        let held: u64 = one.one(&format!("SELECT count(*) FROM {}", table.name));
        let rows = other.storage.read(|tx| tx.rows_after(&table, &[], 1000)).unwrap();
        assert!(rows.len() <= 1, "{}: its own first rows alone", table.name);
        assert_eq!(
            one.storage.read(|tx| tx.rows_after(&table, &[], 1000)).unwrap().len() as u64,
            held,
            "{}",
            table.name
        );
    }
    assert!(one.count("operations") > 70);
    // The role itself, whatever it asks: without a register nothing is there, and nothing can be put in.
    let Place::Database(_, register) = &one.register.place else { panic!("in a database") };
    let asked = as_superuser("SET ROLE baken; SELECT count(*) FROM baken.operations");
    assert!(asked.is_err(), "it says first which register it is about: {asked:?}");
    let mine = format!("SET ROLE baken; SET search_path = baken; SET baken.register = '{register}';");
    assert_eq!(as_superuser(&format!("{mine} SELECT count(*) FROM devices")).unwrap().0, ["2"]);
    for refused in [
        "INSERT INTO key_directories (register, epoch, envelope) VALUES ('another', 9, '')",
        "UPDATE key_directories SET register = 'another'",
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "ALTER TABLE operations DISABLE ROW LEVEL SECURITY",
        "SET ROLE baken_owner",
    ] {
        assert!(as_superuser(&format!("SET SESSION AUTHORIZATION baken; {mine} {refused}")).is_err(), "{refused}");
    }
    one.assert_holds();
}

/// The owner's hands are bound as well, but by what he can take away.
#[test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
fn a_role_that_could_see_every_register_does_not_serve() {
    for role in ["postgres", "baken_owner"] {
        let opened = PostgresStorage::open(&url(role, "baken"), name("nobodys"));
        assert!(matches!(opened.err(), Some(StorageError::UnfitRole)), "{role}");
    }
    assert!(PostgresStorage::open(&url("baken", "baken"), name("nobodys")).is_ok());
}

#[test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
fn a_database_of_another_schema_or_without_its_guard_is_refused_with_what_to_do() {
    as_superuser("DROP DATABASE IF EXISTS other").unwrap();
    as_superuser("CREATE DATABASE other OWNER baken_owner").unwrap();
    let open = || PostgresStorage::open(&url("baken", "other"), name("one")).err().unwrap();
    assert!(matches!(open(), StorageError::Unmigrated));
    assert!(open().to_string().contains("baken-backend migrate --database"));
    let (owner, migrate) = (url("baken_owner", "other"), baken_backend::storage::postgres::migrate);
    let migrated = migrate(&owner).unwrap();
    assert_eq!((migrated.from, migrate(&owner).unwrap().from), (0, migrated.to));
    assert!(PostgresStorage::open(&url("baken", "other"), name("one")).is_ok());
    for (undo, done) in [
        ("ALTER TABLE baken.devices FORCE ROW LEVEL SECURITY", "ALTER TABLE baken.devices NO FORCE ROW LEVEL SECURITY"),
        ("DROP POLICY all_of_it ON baken.devices", "CREATE POLICY all_of_it ON baken.devices USING (true)"),
    ] {
        in_other(done);
        assert!(matches!(open(), StorageError::Unguarded), "{done}");
        in_other(undo);
    }
    assert!(PostgresStorage::open(&url("baken", "other"), name("one")).is_ok());
    without_entries();
    migrate(&owner).unwrap();
    assert_eq!(crate::register::asked_in("other", "SELECT count(*) FROM baken.log_entries").unwrap().0, ["2"]);
    assert!(PostgresStorage::open(&url("baken", "other"), name("one")).is_ok(), "and rows are kept apart as before");
    in_other("UPDATE baken.applied_migrations SET sha256 = 'another' WHERE version = 2");
    assert!(matches!(open(), StorageError::OtherSchema(2)));
    assert!(matches!(migrate(&owner), Err(StorageError::OtherSchema(2))));
    in_other("INSERT INTO baken.applied_migrations VALUES (99, 'newer')");
    assert!(matches!(open(), StorageError::TooNew));
}

/// Two registers as they were before there was a log of entries.
fn without_entries() {
    in_other("DROP TABLE baken.log_entries, baken.catalogues");
    in_other(
        "ALTER TABLE baken.devices DROP COLUMN wipe_ordered_at, DROP COLUMN wipe_ordered_by, DROP COLUMN wipe_fetched_at",
    );
    in_other("DROP TABLE baken.sign_in_provider, baken.report_tasks, baken.report_texts");
    in_other("DROP TABLE baken.member_invitations, baken.former_team_keys");
    in_other("DROP INDEX baken.audit_of_readings, baken.operations_by_number");
    in_other("DROP INDEX baken.credentials_by_subject");
    in_other("ALTER TABLE baken.sessions DROP COLUMN sign_out_at");
    in_other("ALTER TABLE baken.accounts DROP COLUMN roles, DROP COLUMN admitted_at");
    in_other("DROP TABLE baken.outcomes, baken.handling_acts, baken.report_steps, baken.reports");
    in_other("DROP FUNCTION baken.refuse_change_of_reports");
    in_other("ALTER TABLE baken.standings DROP COLUMN report, DROP COLUMN question");
    in_other("DROP FUNCTION baken.refuse_change_of_acts");
    in_other("ALTER TABLE baken.standings DROP COLUMN acts, DROP COLUMN holder, DROP COLUMN handled_at");
    for (name, column) in [("term", "due_at"), ("urgency", "urgent_since"), ("arrival", "received_at")] {
        in_other(&format!("CREATE INDEX standings_by_{name} ON baken.standings ({column})"));
    }
    in_other("ALTER TABLE baken.standing_counts DROP COLUMN handled");
    in_other("ALTER TABLE baken.standing_counts ADD PRIMARY KEY (register, shown_to, quarantined, urgency)");
    in_other("DELETE FROM baken.applied_migrations WHERE version >= 6");
    for (number, register) in ["one", "two"].iter().enumerate() {
        in_other(&format!(
            "SET session_replication_role = replica;
             INSERT INTO baken.batches VALUES ('{register}', 0, gen_random_uuid(), gen_random_uuid(), 1,
                sha256('{number}'), '', '', now(), now(), false)"
        ));
    }
}

fn in_other(sql: &str) {
    crate::register::asked_in("other", sql).unwrap();
}

/// PostgreSQL answers COMMIT without an error after a statement that failed, and keeps nothing.
#[test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
fn what_goes_on_after_a_statement_that_failed_is_not_called_done() {
    let backend = Backend::new();
    let before = backend.count("audit");
    let done = backend.storage.write::<_, StorageError>(|tx| {
        tx.audit(DateTime::UNIX_EPOCH, &entry())?;
        assert!(tx.install(&backend.state.installation, b"again", DateTime::UNIX_EPOCH).is_err());
        Ok(())
    });
    assert!(done.is_err(), "nothing of it is kept");
    assert_eq!(backend.count("audit"), before);
    backend.storage.write(|tx| tx.audit(DateTime::UNIX_EPOCH, &entry())).unwrap();
    assert_eq!(backend.count("audit"), before + 1, "and the next one is");
}

#[test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
fn connections_that_the_server_ended_are_made_anew() {
    let backend = Backend::new();
    let Place::Database(_, register) = &backend.register.place else { panic!("in a database") };
    for _ in 0..3 {
        backend.storage.read(|tx| tx.check()).unwrap();
        let ended = as_superuser(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'baken-backend {register}'"
        ));
        assert_ne!(ended.unwrap().0.len(), 0);
        backend.storage.write(|tx| tx.audit(DateTime::UNIX_EPOCH, &entry())).unwrap();
    }
    backend.assert_holds();
}

#[test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
fn one_writes_at_a_time_also_from_another_process_and_whoever_reads_sees_one_moment() {
    let backend = Backend::new();
    let Place::Database(url, register) = &backend.register.place else { panic!("in a database") };
    // As another process would: nothing is shared but the database.
    let other = Arc::new(PostgresStorage::open(url, register.clone()).unwrap());
    let reading = backend.storage.snapshot().unwrap();
    let lines = || reading.last_key(&TABLES[20]).unwrap();
    let before = lines();
    let writing = std::thread::spawn({
        let other = Arc::clone(&other);
        move || (0..20).for_each(|_| other.write(|tx| tx.audit(DateTime::UNIX_EPOCH, &entry())).unwrap())
    });
    for _ in 0..20 {
        backend.storage.write(|tx| tx.audit(DateTime::UNIX_EPOCH, &entry())).unwrap();
    }
    writing.join().unwrap();
    assert_eq!(lines(), before);
    drop(reading);
    assert_eq!(backend.count("audit"), 40);
    backend.assert_holds();
}

#[test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
fn every_table_and_column_is_taken_along() {
    let sql = "SELECT table_name || '.' || column_name FROM information_schema.columns
               WHERE table_schema = 'baken' AND table_name NOT IN ('applied_migrations', 'audit_lines')
                 AND column_name <> 'register' ORDER BY 1";
    let mut there = as_superuser(sql).unwrap().0;
    there.retain(|column| !LEFT.iter().any(|table| column.starts_with(&format!("{table}."))));
    let columns =
        TABLES.iter().flat_map(|table| table.columns.iter().map(|(column, _)| format!("{}.{column}", table.name)));
    let mut taken: Vec<String> = columns.collect();
    taken.sort_unstable();
    there.sort_unstable();
    assert_eq!(taken, there);
}

#[tokio::test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
async fn a_register_goes_into_a_file_and_back_and_is_the_same() {
    let backend = full().await;
    let (folder, before) = (backend.data(), backend.report());
    let Place::Database(url, register) = backend.register.place.clone() else { panic!("in a database") };
    let serving = folder.lock().unwrap();
    let file = Place::File(folder.register());
    assert!(matches!(relocate(&folder, &backend.register.place, &file), Err(MoveError::Lock(_))));
    drop(serving);
    let there = relocate(&folder, &backend.register.place, &file).unwrap();
    assert_eq!((there.report.operations, &there.report.audit_head), (before.operations, &before.audit_head));
    assert!(!folder.register_name().exists() && matches!(Place::of(&folder, None), Ok(Place::File(_))));
    // What was left there is a register still: of this one at another time, it is not written over.
    assert_eq!(backend.tamper("UPDATE devices SET label = 'Ander toestel' WHERE label = 'Boa 1'"), 1);
    assert!(matches!(relocate(&folder, &file, &backend.register.place), Err(MoveError::Different("devices"))));
    assert_eq!(backend.tamper("UPDATE installation SET municipality = 'Elders'"), 1);
    assert!(matches!(relocate(&folder, &file, &backend.register.place), Err(MoveError::Occupied)));

    let again = Place::Database(url.clone(), name(&format!("{register}-2")));
    let back = relocate(&folder, &file, &again).unwrap();
    assert_eq!(back.tables, there.tables);
    assert!(!folder.register().exists() && folder.moved_register().exists());
    assert!(matches!(Place::of(&folder, Some(&url)), Ok(Place::Database(..))));
    assert!(matches!(relocate(&folder, &again, &again), Err(MoveError::SameEngine)));
    backend.restarted().assert_holds();
}

/// Wherever it is cut short: what arrived is kept, the folder's register is the old one, and the next try goes on.
#[tokio::test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
async fn a_move_that_is_cut_short_anywhere_goes_on_where_it_was() {
    let backend = full().await;
    let folder = tempfile::tempdir().unwrap();
    let whole = SqliteStorage::bring_up(&folder.path().join("whole.sqlite")).unwrap();
    let expected = copied(&backend, &whole).unwrap();
    let mut cuts = 0;
    for step in 2.. {
        let cut = Arc::new(SqliteStorage::bring_up(&folder.path().join(format!("cut-{step}.sqlite"))).unwrap());
        let failing = Failing::new(Arc::clone(&cut) as _);
        failing.fail_at(step, if step % 2 == 0 { Fault::Busy } else { Fault::AnswerLost });
        let first = copied(&backend, &*failing);
        if !failing.has_failed() {
            assert_eq!(first.unwrap(), expected);
            break;
        }
        cuts += 1;
        assert!(matches!(first, Err(MoveError::Storage(StorageError::Busy))), "{step}");
        assert_eq!(copied(&backend, &*cut).unwrap(), expected, "{step}");
    }
    assert!(cuts > 60, "{cuts}");
}

/// What changed on the way is not called the same.
#[tokio::test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
async fn a_row_that_was_changed_after_it_was_copied_stops_the_move() {
    let backend = full().await;
    let folder = tempfile::tempdir().unwrap();
    let target = Arc::new(SqliteStorage::bring_up(&folder.path().join("target.sqlite")).unwrap());
    let failing = Failing::new(Arc::clone(&target) as _);
    failing.fail_at(40, Fault::Busy);
    assert!(copied(&backend, &*failing).is_err());
    assert_eq!(backend.tamper("UPDATE devices SET label = 'Ander toestel' WHERE label = 'Boa 1'"), 1);
    assert!(matches!(copied(&backend, &*target), Err(MoveError::Different("devices"))));
    assert!(target.read(|tx| tx.installation()).unwrap().is_none(), "and no register is made of it");
}

/// What `init` makes is a register among others: nobody's is written over, and one cut short is begun again.
#[test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
fn init_makes_a_register_in_a_database_and_never_over_another() {
    let (folder, environment) = (tempfile::tempdir().unwrap(), Environment::system());
    let register = name(&fresh_name());
    let order = |data: &str| InitOrder {
        data: folder.path().join(data),
        secrets: folder.path().join(format!("{data}-secrets")),
        tenant: "GM0453".parse().unwrap(),
        municipality: "Velsen".to_owned(),
        address: "https://baken.example".parse().unwrap(),
        time_zone: TimeZone::default(),
        members: vec!["coordinator".parse().unwrap()],
        database: Some((url("baken", "baken"), register.clone())),
    };
    init(&order("one"), &environment).unwrap();
    let data = DataFolder::new(folder.path().join("one"));
    assert!(!data.register().exists());
    let place = Place::of(&data, Some(&url("baken", "baken"))).unwrap();
    let state = AppState::open_at(&data, &place, environment.clone()).unwrap();
    assert_eq!(state.storage.read(|tx| tx.active_accounts()).unwrap().len(), 1);
    assert!(matches!(init(&order("two"), &environment), Err(InitError::ExistsInDatabase)));
    assert!(!folder.path().join("two-secrets").exists(), "no key was made for it");
    assert!(matches!(AppState::open(&data, environment).err(), Some(StartError::Place(PlaceError::InDatabase))));
}

/// A backup of a register in a database is as good as that of a file, and is made while it serves.
#[tokio::test]
#[ignore = "needs a PostgreSQL database: scripts/postgres.sh suite"]
async fn a_register_in_a_database_is_backed_up_and_restored_as_a_file() {
    let backend = full().await;
    let (folder, out) = (backend.data(), tempfile::tempdir().unwrap());
    let (copy, restored) = (out.path().join("copy"), DataFolder::new(out.path().join("restored")));
    assert!(
        matches!(backup(&folder, &copy, &backend.environment), Err(BackupError::Place(_))),
        "which one was not said"
    );
    backup_at(&folder, &backend.register.place, &copy, &backend.environment).unwrap();
    let order = RestoreOrder { from: &copy, identity: &backend.backup, manifest_sha256: None, directories: &[] };
    restore(&order, &restored, &backend.environment).unwrap();
    let register = SqliteStorage::open(&restored.register()).unwrap();
    let installation = register.read(|tx| tx.installation()).unwrap().unwrap();
    let report = verify(&register, &restored.attachments(), &installation).unwrap();
    assert_eq!(report.faults, Vec::<String>::new());
    assert_eq!(report.operations, backend.report().operations);
    assert_eq!(backend.one::<u64>("SELECT count(*) FROM audit WHERE action = 'backup'"), 1, "and the line stands");
    assert!(folder.register_copy().iter().all(|file| !file.exists()), "nothing in clear is left");
}
