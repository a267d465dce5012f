//! At a door: a contact moment in seven taps, and the screens that are used where there is no network and nobody to ask:
//! a file to carry, another passphrase.

use serde_json::Value;

use super::handset::Handset;
use super::held::{look, look_in_english, typed_in_view};
use super::shift::{SECRET, enrol};
use crate::backend::Backend;

const OTHER: &str = "zeven kiezels op de pier";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_met_again_is_written_down_in_seven_taps_and_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(folder.path()).await;
    let phone = Handset::start(&folder.path().join("companion")).await;
    enrol(&phone, &backend.invitation("scharlaken-koord")).await;
    backend.stop();
    let page = &phone.page;
    look(&phone, "home-care").await;

    page.click("new-contact").await;
    page.wait_for("pseudonym").await;
    look(&phone, "contact-empty").await;
    typed_in_view(&phone, "pseudonym").await;
    page.fill("pseudonym", "Roos").await;
    page.click("finalise").await;
    page.wait_for("error-summary").await;
    look(&phone, "contact-missing").await;
    answer(&phone, &["language-Roemeens"]).await;
    answer(&phone, &["asked-arts", "given-kaart", "consent-zorg-gegeven", "follow-up-deze-week"]).await;
    look(&phone, "contact-ready").await;
    look_in_english(&phone, "contact-ready").await;
    page.click("finalise").await;
    page.wait_for("record-state").await;
    look(&phone, "contact-signed").await;
    page.click("to-home").await;

    let taps =
        ["new-contact", "asked-gesprek", "given-afspraak", "consent-zorg-gegeven", "follow-up-morgen", "finalise"];
    let [first, answers @ .., last] = taps;
    page.click(first).await;
    page.find_css("[data-testid^=\"who-\"]").await;
    // The first tile is whoever was met last.
    page.click_css("[data-testid^=\"who-\"]").await;
    answer(&phone, &answers).await;
    page.click(last).await;
    page.wait_for("record-state").await;
    assert_eq!(taps.len() + 1, 7);
    phone.close().await;
}

async fn answer(phone: &Handset, testids: &[&str]) {
    for testid in testids {
        phone.page.click(testid).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_and_another_passphrase_are_at_hand_without_anybody_to_ask() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let phone = Handset::start(&folder.path().join("companion")).await;
    enrol(&phone, &backend.invitation("nla")).await;
    let page = &phone.page;

    page.click("open-sync").await;
    page.wait_for("carry").await;
    page.click("carry").await;
    page.click("carry-out").await;
    page.wait_for("carry-nothing").await;
    look(&phone, "carry").await;
    look_in_english(&phone, "carry").await;
    phone.back().await;

    page.open("open-settings", "passphrase").await;
    page.click("passphrase-change").await;
    page.fill("secret-current", "een andere wachtzin").await;
    page.fill("secret", OTHER).await;
    page.fill("secret-repeat", OTHER).await;
    page.click("passphrase-confirm").await;
    page.wait_for_text("error", "Nog").await;
    look(&phone, "passphrase-wrong").await;
    page.fill("secret-current", SECRET).await;
    page.click("passphrase-confirm").await;
    page.wait_for("passphrase-changed").await;
    look(&phone, "passphrase-changed").await;
    look_in_english(&phone, "passphrase-changed").await;

    page.click("hide-screen").await;
    page.come_back().await;
    page.fill("unlock-secret", OTHER).await;
    page.click("unlock").await;
    page.wait_for("new-observation").await;
    assert_ne!(page.script("return document.title").await, Value::Null);
    phone.close().await;
}
