//! A municipality's backend in a folder that goes away with the test.

use std::fs;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use baken_backend::admin::invite::{InvitationOrder, invite};
use baken_backend::admin::verify::{Report, verify};
use baken_backend::content;
use baken_backend::environment::{Clock, Environment};
use baken_backend::files::data_folder::DataFolder;
use baken_backend::http::bounds::attempts::{Attempts, Limits};
use baken_backend::http::routes;
use baken_backend::http::state::AppState;
use baken_backend::storage::{Database, Installation, UnitOfWork};
use baken_backend::time_zone::TimeZone;
use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::ChainReference;
use baken_protocol::invitation::InvitationCode;
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys, Team, TeamRecipient};
use baken_protocol::receipt::Receipt;
use baken_protocol::seal::Identity;
use baken_protocol::signature::SigningKey;
use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, Days, TimeDelta, Utc};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::register::{Register, Shown};

/// The hour every test begins at.
pub const BEGIN: &str = "2026-11-23T10:00:00Z";

pub struct SetClock(Mutex<DateTime<Utc>>);

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

pub struct Backend {
    folder: TempDir,
    pub clock: Arc<SetClock>,
    pub environment: Environment,
    pub register: Register,
    pub storage: Arc<dyn Database>,
    pub state: AppState,
    pub root: SigningKey,
    /// Opens backups; a real one is with the secrets.
    pub backup: Identity,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The code of a problem, after checking that it is one.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.status);
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        problem["code"].as_str().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    /// Status and code together, as most tests ask.
    pub fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.code())
    }
}

impl Backend {
    pub fn new() -> Self {
        let clock = Arc::new(SetClock(Mutex::new(BEGIN.parse().unwrap())));
        let environment = Environment::with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let folder = tempfile::tempdir().unwrap();
        let root = SigningKey::generate(environment.secure_random()).unwrap();
        let backup = Identity::generate();
        install(&DataFolder::new(folder.path().to_owned()), &root, &backup, &environment);
        let (register, state, router) = open(&folder, &environment);
        let storage = Arc::clone(&register.storage);
        Self { folder, clock, environment, register, storage, state, root, backup, router }
    }

    /// One that goes on answering however often it refuses: for tests of every byte.
    pub fn tireless() -> Self {
        let mut backend = Self::new();
        backend.change(|state| {
            state.limits = Arc::new(Limits { refused_pushes: Attempts::unlimited(), ..Limits::default() });
        });
        backend
    }

    /// Gives devices a list to work with; answers the hash of its content.
    pub fn give(&self, kind: CatalogueKind, file: &[u8]) -> Digest {
        let read = content::read(kind, file).unwrap();
        content::load(&self.data(), &self.storage, &self.environment, kind, &read, 366).unwrap();
        Digest::of(&read.content)
    }

    /// Serves with another state from now on.
    pub fn change(&mut self, change: impl FnOnce(&mut AppState)) {
        change(&mut self.state);
        self.router = routes::router(self.state.clone());
    }

    /// Everything in memory is lost, as after a kill; the folder stays.
    pub fn restarted(self) -> Self {
        let Self { folder, clock, environment, register, storage, state, root, backup, router } = self;
        drop((register, storage, state, router));
        let (register, state, router) = open(&folder, &environment);
        let storage = Arc::clone(&register.storage);
        Self { folder, clock, environment, register, storage, state, root, backup, router }
    }

    pub fn data(&self) -> DataFolder {
        DataFolder::new(self.folder.path().to_owned())
    }

    pub fn pass(&self, time: TimeDelta) {
        *self.clock.0.lock().unwrap() += time;
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        send(self.router.clone(), request).await
    }

    /// For requests that are to run beside each other.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub async fn put(&self, chain: ChainReference, seq: u64, bytes: impl Into<Bytes>) -> Answer {
        self.send(put(chain, seq, bytes)).await
    }

    pub fn invite(&self, label: &str) -> InvitationCode {
        let order = InvitationOrder {
            label: label.to_owned(),
            organisation: "gemeente-handhaving".parse().unwrap(),
            created_by: "operator".to_owned(),
            valid: TimeDelta::minutes(15),
        };
        invite(&*self.storage, &self.state.installation, &self.environment, order).unwrap().invitation.code
    }

    /// The receipt keys devices know.
    pub fn receipt_keys(&self) -> ReceiptKeys {
        ReceiptKeys::new(self.state.installation.receipt_key)
    }

    /// The receipt in `answer`, after checking who signed it.
    pub fn receipt(&self, answer: &Answer) -> Receipt {
        let key = self.state.installation.receipt_key;
        let envelope = Envelope::from_json(&answer.body).unwrap();
        envelope.verify::<Receipt>(&key).expect("signed with the receipt key").payload
    }

    /// The first column of the only row.
    pub fn one<T: Shown>(&self, sql: &str) -> T {
        T::of(&self.register.ask(sql)[0])
    }

    pub fn count(&self, table: &str) -> u64 {
        self.one(&format!("SELECT count(*) FROM {table}"))
    }

    /// As somebody with the register in hand would: no trigger and no foreign key stands in the way.
    pub fn tamper(&self, sql: &str) -> usize {
        self.register.change(sql)
    }

    /// As [`Backend::tamper`], for any number of statements.
    pub fn tamper_batch(&self, sql: &str) {
        self.register.change_all(sql);
    }

    /// Batches, operations, attachments, forks, chains: all that a refused push must leave alone.
    pub fn held(&self) -> [u64; 5] {
        ["batches", "operations", "attachments", "forked_batches", "chains"].map(|table| self.count(table))
    }

    pub fn report(&self) -> Report {
        verify(&self.storage, &self.data().attachments(), &self.state.installation).unwrap()
    }

    /// Whatever happened before: the register must hold.
    pub fn assert_holds(&self) {
        assert_eq!(self.report().faults, Vec::<String>::new());
    }
}

pub async fn send(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    // Events go on: what stands at their beginning is the answer.
    let goes_on = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
    let body = if goes_on { first_part(body).await } else { to_bytes(body, usize::MAX).await.unwrap().to_vec() };
    Answer { status: parts.status, headers: parts.headers, body }
}

async fn first_part(mut body: Body) -> Vec<u8> {
    let part = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
    part.unwrap().unwrap().into_data().unwrap().to_vec()
}

pub fn put(ChainReference { device, chain }: ChainReference, seq: u64, bytes: impl Into<Bytes>) -> Request<Body> {
    Request::builder()
        .method(Method::PUT)
        .uri(format!("/v1/devices/{device}/chains/{chain}/batches/{seq}"))
        .header("content-type", "application/vnd.baken.push.v1")
        .body(Body::from(bytes.into()))
        .unwrap()
}

fn open(folder: &TempDir, environment: &Environment) -> (Register, AppState, Router) {
    let data = DataFolder::new(folder.path().to_owned());
    let register = Register::of(&data);
    let opened = AppState::open_at(&data, &register.place, environment.clone()).unwrap();
    let state = AppState { storage: Arc::clone(&register.storage), ..opened };
    let router = routes::router(state.clone());
    (register, state, router)
}

fn install(data: &DataFolder, root: &SigningKey, backup: &Identity, environment: &Environment) {
    let receipt = SigningKey::generate(environment.secure_random()).unwrap();
    let content = SigningKey::generate(environment.secure_random()).unwrap();
    let now = environment.clock.now();
    let teams = [Team::Coordinators, Team::Care, Team::Recovery];
    let directory = KeyDirectory {
        tenant: "GM0453".parse().unwrap(),
        municipality: "Velsen".to_owned(),
        time_zone: "Europe/Amsterdam".parse().unwrap(),
        epoch: 1,
        issued_at: now,
        not_after: now + Days::new(730),
        previous: vec![],
        root_key: root.public(),
        receipt_keys: ReceiptKeys::new(receipt.public()),
        content_key: content.public(),
        vocabulary: Vocabulary::built_in_reference(),
        recipients: teams.map(|name| TeamRecipient { name, recipient: Identity::generate().recipient() }).to_vec(),
    };
    fs::create_dir_all(data.keys()).unwrap();
    fs::write(data.receipt_key(), receipt.pkcs8()).unwrap();
    fs::write(data.content_key(), content.pkcs8()).unwrap();
    let installation = Installation {
        tenant: directory.tenant.clone(),
        municipality: directory.municipality.clone(),
        address: "http://127.0.0.1:8787".parse().unwrap(),
        log_origin: "127.0.0.1/baken/GM0453".to_owned(),
        root_key: root.public(),
        receipt_key: receipt.public(),
        time_zone: TimeZone::default(),
        backup_recipient: backup.recipient(),
    };
    let envelope = Envelope::sign(&directory, root).unwrap().to_json().unwrap();
    Register::make(data).storage.write(|tx| tx.install(&installation, &envelope, now)).unwrap();
}
