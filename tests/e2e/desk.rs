//! A coordinator's morning: the list is worked through by keyboard and by mouse, at a desk and on a phone.

use serde_json::Value;

use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::until;
use crate::screens::{show, size};

/// A laptop's screen, of which the browser itself takes a part: what the page has.
const LAPTOP: (u32, u32) = (1280, 800);
/// What stands above the first row, at most.
const CHROME_PX: f64 = 160.0;
/// A row, at most.
const ROW_PX: f64 = 64.0;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_is_worked_through_by_keyboard_and_undone() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    backend.demo_year(folder.path());
    let console = Console::open(&backend.address()).await;
    console.sign_in(&backend.login, &backend.password).await;
    let page = &console.page;
    page.wait_for("inbox-row").await;
    show(page, "console-30-desk").await;
    ten_rows_fit_on_a_laptop(page).await;
    let open = count(page, "work-open").await;
    by_keyboard(page, open).await;
    chosen_together(page, open).await;
    inside_a_record(page, open).await;
    page.click("language-switch").await;
    show(page, "console-36-desk-english").await;
    page.click("language-switch").await;
    page.click("work-handled").await;
    page.wait_for_text("inbox-row", "afgehandeld").await;
    show(page, "console-37-finished").await;
    size(page, LAPTOP).await;
    page.click("work-open").await;
    a_report_of_two(page, open).await;
    a_report_by_telephone(page).await;
    assert!(backend.run(&["verify"]).contains("everything holds"));
    console.close().await;
}

async fn ten_rows_fit_on_a_laptop(page: &Page) {
    size(page, LAPTOP).await;
    let script = "const rows = [...document.querySelectorAll('[data-testid=\"inbox-row\"]')]
        .map((row) => row.getBoundingClientRect());
        return { inner: window.innerHeight, top: rows[0].top, tallest: Math.max(...rows.map((row) => row.height)),
                 whole: rows.filter((row) => row.bottom <= 800).length };";
    let measured = page.script(script).await;
    let of = |name: &str| measured[name].as_f64().unwrap();
    assert!(of("top") <= CHROME_PX, "{measured}");
    assert!(of("tallest") <= ROW_PX, "{measured}");
    assert!(of("whole") >= 10.0, "{measured}");
}

/// The number on a tab.
async fn count(page: &Page, tab: &str) -> u64 {
    let text = page.text_of(tab).await;
    text.split_whitespace().last().unwrap().parse().unwrap_or_else(|_| panic!("no number: {text}"))
}

async fn press(page: &Page, keys: &str) {
    for key in keys.chars() {
        page.driver.action_chain().send_keys(key).perform().await.unwrap();
    }
}

async fn rows(page: &Page) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('[data-testid=\"inbox-row\"]')].map((row) => row.dataset.operation);";
    page.script(script).await.as_array().unwrap().iter().map(|row| row.as_str().unwrap().to_owned()).collect()
}

/// The row where the keyboard is.
async fn at(page: &Page) -> Value {
    page.script("return document.activeElement?.closest('[data-testid=\"inbox-row\"]')?.dataset.operation ?? null")
        .await
}

async fn by_keyboard(page: &Page, open: u64) {
    let before = rows(page).await;
    press(page, "jja").await;
    until("the second row to be taken on", async || count(page, "work-mine").await == 1).await;
    assert_eq!((at(page).await, rows(page).await), (Value::from(before[1].clone()), before.clone()), "nothing moved");
    press(page, "e").await;
    page.wait_for("handle-dialog").await;
    show(page, "console-31-finish").await;
    size(page, LAPTOP).await;
    page.click("handle-confirm").await;
    page.find_css("#handle-reason-error").await;
    page.click("handle-reason-no-follow-up").await;
    page.click("handle-confirm").await;
    until("it to leave the list", async || count(page, "work-open").await == open - 1).await;
    assert_eq!(count(page, "work-mine").await, 0);
    until("the keyboard to be at the next", async || at(page).await == before[2].as_str()).await;
    page.wait_for("undo").await;
    show(page, "console-32-finished").await;
    size(page, LAPTOP).await;
    press(page, "z").await;
    until("it to stand where it stood", async || rows(page).await == before).await;
    until("it to be ones own again", async || count(page, "work-mine").await == 1).await;
    assert_eq!(count(page, "work-open").await, open);
}

async fn chosen_together(page: &Page, open: u64) {
    for row in [1, 3, 4] {
        page.click_css(&format!("[data-testid=\"inbox-row\"]:nth-of-type({row}) [data-testid=\"pick\"]")).await;
    }
    page.wait_for_text("bulk-take-on", "3").await;
    show(page, "console-33-chosen").await;
    size(page, LAPTOP).await;
    page.click("bulk-handle").await;
    page.click("handle-reason-passed-on").await;
    page.wait_for("handle-to").await;
    page.click("handle-confirm").await;
    page.wait_for_text("desk-notice", "3 waarnemingen afgehandeld").await;
    until("three to be fewer", async || count(page, "work-open").await == open - 3).await;
    assert_eq!(count(page, "work-handled").await, 3);
    page.click("desk-close").await;
}

async fn inside_a_record(page: &Page, open: u64) {
    let listed = rows(page).await;
    page.click_css("[data-testid=\"inbox-row\"]:nth-of-type(2) a").await;
    page.wait_for_text("neighbour-place", "2 van").await;
    page.click("next").await;
    page.wait_for_text("neighbour-place", "3 van").await;
    press(page, "k").await;
    page.wait_for_text("neighbour-place", "2 van").await;
    page.click("act-handle").await;
    page.click("handle-reason-doubles").await;
    show(page, "console-34-double").await;
    page.click("handle-reason-no-follow-up").await;
    page.click("handle-confirm").await;
    page.wait_for("act-reopen").await;
    page.wait_for_text("acts", "geen vervolg nodig").await;
    show(page, "console-35-record-finished").await;
    size(page, LAPTOP).await;
    page.driver.back().await.unwrap();
    page.wait_for("inbox-row").await;
    let left: Vec<_> = listed.iter().enumerate().filter(|(index, _)| *index != 1).map(|(_, row)| row.clone()).collect();
    assert_eq!(rows(page).await, left, "the list as it was left, but for what was finished");
    assert_eq!(count(page, "work-open").await, open - 4);
    page.driver.forward().await.unwrap();
    page.click("act-reopen").await;
    page.wait_for("act-take-on").await;
    page.click("to-inbox").await;
    until("it to be open again", async || count(page, "work-open").await == open - 3).await;
    assert_eq!(rows(page).await, listed);
}

async fn a_report_of_two(page: &Page, open: u64) {
    until("the open ones", async || rows(page).await.len() as u64 == open - 3).await;
    let pick = async |row: u32| {
        page.click_css(&format!("[data-testid=\"inbox-row\"]:nth-of-type({row}) [data-testid=\"pick\"]")).await;
    };
    pick(2).await;
    pick(3).await;
    page.click("bulk-report").await;
    page.click("make-report-confirm").await;
    // One of the two is for care coordinators alone.
    page.wait_for_text("make-report-dialog", "niet iedereen mag ze allemaal zien").await;
    show(page, "console-38-make-report").await;
    size(page, LAPTOP).await;
    page.click_css("[data-testid=\"make-report-dialog\"] .actions button").await;
    pick(3).await;
    pick(1).await;
    page.click("bulk-report").await;
    page.click("make-report-confirm").await;
    page.wait_for_text("report-number", "M-").await;
    let script = "return document.querySelectorAll('[data-testid=\"report-observation\"]').length";
    until("two observations", async || page.script(script).await == 2).await;
    page.click("step-state-assessment").await;
    page.click("step-take").await;
    page.find_css("#step-reason-error").await;
    page.click_css("#step-reason option[value=begun]").await;
    page.click("step-take").await;
    page.wait_for_text("report-state", "In beoordeling").await;
    page.click("step-state-concrete").await;
    page.click_css("#step-reason option[value=indications]").await;
    page.click("step-take").await;
    page.wait_for_text("report-state", "Concreet").await;
    page.wait_for("ever-concrete").await;
    page.click_css("#report-holder option[value=agent]").await;
    page.click("report-assign").await;
    page.wait_for_text("report-steps", "Toegewezen aan agent").await;
    show(page, "console-39-report").await;
    size(page, LAPTOP).await;
    page.click_css("[data-testid=\"report-observation\"] a").await;
    page.wait_for_text("acts", "maakte hier een melding van").await;
    page.wait_for_text("to-report", "M-").await;
    page.driver.back().await.unwrap();
    page.wait_for("report-number").await;
    page.driver.back().await.unwrap();
    until("the two to be gone from the list", async || count(page, "work-open").await == open - 5).await;
}

async fn a_report_by_telephone(page: &Page) {
    page.click("nav-reports").await;
    page.wait_for_text("report-row", "Concreet").await;
    page.click("report-new").await;
    page.click("report-make").await;
    page.find_css("#report-form-error").await;
    show(page, "console-40-new-report").await;
    size(page, LAPTOP).await;
    page.click("report-source-telephone").await;
    for (field, value) in
        [("form", "arbeid"), ("urgency", "spoed"), ("place", "hotel"), ("district", "WK045305"), ("level", "team")]
    {
        page.click_css(&format!("#report-{field} option[value={value}]")).await;
    }
    page.click("report-make").await;
    page.wait_for_text("report-state", "Ontvangen").await;
    page.click("nav-reports").await;
    until("both reports", async || {
        let script = "return document.querySelectorAll('[data-testid=\"report-row\"]').length";
        page.script(script).await == 2
    })
    .await;
    show(page, "console-41-reports").await;
    page.click("reports-mine").await;
    page.wait_for_text("report-row", "per telefoon").await;
}
