//! The filters of the inbox, each with a record inside and one outside, and what the audit log says of a list.

use baken_protocol::ids::{EntityId, EntityReference};
use baken_protocol::record::ConfidentialityLevel;
use serde_json::json;

use super::browser::Browser;
use super::scene::{audited, bring, coordinator, observation, operation, within};
use crate::backend::Backend;
use crate::device::{Device, Record};

fn seen_at(device: &Device, time: &str) -> Record {
    let mut record = device.record(&[]);
    record.operation.observed_at = time.parse().unwrap();
    record
}

async fn assert_leaves_out(member: &Browser<'_>, query: &str, outside: &Record) {
    let all = member.operations("/v1/observations").await;
    let expected: Vec<_> = all.iter().filter(|id| **id != operation(outside)).cloned().collect();
    assert_eq!(expected.len() + 1, all.len(), "{query}: the one outside is there without it");
    assert_eq!(member.operations(&format!("/v1/observations?{query}")).await, expected, "{query}");
    let page = member.json(&format!("/v1/observations?{query}")).await;
    assert_eq!(page["total"], expected.len(), "{query}");
}

#[tokio::test]
async fn each_filter_leaves_in_what_fits_it_and_nothing_else() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let mut another = Device::enrolled(&backend, "Boa 2").await;
    let coordinator = coordinator(&backend).await;
    let fits = observation(&device, |open| open.forms.push("crimineel".parse().unwrap()));
    let form = observation(&device, |open| open.forms = vec!["seksueel".parse().unwrap()]);
    let district = observation(&device, |open| open.district = Some("WK045305".parse().unwrap()));
    let urgency = observation(&device, |open| open.urgency = "informatief".parse().unwrap());
    let place = observation(&device, |open| open.place_kind = "hotel".parse().unwrap());
    let level = device.record(&[]).at_level(ConfidentialityLevel::Care);
    let elsewhere = another.record(&[]);
    let (before, first) = (seen_at(&device, "2026-11-22T22:59:59.999Z"), seen_at(&device, "2026-11-22T23:00:00Z"));
    let (last, after) = (seen_at(&device, "2026-11-23T22:59:59.999Z"), seen_at(&device, "2026-11-23T23:00:00Z"));
    let mine = [&fits, &form, &district, &urgency, &place, &level, &before, &first, &last, &after];
    bring(&backend, &mut device, &mine).await;
    bring(&backend, &mut another, &[&elsewhere]).await;

    let by_device = format!("device={}", device.id);
    for (query, outside) in [
        ("form=arbeid", &form),
        ("district=WK045301", &district),
        ("urgency=spoed,acuut", &urgency),
        ("placeKind=vissersschip", &place),
        ("level=team", &level),
        (by_device.as_str(), &elsewhere),
        ("from=2026-11-23", &before),
        ("to=2026-11-23", &after),
    ] {
        assert_leaves_out(&coordinator, query, outside).await;
    }
    for (query, only) in [
        ("form=crimineel", &fits),
        ("form=seksueel", &form),
        ("district=WK045305", &district),
        ("urgency=informatief", &urgency),
        ("placeKind=hotel", &place),
        ("level=zorg", &level),
        ("to=2026-11-22", &before),
        ("from=2026-11-24", &after),
    ] {
        let found = coordinator.operations(&format!("/v1/observations?{query}")).await;
        assert_eq!(found, [operation(only)], "{query}");
    }
    let several =
        "/v1/observations?form=arbeid&form=seksueel&placeKind=hotel,vissersschip&from=2026-11-22&to=2026-11-24";
    assert_eq!(coordinator.operations(several).await.len(), 11, "several values of one filter add up");
    let both = "/v1/observations?form=seksueel&placeKind=hotel";
    assert!(coordinator.operations(both).await.is_empty(), "several filters narrow down");
}

#[tokio::test]
async fn the_filter_by_inspection_leaves_in_what_was_seen_during_it() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let [visit, another] =
        [(); 2].map(|()| EntityReference { device: device.id, entity: EntityId(backend.environment.uuid()) });
    let (inside, outside) = (within(device.record(&[]), visit), within(device.record(&[]), another));
    bring(&backend, &mut device, &[&inside, &outside]).await;
    let coordinator = coordinator(&backend).await;
    assert_leaves_out(&coordinator, &format!("inspection={visit}"), &outside).await;
}

#[tokio::test]
async fn what_is_wrong_in_a_query_is_refused_with_every_field() {
    let backend = Backend::new();
    let coordinator = coordinator(&backend).await;
    let answer = coordinator.get("/v1/observations?to=%2B262142-12-31").await;
    assert_eq!(answer.refusal(), (400, "invalid".into()));
    assert_eq!(answer.json()["errors"], json!([{ "field": "to", "code": "out-of-range" }]));
    let query = "form=x&district=x&urgency=x&placeKind=x&level=x&device=x&from=x&limit=x&naam=x";
    let answer = coordinator.get(&format!("/v1/observations?{query}")).await;
    assert_eq!(answer.refusal(), (400, "invalid".into()));
    let errors = answer.json()["errors"].clone();
    let fields: Vec<_> = errors.as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(
        fields,
        ["form", "district", "urgency", "placeKind", "level", "device", "from", "limit", "naam"],
        "all together"
    );
    assert!(audited(&backend, "list", 9).is_empty(), "nothing was shown");
}

#[tokio::test]
async fn a_list_leaves_a_line_that_says_what_was_asked_and_how_much_was_shown() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let records =
        [device.record(&[]), device.record(&[]), observation(&device, |open| open.urgency = "acuut".parse().unwrap())];
    bring(&backend, &mut device, &records.iter().collect::<Vec<_>>()).await;
    let coordinator = coordinator(&backend).await;
    coordinator.get("/v1/observations").await;
    let query = "urgency=spoed&form=arbeid,seksueel&from=2026-11-01&to=2026-11-30&order=received&limit=1";
    let page = coordinator.json(&format!("/v1/observations?{query}")).await;
    let next = page["nextCursor"].as_str().unwrap();
    coordinator.get(&format!("/v1/observations?{query}&cursor={next}")).await;
    let many: Vec<String> = (0..40).map(|_| backend.environment.uuid().to_string()).collect();
    coordinator.get(&format!("/v1/observations?device={},{}", device.id, many.join(","))).await;
    let [all, first, second, long] = audited(&backend, "list", 4).try_into().unwrap();
    assert_eq!(all, "coordinator observations order=due 3 shown ok");
    let asked = "order=received form=arbeid,seksueel urgency=spoed from=2026-11-01 before=2026-12-01";
    assert_eq!(first, format!("coordinator observations {asked} 1 shown ok"));
    assert_eq!(second, format!("coordinator observations {asked} after={} 1 shown ok", operation(&records[1])));
    assert!(long.contains(&format!("device={}", device.id)) && long.ends_with("… 3 shown ok"), "{long}");
    assert!(long.chars().count() < 600, "never at length");
}
