//! What an observation costs the hand: taps counted on a phone of 360 by 740, and no swipe. Whatever is tapped lies in sight
//! and under nothing as the screen is, without being scrolled to.

use std::path::Path;

use serde_json::{Value, json};

use super::hand::Hand;
use super::handset::Handset;
use super::held::{look, look_in_english, picture};
use super::shift::enrol;
use crate::backend::Backend;
use crate::processes::until;

async fn scrolled(hand: &Hand<'_>) -> Value {
    hand.page().script("return document.querySelector('.scroller').scrollTop").await
}

async fn signed(hand: &Hand<'_>) {
    hand.page().wait_for("record-state").await;
    hand.page().wait_until_shown("another-observation").await;
}

async fn aboard(folder: &Path) -> (Backend, Handset) {
    let backend = Backend::start(folder).await;
    let phone = Handset::start(&folder.join("companion")).await;
    enrol(&phone, &backend.invitation("nla")).await;
    phone.page.click("start-inspection").await;
    phone.page.click("place-kind-vissersschip").await;
    phone.page.fill("place-name", "IJM 204 Noordster").await;
    phone.page.click("ground-toestemming-bewoner").await;
    phone.page.click("finalise").await;
    phone.page.wait_until_shown("new-observation").await;
    (backend, phone)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minimal_observation_takes_five_taps_one_text_and_no_swipe() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, phone) = aboard(folder.path()).await;
    let mut hand = Hand::on(&phone);
    hand.tap("new-observation").await;
    hand.page().wait_for("narrative").await;
    picture(&phone, "phone-form-empty").await;
    hand.write("narrative", "Hut 12 en 14 op slot van buiten. P1 is bang en mag er niet uit.").await;
    hand.tap("form-arbeid").await;
    hand.tap("basis-waarneming").await;
    hand.tap("urgency-spoed").await;
    assert_eq!(scrolled(&hand).await, json!(0), "all three questions stand on one screen");
    hand.page().wait_for_text("finalise-second", "Noordster").await;
    hand.tap("finalise").await;
    signed(&hand).await;
    assert_eq!(hand.cost.taps, 5);
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_observation_of_a_known_person_takes_fewer_than_twelve_taps() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, phone) = aboard(folder.path()).await;
    let page = &phone.page;
    phone.allow("camera", "granted").await;
    // The person is met in the observation before.
    page.click("new-observation").await;
    page.wait_for("narrative").await;
    look(&phone, "form-empty").await;
    look_in_english(&phone, "form-empty").await;
    page.click("new-person").await;
    page.fill("person-0-description", "hut 12, spreekt Engels").await;
    page.click("consent-0-none").await;
    page.fill("narrative", "P1 slaapt in hut 12.").await;
    for answer in ["form-arbeid", "basis-verklaring", "urgency-regulier"] {
        page.click(answer).await;
    }
    look(&phone, "form-person").await;
    look_in_english(&phone, "form-person").await;
    page.click("finalise").await;
    page.wait_for("record-state").await;
    page.wait_until_shown("another-observation").await;
    page.click("another-observation").await;
    page.wait_until_shown("person-chip-P1").await;

    let mut hand = Hand::on(&phone);
    hand.cost.taps = 1;
    hand.write("narrative", "Deur op slot, P1 is bang.").await;
    hand.page().find_css("[data-testid=\"person-chip-P1\"][aria-pressed=\"true\"]").await;
    hand.tap("take-photo").await;
    hand.page().find_css("[data-testid=\"camera\"][data-state=\"live\"]").await;
    hand.tap("camera-take").await;
    hand.page().wait_for_text("camera", "1").await;
    hand.tap("camera-done").await;
    for answer in ["form-arbeid", "form-seksueel", "basis-waarneming", "urgency-spoed"] {
        hand.tap(answer).await;
    }
    // The photo took the room of the indicators: one swipe.
    hand.page().script("document.querySelector('.scroller').scrollTo(0, 200)").await;
    hand.tap("indicator-suggested-V6").await;
    hand.tap("indicator-suggested-W5").await;
    look(&phone, "form-ready").await;
    look_in_english(&phone, "form-ready").await;
    hand.tap("finalise").await;
    signed(&hand).await;
    assert!(hand.cost.taps < 12, "{}", hand.cost.taps);
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pressed_too_early_the_button_leads_to_the_first_missing_answer_and_says_how_many() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, phone) = aboard(folder.path()).await;
    let page = &phone.page;
    page.click("new-observation").await;
    page.wait_for_text("finalise-second", "4").await;
    page.fill("narrative", "Hut 12 op slot.").await;
    page.click("form-arbeid").await;
    page.click("urgency-spoed").await;
    page.wait_for_text("finalise-second", "1").await;
    page.click("finalise").await;
    page.wait_for("error-summary").await;
    assert_eq!(page.script("return document.activeElement.id").await, json!("field-basis"));
    look(&phone, "form-missing").await;
    page.click("urgency-acuut").await;
    page.wait_for("acute-advice").await;
    until("the call to be in sight", async || {
        let call =
            page.script("return document.querySelector('[data-testid=\"acute-yes\"]').getBoundingClientRect().top");
        call.await.as_f64().is_some_and(|top| top > 0.0)
    })
    .await;
    look(&phone, "form-acute").await;
    look_in_english(&phone, "form-acute").await;
    page.click("acute-yes").await;
    page.wait_for("acute-called").await;
    look(&phone, "form-called").await;
    page.click("section-indicators").await;
    page.fill("indicator-search", "geslagen").await;
    look(&phone, "form-indicators").await;
    look_in_english(&phone, "form-indicators").await;
    page.click("place-line").await;
    page.wait_until_shown("observed-at-time").await;
    look(&phone, "form-more").await;
    look_in_english(&phone, "form-more").await;
    page.click("theme-switch").await;
    look(&phone, "form-dim").await;
    phone.close().await;
}
