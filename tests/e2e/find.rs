//! One field finds by number, in what is open, and in sealed parts once the key is open; the words stay in the browser.

use thirtyfour::prelude::*;

use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::until;
use crate::screens::show;

#[tokio::test(flavor = "multi_thread")]
async fn a_number_leads_there_and_words_are_searched_in_the_browser() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    backend.demo_year(folder.path());
    let console = Console::open(&backend.address()).await;
    console.sign_in(&backend.login, &backend.password).await;
    let page = &console.page;
    page.click_css("[data-testid=\"inbox-row\"]:nth-of-type(1) a").await;
    let number = page.text_of("record-number").await;
    let record = page.driver.current_url().await.unwrap();

    page.open("search-open", "search-words").await;
    page.wait_for("search-submit").await;
    type_and_enter(page, "Vensterbank TELEFOONS").await;
    page.wait_for_text("search-sealed-closed", "Uw sleutel is gesloten").await;
    show(page, "console-43-search-closed").await;
    page.click("key-open-here").await;
    page.fill("key-passphrase", &backend.passphrase).await;
    page.click("key-submit").await;
    page.click("search-sealed-go").await;
    page.wait_for_text("search-status", "23 van 23 doorzocht").await;
    page.wait_for_text("search-status", "1 waarneming gevonden").await;
    let marked = "return [...document.querySelectorAll('mark')].map((mark) => mark.textContent).join(' ');";
    let marked = page.script(marked).await.to_string();
    assert!(marked.contains("telefoons") && marked.contains("vensterbank"), "{marked}");
    show(page, "console-44-search-found").await;
    page.click("language-switch").await;
    show(page, "console-45-search-found-english").await;
    page.click("language-switch").await;
    assert_eq!(page.driver.current_url().await.unwrap().path(), "/search");
    assert!(page.driver.current_url().await.unwrap().query().is_none(), "the words are in no address");

    type_and_enter(page, "hotel").await;
    page.wait_for_text("search-open-match", "Hotel of pension").await;
    show(page, "console-46-search-open-parts").await;
    page.click("key-close").await;
    // What was looked for goes with the key, as what was found does.
    until("nothing of it to be left", async || {
        let left = "return document.querySelectorAll('[data-testid=search-found]').length + \
                    document.querySelector('[data-testid=search-words]').value.length;";
        page.script(left).await == 0
    })
    .await;
    type_and_enter(page, "vensterbank").await;
    page.wait_for("search-sealed-closed").await;

    type_and_enter(page, "0000-0000").await;
    page.wait_for_text("search-no-number", "0000-0000").await;
    show(page, "console-47-search-no-number").await;
    type_and_enter(page, &number.to_lowercase()).await;
    until("the record", async || page.driver.current_url().await.unwrap() == record).await;
    page.click("search-open").await;
    type_and_enter(page, "m 2026 31").await;
    until("the report", async || page.driver.current_url().await.unwrap().path() == "/reports/M-2026-031").await;
    console.close().await;
}

/// As somebody does who has no mouse.
async fn type_and_enter(page: &Page, words: &str) {
    page.fill("search-words", words).await;
    page.find("search-words").await.send_keys(Key::Enter + "").await.unwrap();
}
