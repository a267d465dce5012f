//! The office plans an inspection in the console, beside a colleague who changes the list, and a phone has it at its next
//! contact.

use baken_companion::{Clock, SystemClock};
use chrono::TimeDelta;

use super::handset::Handset;
use super::shift::enrol;
use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::until;
use crate::screens::show;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planned_in_the_console_is_on_the_phone_and_two_planners_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let console = Console::open(&backend.address()).await;
    console.sign_in(&backend.login, &backend.password).await;
    let page = &console.page;
    page.open("nav-planning", "planned-empty").await;
    show(page, "console-planning-empty").await;
    page.open("planned-add", "planned-save").await;
    page.click("planned-save").await;
    page.wait_for_text("planned-save", "Opslaan").await;
    show(page, "console-planning-errors").await;
    let tomorrow = (SystemClock::default().now() + TimeDelta::days(1)).format("%d-%m-%Y").to_string();
    plan(page, &tomorrow).await;
    show(page, "console-planning-form").await;

    // Somebody else gives devices another list meanwhile.
    let at = |hours| (SystemClock::default().now() + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M:%SZ");
    let (begins, ends) = (at(1), at(4));
    let place = r#"{"kind":"hotel","name":"Hotel De Pier"}"#;
    let other = format!(
        r#"{{"inspections":[{{"code":"pier","name":"Hotels aan zee","startsAt":"{begins}","endsAt":"{ends}","place":{place}}}]}}"#
    );
    let file = folder.path().join("inspections.json");
    std::fs::write(&file, other).unwrap();
    backend.run(&["content", "inspections", file.to_str().unwrap()]);
    page.click("planned-save").await;
    page.wait_for_text("planned-error", "intussen gewijzigd").await;
    show(page, "console-planning-conflict").await;
    page.click("planned-save").await;
    page.wait_for_text("planned-news", "Haven en vishallen").await;
    let text = page.text().await;
    assert!(text.contains("Hotels aan zee") && text.contains("Kade 2 en 3"), "{text}");
    show(page, "console-planning").await;

    let phone = Handset::start(&folder.path().join("companion")).await;
    enrol(&phone, &backend.invitation("nla")).await;
    phone.page.open("open-sync", "sync-start").await;
    until("everything to be fetched", async || phone.page.text().await.contains("Laatst verbonden")).await;
    phone.back().await;
    phone.page.find_css("[data-testid^=\"planned-controle-\"]").await;
    phone.page.wait_for("planned-pier").await;

    page.click("planned-remove").await;
    page.wait_for("planned-remove-confirm-dialog").await;
    page.click("planned-remove-confirm-confirm").await;
    page.wait_for_text("planned-news", "Hotels aan zee").await;
    phone.page.open("open-sync", "sync-start").await;
    phone.page.click("sync-start").await;
    phone.back().await;
    until("the phone to hear that it is off", async || !phone.page.text().await.contains("Hotels aan zee")).await;
    assert!(phone.page.text().await.contains("Haven en vishallen"));
    phone.close().await;
    set(page).await;
    console.close().await;
}

/// What holds for every device, and what is no telephone number.
async fn set(page: &Page) {
    page.fill("purge-days", "0").await;
    page.fill("phone-zorgcoordinator", "*21#").await;
    page.click("settings-save").await;
    until("both fields to say what is wrong", async || {
        let text = page.text().await;
        text.contains("van 1 tot 3650") && text.contains("Gebruik cijfers")
    })
    .await;
    show(page, "console-planning-settings-errors").await;
    page.fill("purge-days", "14").await;
    page.fill("phone-zorgcoordinator", "0255 567 200").await;
    page.click("settings-save").await;
    page.wait_for_text("settings-news", "Opgeslagen").await;
    page.driver.refresh().await.unwrap();
    page.wait_for("purge-days").await;
    let held =
        page.script("return ['purge-days', 'phone-zorgcoordinator'].map((id) => document.getElementById(id).value)");
    assert_eq!(held.await, serde_json::json!(["14", "0255 567 200"]));
}

async fn plan(page: &Page, day: &str) {
    page.fill("planned-name", "Haven en vishallen").await;
    page.fill("planned-day", day).await;
    page.fill("planned-begins", "9:00").await;
    page.fill("planned-ends", "13:00").await;
    let choose = "const it = document.getElementById('planned-kind'); it.value = 'kade-terminal'; \
                  it.dispatchEvent(new Event('change', { bubbles: true })); return true;";
    page.script(choose).await;
    page.fill("planned-berth", "Kade 2 en 3").await;
    page.click_css("[data-testid=\"planned-organisation-politie\"]").await;
}
