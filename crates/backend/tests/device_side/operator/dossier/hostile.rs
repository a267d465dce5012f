//! The frozen dossiers (`tests/vectors/dossiers`): one that holds, what else holds, and a hostile one for every check.
//! Each is a set of changes to the good one. Both verifiers must say of each what was written down, for ever.
//!
//! The page is not among them: it names the verifier of the day, and is put in here.

mod cases;
mod forge;
mod spelt;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use baken_backend::admin::verifier;
use baken_protocol::digest::Digest;
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::verifiers::{faults, judged};

/// What is done to a file of the good dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Bytes(Vec<u8>),
    Zeros(u64),
    Link(String),
    Folder,
    Removed,
}

impl Change {
    fn to_json(&self) -> Value {
        match self {
            Self::Bytes(bytes) => BASE64.encode(bytes).into(),
            Self::Zeros(count) => json!({ "zeros": count }),
            Self::Link(target) => json!({ "link": target }),
            Self::Folder => json!({ "folder": true }),
            Self::Removed => Value::Null,
        }
    }

    fn from_json(value: &Value) -> Self {
        match value {
            Value::Null => Self::Removed,
            Value::String(text) => Self::Bytes(BASE64.decode(text.as_bytes()).unwrap()),
            Value::Object(members) => match members.iter().next().unwrap() {
                (name, count) if name == "zeros" => Self::Zeros(count.as_u64().unwrap()),
                (name, target) if name == "link" => Self::Link(target.as_str().unwrap().to_owned()),
                _ => Self::Folder,
            },
            Value::Bool(_) | Value::Number(_) | Value::Array(_) => panic!("no change: {value}"),
        }
    }

    fn make(&self, path: &Path) {
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else if path.symlink_metadata().is_ok() {
            fs::remove_file(path).unwrap();
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match self {
            Self::Bytes(bytes) => fs::write(path, bytes).unwrap(),
            Self::Zeros(count) => fs::File::create(path).unwrap().set_len(*count).unwrap(),
            Self::Link(target) => std::os::unix::fs::symlink(target, path).unwrap(),
            Self::Folder => fs::create_dir(path).unwrap(),
            Self::Removed => {}
        }
    }
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/dossiers")
}

fn read(name: &str) -> Value {
    serde_json::from_slice(&fs::read(vectors().join(name)).unwrap()).unwrap()
}

/// The good dossier with these changes, in a folder.
fn laid_out(good: &Value, changes: &BTreeMap<String, Change>, out: &Path) {
    fs::create_dir_all(out).unwrap();
    fs::write(out.join("CHECK.html"), verifier::page()).unwrap();
    for (name, bytes) in good["files"].as_object().unwrap() {
        Change::from_json(bytes).make(&out.join(name));
    }
    for (name, change) in changes {
        change.make(&out.join(name));
    }
}

fn changes(case: &Value) -> BTreeMap<String, Change> {
    let all = case["changes"].as_object().unwrap();
    all.iter().map(|(name, change)| (name.clone(), Change::from_json(change))).collect()
}

#[test]
fn both_verifiers_say_of_every_frozen_dossier_what_was_written_down() {
    let (good, cases) = (read("v1-good.json"), read("v1-hostile.json"));
    let root: Digest = good["root"].as_str().unwrap().parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut codes = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (index, case) in cases.as_array().unwrap().iter().enumerate() {
        let name = case["name"].as_str().unwrap();
        let out = folder.path().join(index.to_string());
        laid_out(&good, &changes(case), &out);
        let report = judged(&out, root);
        assert_eq!(report["verdict"], case["verdict"], "{name}: {report:#}");
        assert_eq!(faults(&report), faults(case), "{name}: {report:#}");
        codes.extend(faults(case).into_iter().map(|(code, _)| code));
        assert!(names.insert(name), "{name} twice");
    }
    let every: BTreeSet<String> = cases::CODES.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(codes, every, "a hostile dossier for every check");
    println!("{} frozen dossiers", names.len());
}

/// Writes the frozen dossiers, once: `cargo test -p baken-backend --test device_side freeze_dossiers -- --ignored`.
/// A published format never changes; it never overwrites.
#[test]
#[ignore = "writes files; for maintainers, after a new format"]
fn freeze_dossiers() {
    let forge = forge::Forge::good();
    let files: BTreeMap<String, Value> =
        forge.files().into_iter().map(|(name, bytes)| (name, Change::Bytes(bytes).to_json())).collect();
    let root = forge::Forge::root_fingerprint().to_string();
    let good = json!({ "root": root, "files": files });
    let folder = tempfile::tempdir().unwrap();
    let mut cases = vec![];
    for (index, case) in cases::all(&forge).into_iter().enumerate() {
        let out = folder.path().join(index.to_string());
        laid_out(&good, &case.changes, &out);
        let report = judged(&out, root.parse().unwrap());
        assert_eq!(report["verdict"], case.verdict, "{}: {report:#}", case.name);
        let said: BTreeSet<String> = faults(&report).into_iter().map(|(code, _)| code).collect();
        let meant: BTreeSet<String> = case.codes.iter().cloned().collect();
        assert_eq!(said, meant, "{}: {report:#}", case.name);
        let plain = |fault: &Value| json!({ "code": fault["code"], "files": fault["files"] });
        let changes: BTreeMap<&String, Value> = case.changes.iter().map(|(name, it)| (name, it.to_json())).collect();
        cases.push(json!({
            "name": case.name,
            "verdict": case.verdict,
            "faults": report["faults"].as_array().unwrap().iter().map(plain).collect::<Vec<_>>(),
            "changes": changes,
        }));
    }
    for (name, vectors_of) in [("v1-good.json", good), ("v1-hostile.json", Value::Array(cases))] {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(vectors().join(name)).unwrap();
        let text = serde_json::to_string_pretty(&vectors_of).unwrap() + "\n";
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    }
}
