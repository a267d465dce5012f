//! A municipality for one test, served on a port of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use baken_backend::admin::init::{InitOrder, init};
use baken_backend::admin::invite::{InvitationOrder, invite};
use baken_backend::admin::renew::Renewal;
use baken_backend::admin::verify::{Report, verify};
use baken_backend::environment::{Clock as BackendClock, Environment as BackendEnvironment};
use baken_backend::files::data_folder::DataFolder;
use baken_backend::http::serve::{Front, serve};
use baken_backend::http::state::AppState;
use baken_backend::storage::UnitOfWork;
use baken_backend::storage::sqlite::SqliteStorage;
use baken_backend::time_zone::TimeZone;
use baken_companion::sync::HttpTransport;
use baken_companion::{Clock, SystemClock};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::device::{Device, SECRET, passed};

/// A backend in this process, on a port of its own.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    data: PathBuf,
    address: SocketAddr,
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    clock: Arc<LaterClock>,
}

/// The backend's clock: right, in a time that may be another than ours.
#[derive(Default)]
struct LaterClock {
    off: TimeDelta,
    passed_ms: AtomicU64,
}

impl BackendClock for LaterClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock::default().now() + self.off + passed(&self.passed_ms)
    }
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

    /// One over a data folder that is there already, by a clock that is so much off ours.
    pub(crate) async fn over(data: PathBuf, off: TimeDelta) -> Self {
        let clock = Arc::new(LaterClock { off, ..LaterClock::default() });
        let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
        let mut world = Self { folder, data, address, serving: None, clock };
        world.serve().await;
        world
    }

    async fn begun(folder: tempfile::TempDir, data: PathBuf) -> Self {
        let address = free_address();
        init(&order(&data, folder.path(), address), &BackendEnvironment::system()).unwrap();
        let mut world = Self { folder, data, address, serving: None, clock: Arc::default() };
        world.serve().await;
        world
    }

    pub(crate) async fn serve(&mut self) {
        let environment = self.environment();
        let state = AppState::open(&DataFolder::new(self.data.clone()), environment).unwrap();
        let listener = tokio::net::TcpListener::bind(self.address).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            serve(Front::of(vec![state], false).unwrap(), listener, async move { drop(stopped.await) }).await.unwrap();
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

    /// What the backend is surrounded by: its own clock.
    pub(crate) fn environment(&self) -> BackendEnvironment {
        BackendEnvironment::with_clock(Arc::clone(&self.clock) as Arc<dyn BackendClock>)
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
        self.invitation_of("gemeente-handhaving")
    }

    fn invitation_of(&self, organisation: &str) -> String {
        let storage = self.storage();
        let order = InvitationOrder {
            label: "Toestel".into(),
            organisation: organisation.parse().unwrap(),
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

    /// The same, of another organisation.
    pub(crate) async fn device_of(&self, name: &str, organisation: &str) -> Device {
        let invitation = self.invitation_of(organisation);
        self.enrolled_by(&self.folder.path().join(name), &invitation).await
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
        self.enrolled_by(home, &self.invitation().replace(&self.url(), url)).await
    }

    async fn enrolled_by(&self, home: &Path, invitation: &str) -> Device {
        let device = Device::open(home);
        device.companion.create_vault(SECRET).unwrap();
        let transport = HttpTransport::anonymous().unwrap();
        device.store().enrol(invitation, None, &transport).await.unwrap();
        device
    }
}

fn free_address() -> SocketAddr {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    ([127, 0, 0, 1], port).into()
}

/// What is asked of `init`; secrets go to a folder in `folder`.
pub(crate) fn order(data: &Path, folder: &Path, address: SocketAddr) -> InitOrder {
    InitOrder {
        database: None,
        data: data.to_owned(),
        secrets: folder.join("secrets"),
        tenant: "GM0453".parse().unwrap(),
        municipality: "Velsen".into(),
        address: format!("http://{address}").parse().unwrap(),
        time_zone: TimeZone::default(),
        members: vec!["coordinator".parse().unwrap(), "agent:politie".parse().unwrap()],
    }
}
