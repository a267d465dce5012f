//! What the municipality gives to work with, on a phone and without a network: reference cards, one of them shown to a
//! person, a known place, a planned inspection.

use std::fmt::Write;
use std::path::Path;

use baken_companion::{Clock, SystemClock};
use chrono::TimeDelta;

use super::handset::Handset;
use super::held::{look, look_in_english, typed_in_view};
use super::shift::enrol;
use crate::backend::Backend;
use crate::page::Page;
use crate::processes::until;

fn given(backend: &Backend, folder: &Path) {
    let at = |hours| (SystemClock::default().now() + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M:%SZ");
    let planned = format!(
        r#"{{"inspections":[{{"code":"pier","name":"Hotels aan zee","startsAt":"{}","endsAt":"{}","ground":"awb-5-15",
            "place":{{"kind":"hotel","name":"Hotel De Pier","address":"Kennemerboulevard 250","postcode":"1976 EF"}},
            "organisations":["politie","gemeente-handhaving"]}}]}}"#,
        at(0),
        at(4)
    );
    let mut places = "soort;naam;adres;imo;ligplaats\nhotel;Hotel De Pier;Kennemerboulevard 250;;\n".to_owned();
    for number in 0..2_000 {
        writeln!(places, "zeeschip;Noordster {number};;;Kade {}", number % 9).unwrap();
    }
    let phones =
        r#"{"phones":[{"code":"zorgcoordinator","nl":"Zorg Velsen","en":"Care Velsen","number":"0255 567 200"}]}"#;
    for (kind, text) in [("inspections", planned.as_str()), ("places", &places), ("settings", phones)] {
        let file = folder.join(kind);
        std::fs::write(&file, text).unwrap();
        backend.run(&["content", kind, file.to_str().unwrap()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_municipality_gives_is_at_hand_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(folder.path()).await;
    given(&backend, folder.path());
    let phone = Handset::start(&folder.path().join("companion")).await;
    enrol(&phone, &backend.invitation("nla")).await;
    phone.page.open("open-sync", "sync-start").await;
    until("everything to be fetched", async || phone.page.text().await.contains("Laatst verbonden")).await;
    phone.back().await;
    phone.page.wait_for("planned-pier").await;
    backend.stop();
    look(&phone, "home-planned").await;
    looked_up(&phone).await;
    shown_to_a_person(&phone).await;
    phone.back().await;
    planned(&phone).await;
    chosen(&phone).await;
    phone.close().await;
}

async fn looked_up(phone: &Handset) {
    let page = &phone.page;
    page.open("open-reference", "card-gevaar").await;
    look(phone, "reference").await;
    look_in_english(phone, "reference").await;
    page.open("card-gevaar", "call-112").await;
    look(phone, "reference-danger").await;
    phone.back().await;
    page.fill("reference-search", "coördinator").await;
    page.open("card-zorg", "call-zorgcoordinator").await;
    assert!(page.text_of("call-comensha").await.contains("nog geen nummer"));
    look(phone, "reference-care").await;
    look_in_english(phone, "reference-care").await;
    phone.back().await;
}

async fn shown_to_a_person(phone: &Handset) {
    let page = &phone.page;
    page.open("card-rechten", "card-shown").await;
    look(phone, "card-shown").await;
    page.click_css("[data-testid=\"card-language\"] option[value=\"uk\"]").await;
    page.wait_for_text("heading", "права").await;
    look(phone, "card-shown-ukrainian").await;
    let all = page.script("return document.body.innerText").await;
    assert!(!all.as_str().unwrap().contains("Baken"), "{all}");
    phone.back().await;
    page.open("card-hulp", "card-shown").await;
    look(phone, "card-to-point-at").await;
    phone.back().await;
}

/// A planned inspection begins a draft that only has to be signed.
async fn planned(phone: &Handset) {
    let page = &phone.page;
    page.open("planned-pier", "place-name").await;
    assert_eq!(value(page, "place-name").await, "Hotel De Pier");
    look(phone, "planned-begun").await;
    page.click("finalise").await;
    page.wait_for("together").await;
    assert!(page.text_of("inspection-place").await.contains("Hotel De Pier"));
}

/// Another place than the inspection's, out of two thousand.
async fn chosen(phone: &Handset) {
    let page = &phone.page;
    page.click("new-observation").await;
    page.wait_for("narrative").await;
    page.click("place-line").await;
    typed_in_view(phone, "place-search").await;
    page.fill("place-search", "noordster 1999").await;
    page.wait_for("found-place").await;
    look(phone, "place-found").await;
    look_in_english(phone, "place-found").await;
    page.click("found-place").await;
    assert_eq!(value(page, "place-name").await, "Noordster 1999");
    look(phone, "place-chosen").await;
}

async fn value(page: &Page, testid: &str) -> String {
    page.find(testid).await.prop("value").await.unwrap().unwrap_or_default()
}
