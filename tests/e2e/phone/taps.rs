//! What an observation costs the hand: taps counted on a phone of 360 by 740, and no swipe. Whatever is tapped lies in sight
//! and under nothing as the screen is, without being scrolled to.

use std::path::Path;

use serde_json::{Value, json};

use super::handset::Handset;
use super::held::{look, look_in_english, picture, settled};
use super::shift::enrol;
use crate::backend::Backend;
use crate::page::Page;
use crate::processes::until;

/// Where it is tapped, and whether the finger would hit it there.
const TARGET: &str = r#"
    const found = document.querySelector(`[data-testid="${arguments[0]}"]`);
    const node = found.matches("input[type=checkbox], input[type=radio]") ? found.closest("label") : found;
    const box = node.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return { isWhole: box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth,
             isHit: hit !== null && (node === hit || node.contains(hit)), top: box.top, bottom: box.bottom };
"#;

/// A hand on the phone.
struct Hand<'a> {
    phone: &'a Handset,
    taps: u32,
}

impl Hand<'_> {
    fn page(&self) -> &Page {
        &self.phone.page
    }

    /// One tap on what lies in sight.
    async fn tap(&mut self, testid: &str) {
        self.page().wait_for(testid).await;
        settled(self.phone).await;
        let target = self.page().driver.execute(TARGET, vec![json!(testid)]).await.unwrap().json().clone();
        assert_eq!((&target["isWhole"], &target["isHit"]), (&json!(true), &json!(true)), "{testid}: {target}");
        let element = self.page().find(testid).await;
        self.page().driver.action_chain().move_to_element_center(&element).click().perform().await.unwrap();
        self.taps += 1;
    }

    /// What is typed into what has the focus already.
    async fn write(&self, words: &str) {
        let focused = self.page().script("return document.activeElement?.dataset.testid").await;
        assert_eq!(focused, json!("narrative"), "the words have the focus");
        self.page().driver.action_chain().send_keys(words).perform().await.unwrap();
    }

    async fn scrolled(&self) -> Value {
        self.page().script("return document.querySelector('.scroller').scrollTop").await
    }

    async fn signed(&self) {
        self.page().wait_for("record-state").await;
        self.page().wait_until_shown("another-observation").await;
    }
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
    let mut hand = Hand { phone: &phone, taps: 0 };
    hand.tap("new-observation").await;
    hand.page().wait_for("narrative").await;
    picture(&phone, "phone-form-empty").await;
    hand.write("Hut 12 en 14 op slot van buiten. P1 is bang en mag er niet uit.").await;
    hand.tap("form-arbeid").await;
    hand.tap("basis-waarneming").await;
    hand.tap("urgency-spoed").await;
    assert_eq!(hand.scrolled().await, json!(0), "all three questions stand on one screen");
    hand.page().wait_for_text("finalise-second", "Noordster").await;
    hand.tap("finalise").await;
    hand.signed().await;
    assert_eq!(hand.taps, 5);
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

    let mut hand = Hand { phone: &phone, taps: 1 };
    hand.write("Deur op slot, P1 is bang.").await;
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
    hand.signed().await;
    assert!(hand.taps < 12, "{}", hand.taps);
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
