//! A shift on a phone: the main job by touch, and the closed doors on its way.

use std::path::Path;

use serde_json::json;
use thirtyfour::prelude::*;

use super::handset::Handset;
use super::held::{look, look_in_english, typed_in_view};
use crate::backend::Backend;
use crate::page::Page;
use crate::processes::until;

pub(super) const SECRET: &str = "vijf zeehonden op de pier";
const SEEN: &str = "Onder dek slapen zes mannen op vier bedden; hun paspoorten liggen bij de schipper.";

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_is_done_on_a_phone_however_it_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(folder.path()).await;
    let phone = Handset::start(&folder.path().join("companion")).await;
    phone.page.wait_for("secret").await;
    look(&phone, "first-start").await;
    enrol_looked_at(&phone, &backend.invitation("nla")).await;
    look(&phone, "home-empty").await;

    backend.stop();
    inspection(&phone).await;
    observation(&phone, folder.path()).await;
    back_closes_what_is_open_and_loses_nothing(&phone).await;
    waits_for_a_network(&phone).await;
    backend.serve().await;
    arrives(&phone.page).await;
    read_again(&phone).await;
    put_away_and_opened(&phone).await;
    phone.close().await;
}

pub(super) async fn enrol(phone: &Handset, invitation: &str) {
    let page = &phone.page;
    choose_secret(page).await;
    page.fill("invitation", invitation).await;
    page.click("check-invitation").await;
    page.wait_for("invitation-preview-address").await;
    page.click("enrol").await;
    page.wait_for("new-observation").await;
}

async fn choose_secret(page: &Page) {
    page.fill("secret", SECRET).await;
    page.fill("secret-repeat", SECRET).await;
    page.click("set-secret").await;
}

/// The same, with a letter mistyped at first, and every screen looked at.
async fn enrol_looked_at(phone: &Handset, invitation: &str) {
    let page = &phone.page;
    choose_secret(page).await;
    page.fill("invitation", &invitation.replace('0', "1")).await;
    page.click("check-invitation").await;
    page.wait_for("error").await;
    look(phone, "invitation-mistyped").await;
    page.fill("invitation", invitation).await;
    page.click("check-invitation").await;
    page.wait_for("invitation-preview-address").await;
    look(phone, "invitation").await;
    page.click("enrol").await;
    page.wait_for("new-observation").await;
}

/// A new observation with what it needs to be signed and no more.
pub(super) async fn fill_in(page: &Page, text: &str) {
    page.click("new-observation").await;
    page.wait_for("narrative").await;
    // What was said of the one before goes on.
    if page.find("place-kind-vissersschip").await.is_displayed().await.unwrap() {
        page.click("place-kind-vissersschip").await;
    }
    page.click("form-arbeid").await;
    page.fill("narrative", text).await;
    page.click("basis-waarneming").await;
    page.click("urgency-regulier").await;
}

/// Presses without waiting for what comes of it, and where no tap would arrive.
pub(super) async fn press(page: &Page, testid: &str) {
    page.wait_until_shown(testid).await;
    page.script(&format!("document.querySelector('[data-testid=\"{testid}\"]').click()")).await;
}

/// What is typed last is on disk.
pub(super) async fn saved(page: &Page) {
    until("the draft to be saved", async || {
        page.script("return document.querySelector('[data-testid=\"save-note\"]')?.dataset.state").await == "saved"
    })
    .await;
}

/// A photo of one colour, chosen as a file.
pub(super) async fn choose_photo(page: &Page, folder: &Path) {
    let picture = folder.join("photo.jpg");
    image::RgbImage::from_pixel(160, 120, image::Rgb([200, 40, 40])).save(&picture).unwrap();
    page.find("photo-file").await.send_keys(picture.display().to_string()).await.unwrap();
    page.find_css("img[data-testid=\"photo\"]").await;
}

/// The app again after it was killed: locked, and then home.
pub(super) async fn opened_again(page: &Page) {
    page.wait_for("unlock-secret").await;
    page.fill("unlock-secret", SECRET).await;
    page.click("unlock").await;
    page.wait_until_shown("new-observation").await;
}

async fn inspection(phone: &Handset) {
    let page = &phone.page;
    page.click("start-inspection").await;
    page.click("place-kind-vissersschip").await;
    typed_in_view(phone, "place-name").await;
    page.fill("place-name", "IJM 204 Noordster").await;
    page.click("finalise").await;
    page.find_css("[data-testid=\"error-summary\"]").await;
    look(phone, "inspection-incomplete").await;
    page.click("ground-toestemming-bewoner").await;
    page.click("finalise").await;
    page.wait_until_shown("new-observation").await;
    look(phone, "home-with-inspection").await;
}

async fn observation(phone: &Handset, folder: &Path) {
    let page = &phone.page;
    page.click("new-observation").await;
    page.click("form-arbeid").await;
    typed_in_view(phone, "narrative").await;
    page.fill("narrative", SEEN).await;
    page.click("basis-waarneming").await;
    page.click("urgency-acuut").await;
    page.click("section-indicators").await;
    typed_in_view(phone, "indicator-search").await;
    page.fill("indicator-search", "paspoort").await;
    page.click("indicator-D1").await;
    page.click("section-persons").await;
    page.click("add-person").await;
    typed_in_view(phone, "person-0-description").await;
    page.fill("person-0-description", "Man van rond de twintig, spreekt Engels").await;
    choose_photo(page, folder).await;
    by_the_apps_own_camera(phone).await;
    look(phone, "observation").await;
    page.click("acute-yes").await;
    page.wait_for("acute-called").await;
    page.click("finalise").await;
    page.wait_for("record-state").await;
    page.wait_until_shown("to-home").await;
    look(phone, "finalised").await;
    page.click("to-home").await;
    page.wait_for("new-observation").await;
}

/// Two photos one after the other; the chooser and the phone's own camera are not asked for.
async fn by_the_apps_own_camera(phone: &Handset) {
    let page = &phone.page;
    phone.allow("camera", "denied").await;
    page.click("take-photo").await;
    page.wait_for("camera-fault").await;
    look(phone, "camera-refused").await;
    look_in_english(phone, "camera-refused").await;
    phone.allow("camera", "granted").await;
    page.click("camera-again").await;
    page.find_css("[data-testid=\"camera\"][data-state=\"live\"]").await;
    look(phone, "camera").await;
    look_in_english(phone, "camera").await;
    taken_away_while_it_is_used(phone).await;
    for taken in ["1", "2"] {
        page.click("camera-take").await;
        page.wait_for_text("camera", taken).await;
    }
    phone.back().await;
    until("both photos and the chosen one to be in the draft", async || {
        page.driver.find_all(By::Css("[data-testid=\"photo\"]")).await.unwrap().len() == 3
    })
    .await;
    assert_eq!(page.script("return document.querySelectorAll('video').length").await, json!(0), "nothing films on");
    page.click("enlarge-photo").await;
    page.wait_for("photo-viewer").await;
    look(phone, "photo-enlarged").await;
    look_in_english(phone, "photo-enlarged").await;
    phone.back().await;
}

/// The person goes to the system's settings and comes back.
async fn taken_away_while_it_is_used(phone: &Handset) {
    phone.happens(json!({ "kind": "withdrawn", "what": "camera" })).await;
    phone.page.wait_for("camera-fault").await;
    phone.page.click("camera-again").await;
    phone.page.find_css("[data-testid=\"camera\"][data-state=\"live\"]").await;
}

async fn back_closes_what_is_open_and_loses_nothing(phone: &Handset) {
    let page = &phone.page;
    page.click("new-observation").await;
    page.fill("narrative", "Bij vertrek keek een jongen om").await;
    phone.back().await;
    page.wait_for("open-draft").await;
    page.open("open-draft", "narrative").await;
    let kept = page.find("narrative").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("Bij vertrek keek een jongen om"));
    phone.back().await;
    page.wait_for("new-observation").await;
    look(phone, "home-with-draft").await;
}

async fn waits_for_a_network(phone: &Handset) {
    phone.page.open("open-sync", "sync-start").await;
    phone.page.click("sync-start").await;
    phone.page.find_css("[data-testid=\"sending\"][data-sending=\"offline\"]").await;
    look(phone, "sync-offline").await;
}

async fn arrives(page: &Page) {
    page.click("sync-start").await;
    page.find_css("[data-testid=\"sending\"][data-sending=\"received\"]").await;
}

async fn read_again(phone: &Handset) {
    let page = &phone.page;
    look(phone, "sync-received").await;
    phone.back().await;
    page.open("open-records", "records").await;
    look(phone, "records").await;
    looked_for(phone).await;
    page.click_css("[data-testid=\"records\"] [data-testid=\"record\"]").await;
    page.wait_for("receipt-verified").await;
    look(phone, "record").await;
    phone.back().await;
    side_by_side(phone).await;
    phone.back().await;
    page.open("open-settings", "device-organisation").await;
    look(phone, "settings").await;
    page.click("theme-switch").await;
    look(phone, "settings-dim").await;
    page.click("theme-switch").await;
    phone.back().await;
}

/// By the beginning of a word, whatever its capitals; and what was looked for is there after a look at what was found.
async fn looked_for(phone: &Handset) {
    let page = &phone.page;
    typed_in_view(phone, "seek-words").await;
    page.fill("seek-words", "PASPOOR").await;
    page.wait_for_text("records-found", "1").await;
    page.click("seek-more").await;
    look(phone, "records-found").await;
    look_in_english(phone, "records-found").await;
    page.click("record").await;
    page.wait_for("receipt-verified").await;
    phone.back().await;
    page.wait_for_text("records-found", "1").await;
    page.click("seek-clear").await;
    page.wait_for("open-draft").await;
}

/// On a tablet the list stays beside what is read, and has the focus again once that is closed.
async fn side_by_side(phone: &Handset) {
    let page = &phone.page;
    phone.resize(820, 1180).await;
    page.wait_for("pane-record").await;
    for which in ["last", "first"] {
        let record = format!(
            "const all = document.querySelectorAll('[data-testid=record]'); \
                              (\"{which}\" === 'last' ? all[all.length - 1] : all[0]).click()"
        );
        page.script(&record).await;
        page.wait_for("receipt-verified").await;
        page.wait_for("records").await;
    }
    phone.back().await;
    until("the list to have the focus again", async || {
        page.script("return document.activeElement === document.querySelector('[data-testid=record]')").await == true
    })
    .await;
    phone.resize(360, 740).await;
    page.wait_for("records").await;
}

/// The screen that a person is looked over the shoulder at, and what comes after it.
async fn put_away_and_opened(phone: &Handset) {
    let page = &phone.page;
    page.click("hide-screen").await;
    page.wait_for("away").await;
    let said = page.text().await;
    assert!(!said.contains("Noordster") && !said.contains("waarneming"), "a neutral screen: {said}");
    look(phone, "away").await;
    page.come_back().await;
    look(phone, "unlock").await;
    typed_in_view(phone, "unlock-secret").await;
    page.fill("unlock-secret", "helemaal verkeerd").await;
    page.click("unlock").await;
    page.wait_for("error").await;
    look(phone, "unlock-wrong").await;
    page.fill("unlock-secret", SECRET).await;
    page.click("unlock").await;
    page.wait_for("new-observation").await;
    let drafts = page.driver.find_all(By::Css("[data-testid=\"open-draft\"]")).await.unwrap();
    assert_eq!(drafts.len(), 1, "the draft is still there");
}
