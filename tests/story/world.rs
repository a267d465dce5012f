//! A municipality and its devices for one test, and a network that can be made bad.

use baken_backend::storage::UnitOfWork;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use baken_backend::admin::init::{InitOrder, init};
use baken_backend::admin::invite::{InvitationOrder, invite};
use baken_backend::admin::renew::Renewal;
use baken_backend::admin::verify::{Report, verify};
use baken_backend::environment::{Clock as BackendClock, Environment as BackendEnvironment};
use baken_backend::http::serve::serve;
use baken_backend::http::state::{AppState, DataFolder};
use baken_backend::storage::sqlite::SqliteStorage;
use baken_backend::time_zone::TimeZone;
use baken_companion::sync::{
    HttpTransport, PushAnswer, Retry, Sync, SyncOutcome, SyncProgress, Transport, TransportError,
};
use baken_companion::{
    Clock, Companion, DraftForm, DraftKind, Environment, Failure, KdfCost, Options, PlatformSecret, RecordSummary,
    Store, SystemClock, Uptime,
};
use baken_protocol::chain::ChainStatus;
use baken_protocol::digest::Digest;
use baken_protocol::enrolment::{EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::{ChainId, OperationId};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

pub(crate) const SECRET: &str = "vijf zeehonden op de pier";

/// A backend in this process, on a port of its own.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    data: PathBuf,
    address: SocketAddr,
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    clock: Arc<LaterClock>,
}

/// The backend's clock: right, in a time that may be later than ours.
#[derive(Default)]
struct LaterClock {
    passed_ms: AtomicU64,
}

impl BackendClock for LaterClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock::default().now() + passed(&self.passed_ms)
    }
}

fn passed(milliseconds: &AtomicU64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(milliseconds.load(Ordering::Relaxed)).unwrap())
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("backend");
        Self::begun(folder, data).await
    }

    /// One whose backend has its folder elsewhere.
    pub(crate) async fn with_data(data: PathBuf) -> Self {
        Self::begun(tempfile::tempdir().unwrap(), data).await
    }

    async fn begun(folder: tempfile::TempDir, data: PathBuf) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address: SocketAddr = ([127, 0, 0, 1], port).into();
        init(&order(&data, folder.path(), address), &BackendEnvironment::system()).unwrap();
        let mut world = Self { folder, data, address, serving: None, clock: Arc::default() };
        world.serve().await;
        world
    }

    pub(crate) async fn serve(&mut self) {
        let environment = BackendEnvironment::with_clock(Arc::clone(&self.clock) as Arc<dyn BackendClock>);
        let state = AppState::open(&DataFolder::new(self.data.clone()), environment).unwrap();
        let listener = tokio::net::TcpListener::bind(self.address).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            serve(state, listener, async move { drop(stopped.await) }).await.unwrap();
        });
        self.serving = Some((stop, task));
    }

    pub(crate) async fn stop(&mut self) {
        let (stop, task) = self.serving.take().unwrap();
        drop(stop);
        // Open connections of a device's client would keep a graceful stop waiting.
        task.abort();
        let _ = task.await;
    }

    /// So much time passes for the backend.
    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.passed_ms.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    pub(crate) const fn data(&self) -> &PathBuf {
        &self.data
    }

    /// Stops, replaces the data folder by `other`, and serves from it.
    pub(crate) async fn serve_from(&mut self, other: PathBuf) {
        self.stop().await;
        self.data = other;
        self.serve().await;
    }

    /// Serves from this folder the next time.
    pub(crate) fn point_to(&mut self, other: PathBuf) {
        self.data = other;
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn storage(&self) -> SqliteStorage {
        SqliteStorage::open(&DataFolder::new(self.data.clone()).register()).unwrap()
    }

    pub(crate) fn invitation(&self) -> String {
        let storage = self.storage();
        let order = InvitationOrder {
            label: "Toestel".into(),
            organisation: "gemeente-handhaving".parse().unwrap(),
            created_by: "operator".into(),
            valid: TimeDelta::try_minutes(15).unwrap(),
        };
        let installation = storage.read(|tx| tx.installation()).unwrap().unwrap();
        invite(&storage, &installation, &BackendEnvironment::system(), order).unwrap().invitation.to_string()
    }

    /// Brings the next key directory into force.
    pub(crate) fn renew(&self) {
        self.renewing(|renewal| renewal.renew().unwrap());
    }

    /// The municipality goes by another time zone from here on.
    pub(crate) fn move_to(&self, zone: &str) {
        self.renewing(|renewal| renewal.time_zone(zone.parse().unwrap()).unwrap());
    }

    /// Does something with the root key to the register as it is now.
    pub(crate) fn renewing<T>(&self, work: impl FnOnce(Renewal<'_>) -> T) -> T {
        let (storage, folder) = (self.storage(), DataFolder::new(self.data.clone()));
        let root_key = self.folder.path().join("secrets/root.pkcs8");
        work(Renewal::new(&folder, &storage, &BackendEnvironment::system(), &root_key))
    }

    /// Checks the whole register; nothing in it may be at fault.
    pub(crate) fn verified(&self) -> Report {
        let storage = self.storage();
        let installation = storage.read(|tx| tx.installation()).unwrap().unwrap();
        let report = verify(&storage, &self.data.join("attachments"), &installation).unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        report
    }

    /// A device, enrolled, with a vault that is quick to open.
    pub(crate) async fn device(&self, name: &str) -> Device {
        self.device_in(&self.folder.path().join(name)).await
    }

    /// The same in a folder elsewhere.
    pub(crate) async fn device_in(&self, home: &Path) -> Device {
        self.enrolled(home, &self.url()).await
    }

    /// A device that knows the backend by another address, where something stands in between.
    pub(crate) async fn device_behind(&self, name: &str, url: &str) -> Device {
        self.enrolled(&self.folder.path().join(name), url).await
    }

    async fn enrolled(&self, home: &Path, url: &str) -> Device {
        let device = Device::open(home);
        device.companion.create_vault(SECRET).unwrap();
        let transport = HttpTransport::anonymous().unwrap();
        let invitation = self.invitation().replace(&self.url(), url);
        device.store().enrol(&invitation, None, &transport).await.unwrap();
        device
    }
}

/// What is asked of `init`; secrets go to a folder in `folder`.
pub(crate) fn order(data: &Path, folder: &Path, address: SocketAddr) -> InitOrder {
    InitOrder {
        data: data.to_owned(),
        secrets: folder.join("secrets"),
        tenant: "GM0453".parse().unwrap(),
        municipality: "Velsen".into(),
        address: format!("http://{address}").parse().unwrap(),
        time_zone: TimeZone::default(),
        members: vec!["coordinator".parse().unwrap(), "agent:politie".parse().unwrap()],
    }
}

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
        let companion = Companion::open(Options {
            folder: home.to_owned(),
            platform: PlatformSecret::Absent,
            kdf_cost: Some(KdfCost::TEST),
            environment,
        })?;
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
        let draft = store.start_draft(DraftKind::Observation).unwrap();
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

    fn record_with(&self, narrative: &str, photo: &[u8]) -> RecordSummary {
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

    pub(crate) async fn sync(&self) -> SyncOutcome {
        self.sync_over(Meddler::honest(&self.store())).await
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
        let run = Sync::new(self.store(), transport, pause, listener);
        let outcome = run.with_retry(Retry { again, first_wait: Duration::ZERO }).run().await;
        let told = std::mem::take(&mut *told.lock().unwrap());
        (outcome, told)
    }
}

type PushHook = Box<dyn Fn(u64, &[u8]) -> Option<Result<PushAnswer, TransportError>> + Send + std::marker::Sync>;
type BodyHook = Box<dyn Fn(&[u8]) -> bool + Send + std::marker::Sync>;
type SizeHook<T> = Box<dyn Fn(usize) -> Option<Result<T, TransportError>> + Send + std::marker::Sync>;
type AnswerHook = Box<dyn Fn(PushAnswer) -> Result<PushAnswer, TransportError> + Send + std::marker::Sync>;

/// The real network with somebody in it.
pub(crate) struct Meddler {
    inner: HttpTransport,
    /// Answers in the backend's place, which never hears of it.
    pub(crate) instead_of_push: PushHook,
    /// Changes or loses the backend's answer.
    pub(crate) after_push: AnswerHook,
    /// Answers in the backend's place.
    pub(crate) key_directory: Option<Vec<u8>>,
    /// Answers in the backend's place where its log goes on.
    pub(crate) log_continuations: Option<Result<Vec<u8>, TransportError>>,
    /// Offered in place of the backend's vocabulary.
    pub(crate) vocabulary: Option<Vec<u8>>,
    /// Bytes of attachments let through before the connection breaks.
    pub(crate) attachment_bytes: Option<u64>,
    /// Changes the receipt of an attachment.
    pub(crate) after_attachment: Box<dyn Fn(Vec<u8>) -> Vec<u8> + Send + std::marker::Sync>,
    /// Answers a question of sizes in the backend's place.
    pub(crate) instead_of_passes: SizeHook<()>,
    /// Answers a piece of an attachment in the backend's place.
    pub(crate) instead_of_append: SizeHook<u64>,
    /// Hears of which chain the backend is asked.
    pub(crate) asked_of_chain: Box<dyn Fn(ChainId) + Send + std::marker::Sync>,
    /// The first question for the key directory, or for where the log goes on, makes way.
    pub(crate) directory_makes_way: AtomicBool,
    pub(crate) continuations_make_way: AtomicBool,
    /// Swallows such a push and never answers; how long nothing moved then is this many seconds.
    pub(crate) swallows: BodyHook,
    pub(crate) still_seconds: u64,
    /// Something is swallowed at this moment.
    pub(crate) swallowing: Arc<AtomicBool>,
    /// Calls every chain frozen.
    pub(crate) all_chains_frozen: bool,
    /// Set by a hook, stops the run.
    pub(crate) pause: Arc<AtomicBool>,
    /// Pauses after the first piece of an attachment.
    pub(crate) pause_in_attachment: bool,
    /// Refuses the first attachment that is asked about, for as long as this network lasts.
    pub(crate) refuse_first_attachment: bool,
    refused_attachment: OnceLock<Digest>,
}

impl Meddler {
    pub(crate) fn honest(store: &Store) -> Self {
        Self {
            inner: HttpTransport::for_store(store).unwrap(),
            instead_of_push: Box::new(|_, _| None),
            after_push: Box::new(Ok),
            key_directory: None,
            log_continuations: None,
            vocabulary: None,
            attachment_bytes: None,
            after_attachment: Box::new(|receipt| receipt),
            instead_of_passes: Box::new(|_| None),
            instead_of_append: Box::new(|_| None),
            asked_of_chain: Box::new(|_| ()),
            directory_makes_way: AtomicBool::new(false),
            continuations_make_way: AtomicBool::new(false),
            swallows: Box::new(|_| false),
            still_seconds: 0,
            swallowing: Arc::default(),
            all_chains_frozen: false,
            pause: Arc::new(AtomicBool::new(false)),
            pause_in_attachment: false,
            refuse_first_attachment: false,
            refused_attachment: OnceLock::new(),
        }
    }
}

/// True for as long as it lives.
struct Raised<'a>(&'a AtomicBool);

impl<'a> Raised<'a> {
    fn raise(flag: &'a AtomicBool) -> Self {
        flag.store(true, Ordering::Relaxed);
        Self(flag)
    }
}

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Transport for Meddler {
    async fn enrol(&self, address: &Url, request: &EnrolmentRequest) -> Result<EnrolmentAnswer, TransportError> {
        self.inner.enrol(address, request).await
    }

    async fn chain_status(&self, chain: ChainId) -> Result<(ChainStatus, Option<DateTime<Utc>>), TransportError> {
        (self.asked_of_chain)(chain);
        let (status, time) = self.inner.chain_status(chain).await?;
        Ok((ChainStatus { frozen: status.frozen || self.all_chains_frozen, ..status }, time))
    }

    async fn push(&self, chain: ChainId, seq: u64, bytes: Vec<u8>) -> Result<PushAnswer, TransportError> {
        if (self.swallows)(&bytes) {
            let _swallowing = Raised::raise(&self.swallowing);
            return std::future::pending().await;
        }
        if let Some(answer) = (self.instead_of_push)(seq, &bytes) {
            return answer;
        }
        (self.after_push)(self.inner.push(chain, seq, bytes).await?)
    }

    async fn attachment_offset(&self, of: OperationId, sha256: Digest) -> Result<(u64, bool), TransportError> {
        if self.refuse_first_attachment && *self.refused_attachment.get_or_init(|| sha256) == sha256 {
            return Err(TransportError::Refused { status: 404, code: None });
        }
        self.inner.attachment_offset(of, sha256).await
    }

    async fn append_attachment(
        &self,
        of: OperationId,
        sha256: Digest,
        offset: u64,
        bytes: Vec<u8>,
    ) -> Result<u64, TransportError> {
        if let Some(answer) = (self.instead_of_append)(bytes.len()) {
            return answer;
        }
        if let Some(limit) = self.attachment_bytes
            && offset + bytes.len() as u64 > limit
        {
            let through = usize::try_from(limit.saturating_sub(offset)).unwrap();
            self.inner.append_attachment(of, sha256, offset, bytes[..through].to_vec()).await?;
            return Err(TransportError::Network);
        }
        let next = self.inner.append_attachment(of, sha256, offset, bytes).await?;
        if self.pause_in_attachment {
            self.pause.store(true, Ordering::Relaxed);
        }
        Ok(next)
    }

    async fn attachment_receipt(&self, of: OperationId, sha256: Digest) -> Result<Vec<u8>, TransportError> {
        let receipt = self.inner.attachment_receipt(of, sha256).await?;
        Ok((self.after_attachment)(receipt))
    }

    async fn key_directory(&self) -> Result<Vec<u8>, TransportError> {
        if self.directory_makes_way.swap(false, Ordering::Relaxed) {
            return Err(TransportError::MadeWay);
        }
        match &self.key_directory {
            Some(directory) => Ok(directory.clone()),
            None => self.inner.key_directory().await,
        }
    }

    async fn log_continuations(&self) -> Result<Vec<u8>, TransportError> {
        if self.continuations_make_way.swap(false, Ordering::Relaxed) {
            return Err(TransportError::MadeWay);
        }
        match &self.log_continuations {
            Some(answer) => answer.clone(),
            None => self.inner.log_continuations().await,
        }
    }

    async fn vocabulary(&self) -> Result<Vec<u8>, TransportError> {
        match &self.vocabulary {
            Some(vocabulary) => Ok(vocabulary.clone()),
            None => self.inner.vocabulary().await,
        }
    }

    async fn passes(&self, bytes: usize) -> Result<(), TransportError> {
        match (self.instead_of_passes)(bytes) {
            Some(answer) => answer,
            None => self.inner.passes(bytes).await,
        }
    }

    fn still_for(&self) -> Duration {
        Duration::from_secs(if self.swallowing.load(Ordering::Relaxed) { self.still_seconds } else { 0 })
    }
}

/// A photo that stays large after re-encoding: noise does not compress.
pub(crate) fn large_photo() -> Vec<u8> {
    noise(1400, 1000)
}

fn noise(width: u32, height: u32) -> Vec<u8> {
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
