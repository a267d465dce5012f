//! What a device is told of its own observations: changes alone, in their order, so many at a time, and nobody else's.

use axum::body::Body;
use axum::http::Request;
use baken_protocol::dsse::Envelope;
use baken_protocol::limits;
use baken_protocol::outcomes::{Outcome, Outcomes};
use baken_protocol::record::{Action, ConfidentialityLevel};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::backend::Backend;
use crate::console::browser::Browser;
use crate::console::scene::{at_level, audited, bring, coordinator, operation};
use crate::device::{Device, Record};

async fn told(backend: &Backend, device: &Device, after: u64) -> Outcomes {
    let answer = device.get(backend, &format!("/v1/outcomes?after={after}")).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let envelope = Envelope::from_json(&answer.body).unwrap();
    let tenant = "GM0453".parse().unwrap();
    Outcomes::verify(envelope, &backend.receipt_keys(), &tenant, device.id).unwrap().payload
}

/// What is told of the one observation that changed.
async fn one(backend: &Backend, device: &Device, after: u64) -> (u64, String) {
    let told = told(backend, device, after).await;
    assert_eq!((told.outcomes.len(), told.more), (1, false));
    (told.up_to, said(&told.outcomes[0]))
}

fn said(outcome: &Outcome) -> String {
    let more = outcome.question.iter().chain(&outcome.closed_as).map(|code| format!(" {code}"));
    format!("{}{}", outcome.state, more.collect::<String>())
}

async fn act(member: &Browser<'_>, record: &Record, expected: u64, mut act: Value) -> Value {
    act["expectedActs"] = expected.into();
    let answer = member.post(&format!("/v1/observations/{}/acts", operation(record)), &act).await;
    assert_eq!(answer.status, 201, "{act}: {}", answer.json());
    answer.json()
}

fn following(device: &Device, record: &Record, action: Action) -> Record {
    let mut next = device.record(&[]);
    (next.operation.entity, next.operation.action) = (record.operation.entity, action);
    next.operation.open = record.operation.open.clone();
    next
}

#[tokio::test]
async fn each_act_that_its_author_may_know_of_is_told_once_and_by_its_time() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let record = device.record(&[]);
    bring(&backend, &mut device, &[&record]).await;
    assert_eq!(told(&backend, &device, 0).await.outcomes, [], "that it was received its receipt says");
    let member = coordinator(&backend).await;

    act(&member, &record, 0, json!({ "act": "take-on" })).await;
    let first = told(&backend, &device, 0).await;
    assert_eq!((first.after, first.up_to, first.outcomes[0].operation), (0, 1, record.operation.operation));
    assert_eq!(
        (said(&first.outcomes[0]), first.outcomes[0].since),
        ("in-treatment".into(), backend.environment.clock.now())
    );
    assert_eq!(told(&backend, &device, 1).await.outcomes, [], "what is known is not told again");

    backend.pass(TimeDelta::minutes(1));
    let asked = act(&member, &record, 1, json!({ "act": "ask", "question": "which-place" })).await;
    assert_eq!((&asked["question"], &asked["holder"]), (&json!("which-place"), &json!("coordinator")));
    assert_eq!(one(&backend, &device, 1).await, (2, "question which-place".into()));
    act(&member, &record, 2, json!({ "act": "put-back" })).await;
    assert_eq!(told(&backend, &device, 2).await.outcomes, [], "the question is what its author has to know");
    act(&member, &record, 3, json!({ "act": "answer" })).await;
    assert_eq!(one(&backend, &device, 2).await, (3, "received".into()));
    act(&member, &record, 4, json!({ "act": "handle", "reason": "passed-on", "passedTo": "nla" })).await;
    assert_eq!(one(&backend, &device, 0).await, (4, "closed passed-on".into()), "the last word of each, once");
    let answer = device.get(&backend, "/v1/outcomes?after=0").await;
    let payload = Envelope::from_json(&answer.body).unwrap().payload;
    let text = String::from_utf8(payload).unwrap();
    for hidden in ["nla", "coordinator"] {
        assert!(!text.contains(hidden), "{hidden} is the office's");
    }
    act(&member, &record, 5, json!({ "act": "reopen" })).await;
    assert_eq!(one(&backend, &device, 4).await, (5, "received".into()));
    backend.assert_holds();
}

#[tokio::test]
async fn that_a_colleague_takes_it_over_is_not_told() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let record = device.record(&[]);
    bring(&backend, &mut device, &[&record]).await;
    let (member, agent) = (coordinator(&backend).await, crate::console::scene::agent(&backend).await);
    act(&member, &record, 0, json!({ "act": "take-on" })).await;
    act(&agent, &record, 1, json!({ "act": "take-on" })).await;
    assert_eq!(told(&backend, &device, 1).await.outcomes, []);
}

#[tokio::test]
async fn why_it_was_closed_is_told_but_neither_its_report_nor_that_it_doubles_another() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (record, other) = (device.record(&[]), device.record(&[]));
    bring(&backend, &mut device, &[&record]).await;
    bring(&backend, &mut device, &[&other]).await;
    let member = coordinator(&backend).await;
    act(&member, &record, 0, json!({ "act": "handle", "reason": "doubles", "doubles": operation(&other) })).await;
    assert_eq!(one(&backend, &device, 0).await, (1, "closed".into()));
    let report = json!({ "source": "observations", "form": "arbeid", "placeKind": "hotel", "urgency": "spoed",
                         "observations": [{ "record": operation(&other), "expectedActs": 0 }] });
    let made = member.post("/v1/reports", &report).await;
    assert_eq!(made.status, 201, "{}", made.json());
    assert_eq!(one(&backend, &device, 1).await, (2, "closed report".into()));
    backend.assert_holds();
}

#[tokio::test]
async fn what_its_device_adds_answers_what_was_asked_and_the_office_sees_it() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let record = device.record(&[]);
    bring(&backend, &mut device, &[&record]).await;
    let member = coordinator(&backend).await;
    let path = format!("/v1/observations/{}", operation(&record));
    for (expected, action) in [(0, Action::Amend), (2, Action::Retract)] {
        act(&member, &record, expected, json!({ "act": "ask", "question": "danger-now" })).await;
        let next = following(&device, &record, action);
        bring(&backend, &mut device, &[&next]).await;
        let handling = member.json(&path).await["handling"].clone();
        let last = handling["acts"].as_array().unwrap().last().unwrap().clone();
        assert_eq!([&last["act"], &last["by"], &handling["question"]], [&json!("answer"), &Value::Null, &Value::Null]);
        let line = format!("{} observation {} danger-now ok", device.id, operation(&next));
        assert_eq!(audited(&backend, "answer", 1), [line]);
        assert_eq!(one(&backend, &device, expected).await.1, "received", "its author is asked nothing any more");
    }
    backend.assert_holds();
}

#[tokio::test]
async fn a_question_is_asked_once_and_answered_once() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let record = device.record(&[]);
    bring(&backend, &mut device, &[&record]).await;
    let member = coordinator(&backend).await;
    let path = format!("/v1/observations/{}/acts", operation(&record));
    let ask = |expected: u64| json!({ "act": "ask", "question": "any-photo", "expectedActs": expected });
    let answer = |expected: u64| json!({ "act": "answer", "expectedActs": expected });
    assert_eq!(member.post(&path, &answer(0)).await.refusal(), (409, "not-now".into()), "nothing was asked");
    assert_eq!(member.post(&path, &ask(0)).await.status, 201);
    assert_eq!(member.post(&path, &ask(0)).await.refusal(), (409, "changed-meanwhile".into()));
    assert_eq!(member.post(&path, &ask(1)).await.refusal(), (409, "not-now".into()), "one at a time");
    assert_eq!(audited(&backend, "ask", 9).len(), 3, "what is refused is written down too");
    let due = |page: Value| page["items"][0]["dueAt"].clone();
    assert!(due(member.json("/v1/observations?handling=open").await).is_string(), "the clock goes on");
    act(&member, &record, 1, json!({ "act": "handle", "reason": "no-follow-up" })).await;
    assert_eq!(one(&backend, &device, 0).await, (2, "closed".into()), "nobody waits for it any more");
    assert_eq!(member.post(&path, &ask(2)).await.refusal(), (409, "not-now".into()));
    for (body, wrong) in [
        (json!({ "act": "ask", "expectedActs": 2 }), json!([{ "field": "question", "code": "required" }])),
        (
            json!({ "act": "ask", "question": "Waar was dat?", "expectedActs": 2 }),
            json!([{ "field": "question", "code": "unknown" }]),
        ),
        (
            json!({ "act": "reopen", "question": "any-photo", "expectedActs": 2 }),
            json!([{ "field": "question", "code": "invalid" }]),
        ),
        (
            json!({ "act": "ask", "question": "any-photo", "reason": "doubles", "expectedActs": 2 }),
            json!([{ "field": "reason", "code": "invalid" }]),
        ),
    ] {
        assert_eq!(member.post(&path, &body).await.json()["errors"], wrong, "{body}");
    }
    backend.assert_holds();
}

#[tokio::test]
async fn nobody_is_told_of_observations_of_others_and_a_revoked_device_of_none() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let other = Device::enrolled(&backend, "Boa 2").await;
    let record = at_level(&device, ConfidentialityLevel::Care);
    bring(&backend, &mut device, &[&record]).await;
    let member = coordinator(&backend).await;
    act(&member, &record, 0, json!({ "act": "take-on" })).await;
    assert_eq!(told(&backend, &other, 0).await.outcomes, []);
    assert_eq!(
        one(&backend, &device, 0).await,
        (1, "in-treatment".into()),
        "whoever recorded it may know, at any level"
    );
    backend.tamper(&format!("UPDATE devices SET revoked_at = enrolled_at WHERE device = '{}'", device.id));
    let after = told(&backend, &device, 0).await;
    assert_eq!((after.outcomes, after.up_to, after.more), (vec![], 0, false));
    let asked = backend.send(Request::get("/v1/outcomes?after=0").body(Body::empty()).unwrap()).await;
    assert_eq!(asked.refusal(), (401, "unknown-device".into()));
}

#[tokio::test]
async fn a_number_that_is_none_is_refused() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    for query in ["", "?after=", "?after=-1", "?after=x", "?after=9007199254740993", "?after=18446744073709551616"] {
        assert_eq!(
            device.get(&backend, &format!("/v1/outcomes{query}")).await.refusal(),
            (400, "bad-request".into()),
            "{query}"
        );
    }
    assert_eq!(told(&backend, &device, 1 << 53).await.outcomes, []);
}

/// As after years of work: each message is short, and together they tell everything once.
#[tokio::test]
async fn much_is_told_in_parts_that_leave_nothing_out() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let records: Vec<Record> = (0..limits::OUTCOMES + 2).map(|_| device.record(&[])).collect();
    bring(&backend, &mut device, &records.iter().collect::<Vec<_>>()).await;
    let member = coordinator(&backend).await;
    for record in &records {
        act(&member, record, 0, json!({ "act": "take-on" })).await;
    }
    let first = told(&backend, &device, 0).await;
    assert_eq!((first.outcomes.len(), first.more), (limits::OUTCOMES, true));
    // Meanwhile one of those told changes once more: it comes at the end.
    act(&member, &records[0], 1, json!({ "act": "put-back" })).await;
    let second = told(&backend, &device, first.up_to).await;
    let operations: Vec<_> = second.outcomes.iter().map(|it| it.operation).collect();
    let last = [&records[limits::OUTCOMES], &records[limits::OUTCOMES + 1], &records[0]];
    assert_eq!((operations, second.more), (last.map(|it| it.operation.operation).to_vec(), false));
    backend.assert_holds();
}
