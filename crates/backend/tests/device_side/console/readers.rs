//! Who read a report or an observation: told to whoever deals with it, from the audit log.

use baken_backend::access::Role;
use baken_protocol::record::ConfidentialityLevel;
use serde_json::{Value, json};

use super::browser::Browser;
use super::reports::{by_hand, made};
use super::scene::{account_with, agent, at_level, audited, bring, coordinator, operation, text};
use crate::backend::Backend;
use crate::device::Device;

async fn readers(member: &Browser<'_>, path: &str) -> Vec<(String, u64, u64)> {
    let read = member.json(&format!("{path}/readers")).await["readers"].clone();
    let times = |reader: &Value, name: &str| reader[name].as_u64().unwrap();
    let line = |reader: &Value| (text(&reader["login"]), times(reader, "times"), times(reader, "sealedTimes"));
    read.as_array().unwrap().iter().map(line).collect()
}

fn line(login: &str, times: u64, sealed_times: u64) -> (String, u64, u64) {
    (login.to_owned(), times, sealed_times)
}

#[tokio::test]
async fn whoever_read_last_stands_first_with_how_often_and_what_is_sealed_apart() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let record = device.record(&[]);
    bring(&backend, &mut device, &[&record]).await;
    let (member, agent) = (coordinator(&backend).await, agent(&backend).await);
    let path = format!("/v1/observations/{}", operation(&record));
    assert_eq!(readers(&member, &path).await, []);
    member.json(&path).await;
    backend.pass(chrono::TimeDelta::seconds(1));
    for _ in 0..2 {
        agent.json(&path).await;
    }
    assert_eq!(agent.get(&format!("/v1/operations/{}/sealed", operation(&record))).await.status, 200);
    assert_eq!(readers(&member, &path).await, [line("agent", 2, 1), line("coordinator", 1, 0)]);
    let told = member.json(&format!("{path}/readers")).await;
    assert_eq!(told["readers"][0]["organisation"], "politie");
    assert_eq!(audited(&backend, "read", 1), [format!("coordinator readers {} ok", operation(&record))]);
}

#[tokio::test]
async fn the_readers_of_a_report_are_those_of_its_page_and_of_its_sealed_texts() {
    let backend = Backend::new();
    let (member, agent) = (coordinator(&backend).await, agent(&backend).await);
    let report = made(&member, &by_hand()).await;
    let path = format!("/v1/reports/{report}");
    agent.json(&path).await;
    agent.json(&format!("{path}/texts")).await;
    agent.json("/v1/reports").await;
    assert_eq!(readers(&member, &path).await, [line("agent", 1, 1)], "a list is none");
    assert_eq!(agent.get("/v1/reports/M-2026-999").await.status, 404);
    assert_eq!(member.get("/v1/reports/M-2026-999/readers").await.status, 404, "who looked for nothing read nothing");
}

#[tokio::test]
async fn of_what_somebody_may_not_see_they_hear_no_readers_either() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let care = at_level(&device, ConfidentialityLevel::Care);
    bring(&backend, &mut device, &[&care]).await;
    let (member, agent) = (coordinator(&backend).await, agent(&backend).await);
    let path = format!("/v1/observations/{}", operation(&care));
    member.json(&path).await;
    assert_eq!(agent.get(&format!("{path}/readers")).await.refusal(), (404, "not-found".into()));
    account_with(&backend, "cijfers", "gemeente-velsen", &[Role::Analyst], vec![ConfidentialityLevel::Team]);
    let analyst = Browser::sign_in_as(&backend, "cijfers").await;
    let report = made(&member, &by_hand()).await;
    let refused = analyst.get(&format!("/v1/reports/{report}/readers")).await;
    assert_eq!(refused.refusal(), (403, "not-permitted".into()));
    assert_eq!(member.json(&format!("/v1/reports/{report}/readers")).await, json!({ "readers": [] }));
}
