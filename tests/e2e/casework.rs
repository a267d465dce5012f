//! The work on a report: tasks with a day, notes that are sealed in the browser, referrals, and who read it.

use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::until;
use crate::screens::show;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_worked_on_with_a_key_that_is_opened_for_what_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let console = Console::open(&backend.address()).await;
    console.sign_in(&backend.login, &backend.password).await;
    let page = &console.page;
    page.wait_for("nav-reports").await;
    made_by_hand(page).await;
    a_task(page).await;
    a_note(page, &backend.passphrase).await;
    a_referral(page).await;
    page.click("readers-open").await;
    page.wait_for_text("readers", &backend.login).await;
    show(page, "console-52-casework").await;
    page.click("key-close").await;
    page.wait_for_text("step-sealed", "Verzegeld").await;
    page.wait_for_text("texts-closed", "1 verzegelde tekst").await;
    show(page, "console-53-casework-key-closed").await;
    assert!(backend.run(&["verify"]).contains("everything holds"));
    console.close().await;
}

async fn made_by_hand(page: &Page) {
    page.click("nav-reports").await;
    page.click("report-new").await;
    page.click("report-source-telephone").await;
    for (field, value) in
        [("form", "arbeid"), ("urgency", "spoed"), ("place", "hotel"), ("district", "WK045305"), ("level", "team")]
    {
        page.click_css(&format!("#report-{field} option[value={value}]")).await;
    }
    page.click("report-make").await;
    page.wait_for_text("report-state", "Ontvangen").await;
}

async fn a_task(page: &Page) {
    page.click("task-plan-open").await;
    page.click("task-plan").await;
    page.find_css("#task-kind-error").await;
    page.click_css("#task-kind option[value=inspect-again]").await;
    page.fill("task-due", "1-12-1999").await;
    page.click("task-plan").await;
    page.find_css("#task-due-error").await;
    show(page, "console-50-task-refused").await;
    page.fill("task-due", "1-12-2027").await;
    page.click("task-plan").await;
    page.wait_for_text("report-task", "hercontrole").await;
    page.click("nav-reports").await;
    page.click("tasks-mine").await;
    page.wait_for_text("task-row", "hercontrole").await;
    show(page, "console-51-tasks").await;
    page.click_css("[data-testid=\"task-row\"] a").await;
    page.click("task-done").await;
    page.wait_for_text("report-steps", "Taak gedaan: hercontrole").await;
}

async fn a_note(page: &Page, passphrase: &str) {
    page.click("note-open").await;
    page.click("note-needs-key-open").await;
    page.fill("key-passphrase", passphrase).await;
    page.click("key-submit").await;
    page.click("note-kind-contact").await;
    page.fill("note-who", "P1").await;
    page.click_css("#note-how option[value=telephone]").await;
    page.click("note-save").await;
    page.find_css("#note-text-error").await;
    page.fill("note-text", "Zij wil morgen praten, met een tolk.").await;
    page.click("note-save").await;
    page.wait_for_text("step-words", "Zij wil morgen praten").await;
    page.wait_for_text("report-steps", "P1, telefonisch").await;
}

async fn a_referral(page: &Page) {
    page.click("refer-open").await;
    page.click_css("#refer-body option[value=nla]").await;
    page.click_css("#refer-ground option[value=danger]").await;
    page.click("refer-save").await;
    page.find_css("#refer-text-error").await;
    page.click_css("#refer-ground option[value=no-persons]").await;
    page.click("refer-save").await;
    page.wait_for_text("report-referral", "wacht op antwoord").await;
    page.click_css("#refer-body option[value=comensha]").await;
    until("its only ground", async || {
        page.script("return document.querySelector('#refer-ground').value").await == "consent-registration"
    })
    .await;
    page.click_css("[id^=\"referral-answer-\"] option[value=accepted]").await;
    page.click("referral-answer-keep").await;
    page.wait_for_text("report-referral", "aangenomen").await;
}
