//! Android ends a process whenever it wants its memory, without a word. The next start shows the locked screen, and the
//! draft as it was to the last answer that was taken.

use std::time::Duration;

use super::handset::Handset;
use super::shift::{SECRET, enrol};
use crate::backend::Backend;
use crate::page::Page;
use crate::processes::until;

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

/// The page says that everything typed is on disk.
async fn saved(page: &Page) {
    until("the draft to be saved", async || {
        page.script("return document.querySelector('[data-testid=\"save-note\"]')?.dataset.state").await == "saved"
    })
    .await;
}
