//! A network that is paid by the byte, one that wants a person first, and none: what waits is said, and leaves by itself.

use std::path::Path;

use serde_json::{Value, json};

use super::handset::Handset;
use super::held::{look, look_in_english};
use super::shift::{choose_photo, enrol, fill_in, opened_again};
use crate::backend::Backend;
use crate::processes::until;

fn network(reach: &str, cost: &str) -> Value {
    json!({ "kind": "network", "reach": reach, "cost": cost, "roaming": false })
}

/// A minimal observation, with a photo or without.
async fn observation(phone: &Handset, photo: Option<&Path>) {
    let page = &phone.page;
    fill_in(page, "Zes mannen slapen onder dek.").await;
    if let Some(folder) = photo {
        choose_photo(page, folder).await;
    }
    page.click("finalise").await;
    page.wait_for("record-state").await;
    page.wait_until_shown("to-home").await;
    page.click("to-home").await;
    page.wait_for("new-observation").await;
}

async fn stands(phone: &Handset, kind: &str) {
    phone.page.find_css(&format!("[data-testid=\"sending\"][data-sending=\"{kind}\"]")).await;
}

fn held(backend: &Backend) -> (u64, u64) {
    let report: Value = serde_json::from_str(&backend.run(&["verify", "--json"])).unwrap();
    let count = |what: &str| report[what].as_u64().unwrap_or_else(|| panic!("{what} in {report}"));
    (count("operations"), count("attachments"))
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_wait_for_a_network_that_costs_nothing_unless_a_person_says_so_twice() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let phone = Handset::start(&folder.path().join("companion")).await;
    enrol(&phone, &backend.invitation("nla")).await;
    phone.happens(network("validated", "metered")).await;
    observation(&phone, Some(folder.path())).await;
    phone.page.open("open-sync", "sync-start").await;
    stands(&phone, "photos-wait").await;
    phone.page.wait_for_text("sending-heading", "1 bijlage wacht op een gratis netwerk").await;
    assert_eq!(held(&backend), (1, 0), "the record is there, its photo is not");
    look(&phone, "sync-photos-wait").await;
    look_in_english(&phone, "sync-photos-wait").await;

    phone.page.click("sync-start").await;
    phone.page.wait_for("photos-anyway-dialog").await;
    look(&phone, "photos-anyway").await;
    look_in_english(&phone, "photos-anyway").await;
    phone.page.click("photos-anyway-cancel").await;
    stands(&phone, "photos-wait").await;
    assert_eq!(held(&backend), (1, 0), "one tap sends nothing that costs");
    phone.page.click("sync-start").await;
    phone.page.click("photos-anyway-confirm").await;
    stands(&phone, "received").await;
    assert_eq!(held(&backend), (1, 1));

    phone.back().await;
    observation(&phone, Some(folder.path())).await;
    phone.page.open("open-sync", "sync-start").await;
    stands(&phone, "photos-wait").await;
    phone.happens(network("validated", "unmetered")).await;
    stands(&phone, "received").await;
    assert_eq!(held(&backend), (2, 2), "by itself");

    phone.happens(network("captive", "unmetered")).await;
    phone.back().await;
    observation(&phone, None).await;
    phone.page.open("open-sync", "sync-start").await;
    phone.page.find_css("[data-testid=\"sending\"][data-code=\"network-sign-in\"]").await;
    look(&phone, "sync-sign-in").await;
    assert_eq!(held(&backend), (2, 2), "the backend answers, and nothing was tried");
    phone.happens(network("validated", "unmetered")).await;
    stands(&phone, "received").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_leaves_after_the_lock_as_soon_as_the_phone_wakes_the_app() {
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(folder.path()).await;
    let phone = Handset::start(&folder.path().join("companion")).await;
    enrol(&phone, &backend.invitation("nla")).await;
    backend.stop();
    observation(&phone, None).await;
    phone.page.click("hide-screen").await;
    until("the app to ask to be woken", async || {
        phone.asked_for("wakeWhen").await == [json!({ "conditions": "any-network" })]
    })
    .await;
    let kept = phone.asked_for("keepAlive").await;
    assert_eq!(kept, [json!({ "title": "Bezig" })], "a word that says nothing, in the language of the page");
    assert_eq!(phone.asked_for("letGo").await.len(), 1, "nothing is kept alive that only waits");
    backend.serve().await;
    phone.happens(json!({ "kind": "work-due" })).await;
    until("the app to say that it is through", async || phone.asked_for("done").await == [json!({ "again": false })])
        .await;
    assert_eq!(held(&backend), (1, 0), "nobody unlocked anything");
    assert_eq!(phone.phase().await, "locked");
    phone.page.come_back().await;
    opened_again(&phone.page).await;
    phone.page.open("open-sync", "sync-start").await;
    stands(&phone, "received").await;
    phone.back().await;
    sends_all_the_same_without_any_help(&phone, &mut backend).await;
    phone.close().await;
}

/// The phone keeps nothing alive and does not answer; that there is a network again it tells.
async fn sends_all_the_same_without_any_help(phone: &Handset, backend: &mut Backend) {
    phone.replies("keepAlive", json!({ "refusal": "refused" })).await;
    phone.replies("wakeWhen", json!("never")).await;
    phone.happens(network("none", "unknown")).await;
    backend.stop();
    observation(phone, None).await;
    phone.page.click("hide-screen").await;
    until("the core to lock", async || phone.phase().await == "locked").await;
    backend.serve().await;
    phone.happens(network("validated", "metered")).await;
    until("the record to leave", async || held(backend) == (2, 0)).await;
}
