//! The program on file systems that refuse, and what it has made durable by the time it says it is done. On Linux, where
//! a library loaded before all others plays the file system.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::backend::Backend;

const PROGRAM: &str = env!("CARGO_BIN_EXE_baken-backend");

/// Compiled where the test has its files.
fn library(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/device_side/operator/refusing.c");
    let library = folder.join("refusing.so");
    let made =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).arg("-ldl").output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    library
}

fn refusing(library: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).env("LD_PRELOAD", library).env("CHMOD_FAILS", "1").output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn folder_with_mode(path: PathBuf, mode: u32) -> PathBuf {
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn a_backup_into_a_folder_that_others_can_read_for_ever_says_which_and_what_to_do() {
    let (backend, folder) = (Backend::new(), tempfile::tempdir().unwrap());
    let (data, library) = (backend.data(), library(folder.path()));
    let backup = |out: &Path| refusing(&library, &["backup", "--data", text(data.path()), "--out", text(out)]);

    let open = folder_with_mode(folder.path().join("open"), 0o755);
    let refused = backup(&open);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains(text(&open)), "{said}");
    assert!(said.contains("keeps no permissions") && said.contains("dir_mode=0700"), "{said}");
    assert_eq!(fs::read_dir(&open).unwrap().count(), 0, "nothing was put where others can read it");

    let private = folder_with_mode(folder.path().join("private"), 0o700);
    for fine in [private, folder.path().join("new")] {
        let done = backup(&fine);
        assert!(done.status.success(), "{fine:?}: {}", String::from_utf8_lossy(&done.stderr));
        assert!(fine.join("manifest.json").exists());
    }
}

#[test]
fn init_names_the_folder_that_cannot_be_kept_private_and_makes_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    let open = folder_with_mode(folder.path().join("open"), 0o755);
    let (data, secrets) = (folder.path().join("data"), folder.path().join("secrets"));
    for (data, secrets) in [(&open, &secrets), (&data, &open)] {
        let refused = refusing(&library, &init(data, secrets));
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(text(&open)), "{said}");
        assert!(!secrets.join("root.pkcs8").exists());
    }
}

fn init<'a>(data: &'a Path, secrets: &'a Path) -> Vec<&'a str> {
    let fixed = ["init", "--tenant", "GM0453", "--municipality", "Velsen", "--address", "baken.example"];
    [&fixed[..], &["--member", "coordinator", "--data", text(data), "--secrets-out", text(secrets)]].concat()
}

#[test]
fn the_keys_and_secrets_of_init_survive_a_power_failure_and_are_read_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let (library, log) = (library(folder.path()), folder.path().join("durable"));
    let (data, secrets) = (folder.path().join("above/data"), folder.path().join("secrets"));
    let mut command = Command::new(PROGRAM);
    let done = command.args(init(&data, &secrets)).env("LD_PRELOAD", &library).env("FSYNC_LOG", &log).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let durable = fs::read_to_string(&log).unwrap();
    let durable: Vec<&str> = durable.lines().collect();
    let root = secrets.join("root.pkcs8");
    let mut expected = vec![folder.path().to_owned(), folder.path().join("above"), data.clone(), data.join("keys")];
    expected.extend([secrets.clone(), data.join("keys/receipt.pkcs8"), data.join("keys/content.pkcs8"), root.clone()]);
    expected.extend(
        ["README.txt", "recovery.age-identity.txt", "backup.age-identity.txt", "team_members.json", "coordinator.json"]
            .map(|name| secrets.join(name)),
    );
    for path in expected {
        assert!(durable.contains(&text(&path)), "{path:?} was not made durable: {durable:?}");
    }
    // A name is durable only when its folder was, after the file.
    let last = |path: &Path| durable.iter().rposition(|line| *line == text(path)).unwrap();
    assert!(last(&secrets) > last(&secrets.join("coordinator.json")) && last(&data.join("keys")) > 0);

    let pkey = ["pkey", "-inform", "DER", "-pubout", "-outform", "DER", "-in", text(&root)];
    let read = Command::new("openssl").args(pkey).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let public = &read.stdout[read.stdout.len() - 32..];
    let fingerprint = baken_protocol::digest::Digest::of(public).to_string();
    let printed = String::from_utf8_lossy(&done.stdout).replace(' ', "");
    assert!(printed.contains(&fingerprint), "openssl reads the key whose fingerprint was printed: {printed}");
}
