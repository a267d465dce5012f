//! What a browser fetches to search in, and records by their number: nothing that is not the account's, and each page in
//! the audit log.

use baken_backend::access::Role;
use baken_protocol::record::ConfidentialityLevel::{Care, Team};
use serde_json::json;

use super::browser::Browser;
use super::scene::{account_with, at_level, audited, bring, inspection, operation, text};
use crate::backend::Backend;
use crate::device::Device;

async fn coordinator(backend: &Backend) -> Browser<'_> {
    account_with(backend, "jan", "gemeente-velsen", &[Role::Coordinator], vec![Team, Care]);
    Browser::sign_in_as(backend, "jan").await
}

/// As people call it.
fn number(operation: &str) -> String {
    let end = operation[operation.len() - 8..].to_uppercase();
    format!("{}-{}", &end[..4], &end[4..])
}

#[tokio::test]
async fn sealed_parts_come_by_the_page_newest_first_and_each_page_is_one_reading_that_names_them() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let records: Vec<_> = (0..3).map(|_| device.record(&[])).collect();
    for record in &records {
        bring(&backend, &mut device, &[record]).await;
    }
    let (hidden, visit) = (at_level(&device, Care), inspection(&device));
    bring(&backend, &mut device, &[&hidden, &visit]).await;
    let jan = coordinator(&backend).await;

    let first = jan.json("/v1/sealed-parts?limit=2").await;
    assert_eq!(first["total"], 3);
    let second = jan.json(&format!("/v1/sealed-parts?limit=2&cursor={}", text(&first["nextCursor"]))).await;
    assert!(second["nextCursor"].is_null());
    let pages = [first, second];
    let items: Vec<_> = pages.iter().flat_map(|page| page["items"].as_array().unwrap()).collect();
    let expected: Vec<_> = records.iter().rev().map(operation).collect();
    assert_eq!(items.iter().map(|item| text(&item["summary"]["operation"])).collect::<Vec<_>>(), expected);
    for (item, record) in items.iter().zip(records.iter().rev()) {
        let alone = jan.get(&format!("/v1/operations/{}/sealed", operation(record))).await;
        assert_eq!(text(&item["content"]), data_encoding::BASE64.encode(&alone.body));
        assert_eq!(alone.header("etag"), format!("\"{}\"", text(&item["sealed"]["sha256"])));
    }
    let lines = audited(&backend, "read", 5);
    assert_eq!(lines[0], format!("jan sealed-parts search, 2 shown: {} {} ok", expected[0], expected[1]));
    assert_eq!(lines[1], format!("jan sealed-parts search, 1 shown: {} ok", expected[2]));
}

#[tokio::test]
async fn whoever_reads_open_parts_alone_is_given_none_to_search() {
    let backend = Backend::new();
    account_with(&backend, "cijfers", "gemeente-velsen", &[Role::Analyst], vec![Team]);
    let analyst = Browser::sign_in_as(&backend, "cijfers").await;
    assert_eq!(analyst.get("/v1/sealed-parts").await.refusal(), (403, "not-permitted".into()));
}

#[tokio::test]
async fn a_record_is_found_by_its_number_however_it_is_typed_if_the_account_may_see_it() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let (seen, hidden, visit) = (device.record(&[]), at_level(&device, Care), inspection(&device));
    bring(&backend, &mut device, &[&seen, &hidden, &visit]).await;
    let jan = coordinator(&backend).await;
    let found = async |number: &str| jan.json(&format!("/v1/records?number={number}")).await["records"].clone();
    for (record, kind) in [(&seen, "observation"), (&visit, "inspection")] {
        let operation = operation(record);
        let number = number(&operation);
        for typed in [number.clone(), number.to_lowercase(), number.replace('-', "")] {
            assert_eq!(found(&typed).await, json!([{ "operation": operation, "kind": kind }]), "{typed}");
        }
    }
    assert_eq!(found(&number(&operation(&hidden))).await, json!([]), "as if it were not there");
    assert_eq!(found("0000-0000").await, json!([]));
}

#[tokio::test]
async fn what_is_no_number_and_no_page_is_refused_field_by_field() {
    let backend = Backend::new();
    let jan = coordinator(&backend).await;
    for (path, fields) in [
        ("/v1/records", "number"),
        ("/v1/records?number=", "number"),
        ("/v1/records?number=BE57-3AE", "number"),
        ("/v1/records?number=BE57-3AEX", "number"),
        ("/v1/records?number=BE57-3AE25", "number"),
        ("/v1/records?number=%00%00%00%00%00%00%00%00", "number"),
        ("/v1/records?number=BE573AE2&q=zeehond", "q"),
        ("/v1/sealed-parts?limit=51", "limit"),
        ("/v1/sealed-parts?limit=0&cursor=x&q=zeehond", "limit cursor q"),
    ] {
        let answer = jan.get(path).await;
        assert_eq!(answer.refusal(), (400, "invalid".into()), "{path}");
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        let named: Vec<_> = errors.iter().map(|error| text(&error["field"])).collect();
        assert_eq!(named.join(" "), fields, "{path}");
    }
    // A place in another order is none in this one.
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[]), device.record(&[])];
    bring(&backend, &mut device, &[&records[0], &records[1]]).await;
    let due = jan.json("/v1/observations?limit=1").await;
    let answer = jan.get(&format!("/v1/sealed-parts?cursor={}", text(&due["nextCursor"]))).await;
    assert_eq!(answer.refusal(), (400, "invalid".into()));
}
