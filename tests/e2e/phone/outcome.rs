//! Something comes back: the office asks about an observation, the phone shows it, its owner answers by an amendment, and the
//! office sees that. What is asked stands on the record's page alone.

use super::handset::Handset;
use super::held::{look, look_in_english};
use super::shift::{enrol, fill_in};
use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::until;
use crate::screens::show;

const SEEN: &str = "Vier bedden in een kast, deur op slot.";
const QUESTION: &str = "Hebt u een foto";

/// Sends and fetches, and goes home again.
async fn synced(phone: &Handset) {
    phone.page.open("open-sync", "sync-start").await;
    phone.page.click("sync-start").await;
    phone.page.find_css("[data-testid=\"sending\"][data-sending=\"received\"]").await;
    phone.back().await;
    phone.page.wait_until_shown("new-observation").await;
}

/// What the list says at the edge of the one record.
async fn at_the_edge(phone: &Handset, text: &str) {
    phone.page.open("open-records", "records").await;
    phone.page.wait_for_text("record-state", text).await;
}

async fn in_both_languages(page: &Page, name: &str) {
    // A dialog lies over the button.
    let switch = "document.querySelector('[data-testid=\"language-switch\"]').click()";
    show(page, name).await;
    page.script(switch).await;
    page.find_css("html[lang=\"en\"]").await;
    show(page, &format!("{name}-english")).await;
    page.script(switch).await;
    page.find_css("html[lang=\"nl\"]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_of_the_office_is_seen_on_the_phone_answered_there_and_seen_to_be_answered() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let phone = Handset::start(&folder.path().join("companion")).await;
    enrol(&phone, &backend.invitation("nla")).await;
    fill_in(&phone.page, SEEN).await;
    phone.page.click("finalise").await;
    phone.page.wait_until_shown("to-home").await;
    phone.page.click("to-home").await;
    synced(&phone).await;

    let console = Console::open(&backend.address()).await;
    console.sign_in(&backend.login, &backend.password).await;
    let office = &console.page;
    office.wait_for("inbox-row").await;
    office.click_css("[data-testid=\"inbox-row\"] a").await;
    office.click("act-take-on").await;
    office.wait_for("act-put-back").await;
    synced(&phone).await;
    at_the_edge(&phone, "In behandeling").await;
    look(&phone, "records-in-treatment").await;
    phone.back().await;

    office.click("act-ask").await;
    office.wait_for("ask-dialog").await;
    in_both_languages(office, "console-38-ask").await;
    office.click("ask-confirm").await;
    office.find_css("#ask-question-error").await;
    office.click("ask-question-any-photo").await;
    office.click("ask-confirm").await;
    office.wait_for("handling-question").await;
    in_both_languages(office, "console-39-asked").await;

    synced(&phone).await;
    phone.page.wait_for_text("questions", "1 vraag van het kantoor").await;
    assert!(!phone.page.text().await.contains(QUESTION), "home is looked at in company");
    at_the_edge(&phone, "Vraag van kantoor").await;
    look(&phone, "records-question").await;
    look_in_english(&phone, "records-question").await;
    phone.back().await;
    // Opened anew it has the question on top.
    phone.page.wait_until_shown("to-question").await;
    look(&phone, "home-question").await;
    look_in_english(&phone, "home-question").await;
    phone.page.open("to-question", "record-outcome").await;
    phone.page.wait_for_text("record-outcome-text", QUESTION).await;
    look(&phone, "record-question").await;
    look_in_english(&phone, "record-question").await;

    phone.page.wait_for_text("amend", "Beantwoorden").await;
    phone.page.open("amend", "reason").await;
    phone.page.fill("reason", "Vraag van kantoor").await;
    phone.page.fill("narrative", "Vier bedden in een kast, deur op slot. Er is geen foto.").await;
    phone.page.click("finalise").await;
    phone.page.wait_until_shown("to-home").await;
    phone.page.wait_for_text("record-outcome-heading", "Beantwoord").await;
    look(&phone, "record-answered").await;
    look_in_english(&phone, "record-answered").await;
    phone.page.click("to-home").await;
    synced(&phone).await;
    until("nothing to be asked any more", async || !phone.page.text().await.contains("vraag van het kantoor")).await;

    office.driver.refresh().await.unwrap();
    office.wait_for_text("acts", "Antwoord van het toestel").await;
    in_both_languages(office, "console-40-answered").await;
    // Whoever is done with it read what its device said last.
    office.click("to-inbox").await;
    office.click_css("[data-testid=\"inbox-row\"] a").await;
    office.click("act-handle").await;
    office.click("handle-reason-passed-on").await;
    office.click("handle-confirm").await;
    office.wait_for("act-reopen").await;
    synced(&phone).await;
    at_the_edge(&phone, "Afgerond").await;
    phone.page.click("record").await;
    phone.page.wait_for_text("record-outcome-text", "andere instantie").await;
    look(&phone, "record-closed").await;
    look_in_english(&phone, "record-closed").await;
    assert!(backend.run(&["verify"]).contains("everything holds"));
    console.close().await;
    phone.close().await;
}
