//! A day of a device that is written down: drafts, photos, spoken notes, records, two that are corrected, a joint inspection,
//! sending, a purge and a lock.

use std::path::{Path, PathBuf};

use baken_companion::sync::SyncOutcome;
use baken_companion::{DraftForm, RecordKind, RecordSummary, Wanted};
use baken_protocol::ids::OperationId;
use baken_protocol::record::Operation;
use baken_protocol::wire::Push;
use uuid::Uuid;

use super::marks::{Mark, Marks};
use crate::device::{Device, SECRET, noise};
use crate::joint::{code_of, started};
use crate::meddler::Meddler;
use crate::purge::{pass_days, purged, say_days};
use crate::spoken::{samples, wav};
use crate::world::World;

/// Where the device of the day has its folder, and the marks stand beside it.
pub(super) fn folder() -> PathBuf {
    std::env::var_os("BAKEN_POWER_LOSS").expect("BAKEN_POWER_LOSS: an empty folder, as `make faults` gives it").into()
}

pub(super) fn home(folder: &Path) -> PathBuf {
    folder.join("device")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "played by `make faults`, which writes down what it asks of the disk"]
async fn the_day_is_played() {
    let (world, folder) = (World::new().await, folder());
    say_days(&world, 30);
    let device = world.device_in(&home(&folder)).await;
    let other = world.device_of("other", "scharlaken-koord").await;
    let day = Day { device, marks: Marks::into(&folder) };
    day.marks.say(&Mark::Begins);

    for number in 0..3 {
        day.observed(&format!("hut {number}"), number, number > 1);
    }
    day.sent().await;
    // What belongs to an inspection that goes on is not purged.
    let visit = started(&day.device);
    day.marks.say(&Mark::SignedAtOnce(visit.operation));
    other.store().join(&code_of(&day.device), "helpt".parse().unwrap()).unwrap();
    let records: Vec<_> = (3..6).map(|number| day.observed(&format!("hut {number}"), number % 2, false)).collect();
    day.amended(&records[0]);
    let retracted = day.device.store().retract(records[1].operation, "was een ander schip").unwrap();
    day.marks.say(&Mark::SignedAtOnce(retracted.operation));
    let left = day.begun("blijft liggen", 1, true);
    day.sent().await;
    pass_days(&world, &day.device, 31);
    day.device.companion.lock();
    day.device.companion.unlock(SECRET).unwrap();
    assert!(purged(&day.device) > 0);
    day.saved(left, "blijft liggen, en er kwam iets bij");
    day.observed("na de opruiming", 1, false);
    day.sent().await;
    day.device.companion.lock();
}

/// What the day said of itself, as far as it came.
pub(super) fn mark_lines(folder: &Path) -> Vec<String> {
    let said = std::fs::read_to_string(folder.join(super::marks::FILE)).unwrap_or_default();
    said.lines().map(str::to_owned).collect()
}

struct Day {
    device: Device,
    marks: Marks,
}

impl Day {
    fn saved(&self, draft: Uuid, words: &str) {
        let store = self.device.store();
        let DraftForm::Observation(mut form) = store.draft(draft).unwrap().form else { panic!("an observation") };
        form.narrative = words.into();
        self.marks.say(&Mark::Saving(draft, words.into()));
        store.save_draft(draft, &DraftForm::Observation(form)).unwrap();
        self.marks.say(&Mark::Saved(draft));
    }

    /// A draft that could be signed, with so many photos.
    fn begun(&self, words: &str, photos: usize, speaks: bool) -> Uuid {
        let store = self.device.store();
        let draft = store.start_draft(RecordKind::Observation).unwrap().id;
        // Typed in two goes, as people do.
        self.saved(draft, words.get(..3).unwrap());
        let DraftForm::Observation(mut form) = store.draft(draft).unwrap().form else { panic!("an observation") };
        form.place.kind = Some("vissersschip".parse().unwrap());
        form.forms = vec!["arbeid".parse().unwrap()];
        form.basis = Some("waarneming".parse().unwrap());
        form.urgency = Some("spoed".parse().unwrap());
        store.save_draft(draft, &DraftForm::Observation(form)).unwrap();
        self.saved(draft, words);
        for photo in 1..=photos {
            store.add_photo(draft, &noise(40 + u32::try_from(photo).unwrap(), 30)).unwrap();
            self.marks.say(&Mark::Photographed(draft, photo));
        }
        if speaks {
            self.spoken(draft);
        }
        draft
    }

    fn spoken(&self, draft: Uuid) {
        let (store, said) = (self.device.store(), samples(3 * PIECE));
        let mut pieces = said.chunks(PIECE).map(wav);
        let note = store.begin_spoken(draft, &pieces.next().unwrap()).unwrap();
        self.marks.say(&Mark::Spoke(draft, 1));
        for (place, piece) in (1..).zip(pieces) {
            store.continue_spoken(note.id, place, &piece).unwrap();
            self.marks.say(&Mark::Spoke(draft, place + 1));
        }
        store.end_spoken(note.id).unwrap();
    }

    fn observed(&self, words: &str, photos: usize, speaks: bool) -> RecordSummary {
        let draft = self.begun(words, photos, speaks);
        self.signed(draft)
    }

    fn signed(&self, draft: Uuid) -> RecordSummary {
        self.marks.say(&Mark::Signing(draft));
        let record = self.device.store().finalise(draft).unwrap();
        self.marks.say(&Mark::Signed(draft, record.operation));
        record
    }

    fn amended(&self, record: &RecordSummary) {
        let store = self.device.store();
        let draft = store.start_amendment(record.operation).unwrap();
        let DraftForm::Observation(mut form) = draft.form else { panic!("an observation") };
        form.reason = "beter gekeken".into();
        form.narrative = "hut 14".into();
        self.marks.say(&Mark::Saving(draft.id, form.narrative.clone()));
        store.save_draft(draft.id, &DraftForm::Observation(form)).unwrap();
        self.marks.say(&Mark::Saved(draft.id));
        self.signed(draft.id);
    }

    async fn sent(&self) {
        let folder = folder();
        let mut transport = Meddler::honest(&self.device.store());
        // What went out is in the device's own batch for good: another batch in its place would be a fork.
        let marks = Marks::into(&folder);
        transport.instead_of_push = Box::new(move |_, bytes| {
            marks.say(&Mark::Sent(brought(bytes)));
            None
        });
        assert_eq!(self.device.sync_over(transport).await, SyncOutcome::Done);
        let page = self.device.store().record_page(&Wanted::default(), None, 100).unwrap();
        self.marks.say(&Mark::Received(page.records.into_iter().map(|record| record.operation).collect()));
    }
}

/// Samples of a piece that is not the last.
pub(super) const PIECE: usize = 20 * 4096;

fn brought(bytes: &[u8]) -> Vec<OperationId> {
    let operations = Push::decode(bytes).unwrap().operations;
    operations
        .iter()
        .map(|(operation, _)| serde_json::from_slice::<Operation>(&operation.payload).unwrap().operation)
        .collect()
}
