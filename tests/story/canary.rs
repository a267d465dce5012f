//! Known strings in every field, photos and spoken notes of known bytes: nothing of them stands in clear on a disk, neither the
//! device's, open, locked, purged or wiped, nor the municipality's, nor in a file that is carried.
//!
//! Each text of a form is found by walking the form, so a new field is in here by itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use baken_backend::storage::{DeviceRequest, UnitOfWork};
use baken_companion::sync::SyncOutcome;
use baken_companion::{Clock, DraftForm, RecordKind, SystemClock};
use baken_protocol::ids::DeviceId;
use data_encoding::BASE64;
use serde_json::Value;

use crate::device::{Device, large_photo};
use crate::joint::started;
use crate::spoken::{samples, say, sound, wav};
use crate::world::World;

/// What is looked for, in the ways a program may write it down.
struct Canaries(Vec<(String, Vec<Vec<u8>>)>);

impl Canaries {
    const fn none() -> Self {
        Self(Vec::new())
    }

    fn text(&mut self, name: &str) -> String {
        let text = format!("KANARIE-{:03}-{name}-wil-weg", self.0.len());
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        let mut written = vec![text.clone().into_bytes(), utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)];
        // Wherever it stands in what is written so, whole groups of three bytes of it are the same.
        written.extend((0..3).map(|skipped| {
            let whole = &text.as_bytes()[skipped..];
            BASE64.encode(&whole[..whole.len() / 3 * 3]).into_bytes()
        }));
        self.0.push((text.clone(), written));
        text
    }

    /// The photo as the store has it: any 48 bytes of its middle.
    fn photo(&mut self, device: &Device, draft: uuid::Uuid) {
        let store = device.store();
        let photo = store.add_photo(draft, &large_photo()).unwrap();
        let url = store.photo_preview(photo.id).unwrap();
        let base64 = url.split_once(',').unwrap().1;
        let jpeg = BASE64.decode(base64.as_bytes()).unwrap();
        let middle = jpeg.len() / 2;
        let text = base64.as_bytes()[base64.len() / 2..][..64].to_vec();
        self.0.push(("a photo".into(), vec![jpeg[middle..middle + 48].to_vec(), text]));
    }

    /// What was said, likewise. A draft has it in pieces, which are parts of the same bytes.
    fn spoken(&mut self, device: &Device, draft: uuid::Uuid) {
        let note = say(device, draft, 100_000);
        let flac = sound(device, &note);
        for part in 1..4 {
            let some = flac[flac.len() * part / 4..][..48].to_vec();
            let text = BASE64.encode(&flac[flac.len() * part / 12 * 3..][..48]).into_bytes();
            self.0.push((format!("a spoken note, {part}"), vec![some, text]));
        }
        // And as the page gave it.
        let heard = wav(&samples(100_000));
        self.0.push(("a spoken note as it was heard".into(), vec![heard[50_000..50_048].to_vec()]));
    }

    /// Where any of them stands.
    fn found(&self, folder: &Path) -> Vec<String> {
        let (names, written): (Vec<_>, Vec<_>) =
            self.0.iter().flat_map(|(name, written)| written.iter().map(move |written| (name, written))).unzip();
        let all = AhoCorasick::new(written).unwrap();
        let mut found = BTreeSet::new();
        for path in files(folder) {
            for hit in all.find_overlapping_iter(&fs::read(&path).unwrap()) {
                found.insert(format!("{} in {}", names[hit.pattern().as_usize()], path.display()));
            }
        }
        found.into_iter().collect()
    }

    fn none_in(&self, folder: &Path, when: &str) {
        assert!(files(folder).len() > 1, "{} is empty", folder.display());
        assert_eq!(self.found(folder), Vec::<String>::new(), "{when}");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

/// Puts a canary into every text of a form that is empty. Codes and times are none: they are chosen, and open.
fn fill(value: &mut Value, name: &str, canaries: &mut Canaries) {
    match value {
        Value::String(text) if text.is_empty() => *text = canaries.text(name),
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, name, canaries)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| fill(value, name, canaries)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A draft with a canary in each of its texts, and a person with some in theirs.
fn full_draft(device: &Device, kind: RecordKind, canaries: &mut Canaries) -> uuid::Uuid {
    let store = device.store();
    let draft = store.start_draft(kind).unwrap();
    let mut form = serde_json::to_value(&draft.form).unwrap();
    if kind == RecordKind::Observation {
        form["persons"] = serde_json::json!([{ "pseudonym": "", "description": "", "consents": [] }]);
    }
    fill(&mut form, "field", canaries);
    // Read once more: what the list of a person's fields adds since is empty, and filled too.
    let mut form = serde_json::to_value(serde_json::from_value::<DraftForm>(form).unwrap()).unwrap();
    fill(&mut form, "field", canaries);
    store.save_draft(draft.id, &serde_json::from_value(form).unwrap()).unwrap();
    draft.id
}

/// A record that can be signed, with a canary in each text that may be anything.
fn record(device: &Device, canaries: &mut Canaries) {
    let narrative = canaries.text("narrative");
    let draft = device.draft(&narrative);
    let DraftForm::Observation(mut form) = device.store().draft(draft).unwrap().form else { panic!("an observation") };
    form.place.exact.name = canaries.text("name");
    form.place.exact.address = canaries.text("address");
    form.place.exact.berth = canaries.text("berth");
    form.place.exact.neighbourhood = canaries.text("neighbourhood");
    device.store().save_draft(draft, &DraftForm::Observation(form)).unwrap();
    canaries.photo(device, draft);
    canaries.spoken(device, draft);
    device.store().finalise(draft).unwrap();
}

#[test]
fn whoever_looks_finds_what_stands_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let mut canaries = Canaries::none();
    let text = canaries.text("name");
    for (number, written) in [
        format!("{{\"name\":\"{text}\"}}").into_bytes(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        BASE64.encode(format!("x{text}").as_bytes()).into_bytes(),
        BASE64.encode(format!("xy{text}").as_bytes()).into_bytes(),
    ]
    .into_iter()
    .enumerate()
    {
        fs::write(folder.path().join("a"), written).unwrap();
        assert_eq!(canaries.found(folder.path()).len(), 1, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_typed_photographed_or_said_stands_in_clear_on_any_disk() {
    let world = World::new().await;
    let device = world.device("a").await;
    let mut canaries = Canaries::none();
    // One that is purged later, and one that stays, as its inspection is still open.
    record(&device, &mut canaries);
    started(&device);
    record(&device, &mut canaries);
    let draft = full_draft(&device, RecordKind::Observation, &mut canaries);
    canaries.photo(&device, draft);
    canaries.spoken(&device, draft);
    full_draft(&device, RecordKind::Inspection, &mut canaries);
    assert!(canaries.0.len() > 30, "{} canaries", canaries.0.len());
    canaries.none_in(&device.home, "while it is open, with what was written last in the log");

    let carried = world.folder.path().join("carried");
    fs::create_dir(&carried).unwrap();
    let file = device.store().carry_out().unwrap().unwrap();
    fs::write(carried.join("a"), &file.bytes).unwrap();
    fs::write(carried.join("b"), b"nothing").unwrap();
    canaries.none_in(&carried, "in a file that is carried");

    device.companion.lock();
    canaries.none_in(&device.home, "locked");
    let device = device.restart();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    canaries.none_in(&device.home, "after a sync");
    canaries.none_in(world.data(), "at the municipality");

    device.pass(31 * 24 * 3600);
    assert_eq!(device.companion.purge_if_due().unwrap(), 1);
    canaries.none_in(&device.home, "after a purge");

    let first = world.storage().read(|tx| tx.devices(&DeviceRequest::first(1))).unwrap().remove(0);
    let now = SystemClock::default().now();
    let ordered = world.storage().write(|tx| {
        tx.revoke(DeviceId(first.device), "coordinator", "gestolen", now)?;
        tx.order_wipe(DeviceId(first.device), "coordinator", now)
    });
    assert!(ordered.unwrap());
    device.sync().await;
    assert!(device.companion.carry_out_wipe().unwrap());
    canaries.none_in(&device.home, "after a wipe");
}
