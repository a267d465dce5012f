//! What a phone does to an app in use: the background, little memory, half a screen, larger letters, a page that ends.

use serde_json::{Value, json};

use super::handset::Handset;
use super::held::{picture, settled};
use super::shift::{choose_photo, enrol, opened_again, saved};
use crate::backend::Backend;
use crate::processes::until;

const SEEN: &str = "Onder dek slapen zes mannen op vier bedden.";

/// An observation that is being written, with this text in it.
async fn writing(folder: &std::path::Path) -> (Backend, Handset) {
    let backend = Backend::start(folder).await;
    let phone = Handset::start(&folder.join("companion")).await;
    enrol(&phone, &backend.invitation("nla")).await;
    phone.page.click("new-observation").await;
    phone.page.click("form-arbeid").await;
    phone.page.fill("narrative", SEEN).await;
    saved(&phone.page).await;
    (backend, phone)
}

async fn narrative(phone: &Handset) -> String {
    phone.page.find("narrative").await.prop("value").await.unwrap().unwrap_or_default()
}

/// The field that is typed in has its text and the focus, and its first line at least is seen.
async fn goes_on(phone: &Handset, how: &str) {
    let look = r"const field = document.activeElement, box = field.getBoundingClientRect();
        const line = Math.min(box.bottom, box.top + 40);
        const over = document.elementFromPoint(box.left + box.width / 2, (Math.max(box.top, 0) + line) / 2);
        return { field: field.dataset.testid, top: box.top, line, height: innerHeight, isOver: over === field };";
    let mut seen = Value::Null;
    for _ in 0..40 {
        settled(phone).await;
        seen = phone.page.script(look).await;
        if seen["isOver"] == true {
            break;
        }
    }
    picture(phone, &format!("phone-life-{how}")).await;
    assert_eq!((&seen["field"], &seen["isOver"]), (&json!("narrative"), &json!(true)), "{how}: {seen}");
    assert_eq!(narrative(phone).await, SEEN, "{how}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_frozen_in_the_background_is_locked_by_the_core_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, mut phone) = writing(folder.path()).await;
    // It cannot save or lock any more: nothing of it runs.
    phone.tell("Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
    phone.happens(json!({ "kind": "left", "expected": false })).await;
    until("the core to lock", async || phone.phase().await == "locked").await;
    phone.happens(json!({ "kind": "returned" })).await;
    phone.tell("Page.setWebLifecycleState", json!({ "state": "active" })).await;
    phone.page.come_back().await;
    let said = phone.page.text().await;
    assert!(!said.contains("Onder dek"), "locked, and nothing is shown: {said}");
    // The browser takes a page that was frozen by this for hidden ever after: it locks whenever it is opened.
    phone.kill();
    phone.close().await;
    let phone = Handset::start(&folder.path().join("companion")).await;
    opened_again(&phone.page).await;
    phone.page.open("open-draft", "narrative").await;
    assert_eq!(narrative(&phone).await, SEEN);
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_wants_its_memory_back_gets_pictures_and_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, phone) = writing(folder.path()).await;
    choose_photo(&phone.page, folder.path()).await;
    phone.page.click("section-indicators").await;
    phone.page.script("document.querySelector('[data-testid=\"section-more\"]').scrollIntoView()").await;
    settled(&phone).await;
    phone.tell("Memory.simulatePressureNotification", json!({ "level": "critical" })).await;
    phone.happens(json!({ "kind": "memory-low" })).await;
    let pictures =
        async || phone.page.script("return document.querySelectorAll('img[data-testid=photo]').length").await;
    until("the picture out of sight to be let go of", async || pictures().await == json!(0)).await;
    assert_eq!(narrative(&phone).await, SEEN);
    phone
        .page
        .script("document.querySelector('[data-testid=enlarge-photo]').scrollIntoView({ block: 'center' })")
        .await;
    until("the picture to be read again", async || pictures().await == json!(1)).await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_screen_and_larger_letters_keep_the_field_that_is_typed_in() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, phone) = writing(folder.path()).await;
    phone.page.click("narrative").await;
    for (how, width, height) in
        [("half-height", 360, 370), ("upright", 360, 740), ("sideways", 740, 360), ("half-width", 370, 360)]
    {
        phone.resize(width, height).await;
        goes_on(&phone, how).await;
    }
    phone.resize(360, 740).await;
    phone.page.script("document.documentElement.style.fontSize = '200%'").await;
    goes_on(&phone, "large-letters").await;
    phone.page.script("document.documentElement.style.fontSize = ''").await;
    goes_on(&phone, "usual-letters").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_ends_and_begins_anew_is_locked_and_then_shows_home_with_the_draft_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, mut phone) = writing(folder.path()).await;
    phone.page.driver.refresh().await.unwrap();
    opened_again(&phone.page).await;
    phone.page.open("open-draft", "narrative").await;
    assert_eq!(narrative(&phone).await, SEEN);
    phone.kill();
    phone.begin(&folder.path().join("companion")).await;
    opened_again(&phone.page).await;
    phone.page.open("open-draft", "narrative").await;
    assert_eq!(narrative(&phone).await, SEEN);
    phone.close().await;
}
