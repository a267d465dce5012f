//! The municipality's own sign-in, by a real provider (`ui/provider`): there by hand, back, and every way in which one comes back
//! without being signed in.

use std::process::Command;

use thirtyfour::prelude::*;

use crate::axe;
use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::{Running, free_port, root, until};
use crate::screens::show;

/// A provider that knows this backend, which knows it.
async fn provider(backend: &Backend, folder: &std::path::Path, more: &[&str]) -> (Running, String) {
    let port = free_port();
    let issuer = format!("http://127.0.0.1:{port}");
    let keys = folder.join("keys.json");
    let mut node = Command::new("node");
    node.arg(root().join("ui/provider/provider.mjs")).arg(port.to_string());
    node.arg(format!("{}/sign-in", backend.address())).arg(&keys);
    // It has to answer before it is set, and Baken's key is made when it is set: begun with none, and then anew.
    std::fs::write(&keys, r#"{"keys":[]}"#).unwrap();
    let ready = async || {
        let said = reqwest::get(format!("{issuer}/.well-known/openid-configuration")).await;
        said.is_ok_and(|it| it.status().is_success())
    };
    let first = Running::start(&mut node);
    until("the provider", ready).await;
    let arguments = [&["sign-in", "set", "--issuer", &issuer, "--client-id", "baken"], more].concat();
    let printed = backend.run(&arguments);
    let public = printed.lines().find(|line| line.starts_with('{')).unwrap();
    std::fs::write(&keys, public).unwrap();
    drop(first);
    let running = Running::start(&mut node);
    until("the provider with Baken's key", ready).await;
    (running, issuer)
}

/// Says who one is on the provider's own page.
async fn at_provider(page: &Page, login: &str) {
    let name = asked_who(page).await;
    name.send_keys(login).await.unwrap();
    page.click_css("button[value=go]").await;
}

async fn asked_who(page: &Page) -> WebElement {
    page.find_css("input[name=login]").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_signs_in_by_a_real_provider_and_out_of_it_and_others_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let (provider, _issuer) = provider(&backend, folder.path(), &[]).await;
    backend.run(&["sign-in", "bind", "--login", &backend.login, "--subject", "c.visser"]);
    let console = Console::open(&format!("{}/devices", backend.address())).await;
    let page = &console.page;

    page.wait_for("sign-in-provider").await;
    axe::check(page, "sign-in with a provider").await;
    show(page, "console-sign-in-provider").await;
    page.click("sign-in-provider").await;
    asked_who(page).await;
    page.click_css("button[value=cancel]").await;
    page.wait_for_text("sign-in-error", "afgebroken").await;
    show(page, "console-sign-in-cancelled").await;

    page.click("sign-in-provider").await;
    at_provider(page, "niemand").await;
    page.wait_for_text("sign-in-error", "hoort nog bij niemand").await;
    show(page, "console-sign-in-unknown").await;

    // Cookies know no port: the provider's are gone as well, and asks again who it is.
    page.driver.delete_all_cookies().await.unwrap();
    page.click("sign-in-provider").await;
    at_provider(page, "c.visser").await;
    page.wait_for("sign-out").await;
    let at = page.driver.current_url().await.unwrap();
    assert_eq!((at.path(), at.query()), ("/devices", None), "where one was, and no code in the address");
    page.driver.refresh().await.unwrap();
    page.wait_for("sign-out").await;

    page.click("sign-out").await;
    let agrees = async || page.driver.find(By::Css("button[name=logout]")).await;
    until("the provider asks whether to sign out there", async || agrees().await.is_ok()).await;
    agrees().await.unwrap().click().await.unwrap();
    page.wait_for("sign-in-provider").await;
    page.wait_for_text("sign-in-reason", "uitgelogd").await;
    page.click("sign-in-provider").await;
    asked_who(page).await;
    page.driver.goto(backend.address()).await.unwrap();

    drop(provider);
    console.sign_in(&backend.login, &backend.password).await;
    console.close().await;
}
