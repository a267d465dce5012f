//! The key is opened once in a browser: every tab has it, also one that is opened later or loaded anew, and none has it once it is closed
//! in one of them.

use thirtyfour::prelude::*;

use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::screens::show;

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_open_in_every_tab_and_closes_in_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    backend.demo_year(folder.path());
    let console = Console::open(&backend.address()).await;
    let page = &console.page;
    console.sign_in(&backend.login, &backend.password).await;
    page.wait_for("inbox-row").await;
    page.click_css("[data-testid=\"inbox-row\"]:nth-of-type(1) a").await;
    page.wait_for("sealed-closed").await;
    let record = page.driver.current_url().await.unwrap();
    let first = page.driver.window().await.unwrap();
    let second = another(page, record.as_str()).await;
    page.wait_for("sealed-closed").await;

    open_key(page, &backend.passphrase).await;
    page.wait_for("record-narrative").await;
    to(page, &first).await;
    page.wait_for("record-narrative").await;
    show(page, "console-40-key-open-in-the-other-tab").await;

    page.driver.refresh().await.unwrap();
    page.wait_for("record-narrative").await;
    to(page, &second).await;
    page.driver.close_window().await.unwrap();
    to(page, &first).await;
    page.driver.refresh().await.unwrap();
    page.wait_for("record-narrative").await;
    let second = another(page, record.as_str()).await;
    page.wait_for("record-narrative").await;

    page.click("key-close").await;
    page.wait_for("sealed-closed").await;
    to(page, &first).await;
    page.wait_for("sealed-closed").await;

    open_key(page, &backend.passphrase).await;
    page.wait_for("record-narrative").await;
    to(page, &second).await;
    page.wait_for("record-narrative").await;
    page.click("sign-out").await;
    page.wait_for("login-name").await;
    to(page, &first).await;
    page.wait_for("login-name").await;

    // Whoever signs in next finds it closed, be it the same person.
    console.sign_in(&backend.login, &backend.password).await;
    page.driver.goto(record.as_str()).await.unwrap();
    page.wait_for("sealed-closed").await;
    console.close().await;
}

async fn open_key(page: &Page, passphrase: &str) {
    page.click("key-open").await;
    page.fill("key-passphrase", passphrase).await;
    page.click("key-submit").await;
}

/// A further tab of the same browser at `address`.
async fn another(page: &Page, address: &str) -> WindowHandle {
    let tab = page.driver.new_tab().await.unwrap();
    to(page, &tab).await;
    page.driver.goto(address).await.unwrap();
    tab
}

async fn to(page: &Page, tab: &WindowHandle) {
    page.driver.switch_to_window(tab.clone()).await.unwrap();
}
