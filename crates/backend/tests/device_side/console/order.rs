//! What the inbox begins with, and that its pages hold together while time goes by and more comes in.

use chrono::TimeDelta;

use super::browser::Browser;
use super::scene::{bring, coordinator, observation, operation};
use crate::backend::Backend;
use crate::device::{Device, Record};

fn urgent(device: &Device, urgency: &str) -> Record {
    observation(device, |open| open.urgency = urgency.parse().unwrap())
}

/// Brings one record of each urgency in, and lets time go by after each.
async fn came_in(backend: &Backend, device: &mut Device, records: &[(&str, TimeDelta)]) -> Vec<String> {
    let mut ids = Vec::new();
    for (urgency, pause) in records {
        let record = urgent(device, urgency);
        bring(backend, device, &[&record]).await;
        backend.pass(*pause);
        ids.push(operation(&record));
    }
    ids
}

/// The next page after `query`, with what asks for the one that follows.
async fn page(member: &Browser<'_>, query: &str) -> (Vec<String>, Option<String>) {
    let page = member.json(&format!("/v1/observations?{query}")).await;
    let ids = page["items"].as_array().unwrap().iter();
    let ids = ids.map(|item| item["operation"].as_str().unwrap().to_owned()).collect();
    (ids, page["nextCursor"].as_str().map(|cursor| format!("limit=2&cursor={cursor}")))
}

async fn pages(member: &Browser<'_>, mut query: String) -> Vec<String> {
    let mut seen = Vec::new();
    for _ in 0..20 {
        let (ids, next) = page(member, &query).await;
        seen.extend(ids);
        match next {
            Some(next) => query = next,
            None => return seen,
        }
    }
    panic!("the inbox has no end");
}

#[tokio::test]
async fn what_is_acute_comes_first_the_newest_on_top_then_what_is_overdue_then_what_is_due() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (day, hour) = (TimeDelta::days(1), TimeDelta::hours(1));
    let ids = came_in(
        &backend,
        &mut device,
        &[
            ("acuut", day * 2), // over a week ago, and not handled
            ("spoed", day * 4), // long overdue
            ("acuut", day * 3),
            ("informatief", hour), // no term
            ("spoed", hour * 2),   // due tomorrow
            ("regulier", hour),    // due next week
            ("acuut", hour),       // the newest acute
        ],
    )
    .await;
    let expected: Vec<_> = [6, 2, 0, 1, 4, 5, 3].into_iter().map(|place: usize| ids[place].clone()).collect();
    let coordinator = coordinator(&backend).await;
    assert_eq!(coordinator.operations("/v1/observations").await, expected);
    assert_eq!(pages(&coordinator, "limit=2".to_owned()).await, expected, "and so page by page");
}

#[tokio::test]
async fn pages_hold_together_while_time_goes_by_and_more_comes_in() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let pause = TimeDelta::minutes(1);
    let urgencies = [("spoed", pause), ("acuut", pause), ("acuut", pause), ("acuut", pause), ("regulier", pause)];
    let ids = came_in(&backend, &mut device, &urgencies).await;
    let coordinator = coordinator(&backend).await;
    let (mut seen, next) = page(&coordinator, "limit=2").await;
    assert_eq!(seen, [ids[3].clone(), ids[2].clone()]);
    // Over a week later nothing stands elsewhere, but for what came in above.
    backend.pass(TimeDelta::days(8));
    let late = came_in(&backend, &mut device, &[("acuut", pause), ("spoed", pause)]).await;
    let coordinator = Browser::sign_in_as(&backend, "coordinator").await;
    seen.extend(pages(&coordinator, next.unwrap()).await);
    assert_eq!(
        seen,
        [3, 2, 1, 0, 4].map(|place: usize| ids[place].clone()).into_iter().chain([late[1].clone()]).collect::<Vec<_>>(),
        "each once, and nothing in between"
    );
}

#[tokio::test]
async fn what_came_in_with_one_batch_is_listed_whole_over_pages() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let records: Vec<_> = (0..7).map(|_| urgent(&device, "acuut")).collect();
    bring(&backend, &mut device, &records.iter().collect::<Vec<_>>()).await;
    let newest_first: Vec<_> = records.iter().rev().map(operation).collect();
    let coordinator = coordinator(&backend).await;
    for order in ["due", "received"] {
        let (mut seen, mut next) = page(&coordinator, &format!("limit=2&order={order}")).await;
        for _ in 0..3 {
            let (ids, after) = page(&coordinator, &format!("{}&order={order}", next.unwrap())).await;
            seen.extend(ids);
            next = after;
        }
        assert_eq!((seen, next), (newest_first.clone(), None), "{order}");
    }
}

#[tokio::test]
async fn what_was_set_apart_is_listed_and_counted_apart() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (counted, apart) = (urgent(&device, "spoed"), urgent(&device, "acuut"));
    bring(&backend, &mut device, &[&counted]).await;
    backend.tamper("UPDATE devices SET revoked_at = enrolled_at");
    bring(&backend, &mut device, &[&apart]).await;
    let coordinator = coordinator(&backend).await;
    for (query, listed) in [("", &counted), ("apart=only", &apart)] {
        let page = coordinator.json(&format!("/v1/observations?{query}")).await;
        assert_eq!((page["total"].as_u64(), page["apart"].as_u64()), (Some(1), Some(1)), "{query}");
        assert_eq!(coordinator.operations(&format!("/v1/observations?{query}")).await, [operation(listed)]);
        assert_eq!(page["urgencyCounts"].as_object().unwrap().len(), 1, "{query}");
    }
    let devices = coordinator.json("/v1/devices").await;
    assert_eq!(devices["devices"][0]["observations"], 1);
}

/// Some of them were let in at the same moment.
#[tokio::test]
async fn every_device_is_on_one_page_the_last_enrolled_first_while_more_come_in() {
    let backend = Backend::new();
    let mut expected = Vec::new();
    for number in 0..5 {
        let device = Device::enrolled(&backend, &format!("Boa {number}")).await;
        backend.pass(TimeDelta::seconds(number % 2));
        expected.push(device.id.to_string());
    }
    let coordinator = coordinator(&backend).await;
    let whole = coordinator.json("/v1/devices").await;
    assert!(whole["nextCursor"].is_null());
    let listed = |page: &serde_json::Value| {
        page["devices"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["device"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let whole = listed(&whole);
    let (mut seen, mut query) = (Vec::new(), "limit=2".to_owned());
    for pages in 1.. {
        let page = coordinator.json(&format!("/v1/devices?{query}")).await;
        assert!(listed(&page).len() <= 2);
        seen.extend(listed(&page));
        Device::enrolled(&backend, "Boa later").await;
        let Some(cursor) = page["nextCursor"].as_str() else {
            assert_eq!(pages, 3);
            break;
        };
        query = format!("limit=2&cursor={cursor}");
    }
    assert_eq!(seen, whole);
    seen.sort_unstable();
    expected.sort_unstable();
    assert_eq!(seen, expected, "each once");
}
