//! What lies beside the main job: a second window, a typed code, tries that must wait, a vault that is gone; in the
//! console two tabs, the keyboard, open filters, and what an account may not see.

use std::path::Path;

use baken_protocol::digest::Digest;
use thirtyfour::prelude::*;

use crate::app::App;
use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::until;
use crate::screens::show;

const SECRET: &str = "vijf zeehonden op de pier";

#[tokio::test(flavor = "multi_thread")]
async fn the_app_says_what_to_do_at_every_closed_door() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let home = folder.path().join("companion");
    let app = App::start(&home).await;
    app.page.fill("secret", SECRET).await;
    app.page.fill("secret-repeat", SECRET).await;
    app.page.click("set-secret").await;
    enrol_by_typed_code(&app.page, &backend).await;
    ask_before_a_draft_is_thrown_away(&app.page).await;

    let second = App::start(&home).await;
    second.page.wait_for("start-failed").await;
    show(&second.page, "app-31-second-window").await;
    app.close().await;
    // The first window's process lets go of the folder a moment after its window is gone.
    second.page.click("start-again").await;
    let again = "document.querySelector('[data-testid=\"start-again\"]')?.click(); \
                 return document.querySelector('[data-testid=\"unlock-secret\"]') !== null;";
    until("the folder to be free", async || second.page.script(again).await == true).await;
    second.page.wait_for("unlock-secret").await;
    show(&second.page, "app-32-unlock").await;
    wrong_tries_have_to_wait(&second.page).await;
    second.close().await;

    one_try_left(&home);
    let app = App::start(&home).await;
    app.page.fill("unlock-secret", "weer verkeerd").await;
    app.page.click("unlock").await;
    app.page.wait_for("destroyed").await;
    show(&app.page, "app-34-destroyed").await;
    app.page.click("erase").await;
    app.page.wait_for("erase-confirm").await;
    show(&app.page, "app-35-erase").await;
    app.page.click("erase-confirm").await;
    app.page.wait_for("secret-repeat").await;
    app.close().await;
}

/// A code read out over the telephone: small letters, O for 0, and the address beside it.
async fn enrol_by_typed_code(page: &Page, backend: &Backend) {
    let invitation = backend.invitation("nla");
    let code = invitation.split('#').nth(1).unwrap().to_lowercase().replace('0', "o");
    page.click("enrol-way-type").await;
    page.fill("invitation-code", &code).await;
    page.fill("backend-address", &backend.address()).await;
    show(page, "app-26-typed-code").await;
    page.click("check-invitation").await;
    page.wait_for("invitation-preview-address").await;
    page.click("enrol").await;
    page.wait_for("new-observation").await;
}

async fn ask_before_a_draft_is_thrown_away(page: &Page) {
    page.click("new-observation").await;
    page.fill("narrative", "Nog niet af").await;
    page.click("back").await;
    page.click("discard-draft").await;
    page.wait_for("discard-draft-confirm").await;
    show(page, "app-27-discard-draft").await;
    page.click("discard-draft-cancel").await;
    page.wait_for("open-draft").await;
}

async fn wrong_tries_have_to_wait(page: &Page) {
    for tries_left in ["9", "8", "7", "6"] {
        // The same once more would not be counted again.
        page.fill("unlock-secret", &format!("helemaal verkeerd {tries_left}")).await;
        // Where there is a wait, the button comes back when it is over.
        page.click("unlock").await;
        page.wait_for_text("attempts-left", tries_left).await;
    }
    page.wait_for("unlock-wait").await;
    show(page, "app-33-unlock-wait").await;
}

/// As if nine wrong tries had been made, and their waits were over.
fn one_try_left(home: &Path) {
    let count = r#"{"turn":1000,"attempts":{"failures":9,"since":null,"lost":false}}"#;
    let mut place = format!("{} {count}", Digest::of(count.as_bytes())).into_bytes();
    place.resize(512, b' ');
    std::fs::write(home.join("tries"), [place.as_slice(), &place].concat()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_worked_by_keyboard_and_shows_nobody_more_than_is_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    backend.demo_year(folder.path());
    let console = Console::open(&backend.address()).await;
    console.sign_in(&backend.login, &backend.password).await;
    let page = &console.page;
    page.wait_for("inbox-row").await;
    show(page, "console-19-inbox").await;
    by_keyboard(page).await;
    page.click("filters").await;
    page.wait_for("filter-from").await;
    by_typed_days(page).await;
    show(page, "console-21-filters").await;
    page.click("theme-switch").await;
    show(page, "console-22-dim").await;
    page.click("theme-switch").await;
    page.driver.goto(format!("{}/observations/00000000-0000-0000-0000-000000000000", backend.address())).await.unwrap();
    page.wait_for("missing").await;
    show(page, "console-23-not-here").await;
    console.close().await;
}

/// A day is typed as people write it, whatever the system's language is.
async fn by_typed_days(page: &Page) {
    let from = page.find("filter-from").await;
    from.send_keys("31-2-2026\n").await.unwrap();
    page.find_css("#filter-from-error").await;
    show(page, "console-24-day-unread").await;
    over(&from, "1-2-2026\n").await;
    until("the address to carry the day", async || {
        page.script("return location.search").await.as_str().is_some_and(|query| query.contains("from=2026-02-01"))
    })
    .await;
    assert_eq!(page.script("return document.getElementById('filter-from').value").await, "01-02-2026");
    over(&from, &format!("{}\n", Key::Delete.value())).await;
    until("the day to be gone", async || page.script("return location.search").await == "").await;
}

/// Types over what stands in a field, as a person does.
async fn over(field: &WebElement, text: &str) {
    field.send_keys(Key::Control + "a").await.unwrap();
    field.send_keys(text).await.unwrap();
}

async fn by_keyboard(page: &Page) {
    let body = page.find_css("body").await;
    body.send_keys("?").await.unwrap();
    page.find_css("dialog[open]").await;
    show(page, "console-20-keys").await;
    page.click_css("dialog[open] button").await;
    body.send_keys("j").await.unwrap();
    body.send_keys("j").await.unwrap();
    body.send_keys("k").await.unwrap();
    let opened = "return document.activeElement?.closest('[data-testid=\"inbox-row\"]') !== null || \
                  document.querySelector('[data-testid=\"inbox-row\"][aria-selected=\"true\"], \
                  [data-testid=\"inbox-row\"].selected') !== null";
    until("a row to be chosen", async || page.script(opened).await.as_bool() == Some(true)).await;
    page.click("keys-switch").await;
    let before = page.script("return location.pathname").await;
    body.send_keys("?").await.unwrap();
    assert!(page.driver.find_all(By::Css("dialog[open]")).await.unwrap().is_empty(), "switched off");
    assert_eq!(page.script("return location.pathname").await, before);
    page.click("keys-switch").await;
}

/// The cookie is one for all tabs of a browser: what one does to it the other must not misunderstand.
#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_never_show_two_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let console = Console::open(&backend.address()).await;
    let page = &console.page;
    let first = page.driver.window().await.unwrap();
    let second = page.driver.new_tab().await.unwrap();
    page.driver.switch_to_window(second.clone()).await.unwrap();
    page.driver.goto(backend.address()).await.unwrap();
    page.wait_for("login-name").await;

    page.driver.switch_to_window(first.clone()).await.unwrap();
    console.sign_in(&backend.login, &backend.password).await;
    page.driver.switch_to_window(second.clone()).await.unwrap();
    page.wait_for("sign-out").await;
    until("the second tab to say who is signed in", async || says(page).await.contains("coordinator")).await;
    page.click("sign-out").await;
    console.sign_in("agent", &backend.agent_password).await;

    page.driver.switch_to_window(first).await.unwrap();
    until("the first tab to say who is signed in", async || {
        let text = says(page).await;
        text.contains("agent") && !text.contains("coordinator")
    })
    .await;
    page.click("sign-out").await;
    page.wait_for("login-name").await;
    page.driver.switch_to_window(second).await.unwrap();
    page.wait_for("login-name").await;
    console.close().await;
}

/// All words of the page, also those a narrow window has no room for.
async fn says(page: &Page) -> String {
    page.script("return document.body.textContent").await.as_str().unwrap_or_default().to_owned()
}
