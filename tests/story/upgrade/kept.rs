//! What lies in `tests/upgrade/VERSION`: the folders of a municipality and of a device as that version left them, and
//! what was in them. Once kept they never change; they are opened as copies.

use std::fs;
use std::path::{Path, PathBuf};

use baken_backend::admin::verify::Report;
use baken_companion::{Clock, SystemClock};
use baken_protocol::digest::Digest;
use baken_protocol::ids::OperationId;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use uuid::Uuid;

/// Ends the name of what is kept packed.
const PACKED: &str = ".zst";
/// A key directory is good for 730 days. So long after a version somebody still opens what it left.
const LONGEST: TimeDelta = TimeDelta::days(700);

/// What was there, by the word of whoever kept it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Contents {
    pub(crate) kept_at: DateTime<Utc>,
    /// Opens the device's store.
    pub(crate) passphrase: String,
    /// Opens the console.
    pub(crate) login: String,
    pub(crate) password: String,
    /// The device's list, the last signed first.
    pub(crate) records: Vec<KeptRecord>,
    pub(crate) draft: Uuid,
    pub(crate) draft_narrative: String,
    /// SHA-256 of what was signed and not sent yet.
    pub(crate) unsent_batches: Vec<Digest>,
    pub(crate) unsent_photos: Vec<Digest>,
    pub(crate) counted: Counted,
    pub(crate) inbox: Vec<Row>,
    pub(crate) alerts: Vec<String>,
}

/// What `verify` counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counted {
    key_directories: u64,
    devices: u64,
    batches: u64,
    pub(crate) operations: u64,
    attachments: u64,
    attachments_awaited: u64,
    frozen_chains: Vec<String>,
}

impl Counted {
    pub(crate) fn of(report: &Report) -> Self {
        Self {
            key_directories: report.key_directories,
            devices: report.devices,
            batches: report.batches,
            operations: report.operations,
            attachments: report.attachments,
            attachments_awaited: report.attachments_awaited,
            frozen_chains: report.frozen_chains.clone(),
        }
    }
}

/// A record as the device lists it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptRecord {
    pub(crate) operation: OperationId,
    /// What its author wrote; of an inspection the name of the place.
    pub(crate) text: String,
    pub(crate) photos: u64,
    pub(crate) is_acknowledged: bool,
}

/// A row of the console's list.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) operation: String,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) amended_at: Option<DateTime<Utc>>,
    pub(crate) retracted_at: Option<DateTime<Utc>>,
    pub(crate) due_at: Option<DateTime<Utc>>,
    pub(crate) quarantined: bool,
}

/// Copies of the folders of a version.
pub(crate) struct Copies {
    pub(crate) folder: TempDir,
    pub(crate) contents: Contents,
}

impl Copies {
    pub(crate) fn of(version: &str) -> Self {
        let (kept, folder) = (place(version), tempfile::tempdir().unwrap());
        copy(&kept, folder.path());
        let contents = serde_json::from_slice(&fs::read(kept.join("contents.json")).unwrap()).unwrap();
        Self { folder, contents }
    }

    pub(crate) fn backend(&self) -> PathBuf {
        self.folder.path().join("backend")
    }

    pub(crate) fn companion(&self) -> PathBuf {
        self.folder.path().join("companion")
    }

    /// How far the clocks are set off, so that the keys of then are still good, and what was done then is past.
    pub(crate) fn clocks_off(&self) -> TimeDelta {
        let (now, kept_at) = (SystemClock::default().now(), self.contents.kept_at);
        now.clamp(kept_at + TimeDelta::hours(1), kept_at + LONGEST) - now
    }
}

/// Every version of which something is kept.
pub(crate) fn versions() -> Vec<String> {
    let mut versions: Vec<String> = fs::read_dir(place(""))
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    versions.sort();
    versions
}

pub(crate) fn place(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("upgrade").join(version)
}

/// Writes `bytes` where `copy` unpacks it.
pub(crate) fn pack(bytes: &[u8], to: &Path) {
    let mut name = to.as_os_str().to_owned();
    name.push(PACKED);
    fs::write(name, zstd::encode_all(bytes, 19).unwrap()).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else if let Some(name) = name.strip_suffix(PACKED) {
            fs::write(to.join(name), zstd::decode_all(&*fs::read(&path).unwrap()).unwrap()).unwrap();
        } else {
            fs::write(to.join(name), fs::read(&path).unwrap()).unwrap();
        }
    }
}
