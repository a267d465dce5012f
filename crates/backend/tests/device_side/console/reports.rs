//! Reports of a possible victim: made of observations or by hand, moved along, assigned, and seen by whom they concern.

use baken_backend::access::Role;
use baken_protocol::record::ConfidentialityLevel;
use serde_json::{Value, json};

use super::browser::Browser;
use super::scene::{account_with, agent, at_level, audited, bring, coordinator, operation, text};
use crate::backend::{Answer, Backend};
use crate::device::{Device, Record};

pub fn by_hand() -> Value {
    json!({
        "source": "telephone", "level": "team", "form": "arbeid", "placeKind": "hotel", "district": "WK045301",
        "urgency": "spoed",
    })
}

fn of(records: &[(&Record, u64)]) -> Value {
    let observations: Vec<_> = records
        .iter()
        .map(|(record, expected)| json!({ "record": operation(record), "expectedActs": expected }))
        .collect();
    json!({
        "source": "observations", "form": "arbeid", "placeKind": "hotel", "urgency": "spoed",
        "observations": observations,
    })
}

pub async fn made(member: &Browser<'_>, order: &Value) -> String {
    let answer = member.post("/v1/reports", order).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    text(&answer.json()["summary"]["report"])
}

async fn step(member: &Browser<'_>, report: &str, expected: u64, wanted: &[(&str, &str)]) -> Answer {
    let mut body = json!({ "expectedSteps": expected });
    for (name, value) in wanted {
        body[name] = (*value).into();
    }
    member.post(&format!("/v1/reports/{report}/steps"), &body).await
}

async fn moved(member: &Browser<'_>, report: &str, expected: u64, state: &str, reason: &str) -> Value {
    let answer = step(member, report, expected, &[("state", state), ("reason", reason)]).await;
    assert_eq!(answer.status, 201, "{state}: {}", answer.json());
    answer.json()
}

async fn listed(member: &Browser<'_>, query: &str) -> Vec<String> {
    let page = member.json(&format!("/v1/reports?{query}")).await;
    page["items"].as_array().unwrap().iter().map(|item| text(&item["report"])).collect()
}

pub fn wrong(answer: &Answer) -> String {
    assert_eq!(answer.refusal(), (400, "invalid".into()));
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    let errors = errors.iter().map(|error| format!("{} {}", text(&error["field"]), text(&error["code"])));
    errors.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn observations_become_a_report_are_finished_by_it_and_say_so() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (one, two, three) = (device.record(&[]), device.record(&[]), device.record(&[]));
    bring(&backend, &mut device, &[&one, &two, &three]).await;
    let member = coordinator(&backend).await;
    let report = made(&member, &of(&[(&one, 0), (&two, 0)])).await;
    assert_eq!(report, "M-2026-001");
    assert_eq!(member.operations("/v1/observations").await, [operation(&three)], "they are handled");
    let act = json!({ "act": "handle", "reason": "became-report", "report": report, "expectedActs": 0 });
    let path = |record: &Record| format!("/v1/observations/{}/acts", operation(record));
    assert_eq!(member.post(&path(&three), &act).await.status, 201, "and one is added afterwards");
    let detail = member.json(&format!("/v1/reports/{report}")).await;
    let made_of: Vec<_> =
        detail["observations"].as_array().unwrap().iter().map(|item| text(&item["operation"])).collect();
    assert_eq!(made_of, [operation(&one), operation(&two), operation(&three)]);
    let observed = member.json(&format!("/v1/observations/{}", operation(&one))).await;
    assert_eq!([&observed["handling"]["report"], &observed["handling"]["acts"][0]["report"]], [&json!(report); 2]);

    // What its device says later opens it again, and it is of the report still; what a person says takes it out.
    let reopen = json!({ "act": "reopen", "expectedActs": 1 });
    assert_eq!(member.post(&path(&two), &reopen).await.status, 201);
    let detail = member.json(&format!("/v1/reports/{report}")).await;
    assert_eq!(detail["observations"].as_array().unwrap().len(), 2);
    assert_eq!(audited(&backend, "make-report", 1).len(), 1);
    backend.assert_holds();
}

#[tokio::test]
async fn a_report_goes_its_way_and_was_concrete_for_ever() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let report = made(&member, &by_hand()).await;
    let skipped = step(&member, &report, 0, &[("state", "concrete"), ("reason", "indications")]).await;
    assert_eq!(skipped.refusal(), (409, "not-now".into()));
    moved(&member, &report, 0, "assessment", "begun").await;
    let concrete = moved(&member, &report, 1, "concrete", "indications").await;
    assert_eq!(concrete["summary"]["everConcrete"], true);
    let again = moved(&member, &report, 2, "assessment", "new-information").await;
    assert_eq!(again["summary"]["everConcrete"], true, "for ever");
    let other_reason = step(&member, &report, 3, &[("state", "not-concrete"), ("reason", "begun")]).await;
    assert_eq!(other_reason.refusal(), (409, "not-now".into()));
    moved(&member, &report, 3, "not-concrete", "too-little").await;
    let closed = moved(&member, &report, 4, "closed", "unknown").await;
    assert_eq!([&closed["summary"]["everConcrete"], &closed["summary"]["state"]], [&json!(true), &json!("closed")]);
    assert_eq!(closed["steps"].as_array().unwrap().len(), 5);
    assert_eq!((listed(&member, "").await.len(), listed(&member, "state=closed").await.len()), (0, 1));
    backend.assert_holds();
}

#[tokio::test]
async fn of_two_who_move_a_report_the_second_is_told_and_nothing_is_half_done() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (one, two) = (device.record(&[]), device.record(&[]));
    bring(&backend, &mut device, &[&one, &two]).await;
    let (member, agent) = (coordinator(&backend).await, agent(&backend).await);
    let report = made(&member, &by_hand()).await;
    moved(&member, &report, 0, "assessment", "begun").await;
    let late = step(&agent, &report, 0, &[("state", "assessment"), ("reason", "begun")]).await;
    assert_eq!(late.refusal(), (409, "changed-meanwhile".into()));
    let lines = audited(&backend, "move-report", 2);
    assert_eq!(
        lines,
        [
            format!("coordinator report {report} assessment begun ok"),
            format!("agent report {report} changed-meanwhile")
        ]
    );

    let taken = json!({ "act": "take-on", "expectedActs": 0 });
    assert_eq!(agent.post(&format!("/v1/observations/{}/acts", operation(&two)), &taken).await.status, 201);
    let meanwhile = member.post("/v1/reports", &of(&[(&one, 0), (&two, 0)])).await;
    assert_eq!(meanwhile.refusal(), (409, "changed-meanwhile".into()));
    assert_eq!(
        (backend.count("reports"), backend.count("handling_acts")),
        (1, 1),
        "no report, and the first untouched"
    );
    made(&member, &of(&[(&one, 0), (&two, 1)])).await;
    let finished = member.post("/v1/reports", &of(&[(&one, 1)])).await;
    assert_eq!(finished.refusal(), (409, "not-now".into()), "it is of a report already");
    backend.assert_holds();
}

#[tokio::test]
async fn a_report_is_seen_by_those_who_see_its_observations_and_by_nobody_else() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (care, team) = (at_level(&device, ConfidentialityLevel::Care), device.record(&[]));
    bring(&backend, &mut device, &[&care, &team]).await;
    let (member, agent) = (coordinator(&backend).await, agent(&backend).await);
    let mixed = member.post("/v1/reports", &of(&[(&care, 0), (&team, 0)])).await;
    assert_eq!(wrong(&mixed), "observations unknown", "two levels make no report");
    assert_eq!(wrong(&agent.post("/v1/reports", &of(&[(&care, 0)])).await), "observations unknown");
    let mut careful = by_hand();
    careful["level"] = "zorg".into();
    assert_eq!(wrong(&agent.post("/v1/reports", &careful).await), "level unknown");

    let report = made(&member, &of(&[(&care, 0)])).await;
    assert_eq!((listed(&member, "").await.len(), listed(&agent, "state=all").await.len()), (1, 0));
    let (there, nowhere) = (format!("/v1/reports/{report}"), "/v1/reports/M-2026-999".to_owned());
    let (forbidden, unknown) = (agent.get(&there).await, agent.get(&nowhere).await);
    assert_eq!((forbidden.status.as_u16(), &forbidden.body), (404, &unknown.body), "as if it were not there");
    let begun = [("state", "assessment"), ("reason", "begun")];
    assert_eq!(step(&agent, &report, 0, &begun).await.refusal(), (404, "not-found".into()));
    let holder = step(&member, &report, 0, &[("assignTo", "agent")]).await;
    assert_eq!(wrong(&holder), "assignTo unknown", "nobody gets what they may not see");
    let act = json!({ "act": "handle", "reason": "became-report", "report": report, "expectedActs": 0 });
    let path = format!("/v1/observations/{}/acts", operation(&team));
    assert_eq!(wrong(&member.post(&path, &act).await), "report unknown", "of another level");
    assert_eq!(member.json("/v1/reports").await["counts"]["open"], 1);
    assert_eq!(agent.json("/v1/reports").await["counts"]["open"], 0);
    backend.assert_holds();
}

#[tokio::test]
async fn a_report_is_assigned_and_stands_in_the_list_of_whoever_has_it() {
    let backend = Backend::new();
    let (member, agent) = (coordinator(&backend).await, agent(&backend).await);
    let report = made(&member, &by_hand()).await;
    assert_eq!(listed(&member, "state=mine").await, [report.as_str()], "whoever makes it has it");
    assert_eq!(step(&member, &report, 0, &[("assignTo", "coordinator")]).await.refusal().0, 409, "it is theirs");
    assert_eq!(step(&member, &report, 0, &[("assignTo", "agent")]).await.status, 201);
    assert_eq!((listed(&member, "state=mine").await.len(), listed(&agent, "state=mine").await.len()), (0, 1));
    assert_eq!(step(&member, &report, 1, &[("assignTo", "")]).await.status, 201);
    assert_eq!((listed(&agent, "state=mine").await.len(), listed(&agent, "").await.len()), (0, 1));
    account_with(&backend, "cijfers", "gemeente-velsen", &[Role::Analyst], vec![ConfidentialityLevel::Team]);
    let reads_only = step(&member, &report, 2, &[("assignTo", "cijfers")]).await;
    assert_eq!(wrong(&reads_only), "assignTo unknown", "nobody gets what no role of theirs lets them deal with");
    let detail = agent.json(&format!("/v1/reports/{report}")).await;
    assert_eq!(detail["members"], json!(["agent", "coordinator"]));
    backend.assert_holds();
}

#[tokio::test]
async fn reports_are_numbered_by_the_municipality_s_year_and_listed_page_by_page() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    for _ in 0..3 {
        made(&member, &by_hand()).await;
    }
    // An hour before midnight in UTC it is next year in Velsen.
    let new_year = "2026-12-31T23:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    backend.pass(new_year - backend.environment.clock.now());
    let member = Browser::sign_in_as(&backend, "coordinator").await;
    assert_eq!(made(&member, &by_hand()).await, "M-2027-001");
    let first = member.json("/v1/reports?limit=3").await;
    let names: Vec<_> = first["items"].as_array().unwrap().iter().map(|item| text(&item["report"])).collect();
    assert_eq!(names, ["M-2027-001", "M-2026-003", "M-2026-002"]);
    assert_eq!(listed(&member, &format!("limit=3&cursor={}", text(&first["nextCursor"]))).await, ["M-2026-001"]);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_report_or_a_step_is_told_at_once() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let post = async |body: Value| wrong(&member.post("/v1/reports", &body).await);
    assert_eq!(post(json!({})).await, "source required, form required, placeKind required, urgency required");
    let odd = json!({
        "source": "dream", "level": "x", "form": "x", "placeKind": "x", "district": "x", "urgency": "x",
        "observations": [{ "record": "x", "expectedActs": 0 }],
    });
    assert_eq!(
        post(odd).await,
        "source unknown, form unknown, placeKind unknown, urgency unknown, district unknown, level unknown, \
         observations invalid"
    );
    let mut without_level = by_hand();
    without_level["level"] = Value::Null;
    assert_eq!(post(without_level).await, "level required");
    assert_eq!(post(of(&[])).await, "observations required");
    let query = member.get("/v1/reports?state=x&cursor=x&limit=0&q=x").await;
    assert_eq!(wrong(&query), "state invalid, cursor invalid, limit out-of-range, q unknown");

    let report = made(&member, &by_hand()).await;
    let posted = async |body: Value| wrong(&member.post(&format!("/v1/reports/{report}/steps"), &body).await);
    assert_eq!(posted(json!({})).await, "expectedSteps required, state required, reason required");
    let odd = json!({ "expectedSteps": 0, "state": "x", "reason": "x", "doubles": "x" });
    assert_eq!(posted(odd).await, "state unknown, reason unknown, doubles invalid");
    assert_eq!(posted(json!({ "expectedSteps": 0, "state": "closed", "assignTo": "agent" })).await, "assignTo invalid");
    moved(&member, &report, 0, "assessment", "begun").await;
    let doubles = |of: &str| json!({ "expectedSteps": 1, "state": "duplicate", "reason": "same-event", "doubles": of });
    assert_eq!(posted(doubles(&report)).await, "doubles unknown", "itself");
    assert_eq!(posted(doubles("M-2026-999")).await, "doubles unknown");
    assert_eq!(
        posted(json!({ "expectedSteps": 1, "state": "duplicate", "reason": "same-event" })).await,
        "doubles required"
    );
    let other = made(&member, &by_hand()).await;
    let path = format!("/v1/reports/{report}/steps");
    assert_eq!(member.post(&path, &doubles(&other)).await.status, 201);
    moved(&member, &other, 0, "assessment", "begun").await;
    let circle = json!({ "expectedSteps": 1, "state": "duplicate", "reason": "same-event", "doubles": report });
    assert_eq!(wrong(&member.post(&format!("/v1/reports/{other}/steps"), &circle).await), "doubles unknown");
    backend.assert_holds();
}
