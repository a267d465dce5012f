//! A released migration never changes: `migrations/SHA256SUMS` holds the hash of each, and a file made by it says the same.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use baken_protocol::digest::Digest;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")
}

/// Every migration there is, by its name below the folder, with its hash.
fn there() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for side in ["backend/sqlite", "backend/postgres", "companion"] {
        for entry in fs::read_dir(folder().join(side)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{side}/{}", path.file_name().unwrap().to_str().unwrap());
            found.insert(name, Digest::of(&fs::read(path).unwrap()).to_string());
        }
    }
    found
}

fn listed() -> BTreeMap<String, String> {
    let list = fs::read_to_string(folder().join("SHA256SUMS")).unwrap();
    let lines = list.lines().map(|line| line.split_once("  ").unwrap());
    lines.map(|(hash, name)| (name.to_owned(), hash.to_owned())).collect()
}

/// What is wrong with each, in words.
fn faults(listed: &BTreeMap<String, String>, there: &BTreeMap<String, String>) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, hash) in listed {
        match there.get(name) {
            None => faults.push(format!("migrations/{name} is gone, and files were made by it: bring it back")),
            Some(now) if now != hash => faults.push(format!(
                "migrations/{name} was changed, and files were made by what it was: put it back, and write a new migration. \
                 Only one that no release has had may change; then run `cd migrations && sha256sum backend/*/*.sql \
                 companion/*.sql > SHA256SUMS`"
            )),
            Some(_) => {}
        }
    }
    for name in there.keys().filter(|name| !listed.contains_key(*name)) {
        faults.push(format!("migrations/{name} is not in migrations/SHA256SUMS: add its line (sha256sum) there"));
    }
    faults
}

#[test]
fn no_migration_that_is_listed_was_changed() {
    let faults = faults(&listed(), &there());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(listed().len() >= 2, "the list is read");
}

/// Both engines go through the same changes, one by one.
#[test]
fn each_engine_of_the_register_has_the_same_migrations_by_name() {
    let of = |engine: &str| -> Vec<String> {
        let there = there();
        there.keys().filter_map(|name| name.strip_prefix(engine)).map(str::to_owned).collect()
    };
    assert_eq!(of("backend/postgres/"), of("backend/sqlite/"));
    assert!(of("backend/sqlite/").len() >= 5);
}

#[test]
fn one_that_was_changed_taken_away_or_not_listed_is_named() {
    let (listed, there) = (listed(), there());
    let name = there.keys().next().unwrap().clone();
    let mut changed = there.clone();
    changed.insert(name.clone(), Digest::of(b"another").to_string());
    let [said] = &faults(&listed, &changed)[..] else { panic!("one fault") };
    assert!(said.contains(&name) && said.contains("write a new migration"), "{said}");
    let mut fewer = there.clone();
    fewer.remove(&name);
    assert!(faults(&listed, &fewer)[0].contains("bring it back"));
    assert!(faults(&fewer, &there)[0].contains("not in migrations/SHA256SUMS"));
}
