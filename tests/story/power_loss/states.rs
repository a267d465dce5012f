//! The states in which a disk may be found after the power failed, each opened by a device.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use baken_companion::{DraftForm, RecordState};

use super::day::{PIECE, folder, home};
use super::disk::{Disk, Fate};
use super::marks::{Promised, Way};
use super::trace::{Change, read};
use crate::device::{Device, SECRET};

/// Of what is uncertain at one moment, so many ways that it may have gone.
const MIXED: u64 = 3;
const SPOILT: u64 = 3;
/// In every so manieth state somebody goes on working.
const WORKED_ON: usize = 25;

#[test]
#[ignore = "run by `make faults`, over the day that it wrote down"]
fn whatever_was_kept_is_there_after_the_power_failed_at_any_write() {
    let folder = folder();
    let trace = File::open(folder.join("trace")).unwrap();
    let changes = read(BufReader::new(trace), &home(&folder), &folder.join(super::marks::FILE));
    let (tried, failed) = (AtomicUsize::new(0), Mutex::default());
    std::thread::scope(|scope| {
        for share in 0..2 {
            let (changes, tried, failed) = (&changes, &tried, &failed);
            scope.spawn(move || look_at(changes, share, tried, failed));
        }
    });
    let (tried, failed) = (tried.into_inner(), failed.into_inner().unwrap());
    std::fs::write(folder.join("tried"), format!("{} changes of the disk, {tried} states\n", changes.len())).unwrap();
    assert!(tried >= 10_000, "the day is too short: {tried} states");
    let shown = failed.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert_eq!(failed.len(), 0, "of {tried} states:\n{shown}");
}

/// Every second moment: the other share has the others.
fn look_at(changes: &[Change], share: usize, tried: &AtomicUsize, failed: &Mutex<Vec<String>>) {
    let place = tempfile::tempdir_in(scratch()).unwrap();
    let home = place.path().join("device");
    let (mut disk, mut promised) = (Disk::default(), Promised::default());
    for (moment, change) in changes.iter().enumerate() {
        if let Change::Mark(line) = change {
            promised.take(&serde_json::from_str(line).unwrap());
        }
        disk.take(change);
        if moment % 2 != share || !promised.has_begun {
            continue;
        }
        let mut fates = vec![Fate::Kept];
        if !disk.is_certain() {
            let seed = u64::try_from(moment).unwrap() * 1000;
            fates.push(Fate::Lost);
            fates.extend((0..MIXED).map(|number| Fate::Mixed(seed + number)));
            fates.extend((0..SPOILT).map(|number| Fate::Spoilt(seed + number)));
        }
        for fate in fates {
            disk.found(&home, fate);
            let number = tried.fetch_add(1, Ordering::Relaxed);
            let wrong = wrong(&home, &promised, number.is_multiple_of(WORKED_ON));
            if !wrong.is_empty() {
                failed.lock().unwrap().push(format!("after change {moment} ({}), {fate:?}: {wrong}", said(change)));
            }
        }
    }
}

/// In memory where there is such a place: nothing of it must outlast this run.
fn scratch() -> std::path::PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

fn said(change: &Change) -> String {
    match change {
        Change::Write { name, at, bytes } => format!("{} bytes into {name} at {at}", bytes.len()),
        Change::Create(_)
        | Change::Cut { .. }
        | Change::Sync(_)
        | Change::SyncFolder
        | Change::Remove(_)
        | Change::Rename { .. }
        | Change::Mark(_) => format!("{change:?}"),
    }
}

/// What is not as it must be, in words; nothing where all is.
pub(super) fn wrong(home: &Path, promised: &Promised, works_on: bool) -> String {
    let device = match Device::try_open(home) {
        Ok(device) => device,
        Err(failure) => return format!("it does not open: {failure}"),
    };
    if let Err(failure) = device.companion.unlock(SECRET) {
        return format!("it does not unlock: {failure}");
    }
    let mut wrong = String::new();
    records(&device, promised, &mut wrong);
    drafts(&device, promised, &mut wrong);
    match device.store().home() {
        Ok(home) if home.store_damaged => wrong.push_str("the store is called damaged; "),
        Ok(_) => {}
        Err(failure) => write!(wrong, "no home screen: {failure}; ").unwrap(),
    }
    if works_on {
        let record = device.record("na de stroomstoring");
        device.companion.lock();
        device.companion.unlock(SECRET).unwrap();
        if device.store().record(record.operation).is_err() {
            wrong.push_str("what was signed afterwards is not there; ");
        }
    }
    wrong
}

fn records(device: &Device, promised: &Promised, wrong: &mut String) {
    for (operation, way) in &promised.records {
        // Of a record that was corrected each step is on its own way.
        let state = match device.store().record(*operation) {
            Ok(record) => record
                .history
                .iter()
                .find(|step| step.operation == *operation)
                .map_or(record.summary.state, |step| step.state),
            Err(failure) => {
                write!(wrong, "{operation}, {way:?}, is not there: {failure}; ").unwrap();
                continue;
            }
        };
        let is_so_far = match way {
            Way::Signed => true,
            Way::Sent => matches!(state, RecordState::Sending | RecordState::Acknowledged),
            Way::Received => state == RecordState::Acknowledged,
        };
        if !is_so_far {
            write!(wrong, "{operation} was {way:?} and is {state:?}; ").unwrap();
        }
    }
}

fn drafts(device: &Device, promised: &Promised, wrong: &mut String) {
    let pieces: BTreeMap<_, _> = promised.drafts.iter().map(|(id, draft)| (id, u64::from(draft.pieces))).collect();
    for (id, promise) in &promised.drafts {
        let Some(kept) = &promise.kept else { continue };
        let draft = match device.store().draft(*id) {
            Ok(draft) => draft,
            // Signed, and nobody was told any more.
            Err(_) if promise.is_signing => continue,
            Err(failure) => {
                write!(wrong, "draft {id} is not there: {failure}; ").unwrap();
                continue;
            }
        };
        let DraftForm::Observation(form) = &draft.form else { panic!("an observation") };
        if form.narrative != *kept && Some(&form.narrative) != promise.to_be.as_ref() {
            write!(wrong, "draft {id} says {:?} and not {kept:?}; ", form.narrative).unwrap();
        }
        if draft.photos.len() < promise.photos {
            write!(wrong, "draft {id} has {} of {} photos; ", draft.photos.len(), promise.photos).unwrap();
        }
        let heard: u64 = draft.spoken.iter().map(|note| note.milliseconds).sum();
        let said = pieces[id] * u64::try_from(PIECE).unwrap() * 1000 / 16_000;
        if heard < said {
            write!(wrong, "draft {id} has {heard} of {said} ms that were spoken; ").unwrap();
        }
    }
}
