//! What coordinators do about an observation: each act, what it refuses, who hears of it, and what arrives afterwards.

use baken_protocol::digest::Digest;
use baken_protocol::record::{Action, ConfidentialityLevel, OpenPart};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::browser::Browser;
use super::scene::{agent, at_level, audited, bring, coordinator, observation, operation, text};
use crate::backend::{Answer, Backend};
use crate::device::{Device, Record};

fn acts(record: &Record) -> String {
    format!("/v1/observations/{}/acts", operation(record))
}

async fn act(member: &Browser<'_>, record: &Record, act: &str, expected: u64) -> Answer {
    let reason = (act == "handle").then_some("no-follow-up");
    member.post(&acts(record), &json!({ "act": act, "expectedActs": expected, "reason": reason })).await
}

async fn done(member: &Browser<'_>, record: &Record, wanted: &str, expected: u64) -> Value {
    let answer = act(member, record, wanted, expected).await;
    assert_eq!(answer.status, 201, "{wanted}: {}", answer.json());
    answer.json()
}

async fn listed(member: &Browser<'_>, handling: &str) -> Vec<String> {
    member.operations(&format!("/v1/observations?handling={handling}")).await
}

async fn counts(member: &Browser<'_>) -> [u64; 3] {
    let page = member.json("/v1/observations").await;
    ["open", "mine", "handled"].map(|work| page["handlingCounts"][work].as_u64().unwrap())
}

fn amended(device: &Device, record: &Record, change: impl FnOnce(&mut Record)) -> Record {
    let mut next = device.record(&[]);
    next.operation.entity = record.operation.entity;
    next.operation.action = Action::Amend;
    let OpenPart::Observation(before) = &record.operation.open else { panic!("an observation") };
    next.operation.open = OpenPart::Observation(before.clone());
    change(&mut next);
    next
}

async fn scene(backend: &Backend) -> (Device, Record, Record) {
    let mut device = Device::enrolled(backend, "Boa 1").await;
    let urgent = |urgency: &str| observation(&device, |open| open.urgency = urgency.parse().unwrap());
    let (first, second) = (urgent("regulier"), urgent("spoed"));
    bring(backend, &mut device, &[&first]).await;
    bring(backend, &mut device, &[&second]).await;
    (device, first, second)
}

#[tokio::test]
async fn what_is_taken_on_is_in_ones_hands_and_what_is_handled_leaves_the_list() {
    let backend = Backend::new();
    let (_, first, second) = scene(&backend).await;
    let (one, other) = (coordinator(&backend).await, agent(&backend).await);
    let (first_id, second_id) = (operation(&first), operation(&second));
    assert_eq!(counts(&one).await, [2, 0, 0]);

    let taken = done(&one, &first, "take-on", 0).await;
    assert_eq!((text(&taken["holder"]), taken["count"].as_u64()), ("coordinator".into(), Some(1)));
    assert_eq!(listed(&one, "mine").await, [first_id.as_str()]);
    assert_eq!(listed(&other, "mine").await, [""; 0], "it is in another's hands");
    assert_eq!(listed(&one, "open").await, [second_id.clone(), first_id.clone()], "and open still");
    assert_eq!((counts(&one).await, counts(&other).await), ([2, 1, 0], [2, 0, 0]));

    backend.pass(TimeDelta::minutes(5));
    let handled = done(&one, &first, "handle", 1).await;
    assert_eq!((&handled["holder"], handled["count"].as_u64()), (&Value::Null, Some(2)));
    assert!(handled["handledAt"].is_string(), "its clock stands still");
    assert_eq!(listed(&one, "open").await, [second_id.as_str()]);
    assert_eq!(listed(&one, "handled").await, [first_id.as_str()]);
    assert_eq!(listed(&one, "all").await, [second_id.clone(), first_id.clone()], "what is handled comes last");
    assert_eq!(counts(&one).await, [1, 0, 1]);
    let last = one.json("/v1/observations?handling=handled").await["items"][0]["handling"]["acts"][0].clone();
    assert_eq!([&last["act"], &last["reason"], &last["by"]], ["handle", "no-follow-up", "coordinator"]);

    let reopened = done(&other, &first, "reopen", 2).await;
    let history: Vec<_> = reopened["acts"].as_array().unwrap().iter().map(|act| text(&act["act"])).collect();
    assert_eq!(history, ["take-on", "handle", "reopen"], "nothing is lost");
    assert_eq!(counts(&one).await, [2, 0, 0]);
    backend.assert_holds();
}

#[tokio::test]
async fn another_takes_it_over_and_whoever_comes_second_is_told() {
    let backend = Backend::new();
    let (_, first, _) = scene(&backend).await;
    let (one, other) = (coordinator(&backend).await, agent(&backend).await);
    done(&one, &first, "take-on", 0).await;
    assert_eq!(act(&other, &first, "take-on", 0).await.refusal(), (409, "changed-meanwhile".into()));
    assert_eq!(act(&other, &first, "handle", 0).await.refusal(), (409, "changed-meanwhile".into()));
    assert_eq!(act(&other, &first, "handle", 7).await.refusal(), (409, "changed-meanwhile".into()));
    assert_eq!(act(&one, &first, "take-on", 1).await.refusal(), (409, "not-now".into()), "it is in ones hands");
    assert_eq!(act(&one, &first, "reopen", 1).await.refusal(), (409, "not-now".into()));
    let over = done(&other, &first, "take-on", 1).await;
    assert_eq!(text(&over["holder"]), "agent");
    done(&one, &first, "put-back", 2).await;
    assert_eq!(act(&one, &first, "put-back", 3).await.refusal(), (409, "not-now".into()));
    assert_eq!(backend.count("handling_acts"), 3, "what is refused is not done");
    let lines = audited(&backend, "take-on", 9);
    let id = operation(&first);
    assert_eq!(
        lines,
        [
            format!("coordinator observation {id} ok"),
            format!("agent observation {id} changed-meanwhile"),
            format!("coordinator observation {id} not-now"),
            format!("agent observation {id} ok"),
        ]
    );
    backend.assert_holds();
}

#[tokio::test]
async fn who_may_not_read_it_may_not_act_on_it_and_learns_nothing() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let care = at_level(&device, ConfidentialityLevel::Care);
    bring(&backend, &mut device, &[&care]).await;
    let nobodys = device.record(&[]);
    let agent = agent(&backend).await;
    let (forbidden, unknown) = (act(&agent, &care, "take-on", 0).await, act(&agent, &nobodys, "take-on", 0).await);
    assert_eq!(forbidden.refusal(), (404, "not-found".into()));
    assert_eq!((forbidden.status, forbidden.body), (unknown.status, unknown.body));
    assert_eq!(backend.count("handling_acts"), 0);
    assert_eq!(audited(&backend, "take-on", 1), [format!("agent observation {} not-found", operation(&nobodys))]);
}

#[tokio::test]
async fn an_act_that_cannot_be_written_down_is_not_done() {
    let backend = Backend::new();
    let (_, first, _) = scene(&backend).await;
    let member = coordinator(&backend).await;
    backend.register.fill_up("audit", "NEW.action = 'take-on'");
    assert_eq!(act(&member, &first, "take-on", 0).await.refusal(), (500, "internal".into()));
    backend.register.make_room("audit");
    assert_eq!((backend.count("handling_acts"), counts(&member).await), (0, [2, 0, 0]));
    done(&member, &first, "take-on", 0).await;
}

#[tokio::test]
async fn what_doubles_another_names_it_and_shows_it_to_those_who_may_see_it() {
    let backend = Backend::new();
    let (mut device, first, second) = scene(&backend).await;
    let care = at_level(&device, ConfidentialityLevel::Care);
    bring(&backend, &mut device, &[&care]).await;
    let (member, agent) = (coordinator(&backend).await, agent(&backend).await);
    let double = |of: String, expected: u64| json!({ "act": "handle", "reason": "doubles", "doubles": of, "expectedActs": expected });
    let refused = |answer: Answer| answer.json()["errors"][0].to_string();
    let unknown = json!({ "field": "doubles", "code": "unknown" }).to_string();
    for (of, why) in [(&first, "itself"), (&device.record(&[]), "nothing")] {
        let answer = member.post(&acts(&first), &double(operation(of), 0)).await;
        assert_eq!((answer.status.as_u16(), refused(answer)), (400, unknown.clone()), "{why}");
    }
    assert_eq!(refused(agent.post(&acts(&first), &double(operation(&care), 0)).await), unknown, "not for the agent");

    assert_eq!(member.post(&acts(&first), &double(operation(&care), 0)).await.status, 201);
    let shown = async |who: &Browser<'_>| {
        who.json(&format!("/v1/observations/{}", operation(&first))).await["handling"]["acts"][0].clone()
    };
    assert_eq!(text(&shown(&member).await["doubles"]), operation(&care));
    assert_eq!(shown(&agent).await["doubles"], Value::Null, "that there is one at that level is not told");
    assert_eq!(shown(&agent).await["reason"], "doubles");
    let circle = member.post(&acts(&second), &double(operation(&first), 0)).await;
    assert_eq!(refused(circle), unknown, "what is a double itself is doubled by nothing");
    backend.assert_holds();
}

#[tokio::test]
async fn all_that_is_wrong_with_an_act_is_told_at_once() {
    let backend = Backend::new();
    let (_, first, _) = scene(&backend).await;
    let member = coordinator(&backend).await;
    for (body, wrong) in [
        (json!({}), "act required, expectedActs required"),
        (json!({ "act": "forget", "expectedActs": 0 }), "act unknown"),
        (json!({ "act": "handle" }), "reason required, expectedActs required"),
        (json!({ "act": "handle", "expectedActs": 0, "reason": "amended" }), "reason unknown"),
        (json!({ "act": "handle", "expectedActs": 0, "reason": "doubles" }), "doubles required"),
        (json!({ "act": "handle", "expectedActs": 0, "reason": "doubles", "doubles": "x" }), "doubles invalid"),
        (json!({ "act": "handle", "expectedActs": 0, "reason": "passed-on", "passedTo": "x" }), "passedTo unknown"),
        (json!({ "act": "take-on", "expectedActs": 0, "reason": "doubles" }), "reason invalid"),
        (
            json!({ "act": "handle", "expectedActs": 0, "reason": "no-follow-up", "passedTo": "nla", "doubles": "x" }),
            "passedTo invalid, doubles invalid",
        ),
    ] {
        let answer = member.post(&acts(&first), &body).await;
        assert_eq!(answer.refusal(), (400, "invalid".into()), "{body}");
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        let errors = errors.iter().map(|error| format!("{} {}", text(&error["field"]), text(&error["code"])));
        assert_eq!(errors.collect::<Vec<_>>().join(", "), wrong, "{body}");
    }
    for body in [json!([]), json!({ "act": "take-on", "expectedActs": -1 }), json!({ "act": "take-on", "note": "x" })] {
        assert_eq!(member.post(&acts(&first), &body).await.refusal(), (400, "malformed".into()), "{body}");
    }
    assert_eq!(backend.count("handling_acts"), 0);
    let passed_on = json!({ "act": "handle", "expectedActs": 0, "reason": "passed-on", "passedTo": "nla" });
    let answer = member.post(&acts(&first), &passed_on).await;
    assert_eq!(text(&answer.json()["acts"][0]["passedTo"]), "nla");
}

#[tokio::test]
async fn what_arrives_for_something_handled_opens_it_again_and_says_why() {
    let backend = Backend::new();
    let (mut device, first, _) = scene(&backend).await;
    let member = coordinator(&backend).await;
    let (mut count, mut shown) = (0, first.clone());
    for (reason, action, urgency) in [
        ("amended", Action::Amend, "regulier"),
        ("more-urgent", Action::Amend, "acuut"),
        ("retracted", Action::Retract, "regulier"),
    ] {
        done(&member, &shown, "handle", count).await;
        let next = amended(&device, &first, |record| {
            record.operation.action = action;
            let OpenPart::Observation(open) = &mut record.operation.open else { panic!("an observation") };
            open.urgency = urgency.parse().unwrap();
        });
        bring(&backend, &mut device, &[&next]).await;
        let detail = member.json(&format!("/v1/observations/{}", operation(&first))).await;
        let last = detail["handling"]["acts"].as_array().unwrap().last().unwrap().clone();
        assert_eq!([&last["act"], &last["reason"], &last["by"]], [&json!("reopen"), &json!(reason), &Value::Null]);
        assert_eq!(counts(&member).await, [2, 0, 0], "{reason}");
        let line = format!("{} observation {} {reason} ok", device.id, operation(&next));
        assert_eq!(audited(&backend, "reopen", 1), [line]);
        count += 2;
        shown = if action == Action::Amend { next } else { shown };
    }
    // What is taken on and not handled stays where it is.
    done(&member, &first, "take-on", count).await;
    let next = amended(&device, &first, |_| {});
    bring(&backend, &mut device, &[&next]).await;
    assert_eq!(counts(&member).await, [2, 1, 0]);
    backend.assert_holds();
}

/// Photos travel after their record, on a slow network long after it.
#[tokio::test]
async fn a_photo_that_comes_after_it_was_handled_opens_it_again_and_one_of_what_is_open_changes_nothing() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let photos: [&[u8]; 3] = [b"the first photo", b"the second photo", b"a photo of another"];
    let (handled, open) = (device.record(&photos[..2]), device.record(&photos[2..]));
    bring(&backend, &mut device, &[&handled, &open]).await;
    let member = coordinator(&backend).await;
    let bring_photo = async |bytes: &[u8]| {
        let answer = device.patch(&backend, Digest::of(bytes), 0, bytes).await;
        assert_eq!(answer.status, 204, "{}", String::from_utf8_lossy(&answer.body));
    };
    done(&member, &handled, "handle", 0).await;
    bring_photo(photos[2]).await;
    assert_eq!(counts(&member).await, [1, 0, 1], "another's photo opens nothing");
    bring_photo(photos[0]).await;
    assert_eq!(counts(&member).await, [2, 0, 0]);
    let detail = member.json(&format!("/v1/observations/{}", operation(&handled))).await;
    let last = detail["handling"]["acts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!([&last["act"], &last["reason"]], [&json!("reopen"), &json!("attachment-arrived")]);
    let line = format!("{} observation {} attachment-arrived ok", device.id, operation(&handled));
    assert_eq!(audited(&backend, "reopen", 1), [line]);
    bring_photo(photos[1]).await;
    assert_eq!(counts(&member).await, [2, 0, 0]);
    let detail = member.json(&format!("/v1/observations/{}", operation(&handled))).await;
    assert_eq!(detail["handling"]["count"], 2, "it is open already");
    backend.assert_holds();
}

#[tokio::test]
async fn what_was_set_apart_is_handled_by_itself() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (counted, apart) = (device.record(&[]), device.record(&[]));
    bring(&backend, &mut device, &[&counted]).await;
    backend.tamper("UPDATE devices SET revoked_at = enrolled_at");
    bring(&backend, &mut device, &[&apart]).await;
    let member = coordinator(&backend).await;
    done(&member, &apart, "handle", 0).await;
    let page = member.json("/v1/observations").await;
    assert_eq!((page["total"].as_u64(), page["apart"].as_u64()), (Some(1), Some(0)));
    assert_eq!(member.operations("/v1/observations?apart=only&handling=handled").await, [operation(&apart)]);
    backend.assert_holds();
}

/// Two at the same moment: one of them did it, the other is told.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_act_at_once_one_does_it() {
    let backend = Backend::new();
    let (_, first, _) = scene(&backend).await;
    let (one, other) = (coordinator(&backend).await, agent(&backend).await);
    let (one, other) = tokio::join!(act(&one, &first, "handle", 0), act(&other, &first, "handle", 0));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!((statuses, backend.count("handling_acts")), ([201, 409], 1));
    backend.assert_holds();
}

/// Whoever is done with it looked at what it said before.
#[tokio::test]
async fn what_was_amended_since_it_was_looked_at_is_not_handled_unseen() {
    let backend = Backend::new();
    let (mut device, first, _) = scene(&backend).await;
    let one = coordinator(&backend).await;
    let next = amended(&device, &first, |record| {
        let OpenPart::Observation(open) = &mut record.operation.open else { panic!("an observation") };
        open.urgency = "acuut".parse().unwrap();
    });
    bring(&backend, &mut device, &[&next]).await;
    assert_eq!(act(&one, &first, "handle", 0).await.refusal(), (409, "changed-meanwhile".into()));
    assert_eq!(counts(&one).await, [2, 0, 0], "it is open still");
    done(&one, &next, "handle", 0).await;
}
