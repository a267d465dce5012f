//! Opening with a finger, on a phone whose hardware a test plays: set up, used after a short absence, refused in every way,
//! lost with its key, and set up anew. The passphrase opens throughout.

use serde_json::json;

use super::handset::Handset;
use super::held::look;
use super::shift::{SECRET, enrol};
use crate::backend::Backend;
use crate::page::Page;
use crate::processes::until;

const PIN: &str = "271828";

#[tokio::test(flavor = "multi_thread")]
async fn a_finger_opens_what_was_left_a_moment_ago_and_a_lost_key_is_a_way_back() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let home = folder.path().join("companion");
    let mut phone = Handset::start(&home).await;
    enrol(&phone, &backend.invitation("nla")).await;

    set_up(&phone).await;
    left_and_opened(&phone).await;
    put_away(&phone).await;
    refused(&phone).await;

    phone.kill();
    phone.begin(&home).await;
    phone.page.wait_for("unlock-pin").await;
    phone.page.fill("unlock-pin", PIN).await;
    phone.page.click("unlock-finger").await;
    phone.page.wait_for("new-observation").await;

    lost_and_set_up_anew(&phone).await;
    phone.close().await;
}

/// With the passphrase, and two fingers of the same hand.
async fn set_up(phone: &Handset) {
    let page = &phone.page;
    page.open("open-settings", "fingerprint").await;
    page.click("fingerprint-set-up").await;
    page.click("fingerprint-confirm").await;
    page.fill("finger-pin", "123456").await;
    page.fill("finger-pin-again", "123456").await;
    page.fill("finger-passphrase", SECRET).await;
    look(phone, "finger-set-up").await;
    page.click("fingerprint-confirm").await;
    page.wait_for_text("error", "makkelijk te raden").await;
    look(phone, "finger-weak-pin").await;
    assert!(!asked(phone, "seal").await, "no finger is asked for");
    page.fill("finger-pin", PIN).await;
    page.fill("finger-pin-again", PIN).await;
    phone.replies("seal", json!({ "refusal": "cancelled" })).await;
    page.click("fingerprint-confirm").await;
    page.find_css("[data-testid=\"error\"] [data-code=\"presence-cancelled\"]").await;
    look(phone, "finger-cancelled").await;
    phone.replies("seal", json!("as-hardware")).await;
    page.click("fingerprint-confirm").await;
    page.wait_for_text("fingerprint-on", "met pincode").await;
    look(phone, "finger-on").await;
    assert!(asked(phone, "forgetOthers").await);
    phone.back().await;
    page.wait_for("new-observation").await;
}

/// To another app and back: by the back button, and without a word, as a call does.
async fn left_and_opened(phone: &Handset) {
    let page = &phone.page;
    phone.back().await;
    uncovered(page, "unlock-finger").await;
    look(phone, "unlock-finger").await;
    page.click("unlock-finger").await;
    page.wait_for("new-observation").await;
    phone.happens(json!({ "kind": "left", "expected": false })).await;
    uncovered(page, "unlock-finger").await;
    phone.happens(json!({ "kind": "returned" })).await;
    page.click("unlock-finger").await;
    page.wait_for("new-observation").await;
}

/// *Scherm weg* is pressed where somebody may be made to show a finger: the PIN goes with it.
async fn put_away(phone: &Handset) {
    let page = &phone.page;
    page.click("hide-screen").await;
    uncovered(page, "unlock-pin").await;
    look(phone, "unlock-finger-and-pin").await;
    page.fill("unlock-pin", "314159").await;
    page.click("unlock-finger").await;
    said(page, "wrong-pin").await;
    look(phone, "unlock-wrong-pin").await;
    page.fill("unlock-pin", PIN).await;
    page.click("unlock-finger").await;
    page.wait_for("new-observation").await;
}

/// Each no has its words, and the passphrase is always there.
async fn refused(phone: &Handset) {
    let page = &phone.page;
    phone.back().await;
    uncovered(page, "unlock-finger").await;
    for (code, told) in [("cancelled", "presence-cancelled"), ("late", "presence-unanswered")] {
        phone.replies("open", json!({ "refusal": code })).await;
        page.click("unlock-finger").await;
        said(page, told).await;
    }
    look(phone, "unlock-unanswered").await;
    phone.replies("open", json!({ "refusal": "locked-out" })).await;
    page.click("unlock-finger").await;
    said(page, "presence-locked-out").await;
    // No finger for a while, so the passphrase is what the screen asks for.
    page.wait_for("unlock-secret").await;
    look(phone, "unlock-locked-out").await;
    page.fill("unlock-secret", SECRET).await;
    page.click("unlock").await;
    page.wait_for("new-observation").await;
    phone.replies("open", json!("as-hardware")).await;
}

/// Somebody added a finger to the phone.
async fn lost_and_set_up_anew(phone: &Handset) {
    let page = &phone.page;
    english(phone).await;
    phone.back().await;
    uncovered(page, "unlock-finger").await;
    phone.replies("open", json!({ "refusal": "invalidated" })).await;
    page.click("unlock-finger").await;
    said(page, "presence-lost").await;
    page.wait_for("unlock-secret").await;
    look(phone, "unlock-lost-en").await;
    page.fill("unlock-secret", SECRET).await;
    page.click("unlock").await;
    page.wait_for("finger-lost").await;
    look(phone, "home-finger-lost-en").await;
    phone.replies("open", json!("as-hardware")).await;
    page.open("finger-to-settings", "fingerprint-lost").await;
    page.click("fingerprint-set-up").await;
    page.fill("finger-passphrase", SECRET).await;
    look(phone, "finger-set-up-en").await;
    page.click("fingerprint-confirm").await;
    page.wait_for_text("fingerprint-on", "without a PIN").await;
    look(phone, "finger-on-en").await;
    phone.back().await;
    page.wait_for("new-observation").await;
    phone.back().await;
    uncovered(page, "unlock-finger").await;
    look(phone, "unlock-finger-en").await;
    page.click("unlock-finger").await;
    page.wait_for("new-observation").await;
    // Without a PIN the passphrase is typed after the screen was put away.
    page.click("hide-screen").await;
    uncovered(page, "unlock-secret").await;
    page.wait_for("passphrase-first").await;
    look(phone, "unlock-passphrase-first-en").await;
    page.fill("unlock-secret", SECRET).await;
    page.click("unlock").await;
    page.open("open-settings", "fingerprint-remove").await;
    page.click("fingerprint-remove").await;
    page.find_css("[data-testid=\"fingerprint\"][data-state=\"off\"]").await;
    let forgotten = phone.asked().await.into_iter().rev().find(|(command, _)| command == "forgetOthers");
    assert!(forgotten.is_some_and(|(_, given)| given["kept"].is_null()), "and the hardware forgets its key");
}

async fn english(phone: &Handset) {
    phone.page.open("open-settings", "language-en").await;
    phone.page.click("language-en").await;
    phone.back().await;
    phone.page.wait_for("new-observation").await;
}

async fn said(page: &Page, code: &str) {
    page.find_css(&format!("[data-testid=\"unlock-said\"] [data-code=\"{code}\"]")).await;
}

async fn asked(phone: &Handset, command: &str) -> bool {
    phone.asked().await.iter().any(|(asked, _)| asked == command)
}

/// Taps the neutral screen until what is behind it shows `testid`.
async fn uncovered(page: &Page, testid: &str) {
    until(&format!("{testid} behind the neutral screen"), async || {
        let script = format!(
            "document.querySelector('[data-testid=\"away\"]')?.click(); \
             return document.querySelector('[data-testid=\"{testid}\"]') !== null;"
        );
        page.script(&script).await == true
    })
    .await;
}
