//! What the console's API gives to whom: signing in, forged requests, levels, and the audit line of each read.

use baken_backend::storage::{DeviceRequest, UnitOfWork};
use baken_companion::{DraftForm, RecordKind};
use baken_protocol::record::ConfidentialityLevel;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::device::Device;
use crate::world::World;

pub(crate) struct Browser {
    client: Client,
    address: String,
    cookie: String,
    csrf: String,
}

impl Browser {
    pub(crate) async fn sign_in(world: &World, login: &str) -> Self {
        let secrets = std::fs::read(world.folder.path().join(format!("secrets/{login}.json"))).unwrap();
        let secrets: Value = serde_json::from_slice(&secrets).unwrap();
        Self::sign_in_with(world, login, secrets["password"].as_str().unwrap()).await
    }

    pub(crate) async fn sign_in_with(world: &World, login: &str, password: &str) -> Self {
        let answer = attempt(world, login, password).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        let session: Value = answer.json().await.unwrap();
        Self {
            client: Client::new(),
            address: world.url(),
            cookie: cookie.split(';').next().unwrap().to_owned(),
            csrf: session["csrfToken"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let url = format!("{}/v1/{path}", self.address);
        self.client.get(url).header("cookie", &self.cookie).send().await.unwrap()
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        self.get(path).await.json().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        let url = format!("{}/v1/{path}", self.address);
        let request = self.client.post(url).header("cookie", &self.cookie).header("x-csrf-token", &self.csrf);
        request.header("origin", &self.address).json(body).send().await.unwrap()
    }

    async fn invite(&self, csrf: Option<&str>, origin: Option<&str>) -> StatusCode {
        let url = format!("{}/v1/invitations", self.address);
        let body = json!({ "label": "Tablet", "organisation": "politie" });
        let mut request = self.client.request(Method::POST, url).header("cookie", &self.cookie).json(&body);
        for (name, value) in [("x-csrf-token", csrf), ("origin", origin)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.send().await.unwrap().status()
    }
}

pub(crate) async fn attempt(world: &World, login: &str, password: &str) -> Response {
    let url = format!("{}/v1/sessions", world.url());
    Client::new().post(url).json(&json!({ "login": login, "password": password })).send().await.unwrap()
}

pub(crate) fn record(device: &Device, level: ConfidentialityLevel) -> (String, String) {
    record_urgent(device, level, "spoed")
}

/// An id of the only device there is, as the console names it.
fn of_the_device(world: &World, id: &str) -> String {
    format!("{}.{id}", world.storage().read(|tx| tx.devices(&DeviceRequest::first(1))).unwrap()[0].device)
}

fn record_urgent(device: &Device, level: ConfidentialityLevel, urgency: &str) -> (String, String) {
    let store = device.store();
    let draft = store.start_draft(RecordKind::Observation).unwrap();
    let DraftForm::Observation(mut form) = draft.form else { panic!("an observation") };
    form.place.kind = Some("hotel".parse().unwrap());
    form.forms = vec!["seksueel".parse().unwrap()];
    form.basis = Some("waarneming".parse().unwrap());
    form.urgency = Some(urgency.parse().unwrap());
    form.narrative = "gezien".into();
    form.level = level;
    store.save_draft(draft.id, &DraftForm::Observation(form)).unwrap();
    let done = store.finalise(draft.id).unwrap();
    (done.entity.to_string(), done.operation.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused_and_guessing_is_slowed_down() {
    let world = World::new().await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(attempt(&world, "coordinator", "geraden").await.status());
    }
    assert_eq!(seen[0], StatusCode::UNAUTHORIZED);
    assert_eq!(seen[5], StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(attempt(&world, "niemand", "geraden").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_without_a_session_and_nothing_changed_by_a_forged_request() {
    let world = World::new().await;
    for path in ["observations", "inspections", "devices", "member-key", "alerts", "invitations", "sessions/current"] {
        let url = format!("{}/v1/{path}", world.url());
        assert_eq!(reqwest::get(url).await.unwrap().status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    let browser = Browser::sign_in(&world, "coordinator").await;
    let csrf = browser.csrf.clone();
    assert_eq!(browser.invite(None, None).await, StatusCode::FORBIDDEN);
    assert_eq!(browser.invite(Some("geraden"), None).await, StatusCode::FORBIDDEN);
    assert_eq!(browser.invite(Some(&csrf), Some("https://elders.example")).await, StatusCode::FORBIDDEN);
    assert_eq!(browser.invite(Some(&csrf), Some(&world.url())).await, StatusCode::CREATED);
}

/// The inbox read to its end, page by page.
async fn pages(browser: &Browser, query: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for _ in 0..10 {
        let page = browser.json(&format!("observations?{query}&limit=2&cursor={cursor}")).await;
        let items = page["items"].as_array().unwrap().iter();
        seen.extend(items.map(|item| item["observation"].as_str().unwrap().to_owned()));
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return seen,
        }
    }
    panic!("the inbox has no end");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_begins_with_what_must_be_acted_on_first() {
    let world = World::new().await;
    let device = world.device("a").await;
    let mut made = Vec::new();
    for urgency in ["informatief", "regulier", "acuut", "spoed", "informatief"] {
        made.push(record_urgent(&device, ConfidentialityLevel::Team, urgency).0);
        device.sync().await;
    }
    let mut made: Vec<String> = made.iter().map(|id| of_the_device(&world, id)).collect();
    let [first, regular, acute, urgent, last] = made.clone().try_into().unwrap();
    let browser = Browser::sign_in(&world, "coordinator").await;
    // Of what has no term the newest stands on top.
    let by_term = vec![acute, urgent.clone(), regular, last, first];
    assert_eq!(pages(&browser, "").await, by_term);
    assert_eq!(pages(&browser, "order=due").await, by_term);
    made.reverse();
    assert_eq!(pages(&browser, "order=received").await, made);

    let spoed = browser.json("observations?urgency=spoed").await;
    assert_eq!((&spoed["total"], &spoed["items"][0]["observation"]), (&json!(1), &json!(urgent)));
    let counts = json!({ "acuut": 1, "informatief": 2, "regulier": 1, "spoed": 1 });
    assert_eq!(spoed["urgencyCounts"], counts, "the other urgencies stay in sight");

    let page = browser.json("observations?order=received&limit=2").await;
    let cursor = page["nextCursor"].as_str().unwrap();
    for wrong in ["order=urgent".to_owned(), format!("order=due&cursor={cursor}")] {
        assert_eq!(browser.get(&format!("observations?{wrong}")).await.status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_does_not_exist_answers_people_with_a_page_and_programs_with_a_problem() {
    let world = World::new().await;
    let ask = async |path: &str, accept: &str| {
        let answer =
            Client::new().get(format!("{}/{path}", world.url())).header("accept", accept).send().await.unwrap();
        (answer.status(), answer.headers()["content-type"].to_str().unwrap().to_owned())
    };
    let (status, kind) = ask("bestaat-niet", "text/html,application/xhtml+xml").await;
    assert_eq!((status, kind.as_str()), (StatusCode::NOT_FOUND, "text/html"));
    for (path, accept) in [("bestaat-niet", "application/json"), ("v1/bestaat-niet", "text/html")] {
        let (status, kind) = ask(path, accept).await;
        assert_eq!((status, kind.as_str()), (StatusCode::NOT_FOUND, "application/problem+json"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_marked_for_care_does_not_exist_for_enforcement() {
    let world = World::new().await;
    let device = world.device("a").await;
    let (open, _) = record(&device, ConfidentialityLevel::Team);
    let (_, care) = record(&device, ConfidentialityLevel::Care);
    let (_, own) = record(&device, ConfidentialityLevel::Own);
    device.sync().await;
    let [open, care, own] = [open, care, own].map(|id| of_the_device(&world, &id));

    let agent = Browser::sign_in(&world, "agent").await;
    let page = agent.json("observations").await;
    assert_eq!((page["total"].as_u64(), page["items"][0]["observation"].as_str()), (Some(1), Some(open.as_str())));
    for path in [
        format!("observations/{care}"),
        format!("observations/{own}"),
        format!("operations/{care}/sealed"),
        format!("operations/{care}/evidence"),
    ] {
        assert_eq!(agent.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let keys = agent.json("member-key").await;
    let teams: Vec<_> = keys["teamKeys"].as_array().unwrap().iter().map(|key| key["team"].clone()).collect();
    assert_eq!(teams, [json!("eigen:politie"), json!("team")]);

    let coordinator = Browser::sign_in(&world, "coordinator").await;
    assert_eq!(coordinator.json("observations").await["total"], 2, "team and zorg, not another organisation's own");
    for (browser, observations) in [(&agent, 1), (&coordinator, 2)] {
        let devices = browser.json("devices").await;
        assert_eq!(devices["devices"][0]["observations"], observations, "no number tells of what is hidden");
    }
    let detail = coordinator.json(&format!("observations/{care}")).await;
    let checks = detail["proof"]["checks"].as_array().unwrap();
    assert!(checks.len() == 9 && checks.iter().all(|check| check["holds"] == true), "{checks:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_of_a_record_leaves_an_audit_line_also_a_refused_one() {
    let world = World::new().await;
    let device = world.device("a").await;
    let (_, care) = record(&device, ConfidentialityLevel::Care);
    device.sync().await;
    let care = of_the_device(&world, &care);
    let agent = Browser::sign_in(&world, "agent").await;
    let coordinator = Browser::sign_in(&world, "coordinator").await;
    agent.get(&format!("observations/{care}")).await;
    coordinator.get(&format!("observations/{care}")).await;
    coordinator.get(&format!("operations/{care}/sealed")).await;
    let sql = "SELECT actor || ' ' || object || ' ' || result FROM audit_lines WHERE action = 'read' ORDER BY id";
    let storage = world.storage();
    let lines: Vec<String> = {
        let register = storage.connection_for_tests();
        let mut statement = register.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(
        lines,
        [
            format!("agent observation {care} not-found"),
            format!("coordinator observation {care} ok"),
            format!("coordinator sealed-part {care} ok"),
        ]
    );
}
