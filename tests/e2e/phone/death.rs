//! Android ends a process whenever it wants its memory, without a word. The next start shows the locked screen, and the
//! draft as it was to the last answer that was taken.

use std::path::{Path, PathBuf};
use std::time::Duration;

use thirtyfour::prelude::*;

use super::handset::Handset;
use super::shift::{SECRET, enrol, fill_in, opened_again, press, saved};
use crate::backend::Backend;
use crate::page::Page;

/// How often it is killed, each time a little later after the last letter.
const TIMES: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_kills_the_app_while_one_types_gives_the_draft_back() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let home = folder.path().join("companion");
    let mut phone = Handset::start(&home).await;
    enrol(&phone, &backend.invitation("nla")).await;
    phone.page.click("new-observation").await;
    phone.page.click("form-arbeid").await;
    phone.page.wait_for("narrative").await;
    for time in 0..TIMES {
        let kept = format!("Tot hier is het bewaard, {time}.");
        phone.page.fill("narrative", &kept).await;
        saved(&phone.page).await;
        // What comes after it may be kept or not; nothing before it may go.
        phone.page.find("narrative").await.send_keys(" En nog iets.").await.unwrap();
        tokio::time::sleep(Duration::from_millis(time * 40)).await;
        phone.kill();
        phone.begin(&home).await;
        phone.page.wait_for("unlock-secret").await;
        let said = phone.page.text().await;
        assert!(!said.contains("bewaard"), "locked, and nothing is shown: {said}");
        phone.page.fill("unlock-secret", SECRET).await;
        phone.page.click("unlock").await;
        phone.page.open("open-draft", "narrative").await;
        let text = phone.page.find("narrative").await.prop("value").await.unwrap().unwrap_or_default();
        assert!(text.starts_with(&kept), "time {time}: {text:?}");
        assert!(phone.page.find("form-arbeid").await.is_selected().await.unwrap(), "and what was chosen");
    }
    phone.close().await;
}

/// Killed with the camera open and a photo just taken: what was told to be taken is in the draft, and all before it.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_kills_the_app_while_one_photographs_keeps_every_photo_that_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, mut phone, home) = enrolled(folder.path()).await;
    phone.allow("camera", "granted").await;
    phone.page.click("new-observation").await;
    phone.page.click("form-arbeid").await;
    phone.page.fill("narrative", "Vier bedden").await;
    saved(&phone.page).await;
    let mut kept = 0;
    for time in 0..TIMES {
        phone.page.click("take-photo").await;
        phone.page.find_css("[data-testid=\"camera\"][data-state=\"live\"]").await;
        press(&phone.page, "camera-take").await;
        let told = time % 2 == 1;
        if told {
            phone.page.wait_for_text("camera", "1").await;
        } else {
            tokio::time::sleep(Duration::from_millis(time * 40)).await;
        }
        phone.kill();
        phone.begin(&home).await;
        opened_again(&phone.page).await;
        phone.page.open("open-draft", "narrative").await;
        let text = phone.page.find("narrative").await.prop("value").await.unwrap();
        assert_eq!(text.as_deref(), Some("Vier bedden"), "time {time}");
        phone.page.wait_until_shown("take-photo").await;
        let there = photos(&phone.page).await;
        assert!(there == kept + 1 || (there == kept && !told), "time {time}: {there} after {kept}");
        kept = there;
    }
    phone.close().await;
}

/// Killed at *Vastleggen*: it is a draft or a record, and never both or neither. Killed while it is sent, it arrives once.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_kills_the_app_while_one_signs_or_sends_has_each_record_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut backend, mut phone, home) = enrolled(folder.path()).await;
    for time in 0..TIMES {
        backend.stop();
        let text = format!("Waarneming {time}.");
        fill_in(&phone.page, &text).await;
        saved(&phone.page).await;
        press(&phone.page, "finalise").await;
        tokio::time::sleep(Duration::from_millis(time * 20)).await;
        phone.kill();
        phone.begin(&home).await;
        opened_again(&phone.page).await;
        let drafts = phone.page.driver.find_all(By::Css("[data-testid=\"open-draft\"]")).await.unwrap().len();
        if drafts > 0 {
            assert_eq!(drafts, 1, "time {time}");
            phone.page.open("open-draft", "narrative").await;
            let kept = phone.page.find("narrative").await.prop("value").await.unwrap();
            assert_eq!(kept.as_deref(), Some(text.as_str()), "time {time}");
            phone.page.click("finalise").await;
            phone.page.wait_until_shown("to-home").await;
            phone.page.click("to-home").await;
            phone.page.wait_until_shown("new-observation").await;
        }
        backend.serve().await;
        phone.page.open("open-sync", "sync-start").await;
        // Unless the app has begun by itself.
        phone.page.script("document.querySelector('[data-testid=\"sync-start\"]')?.click()").await;
        tokio::time::sleep(Duration::from_millis(time * 20)).await;
        phone.kill();
        phone.begin(&home).await;
        opened_again(&phone.page).await;
    }
    phone.page.open("open-sync", "sync-start").await;
    phone.page.find_css("[data-testid=\"sending\"][data-sending=\"received\"]").await;
    let report: serde_json::Value = serde_json::from_str(&backend.run(&["verify", "--json"])).unwrap();
    assert_eq!(report["operations"], TIMES, "{report}");
    phone.close().await;
}

async fn photos(page: &Page) -> usize {
    page.driver.find_all(By::Css("[data-testid=\"enlarge-photo\"]")).await.unwrap().len()
}

async fn enrolled(folder: &Path) -> (Backend, Handset, PathBuf) {
    let backend = Backend::start(folder).await;
    let home = folder.join("companion");
    let phone = Handset::start(&home).await;
    enrol(&phone, &backend.invitation("nla")).await;
    (backend, phone, home)
}
