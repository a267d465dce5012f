//! A member puts a second factor in force by hand, is asked for it, and has it taken away by an administrator.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret};

use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::until;
use crate::screens::show;

/// What the app on the phone shows in so many half minutes from now.
fn code(secret: &str, ahead: u64) -> String {
    let secret = Secret::try_from_base32(secret.replace(char::is_whitespace, "")).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    totp.generate(now + ahead * 30).to_string()
}

async fn typed(page: &Page, login: &str, password: &str) {
    page.fill("login-name", login).await;
    page.fill("login-password", password).await;
    page.click("login-submit").await;
}

async fn says(page: &Page, words: &str) {
    until(words, async || page.text().await.contains(words)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_put_in_force_asked_for_and_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let console = Console::open(&backend.address()).await;
    let page = &console.page;
    console.sign_in("agent", &backend.agent_password).await;
    page.open("nav-account", "second-factor-turn-on").await;
    show(page, "console-account").await;
    page.click("second-factor-turn-on").await;
    page.fill("second-factor-password", "mis").await;
    page.click("second-factor-go").await;
    says(page, "wachtwoord niet").await;
    page.fill("second-factor-password", &backend.agent_password).await;
    page.click("second-factor-go").await;
    page.wait_for("second-factor-qr").await;
    let secret = page.text_of("second-factor-secret").await;
    page.fill("second-factor-code", "000000").await;
    page.click("second-factor-go").await;
    says(page, "klopt niet").await;
    show(page, "console-second-factor").await;
    page.fill("second-factor-code", &code(&secret, 0)).await;
    page.click("second-factor-go").await;
    page.wait_for_text("second-factor-news", "staat aan").await;
    show(page, "console-second-factor-on").await;

    page.click("sign-out").await;
    page.wait_for("login-name").await;
    typed(page, "agent", &backend.agent_password).await;
    page.wait_for("login-code").await;
    page.fill("login-code", "000000").await;
    page.click("login-submit").await;
    page.wait_for_text("sign-in-error", "klopt niet").await;
    show(page, "console-sign-in-code").await;
    page.fill("login-code", &code(&secret, 1)).await;
    page.click("login-submit").await;
    page.wait_for("sign-out").await;

    let boss = Console::open(&backend.address()).await;
    boss.sign_in(&backend.login, &backend.password).await;
    boss.page.open("nav-members", "member-row").await;
    boss.page.click_css("[data-login=agent] [data-testid=member-end-second-factor]").await;
    boss.page.wait_for("end-second-factor-dialog").await;
    show(&boss.page, "console-members-second-factor").await;
    boss.page.click("end-second-factor-confirm").await;
    boss.page.wait_for_text("members-news", "zonder tweede stap").await;
    boss.close().await;
    page.driver.refresh().await.unwrap();
    page.wait_for("login-name").await;
    typed(page, "agent", &backend.agent_password).await;
    page.wait_for("sign-out").await;
    console.close().await;
}
