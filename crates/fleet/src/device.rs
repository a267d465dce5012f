//! One simulated device: the real core in a folder of its own, with a clock that can be set.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use baken_companion::sync::{HttpTransport, Sync, SyncOutcome, SyncProgress};
use baken_companion::{
    Clock, Companion, DraftForm, Environment, InspectionForm, KdfCost, ObservationForm, Options, RecordKind,
    RecordSummary, Store, SystemClock, Uptime,
};
use chrono::{DateTime, Utc};

/// A clock that shows the real time unless it has been set.
#[derive(Default)]
pub(crate) struct SettableClock {
    real: SystemClock,
    set: Mutex<Option<DateTime<Utc>>>,
}

impl SettableClock {
    /// Shows `time` from now on, or the real time again.
    pub(crate) fn set(&self, time: Option<DateTime<Utc>>) {
        *self.set.lock().unwrap_or_else(PoisonError::into_inner) = time;
    }
}

impl Clock for SettableClock {
    fn now(&self) -> DateTime<Utc> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(|| self.real.now())
    }

    fn monotonic_ms(&self) -> u64 {
        self.real.monotonic_ms()
    }

    fn since_boot(&self) -> Option<Uptime> {
        self.real.since_boot()
    }
}

/// A device under simulation.
pub(crate) struct Device {
    companion: Companion,
    pub(crate) clock: Arc<SettableClock>,
}

impl Device {
    /// Opens the core on `home`; a vault made here costs `kdf_cost` (the real one unless given).
    pub(crate) fn open(home: &Path, kdf_cost: Option<KdfCost>) -> anyhow::Result<Self> {
        let clock = Arc::new(SettableClock::default());
        let environment = Environment { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..Environment::system() };
        let options = Options { folder: home.to_owned(), kdf_cost, environment };
        Ok(Self { companion: Companion::open(options)?, clock })
    }

    /// The core itself.
    pub(crate) const fn companion(&self) -> &Companion {
        &self.companion
    }

    /// The unlocked store.
    pub(crate) fn store(&self) -> anyhow::Result<Arc<Store>> {
        Ok(self.companion.store()?)
    }

    /// Makes the vault and spends the invitation.
    pub(crate) async fn enrol(&self, invitation: &str, passphrase: &str) -> anyhow::Result<()> {
        self.companion.create_vault(passphrase)?;
        self.store()?.enrol(invitation, None, &HttpTransport::anonymous()?).await.context("enrolment")
    }

    /// Starts a joint inspection with the occupant's consent: draft, saved, signed.
    pub(crate) fn start_inspection(&self, fill: impl FnOnce(&mut InspectionForm)) -> anyhow::Result<RecordSummary> {
        let store = self.store()?;
        let draft = store.start_draft(RecordKind::Inspection)?;
        let DraftForm::Inspection(mut form) = draft.form else { bail!("not an inspection") };
        form.ground = Some("toestemming-bewoner".parse()?);
        fill(&mut form);
        store.save_draft(draft.id, &DraftForm::Inspection(form))?;
        Ok(store.finalise(draft.id)?)
    }

    /// Records one observation as a person would: draft, saved, photo taken, signed.
    pub(crate) fn record(
        &self,
        picture: Option<&[u8]>,
        fill: impl FnOnce(&mut ObservationForm),
    ) -> anyhow::Result<RecordSummary> {
        let store = self.store()?;
        let draft = store.start_draft(RecordKind::Observation)?;
        let DraftForm::Observation(mut form) = draft.form else { bail!("not an observation") };
        fill(&mut form);
        store.save_draft(draft.id, &DraftForm::Observation(form))?;
        if let Some(picture) = picture {
            store.add_photo(draft.id, picture)?;
        }
        Ok(store.finalise(draft.id)?)
    }

    /// Syncs to the end.
    pub(crate) async fn sync(&self) -> anyhow::Result<SyncProgress> {
        let store = self.store()?;
        let transport = HttpTransport::for_store(&store)?;
        let last = Arc::new(Mutex::new(SyncProgress::default()));
        let kept = Arc::clone(&last);
        let listener = Arc::new(move |progress: &SyncProgress| {
            kept.lock().unwrap_or_else(PoisonError::into_inner).clone_from(progress);
        });
        let outcome = Sync::new(store, transport, Arc::new(AtomicBool::new(false)), listener).run().await;
        if outcome != SyncOutcome::Done {
            bail!("the sync ended as {outcome:?}");
        }
        let progress = last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(progress)
    }
}

/// Reads a file with one invitation a line.
pub(crate) fn invitations(path: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}
