//! A device for one test, and what is recorded on it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use baken_companion::sync::{Retry, Sync, SyncOutcome, SyncProgress};
use baken_companion::{
    Clock, Companion, DraftForm, Environment, Failure, KdfCost, Options, RecordKind, RecordState, RecordSummary, Store,
    SystemClock, Uptime,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::meddler::Meddler;

pub(crate) const SECRET: &str = "vijf zeehonden op de pier";

/// A clock that can be set; runs on as time does.
pub(crate) struct ShiftedClock {
    real: SystemClock,
    shift: Mutex<TimeDelta>,
    passed_ms: AtomicU64,
}

impl Clock for ShiftedClock {
    fn now(&self) -> DateTime<Utc> {
        self.real.now() + *self.shift.lock().unwrap() + passed(&self.passed_ms)
    }

    fn monotonic_ms(&self) -> u64 {
        self.real.monotonic_ms()
    }

    fn since_boot(&self) -> Option<Uptime> {
        let real = self.real.since_boot()?;
        Some(Uptime { ms: real.ms + self.passed_ms.load(Ordering::Relaxed), ..real })
    }
}

pub(crate) fn passed(milliseconds: &AtomicU64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(milliseconds.load(Ordering::Relaxed)).unwrap())
}

/// A device under test.
pub(crate) struct Device {
    pub(crate) companion: Arc<Companion>,
    pub(crate) home: PathBuf,
    clock: Arc<ShiftedClock>,
}

impl Device {
    pub(crate) fn open(home: &Path) -> Self {
        Self::try_open(home).unwrap()
    }

    pub(crate) fn try_open(home: &Path) -> Result<Self, Failure> {
        let clock = Arc::new(ShiftedClock {
            real: SystemClock::default(),
            shift: Mutex::default(),
            passed_ms: AtomicU64::new(0),
        });
        let environment = Environment { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..Environment::system() };
        let companion =
            Companion::open(Options { folder: home.to_owned(), kdf_cost: Some(KdfCost::TEST), environment })?;
        Ok(Self { companion: Arc::new(companion), home: home.to_owned(), clock })
    }

    /// Ends the program and starts it again.
    pub(crate) fn restart(self) -> Self {
        let home = self.home.clone();
        drop(self);
        let again = Self::open(&home);
        again.companion.unlock(SECRET).unwrap();
        again
    }

    /// Sets the clock so many days off.
    pub(crate) fn shift_clock(&self, days: i64) {
        self.shift_clock_by(TimeDelta::try_days(days).unwrap());
    }

    /// Sets the clock so much off.
    pub(crate) fn shift_clock_by(&self, shift: TimeDelta) {
        *self.clock.shift.lock().unwrap() = shift;
    }

    /// The device sleeps for so long: the program's own clock stands still, the wall's and the device's go on.
    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.passed_ms.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    pub(crate) fn store(&self) -> Arc<Store> {
        self.companion.store().unwrap()
    }

    pub(crate) fn draft(&self, narrative: &str) -> uuid::Uuid {
        let store = self.store();
        let draft = store.start_draft(RecordKind::Observation).unwrap();
        let DraftForm::Observation(mut form) = draft.form else { panic!("an observation") };
        form.place.kind = Some("vissersschip".parse().unwrap());
        form.forms = vec!["arbeid".parse().unwrap()];
        form.basis = Some("waarneming".parse().unwrap());
        form.urgency = Some("spoed".parse().unwrap());
        form.narrative = narrative.into();
        store.save_draft(draft.id, &DraftForm::Observation(form)).unwrap();
        draft.id
    }

    pub(crate) fn record(&self, narrative: &str) -> RecordSummary {
        let draft = self.draft(narrative);
        self.store().finalise(draft).unwrap()
    }

    /// What goes before everything else.
    pub(crate) fn acute_record(&self, narrative: &str) -> RecordSummary {
        let draft = self.acute_draft(narrative);
        self.store().finalise(draft).unwrap()
    }

    pub(crate) fn acute_draft(&self, narrative: &str) -> uuid::Uuid {
        let draft = self.draft(narrative);
        let store = self.store();
        let DraftForm::Observation(mut form) = store.draft(draft).unwrap().form else { panic!("an observation") };
        form.urgency = Some("acuut".parse().unwrap());
        store.save_draft(draft, &DraftForm::Observation(form)).unwrap();
        draft
    }

    /// A record with one photo of its own.
    pub(crate) fn record_with_photo(&self, narrative: &str) -> RecordSummary {
        self.record_with(narrative, &large_photo())
    }

    /// The same, quicker: one piece brings the photo over.
    pub(crate) fn record_with_small_photo(&self, narrative: &str) -> RecordSummary {
        self.record_with(narrative, &noise(160, 120))
    }

    /// A record with this photo.
    pub(crate) fn record_with(&self, narrative: &str, photo: &[u8]) -> RecordSummary {
        let draft = self.draft(narrative);
        self.store().add_photo(draft, photo).unwrap();
        self.store().finalise(draft).unwrap()
    }

    /// Bytes of the store and what belongs to it, without the room set aside for a full disk.
    pub(crate) fn stored_bytes(&self) -> u64 {
        let entries = std::fs::read_dir(&self.home).unwrap().map(Result::unwrap);
        let of_the_store = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("store.sqlite"));
        of_the_store.map(|entry| entry.metadata().unwrap().len()).sum()
    }

    pub(crate) fn state_of(&self, record: &RecordSummary) -> RecordSummary {
        self.store().record(record.operation).unwrap().summary
    }

    /// Nothing of these is on its way any more.
    pub(crate) fn has_receipts_of<'a>(&self, records: impl IntoIterator<Item = &'a RecordSummary>) {
        for record in records {
            assert_eq!(self.state_of(record).state, RecordState::Acknowledged, "{}", record.operation);
        }
    }

    pub(crate) async fn sync(&self) -> SyncOutcome {
        self.sync_over(Meddler::honest(&self.companion.store_to_send().unwrap())).await
    }

    pub(crate) async fn sync_over(&self, transport: Meddler) -> SyncOutcome {
        self.sync_watched(transport).await.0
    }

    /// Syncs, and answers everything that was told on the way too.
    pub(crate) async fn sync_watched(&self, transport: Meddler) -> (SyncOutcome, Vec<SyncProgress>) {
        self.sync_trying(0, transport).await
    }

    /// The same, with so many more tries of what may pass.
    pub(crate) async fn sync_trying(&self, again: u32, transport: Meddler) -> (SyncOutcome, Vec<SyncProgress>) {
        let pause = Arc::clone(&transport.pause);
        let told: Arc<Mutex<Vec<SyncProgress>>> = Arc::default();
        let heard = Arc::clone(&told);
        let listener = Arc::new(move |progress: &SyncProgress| heard.lock().unwrap().push(progress.clone()));
        let run = Sync::new(self.companion.store_to_send().unwrap(), transport, pause, listener);
        let outcome = run.with_retry(Retry { again, first_wait: Duration::ZERO }).run().await;
        let told = std::mem::take(&mut *told.lock().unwrap());
        (outcome, told)
    }
}

/// A photo that stays large after re-encoding: noise does not compress.
pub(crate) fn large_photo() -> Vec<u8> {
    noise(1400, 1000)
}

pub(crate) fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 7_u32;
    let picture = image::RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, red, green, blue] = state.to_le_bytes();
        image::Rgb([red, green, blue])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
