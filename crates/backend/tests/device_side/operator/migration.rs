//! Who may bring a register up: whoever has the folder alone, and no command beside a running backend.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use baken_backend::admin::migrate::{MigrateError, migrate};
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::{DataFolder, LockError};
use baken_backend::http::state::{AppState, StartError};
use baken_backend::storage::Migrated;
use baken_backend::storage::sqlite::schema_of;
use baken_sqlite::{MigrationError, Migrations};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::backend::Backend;
use crate::device::Device;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_baken-backend")).args(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// As the version before left its mark: no command looks any further.
fn marked_older(backend: &Backend) -> u64 {
    let now: u64 = backend.one("PRAGMA user_version");
    backend.tamper_batch(&format!("PRAGMA user_version = {}", now - 1));
    now - 1
}

/// A register without the last migration, in a folder of its own; and the schema it has.
fn older() -> (TempDir, DataFolder, usize) {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/backend/sqlite");
    let mut files: Vec<_> = fs::read_dir(migrations).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.pop();
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::new(folder.path().to_owned());
    let sql = files.iter().map(|file| &*fs::read_to_string(file).unwrap().leak());
    let older = Migrations::new(sql.collect::<Vec<_>>().leak());
    let mut register = Connection::open(data.register()).unwrap();
    older.apply(&mut register, |_| Ok::<_, MigrationError>(())).unwrap();
    (folder, data, files.len())
}

#[tokio::test]
async fn no_command_changes_the_schema_under_a_backend_that_may_be_serving() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_chain(&backend, 1).await;
    let operation: String = backend.one("SELECT operation FROM operations");
    let schema = marked_older(&backend);
    let (data, folder) = (backend.data(), tempfile::tempdir().unwrap());
    let (data, out) = (text(data.path()), folder.path().join("out"));
    let key = folder.path().join("root.pkcs8");
    std::fs::write(&key, backend.root.pkcs8()).unwrap();
    for command in [
        vec!["verify", "--data", data],
        vec!["dossier", "--data", data, "--operation", &operation, "--out", text(&out)],
        vec!["invite", "--data", data, "--label", "Boa 2", "--organisation", "politie"],
        vec!["renew", "--data", data, "--root-key", text(&key)],
    ] {
        let refused = run(&command);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("baken-backend migrate --data"), "{command:?}: {said}");
        assert_eq!(backend.one::<u64>("PRAGMA user_version"), schema, "{command:?}");
    }
    assert!(!out.exists());
    assert_eq!(backend.count("invitations"), 1);
    let init = ["init", "--data", data, "--tenant", "GM0453", "--municipality", "Velsen", "--address", "baken.example"];
    let secrets = folder.path().join("secrets");
    let refused = run(&[&init[..], &["--member", "a", "--secrets-out", text(&secrets)]].concat());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there is a register in this folder already"));
    assert_eq!(backend.one::<u64>("PRAGMA user_version"), schema);
}

#[test]
fn migrate_waits_for_nobody_and_brings_up_what_nobody_serves() {
    let (_folder, data, schema) = older();
    let serving = data.lock().unwrap();
    assert!(matches!(migrate(&data), Err(MigrateError::Lock(LockError::InUse))));
    let refused = run(&["migrate", "--data", text(data.path())]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("stop that one first"));
    assert_eq!(schema_of(&data.register()).unwrap(), schema);
    drop(serving);
    assert_eq!(migrate(&data).unwrap(), Migrated { from: schema, to: schema + 1 });
    assert_eq!(migrate(&data).unwrap(), Migrated { from: schema + 1, to: schema + 1 });
    let elsewhere = tempfile::tempdir().unwrap();
    let nothing = run(&["migrate", "--data", text(elsewhere.path())]);
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("run `baken-backend init` first"));
}

#[test]
fn a_backend_that_starts_brings_its_register_up() {
    let (_folder, data, schema) = older();
    let started = AppState::open(&data, Environment::system());
    assert!(matches!(started.err(), Some(StartError::NotInitialised)), "nobody's yet, but");
    assert_eq!(schema_of(&data.register()).unwrap(), schema + 1);
}
