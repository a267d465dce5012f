//! Tasks of reports: planned for a day, ended once, and in the list of whoever has them.

use baken_protocol::record::ConfidentialityLevel;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::browser::Browser;
use super::reports::{by_hand, made, wrong};
use super::scene::{account, agent, audited, coordinator, text};
use crate::backend::{Answer, Backend};

async fn planned(member: &Browser<'_>, report: &str, expected: u64, task: &str, due: &str, to: &str) -> Answer {
    let body = json!({ "expectedSteps": expected, "task": task, "due": due, "assignTo": to });
    member.post(&format!("/v1/reports/{report}/tasks"), &body).await
}

async fn ended(member: &Browser<'_>, report: &str, expected: u64, task: u64, how: &str) -> Answer {
    let body = json!({ "expectedSteps": expected, "task": task, "how": how });
    member.post(&format!("/v1/reports/{report}/task-endings"), &body).await
}

async fn listed(member: &Browser<'_>, query: &str) -> Vec<String> {
    let page = member.json(&format!("/v1/tasks?{query}")).await;
    let items = page["items"].as_array().unwrap().clone();
    let line = |item: &Value| {
        let task = &item["task"];
        let overdue = if task["overdue"] == true { " overdue" } else { "" };
        format!("{} {} {}{overdue}", text(&item["report"]["report"]), text(&task["task"]), text(&task["due"]))
    };
    items.iter().map(line).collect()
}

#[tokio::test]
async fn a_task_is_planned_listed_by_its_day_and_ended_and_its_steps_stay() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let (one, two) = (made(&member, &by_hand()).await, made(&member, &by_hand()).await);
    assert_eq!(planned(&member, &one, 0, "inspect-again", "2026-12-24", "coordinator").await.status, 201);
    assert_eq!(planned(&member, &two, 0, "call", "2026-12-01", "coordinator").await.status, 201);
    let detail = planned(&member, &one, 1, "report-back", "2026-12-01", "").await.json();
    assert_eq!(detail["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(
        listed(&member, "").await,
        [format!("{two} call 2026-12-01"), format!("{one} inspect-again 2026-12-24")]
    );
    let all = listed(&member, "of=all").await;
    let expected = [
        format!("{one} report-back 2026-12-01"),
        format!("{two} call 2026-12-01"),
        format!("{one} inspect-again 2026-12-24"),
    ];
    assert_eq!(all, expected);
    let over = ended(&member, &one, 2, 1, "done").await.json();
    assert_eq!((over["tasks"].as_array().unwrap().len(), over["steps"].as_array().unwrap().len()), (1, 3));
    assert_eq!(over["steps"][2]["work"], json!({ "act": "end", "task": 1, "how": "done" }));
    assert_eq!(listed(&member, "").await.len(), 1);
    assert_eq!(ended(&member, &one, 3, 1, "dropped").await.refusal(), (409, "not-now".into()), "it is over");
    assert_eq!(audited(&backend, "end-task", 2)[0], format!("coordinator report {one} 1 done ok"));
    backend.assert_holds();
}

#[tokio::test]
async fn what_is_overdue_is_so_by_the_municipality_s_day() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let report = made(&member, &by_hand()).await;
    planned(&member, &report, 0, "call", "2026-12-01", "coordinator").await;
    // An hour before midnight in UTC it is the next day in Velsen.
    for (moment, overdue) in [("2026-12-01T22:30:00Z", 0), ("2026-12-01T23:30:00Z", 1)] {
        backend.pass(moment.parse::<chrono::DateTime<chrono::Utc>>().unwrap() - backend.environment.clock.now());
        let member = Browser::sign_in_as(&backend, "coordinator").await;
        assert_eq!(member.json("/v1/tasks").await["counts"], json!({ "open": 1, "overdue": overdue }), "{moment}");
        assert_eq!(member.json("/v1/reports").await["tasks"]["overdue"], overdue, "{moment}");
    }
    let member = Browser::sign_in_as(&backend, "coordinator").await;
    assert_eq!(listed(&member, "").await, [format!("{report} call 2026-12-01 overdue")]);
    assert_eq!(wrong(&planned(&member, &report, 1, "call", "2026-12-01", "").await), "due out-of-range", "yesterday");
    assert_eq!(planned(&member, &report, 1, "call", "2026-12-02", "").await.status, 201, "today");
}

#[tokio::test]
async fn the_tasks_of_what_somebody_may_not_see_are_in_no_list_of_theirs_and_not_theirs_to_do() {
    let backend = Backend::new();
    let (member, agent) = (coordinator(&backend).await, agent(&backend).await);
    let mut careful = by_hand();
    careful["level"] = "zorg".into();
    let report = made(&member, &careful).await;
    assert_eq!(wrong(&planned(&member, &report, 0, "call", "2026-12-01", "agent").await), "assignTo unknown");
    assert_eq!(planned(&member, &report, 0, "call", "2026-12-01", "coordinator").await.status, 201);
    assert_eq!((listed(&member, "of=all").await.len(), listed(&agent, "of=all").await.len()), (1, 0));
    assert_eq!(planned(&agent, &report, 1, "call", "2026-12-01", "").await.refusal(), (404, "not-found".into()));
    assert_eq!(ended(&agent, &report, 1, 1, "done").await.refusal(), (404, "not-found".into()));
    backend.assert_holds();
}

#[tokio::test]
async fn tasks_are_listed_page_by_page() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    account(&backend, "derde", "gemeente-velsen", vec![ConfidentialityLevel::Team]);
    let report = made(&member, &by_hand()).await;
    let days = ["2026-12-03", "2026-12-01", "2026-12-02", "2026-12-01"];
    for (expected, due) in (0..).zip(days) {
        planned(&member, &report, expected, "call", due, "derde").await;
    }
    let first = member.json("/v1/tasks?of=all&limit=3").await;
    let cursor = text(&first["nextCursor"]);
    let places = |page: &Value| -> Vec<u64> {
        page["items"].as_array().unwrap().iter().map(|item| item["task"]["place"].as_u64().unwrap()).collect()
    };
    assert_eq!(places(&first), [2, 4, 3]);
    let rest = member.json(&format!("/v1/tasks?of=all&limit=3&cursor={cursor}")).await;
    assert_eq!((places(&rest), &rest["nextCursor"]), (vec![1], &Value::Null));
    assert_eq!(first["counts"]["open"], 0, "another's");
}

#[tokio::test]
async fn all_that_is_wrong_with_a_task_is_told_at_once_and_whoever_did_not_know_of_a_step_does_nothing() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let report = made(&member, &by_hand()).await;
    let path = format!("/v1/reports/{report}/tasks");
    assert_eq!(wrong(&member.post(&path, &json!({})).await), "expectedSteps required, task required, due required");
    let odd = json!({
        "expectedSteps": 0, "task": "dream", "due": "2026-12-1", "text": { "epoch": 1, "sealed": "Het meisje" },
    });
    assert_eq!(wrong(&member.post(&path, &odd).await), "task unknown, due invalid, text invalid");
    for due in ["2026-02-30", "26-12-01", "+2026-12-01", "2026-12-01T10:00:00Z", ""] {
        assert_eq!(wrong(&planned(&member, &report, 0, "call", due, "").await), "due invalid", "{due}");
    }
    for due in ["2024-01-01", "2029-01-01", "9999-12-31"] {
        assert_eq!(wrong(&planned(&member, &report, 0, "call", due, "").await), "due out-of-range", "{due}");
    }
    assert_eq!(wrong(&planned(&member, &report, 0, "other", "2026-12-01", "").await), "text required");
    assert_eq!(planned(&member, &report, 1, "call", "2026-12-01", "").await.refusal().1, "changed-meanwhile");
    let endings = format!("/v1/reports/{report}/task-endings");
    assert_eq!(wrong(&member.post(&endings, &json!({})).await), "expectedSteps required, task required, how required");
    assert_eq!(wrong(&ended(&member, &report, 0, 1, "forgotten").await), "how unknown");
    assert_eq!(wrong(&ended(&member, &report, 0, 1, "done").await), "task unknown", "nobody planned it");
    let query = member.get("/v1/tasks?of=x&cursor=x&limit=0&q=x").await;
    assert_eq!(wrong(&query), "of invalid, cursor invalid, limit out-of-range, q unknown");
    assert_eq!(backend.count("report_steps"), 0);
    backend.pass(TimeDelta::minutes(1));
    backend.assert_holds();
}
