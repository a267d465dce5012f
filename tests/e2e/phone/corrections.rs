//! A record is amended and taken back on a phone, by touch and without a network; the phone dies on the way.

use thirtyfour::prelude::*;

use super::handset::Handset;
use super::held::{look, look_in_english, typed_in_view};
use super::shift::{choose_photo, enrol, fill_in, opened_again, saved};
use crate::backend::Backend;
use crate::page::Page;
use crate::processes::until;

const SEEN: &str = "Hut 12 op slot van buiten.";
const RIGHT: &str = "Hut 14 op slot van buiten.";
const WHY: &str = "Verkeerde hut opgeschreven";

async fn record_opened(page: &Page) {
    page.open("open-records", "records").await;
    page.click("record").await;
    page.wait_for("record-state").await;
}

async fn texts(page: &Page, testid: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for found in page.driver.find_all(By::Css(format!("[data-testid=\"{testid}\"]"))).await.unwrap() {
        texts.push(found.text().await.unwrap().replace('\n', " "));
    }
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_amended_and_taken_back_by_touch_and_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(folder.path()).await;
    let home = folder.path().join("companion");
    let mut phone = Handset::start(&home).await;
    enrol(&phone, &backend.invitation("nla")).await;
    backend.stop();
    fill_in(&phone.page, SEEN).await;
    phone.page.click("finalise").await;
    phone.page.wait_until_shown("to-home").await;
    phone.page.click("to-home").await;

    record_opened(&phone.page).await;
    look(&phone, "record-to-correct").await;
    look_in_english(&phone, "record-to-correct").await;
    phone.page.open("amend", "reason").await;
    phone.page.click("finalise").await;
    phone.page.find_css("[data-testid=\"error-summary\"]").await;
    look(&phone, "amend-without-reason").await;
    typed_in_view(&phone, "reason").await;
    phone.page.fill("reason", WHY).await;
    phone.page.fill("narrative", RIGHT).await;
    choose_photo(&phone.page, folder.path()).await;
    saved(&phone.page).await;
    look(&phone, "amend").await;
    look_in_english(&phone, "amend").await;

    // The battery is empty: the draft of an amendment is a draft like any other.
    phone.kill();
    phone.begin(&home).await;
    opened_again(&phone.page).await;
    look(&phone, "home-with-amendment").await;
    phone.page.open("open-draft", "reason").await;
    let kept = phone.page.find("reason").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some(WHY));
    phone.page.click("finalise").await;
    phone.page.wait_until_shown("to-home").await;
    phone.page.wait_for("record-history").await;
    assert_eq!(texts(&phone.page, "record-step-reason").await, [format!("Waarom? {WHY}")]);
    look(&phone, "amended").await;
    look_in_english(&phone, "amended").await;
    phone.page.click("to-home").await;

    record_opened(&phone.page).await;
    assert!(phone.page.text_of("record-fields").await.contains(RIGHT));
    taken_back(&phone).await;
    phone.back().await;
    until("the list to say so first", async || {
        texts(&phone.page, "record").await.first().is_some_and(|line| line.starts_with("Ingetrokken"))
    })
    .await;
    assert_eq!(texts(&phone.page, "record").await.len(), 1, "one line for one observation");
    look(&phone, "records-retracted").await;
    look_in_english(&phone, "records-retracted").await;
    phone.back().await;

    backend.serve().await;
    phone.page.open("open-sync", "sync-start").await;
    phone.page.click("sync-start").await;
    phone.page.find_css("[data-testid=\"sending\"][data-sending=\"received\"]").await;
    phone.back().await;
    record_opened(&phone.page).await;
    phone.page.wait_for("record-history").await;
    assert_eq!(texts(&phone.page, "record-step-state").await.len(), 3);
    look(&phone, "corrected-received").await;
    phone.close().await;
}

/// With a reason, and after a question that is answered with no at first.
async fn taken_back(phone: &Handset) {
    let page = &phone.page;
    page.open("to-retract", "reason").await;
    look(phone, "retract").await;
    look_in_english(phone, "retract").await;
    page.click("retract").await;
    page.wait_for_text("heading", "intrekken").await;
    typed_in_view(phone, "reason").await;
    page.fill("reason", "Was een ander schip").await;
    page.click("retract").await;
    page.wait_for("retract-cancel").await;
    look(phone, "retract-question").await;
    page.click("retract-cancel").await;
    page.click("retract").await;
    page.click("retract-confirm").await;
    page.wait_for("record-retracted").await;
    look(phone, "retracted").await;
    look_in_english(phone, "retracted").await;
}
