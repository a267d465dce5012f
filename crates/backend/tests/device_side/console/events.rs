//! What open consoles are told: that something changed, at once, and nothing of what is not theirs.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::Request;
use baken_backend::access::Role;
use baken_backend::http::live::{Live, Room};
use baken_backend::storage::UnitOfWork;
use baken_protocol::record::ConfidentialityLevel::{Care, Own, Team};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::browser::Browser;
use super::scene::{account_with, at_level, bring, observation, operation, within};
use crate::backend::Backend;
use crate::device::Device;
use crate::served::serve;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

/// A console that listens.
struct Listening(Body);

impl Listening {
    async fn of(backend: &Backend, browser: &Browser<'_>) -> Self {
        let request = Request::get("/v1/events").header("cookie", &browser.cookie).body(Body::empty()).unwrap();
        let answer = backend.router().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["x-accel-buffering"], "no");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        Self(answer.into_body())
    }

    /// What is written next; nothing at the end.
    async fn part(&mut self) -> Option<String> {
        let frame = std::future::poll_fn(|context| Pin::new(&mut self.0).poll_frame(context));
        let frame = tokio::time::timeout(LONG, frame).await.expect("nothing was said");
        frame.map(|frame| String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
    }

    /// The next event and what it says.
    async fn event(&mut self) -> (String, Value) {
        loop {
            let part = self.part().await.expect("it goes on");
            let Some((_, event)) = part.split_once("event: ") else { continue };
            let (name, data) = event.split_once("\ndata: ").unwrap();
            return (name.to_owned(), serde_json::from_str(data).unwrap());
        }
    }

    async fn desk(&mut self) -> Value {
        let (name, data) = self.event().await;
        assert_eq!(name, "desk");
        data
    }
}

async fn member<'a>(backend: &'a Backend, login: &str, organisation: &str, roles: &[Role]) -> Browser<'a> {
    account_with(backend, login, organisation, roles, vec![Team, Care, Own]);
    Browser::sign_in_as(backend, login).await
}

#[tokio::test]
async fn each_hears_of_what_they_may_see_with_their_own_numbers_and_no_name_of_it() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    let zoe = member(&backend, "zoe", "gemeente-velsen", &[Role::CareCoordinator]).await;
    let (mut jan_hears, mut zoe_hears) = (Listening::of(&backend, &jan).await, Listening::of(&backend, &zoe).await);
    let nothing = json!({ "changed": [], "observations": 0, "open": 0, "acute": 0, "mine": 0 });
    assert_eq!(jan_hears.desk().await, nothing);
    assert_eq!(zoe_hears.desk().await, nothing);

    let hidden = at_level(&device, Care);
    bring(&backend, &mut device, &[&hidden]).await;
    let one = json!({ "changed": ["records"], "observations": 1, "open": 1, "acute": 0, "mine": 0 });
    assert_eq!(zoe_hears.desk().await, one);
    let taken = json!({ "act": "take-on", "expectedActs": 0 });
    let path = format!("/v1/observations/{}/acts", operation(&hidden));
    assert_eq!(zoe.post(&path, &taken).await.status, 201);
    let in_hand = json!({ "changed": ["handling"], "observations": 1, "open": 1, "acute": 0, "mine": 1 });
    assert_eq!(zoe_hears.desk().await, in_hand);

    let acute = observation(&device, |open| open.urgency = "acuut".parse().unwrap());
    bring(&backend, &mut device, &[&acute]).await;
    let seen = json!({ "changed": ["records"], "observations": 1, "open": 1, "acute": 1, "mine": 0 });
    assert_eq!(jan_hears.desk().await, seen, "and of what went before nothing was told");
    assert_eq!(zoe_hears.desk().await["observations"], 2);
}

#[tokio::test]
async fn what_colleagues_do_is_told_and_so_are_reports_and_visits() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let seen = device.record(&[]);
    bring(&backend, &mut device, &[&seen]).await;
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    let piet = member(&backend, "piet", "gemeente-velsen", &[Role::Coordinator]).await;
    let mut hears = Listening::of(&backend, &piet).await;
    hears.desk().await;
    let path = format!("/v1/observations/{}/acts", operation(&seen));
    jan.post(&path, &json!({ "act": "take-on", "expectedActs": 0 })).await;
    let told = hears.desk().await;
    assert_eq!((&told["changed"], &told["mine"]), (&json!(["handling"]), &json!(0)));

    let by_hand = json!({
        "source": "telephone", "level": "team", "form": "arbeid", "placeKind": "hotel", "urgency": "spoed",
    });
    let made = jan.post("/v1/reports", &by_hand).await;
    assert_eq!(made.status, 201, "{}", made.json());
    assert_eq!(hears.desk().await["changed"], json!(["reports"]));
    let steps = format!("/v1/reports/{}/steps", made.json()["summary"]["report"].as_str().unwrap());
    let begun = json!({ "state": "assessment", "reason": "begun", "expectedSteps": 0 });
    assert_eq!(jan.post(&steps, &begun).await.status, 201);
    assert_eq!(hears.desk().await["changed"], json!(["reports"]));

    let visit = super::scene::inspection(&device);
    bring(&backend, &mut device, &[&visit]).await;
    let told = hears.desk().await;
    assert_eq!((&told["changed"], &told["observations"]), (&json!(["records"]), &json!(1)));
    let within = within(device.record(&[]), visit.operation.entity());
    bring(&backend, &mut device, &[&within]).await;
    assert_eq!(hears.desk().await["observations"], 2);
}

#[tokio::test]
async fn it_ends_with_the_session_and_with_the_role_and_for_nobody_else() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let boss = member(&backend, "beheer", "gemeente-velsen", &[Role::Administrator]).await;
    let piet = member(&backend, "piet", "gemeente-velsen", &[Role::Coordinator]).await;
    let mut piet_hears = Listening::of(&backend, &piet).await;
    piet_hears.desk().await;
    account_with(&backend, "jan", "gemeente-velsen", &[Role::Coordinator], vec![Team]);
    for end in ["sign out", "end sessions", "roles", "elsewhere", "end account"] {
        let jan = Browser::sign_in_as(&backend, "jan").await;
        let mut hears = Listening::of(&backend, &jan).await;
        hears.desk().await;
        match end {
            "sign out" => drop(jan.delete("/v1/sessions/current").await),
            "end sessions" => drop(boss.delete("/v1/members/jan/sessions").await),
            "roles" => drop(boss.put("/v1/members/jan/roles", &json!({ "roles": ["device-manager"] })).await),
            // As an operator's command does, without a word to whoever serves.
            "elsewhere" => backend.storage.write(|tx| tx.end_sessions_of("jan")).unwrap(),
            _ => drop(boss.delete("/v1/members/jan").await),
        }
        assert_eq!(hears.event().await.0, "over", "{end}");
        assert_eq!(hears.part().await, None, "{end}");
        // Whoever stands at the machine vouches for it anew.
        let (roles, now) = ([Role::Coordinator], backend.environment.clock.now());
        let again = backend.storage.write(|tx| tx.give_roles("jan", &roles).and_then(|_| tx.admit("jan", now)));
        again.unwrap();
    }
    let seen = device.record(&[]);
    bring(&backend, &mut device, &[&seen]).await;
    assert_eq!(piet_hears.desk().await["observations"], 1);
}

#[tokio::test]
async fn it_keeps_no_session_alive_and_ends_when_that_is_idle() {
    let backend = Backend::new();
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    let mut hears = Listening::of(&backend, &jan).await;
    hears.desk().await;
    backend.pass(TimeDelta::minutes(20));
    // Listening again is no work either.
    let mut again = Listening::of(&backend, &jan).await;
    again.desk().await;
    backend.pass(TimeDelta::minutes(11));
    for hears in [&mut hears, &mut again] {
        assert_eq!(hears.event().await.0, "over");
    }
    assert_eq!(jan.get("/v1/events").await.refusal(), (401, "not-signed-in".into()));
}

#[tokio::test]
async fn so_many_listen_and_no_more_and_a_place_is_free_once_somebody_leaves() {
    let mut backend = Backend::new();
    backend.change(|state| state.live = Arc::new(Live::with(Room { in_all: 3, of_an_account: 2, ..Room::default() })));
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    let piet = member(&backend, "piet", "gemeente-velsen", &[Role::Coordinator]).await;
    let mut of_jan = vec![Listening::of(&backend, &jan).await, Listening::of(&backend, &jan).await];
    let refused = jan.get("/v1/events").await;
    assert_eq!(refused.refusal(), (429, "too-many-attempts".into()));
    assert_eq!(refused.header("retry-after"), "60");
    let of_piet = Listening::of(&backend, &piet).await;
    assert_eq!(piet.get("/v1/events").await.status, 429, "in all");
    drop(of_piet);
    of_jan.pop();
    let free = async || {
        let answer = jan.get("/v1/events").await;
        answer.status == 200
    };
    tokio::time::timeout(LONG, async { while !free().await {} }).await.expect("a place is free");
}

#[tokio::test]
async fn something_is_sent_to_whoever_has_nothing_to_hear() {
    let mut backend = Backend::new();
    backend.change(|state| {
        state.live = Arc::new(Live::with(Room { heartbeat: Duration::from_millis(20), ..Room::default() }));
    });
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    let mut hears = Listening::of(&backend, &jan).await;
    hears.desk().await;
    for _ in 0..3 {
        assert_eq!(hears.part().await.as_deref(), Some("event: beat\ndata: {}\n\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_does_not_wait_for_who_listens() {
    let backend = Backend::new();
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    let served = serve(&backend).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let request = format!("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", jan.cookie);
    stream.write_all(request.as_bytes()).await.unwrap();
    let (mut heard, mut part) = (String::new(), [0; 4096]);
    while !heard.contains("event: desk") {
        let read = tokio::time::timeout(LONG, stream.read(&mut part)).await.expect("it begins").unwrap();
        heard.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    served.stop.send(()).unwrap();
    let at_once = backend.state.patience.stopping / 2;
    tokio::time::timeout(at_once, served.serving).await.expect("it waits for nobody").unwrap().unwrap();
}

#[tokio::test]
async fn nobody_listens_without_the_role_or_to_a_server_that_stops() {
    let backend = Backend::new();
    let keys = member(&backend, "keys", "gemeente-velsen", &[Role::DeviceManager]).await;
    assert_eq!(keys.get("/v1/events").await.refusal(), (403, "not-permitted".into()));
    let jan = member(&backend, "jan", "gemeente-velsen", &[Role::Coordinator]).await;
    let mut hears = Listening::of(&backend, &jan).await;
    hears.desk().await;
    backend.state.live.stop();
    assert_eq!(hears.part().await, None);
    assert_eq!(jan.get("/v1/events").await.status, 429);
}
