//! What devices are given to work with is changed in the console, and by one person at a time.

use baken_backend::access::Role;
use baken_backend::storage::UnitOfWork;
use baken_protocol::catalogue::inspections::PlannedInspections;
use baken_protocol::catalogue::{Catalogue, CatalogueKind, Content};
use baken_protocol::dsse::Envelope;
use baken_protocol::record::ConfidentialityLevel::Team;
use serde_json::{Value, json};

use super::browser::Browser;
use super::scene::{account_with, audited};
use crate::backend::{Answer, Backend};

const PATH: &str = "/v1/planned-inspections";

async fn planner<'a>(backend: &'a Backend, login: &str) -> Browser<'a> {
    account_with(backend, login, "gemeente-velsen", &[Role::Coordinator], vec![Team]);
    Browser::sign_in_as(backend, login).await
}

fn planned(code: &str, name: &str) -> Value {
    json!({
        "code": code, "name": name, "startsAt": "2026-12-03T08:00:00.000Z", "endsAt": "2026-12-03T12:00:00.000Z",
        "place": {
            "kind": "hotel", "district": null, "neighbourhood": "", "name": " Hotel De Pier ", "address": "", "postcode": "",
            "berth": "", "imo": "", "mmsi": "", "eni": "", "fishingMark": "", "kvk": "", "bag": "",
        },
        "organisations": ["politie"], "ground": null, "note": "",
    })
}

async fn put(browser: &Browser<'_>, expected: &Value, inspections: &[Value]) -> Answer {
    browser.put(PATH, &json!({ "expectedVersion": expected, "inspections": inspections })).await
}

/// What devices are given, believed as they believe it.
fn given(backend: &Backend) -> PlannedInspections {
    let (envelope, content) = backend
        .storage
        .read(|tx| {
            let (_, envelope) = tx.catalogues()?.into_iter().find(|(kind, _)| kind == "inspections").unwrap();
            let said = Envelope::from_json(&envelope).unwrap().peek::<Catalogue>().unwrap();
            Ok::<_, baken_backend::storage::StorageError>((
                envelope,
                tx.catalogue_content(said.content.sha256)?.unwrap(),
            ))
        })
        .unwrap();
    let directory = backend.storage.read(|tx| tx.key_directory()).unwrap();
    let directory = Envelope::from_json(&directory).unwrap().peek::<baken_protocol::keydir::KeyDirectory>().unwrap();
    let envelope = Envelope::from_json(&envelope).unwrap();
    let said = Catalogue::verify(envelope, &directory.content_key, &directory.tenant).unwrap().payload;
    said.check_content(&content).unwrap();
    PlannedInspections::parse(&content).unwrap()
}

#[tokio::test]
async fn what_is_planned_in_the_console_is_signed_for_devices_and_the_line_says_who_did() {
    let backend = Backend::new();
    let jan = planner(&backend, "jan").await;
    let none = jan.get(PATH).await.json();
    assert_eq!((&none["version"], &none["inspections"]), (&json!(0), &json!([])));
    let answer = put(&jan, &json!(0), &[planned("pier", "Hotels aan zee")]).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let version = answer.json()["version"].clone();
    let given = given(&backend);
    let first = given.inspections.first().unwrap();
    assert_eq!((first.name.as_str(), first.place.title()), ("Hotels aan zee", "Hotel De Pier"));
    let again = jan.get(PATH).await.json();
    assert_eq!((&again["version"], &again["inspections"][0]["place"]["name"]), (&version, &json!("Hotel De Pier")));
    let line = audited(&backend, "load-catalogue", 1);
    // What devices were told is found by its hash, whatever was given after it.
    let held = backend.storage.read(|tx| tx.catalogues()).unwrap();
    let said = Envelope::from_json(&held[0].1).unwrap().peek::<Catalogue>().unwrap();
    let hash = said.content.sha256;
    let told = format!("jan catalogue inspections version {version}, 1 entries, 0 warnings, sha256 {hash} ok");
    assert_eq!(line, [told]);
    let lists = jan.get("/v1/device-lists").await.json();
    assert_eq!((&lists["lists"][0]["kind"], &lists["lists"][0]["entries"]), (&json!("inspections"), &json!(1)));
}

#[tokio::test]
async fn whoever_changes_a_list_that_another_changed_meanwhile_is_told_and_nothing_is_lost() {
    let backend = Backend::new();
    let (jan, piet) = (planner(&backend, "jan").await, planner(&backend, "piet").await);
    let first = put(&jan, &json!(0), &[planned("pier", "van Jan")]).await.json()["version"].clone();
    let late = put(&piet, &json!(0), &[planned("kade", "van Piet")]).await;
    assert_eq!(late.refusal(), (409, "changed-meanwhile".into()));
    assert_eq!(given(&backend).inspections.first().unwrap().name, "van Jan");
    assert_eq!(audited(&backend, "load-catalogue", 1), ["piet catalogue inspections changed-meanwhile"]);
    let both = put(&piet, &first, &[planned("pier", "van Jan"), planned("kade", "van Piet")]).await;
    assert_eq!(both.status, 200);
    backend.give(CatalogueKind::Inspections, br#"{"inspections":[]}"#);
    let over_the_operators = put(&piet, &both.json()["version"], &[]).await;
    assert_eq!(over_the_operators.refusal(), (409, "changed-meanwhile".into()));
}

#[tokio::test]
async fn all_that_is_wrong_with_a_list_is_told_at_once_and_devices_keep_what_they_had() {
    let backend = Backend::new();
    let jan = planner(&backend, "jan").await;
    let mut wrong = planned("pier", "bij 111222333");
    wrong["endsAt"] = "2026-12-03T07:59:00Z".into();
    wrong["place"]["kind"] = "kasteel".into();
    wrong["place"]["name"] = " ".into();
    wrong["organisations"] = json!(["clowns"]);
    let answer = put(&jan, &json!(0), &[planned("pier", "goed"), wrong]).await;
    assert_eq!(answer.refusal(), (400, "invalid".into()));
    let at = |member: &str, code: &str| json!({ "field": format!("inspections[1].{member}"), "code": code });
    let expected = json!([
        at("code", "taken"),
        at("endsAt", "out-of-range"),
        at("place.kind", "unknown"),
        at("organisations", "unknown"),
        at("place.name", "required"),
        at("name", "invalid"),
    ]);
    assert_eq!(answer.json()["errors"], expected);
    let unread = put(&jan, &json!(0), &[planned("Geen code", "x")]).await;
    assert_eq!(unread.refusal(), (400, "malformed".into()));
    assert_eq!(backend.count("catalogues"), 0);
}

#[tokio::test]
async fn as_many_as_devices_take_fit_into_one_request_and_one_more_is_refused() {
    let backend = Backend::new();
    let jan = planner(&backend, "jan").await;
    let many: Vec<_> = (0..=500).map(|number| planned(&format!("n-{number}"), &"x".repeat(400))).collect();
    let more = put(&jan, &json!(0), &many).await;
    assert_eq!(more.json()["errors"], json!([{ "field": "inspections", "code": "out-of-range" }]));
    assert_eq!(put(&jan, &json!(0), &many[..500]).await.status, 200);
}

#[tokio::test]
async fn without_the_key_that_devices_believe_nothing_is_given() {
    let backend = Backend::new();
    let jan = planner(&backend, "jan").await;
    std::fs::remove_file(backend.data().content_key()).unwrap();
    let answer = put(&jan, &json!(0), &[planned("pier", "x")]).await;
    assert_eq!(answer.refusal(), (409, "not-now".into()));
    assert_eq!(backend.count("catalogues"), 0);
}

#[tokio::test]
async fn settings_are_given_with_days_and_numbers_and_a_number_that_a_dialler_obeys_is_refused() {
    let backend = Backend::new();
    let jan = planner(&backend, "jan").await;
    let path = "/v1/device-settings";
    let held = jan.get(path).await.json();
    let beginning = (&held["version"], &held["purgeAfterDays"], &held["leaseDays"]);
    assert_eq!(beginning, (&json!(0), &json!(30), &json!(30)), "what holds where nobody said anything");
    let phone = |number: &str| json!({ "code": "zorg", "nl": "Zorg", "en": "Care", "number": number, "checked": "" });
    let next = |days: u32, number: &str| json!({ "expectedVersion": 0, "purgeAfterDays": days, "leaseDays": 14, "phones": [phone(number)] });
    let refused = jan.put(path, &next(0, "*21#")).await;
    let errors = json!([
        { "field": "phones[0].number", "code": "invalid" }, { "field": "purgeAfterDays", "code": "out-of-range" },
    ]);
    assert_eq!(refused.json()["errors"], errors);
    assert_eq!(jan.put(path, &next(7, "0255 567 200")).await.status, 200);
    let held = jan.get(path).await.json();
    assert_eq!((&held["purgeAfterDays"], &held["leaseDays"]), (&json!(7), &json!(14)));
    assert_eq!(held["phones"][0]["number"], "0255 567 200");
}
