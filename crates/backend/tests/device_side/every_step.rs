//! Whatever is done, and at whichever step the database fails in it: it is refused, nothing of it is kept, and the same
//! thing done again afterwards is done once. A batch whose answer is lost after the commit is held once.

pub mod failing;

use std::sync::Arc;

use axum::http::StatusCode;
use baken_protocol::batch::Batch;
use baken_protocol::digest::Digest;
use baken_protocol::invitation::InvitationCode;
use serde_json::json;

use crate::backend::{Answer, Backend};
use crate::console::browser::{self, Browser, LOGIN, PASSWORD, attempt_from};
use crate::device::{Device, Record};
use failing::{Failing, Fault};

const PHOTO: &[u8] = b"age file of a photo, of which every byte counts";

/// Something that is done, with what is ready for it.
enum Act {
    Push(Device, Box<Batch>, Vec<Record>),
    Photo(Device),
    Enrol(Device, InvitationCode),
    SignIn,
    SignOut,
    Invite,
    Withdraw(String),
    Revoke(Device),
    Wipe(Device),
    Read(String),
}

struct Scene {
    backend: Backend,
    failing: Arc<Failing>,
    cookie: (String, String),
}

impl Scene {
    async fn new() -> Self {
        let mut backend = browser::backend();
        let signed_in = Browser::sign_in(&backend).await;
        let cookie = (signed_in.cookie, signed_in.csrf);
        let failing = Failing::new(Arc::clone(&backend.storage));
        let before = Arc::clone(&failing);
        backend.change(|state| state.storage = before);
        Self { backend, failing, cookie }
    }

    async fn do_it(&self, act: &Act) -> Answer {
        let backend = &self.backend;
        let browser = Browser::with(backend, &self.cookie);
        match act {
            Act::Push(device, batch, records) => device.send(backend, batch, records).await,
            Act::Photo(device) => device.patch(backend, Digest::of(PHOTO), 0, PHOTO).await,
            Act::Enrol(device, code) => device.enrol(backend, code).await,
            Act::SignIn => attempt_from(backend, "127.0.0.1", LOGIN, PASSWORD).await,
            Act::SignOut => browser.delete("/v1/sessions/current").await,
            Act::Invite => {
                let order = json!({ "label": "Boa 9", "organisation": "gemeente-handhaving" });
                browser.post("/v1/invitations", &order).await
            }
            Act::Withdraw(id) => browser.delete(&format!("/v1/invitations/{id}")).await,
            Act::Revoke(device) => {
                browser.post(&format!("/v1/devices/{}/revocation", device.id), &json!({ "reason": "kwijt" })).await
            }
            Act::Wipe(device) => {
                browser.post(&format!("/v1/devices/{}/wipe-order", device.id), &json!({ "reason": "kwijt" })).await
            }
            Act::Read(path) => browser.get(path).await,
        }
    }

    /// Every row of every table.
    fn rows(&self) -> Vec<String> {
        self.backend.register.rows()
    }

    /// Does it again and again, each time with a fault one step later, until nothing fails any more. Answers how many
    /// steps it has.
    async fn fails_at_every_step(&self, act: &Act, fault: Fault, done: StatusCode) -> u32 {
        let before = self.rows();
        for step in 1..200 {
            self.failing.fail_at(step, fault);
            let answer = self.do_it(act).await;
            if !self.failing.has_failed() {
                assert_eq!(answer.status, done, "once nothing fails: {}", String::from_utf8_lossy(&answer.body));
                self.backend.assert_holds();
                return step - 1;
            }
            let expected = match fault {
                Fault::Full => (507, "storage-full"),
                Fault::Busy => (503, "unavailable"),
                Fault::AnswerLost => unreachable!("then it is done"),
                Fault::Panic => (500, "internal"),
            };
            assert_eq!(answer.refusal(), (expected.0, expected.1.to_owned()), "at step {step}");
            assert_eq!(self.rows(), before, "what failed at step {step} left something");
        }
        panic!("it has no end");
    }
}

/// Each act in a scene of its own.
async fn acts() -> Vec<(&'static str, Scene, Act, StatusCode)> {
    let mut acts = Vec::new();
    let scene = Scene::new().await;
    let device = Device::enrolled(&scene.backend, "Boa 1").await;
    let records = vec![device.record(&[PHOTO]), device.record(&[])];
    let batch = device.batch(1, None, &records);
    acts.push(("a batch", scene, Act::Push(device, Box::new(batch), records), StatusCode::CREATED));

    let scene = Scene::new().await;
    let device = Device::enrolled(&scene.backend, "Boa 1").await;
    device.send_chain(&scene.backend, 1).await;
    let other = vec![device.record(&[])];
    let fork = device.batch(1, None, &other);
    acts.push(("a fork", scene, Act::Push(device, Box::new(fork), other), StatusCode::CONFLICT));

    let scene = Scene::new().await;
    let device = Device::enrolled(&scene.backend, "Boa 1").await;
    device.send_with(&scene.backend, &[PHOTO]).await;
    acts.push(("a photo", scene, Act::Photo(device), StatusCode::NO_CONTENT));

    let scene = Scene::new().await;
    let (device, code) = (Device::stranger(&scene.backend), scene.backend.invite("Boa 1"));
    acts.push(("an enrolment", scene, Act::Enrol(device, code), StatusCode::CREATED));

    let scene = Scene::new().await;
    acts.push(("signing in", scene, Act::SignIn, StatusCode::CREATED));
    let scene = Scene::new().await;
    acts.push(("signing out", scene, Act::SignOut, StatusCode::NO_CONTENT));
    let scene = Scene::new().await;
    acts.push(("an invitation", scene, Act::Invite, StatusCode::CREATED));

    let scene = Scene::new().await;
    let made = scene.do_it(&Act::Invite).await.json()["id"].as_str().unwrap().to_owned();
    acts.push(("withdrawing one", scene, Act::Withdraw(made), StatusCode::NO_CONTENT));

    let scene = Scene::new().await;
    let device = Device::enrolled(&scene.backend, "Boa 1").await;
    acts.push(("a revocation", scene, Act::Revoke(device), StatusCode::OK));

    let scene = Scene::new().await;
    let device = Device::enrolled(&scene.backend, "Boa 1").await;
    acts.push(("an order to wipe", scene, Act::Wipe(device), StatusCode::OK));
    acts
}

#[tokio::test]
async fn what_fails_at_any_step_is_as_if_it_was_never_tried() {
    for fault in [Fault::Full, Fault::Busy, Fault::Panic] {
        for (name, scene, act, done) in acts().await {
            if fault == Fault::Panic && name == "signing in" {
                // One session less to wait for: Argon2id is run anew at each step.
                continue;
            }
            let steps = scene.fails_at_every_step(&act, fault, done).await;
            assert!(steps >= 3, "{name} has {steps} steps");
        }
    }
}

#[tokio::test]
async fn without_its_line_nothing_is_shown() {
    let scene = Scene::new().await;
    let device = Device::enrolled(&scene.backend, "Boa 1").await;
    device.send_chain(&scene.backend, 1).await;
    let record: String = scene.backend.one("SELECT device || '.' || operation FROM operations");
    let of_record = ["observations/{}", "operations/{}/sealed", "operations/{}/evidence"];
    let of_record = of_record.map(|path| path.replace("{}", &record));
    let lists = ["observations", "inspections", "alerts", "member-key"].map(str::to_owned);
    for path in lists.into_iter().chain(of_record) {
        let before = scene.backend.count("audit");
        let steps = scene.fails_at_every_step(&Act::Read(format!("/v1/{path}")), Fault::Full, StatusCode::OK).await;
        assert!(steps >= 4, "{path} has {steps} steps");
        assert_eq!(scene.backend.count("audit"), before + 1, "{path}");
    }
}

#[tokio::test]
async fn killed_between_commit_and_answer_the_retry_gets_the_one_receipt_there_is() {
    let scene = Scene::new().await;
    let backend = &scene.backend;
    let device = Device::enrolled(backend, "Boa 1").await;
    let records = [device.record(&[PHOTO])];
    let batch = device.batch(1, None, &records);
    let mut step = 1;
    let stored: Vec<u8> = loop {
        scene.failing.fail_at(step, Fault::AnswerLost);
        let lost = device.send(backend, &batch, &records).await;
        assert!(scene.failing.has_failed(), "it was never committed");
        assert_eq!(lost.refusal(), (503, "unavailable".into()));
        if backend.count("batches") == 1 {
            break backend.one("SELECT receipt_envelope FROM batches");
        }
        step += 1;
    };
    assert_eq!(backend.held(), [1, 1, 1, 0, 1], "durable all the same");
    let backend = scene.backend.restarted();
    for _ in 0..2 {
        let retry = device.send(&backend, &batch, &records).await;
        assert_eq!((retry.status.as_u16(), &retry.body), (200, &stored));
    }
    assert_eq!(backend.held(), [1, 1, 1, 0, 1]);
    assert_eq!(backend.receipt(&device.send(&backend, &batch, &records).await).leaf_index, 0);
    backend.assert_holds();
}
