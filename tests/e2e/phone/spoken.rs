//! Speaking into an observation: asked for, refused, heard again, hidden and killed on the way, and received. Chromium's own
//! microphone beeps.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::handset::Handset;
use super::held::{look, look_in_english};
use super::shift::{SECRET, enrol, fill_in, opened_again, saved};
use crate::axe;
use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::until;
use crate::screens::show;

async fn enrolled(folder: &Path) -> (Backend, Handset, PathBuf) {
    let backend = Backend::start(folder).await;
    let home = folder.join("companion");
    let phone = Handset::start(&home).await;
    enrol(&phone, &backend.invitation("nla")).await;
    (backend, phone, home)
}

/// Begins to speak, and goes on for at least so long.
async fn speak(page: &Page, seconds: i64) {
    page.click("speak").await;
    page.find_css("[data-testid=\"speaking\"][data-state=\"live\"]").await;
    until("it to listen for a while", async || seconds_heard(page).await >= seconds).await;
}

async fn seconds_heard(page: &Page) -> i64 {
    let shown = page.text_of("speak-time").await;
    shown.rsplit(':').next().and_then(|seconds| seconds.parse().ok()).unwrap_or_default()
}

/// The page's `<audio>`: how long it is, and how far it has come.
async fn audio(page: &Page) -> (f64, f64) {
    let script = "const it = document.querySelector('audio'); return it ? [it.duration, it.currentTime] : null;";
    let answer = page.script(script).await;
    let number = |at: usize| answer.get(at).and_then(Value::as_f64).unwrap_or_default();
    (number(0), number(1))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_into_a_phone_is_heard_again_and_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let (backend, phone, _) = enrolled(folder.path()).await;
    let page = &phone.page;
    fill_in(page, "Zie de opname.").await;
    phone.allow("microphone", "denied").await;
    page.click("speak").await;
    page.wait_for("speak-fault").await;
    look(&phone, "speak-refused").await;
    look_in_english(&phone, "speak-refused").await;
    phone.allow("microphone", "granted").await;
    page.click("speak-again").await;
    page.find_css("[data-testid=\"speaking\"][data-state=\"live\"]").await;
    look(&phone, "speaking").await;
    look_in_english(&phone, "speaking").await;
    let stop = page.find("speak-stop").await.rect().await.unwrap();
    assert!(stop.height >= 64.0, "for a thumb in a glove: {}", stop.height);
    until("more than one piece to be heard", async || seconds_heard(page).await >= 6).await;
    page.click("speak-stop").await;
    page.wait_until_shown("spoken-note").await;
    saved(page).await;

    page.click("spoken-note").await;
    heard(&phone).await;
    page.fill("spoken-caption", "De schipper over de paspoorten").await;
    look(&phone, "spoken-note").await;
    look_in_english(&phone, "spoken-note").await;
    page.click("finalise").await;
    page.wait_for("record-spoken").await;
    heard(&phone).await;
    look(&phone, "record-spoken").await;
    look_in_english(&phone, "record-spoken").await;
    page.click("to-home").await;
    page.click("open-records").await;
    page.wait_for("row-spoken").await;
    look(&phone, "records-spoken").await;
    until("the note to arrive", async || {
        let report: Value = serde_json::from_str(&backend.run(&["verify", "--json"])).unwrap();
        report["attachments"] == json!(1) && report["attachmentsAwaited"] == json!(0)
    })
    .await;
    heard_at_the_office(&backend).await;
    phone.close().await;
}

/// A coordinator opens the key and listens, in the browser's memory.
async fn heard_at_the_office(backend: &Backend) {
    let console = Console::open(&backend.address()).await;
    console.sign_in(&backend.login, &backend.password).await;
    let page = &console.page;
    page.click("nav-inbox").await;
    page.wait_for("inbox-row").await;
    page.click_css("[data-testid=\"inbox-row\"] a").await;
    page.click("key-open").await;
    page.fill("key-passphrase", &backend.passphrase).await;
    page.click("key-submit").await;
    page.wait_until_shown("record-sound").await;
    until("the note to be read", async || audio(page).await.0 > 1.0).await;
    page.click("record-sound").await;
    until("the note to play", async || audio(page).await.1 > 0.2).await;
    assert!(page.text().await.contains("Opname 1, 0:0"), "its length is told");
    axe::check(page, "a spoken note in the console").await;
    show(page, "console-32-spoken-note").await;
    console.close().await;
}

/// It plays, is as long as it says, and can be set on its way again.
async fn heard(phone: &Handset) {
    let page = &phone.page;
    until("the note to be read", async || audio(page).await.0 > 1.0).await;
    page.click("play-spoken").await;
    until("the note to play", async || audio(page).await.1 > 0.2).await;
    page.click("play-spoken").await;
    page.find_css("[data-testid=\"play-spoken\"][data-playing=\"false\"]").await;
    let fault = page.script("return document.querySelector('audio').error?.message ?? null").await;
    assert_eq!(fault, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn speaking_ends_with_the_screen_and_a_kill_takes_a_piece_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, mut phone, home) = enrolled(folder.path()).await;
    phone.allow("microphone", "granted").await;
    fill_in(&phone.page, "Scherm weg").await;
    speak(&phone.page, 2).await;
    phone.page.click("hide-screen-speaking").await;
    phone.page.come_back().await;
    phone.page.fill("unlock-secret", SECRET).await;
    phone.page.click("unlock").await;
    phone.page.open("open-draft", "spoken-note").await;
    let said = phone.page.text_of("spoken-notes").await;
    assert!(said.contains("0:0") && !said.contains("Afgebroken"), "all of it is there: {said}");

    speak(&phone.page, 7).await;
    phone.kill();
    phone.begin(&home).await;
    opened_again(&phone.page).await;
    phone.page.open("open-draft", "spoken-note").await;
    phone.page.wait_for_text("spoken-notes", "Opname 2, 0:05").await;
    phone.page.wait_for_text("spoken-notes", "Afgebroken").await;
    let second = "[data-testid=\"spoken-notes\"] li:nth-child(2) summary";
    phone.page.click_css(second).await;
    phone.page.wait_for("spoken-broken-off").await;
    look(&phone, "spoken-broken-off").await;

    speak(&phone.page, 1).await;
    phone.happens(json!({ "kind": "withdrawn", "what": "microphone" })).await;
    phone.page.wait_for("speak-fault").await;
    phone.page.click("speak-done").await;
    phone.page.wait_for_text("spoken-notes", "Opname 3").await;

    phone.page.click("remove-spoken").await;
    phone.page.wait_for("remove-spoken-dialog").await;
    look(&phone, "spoken-remove").await;
    phone.page.click("remove-spoken-confirm").await;
    until("the two others to be left", async || {
        phone.page.script("return document.querySelectorAll('[data-testid=\"spoken-note\"]').length").await == json!(2)
    })
    .await;
    phone.close().await;
}
