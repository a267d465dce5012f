//! What comes in is told at once: on the page, which does not move, in the tab's title, and in every tab of the browser.

use std::time::{Duration, Instant};

use crate::backend::Backend;
use crate::console::Console;
use crate::demo::fleet;
use crate::processes::until;
use crate::screens::show;

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_is_told_in_every_tab_and_moves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    backend.demo_year(folder.path());
    let console = Console::open(&backend.address()).await;
    console.sign_in(&backend.login, &backend.password).await;
    let page = &console.page;
    page.wait_for("inbox-row").await;
    let rows =
        "return [...document.querySelectorAll('[data-testid=\"inbox-row\"]')].map((row) => row.dataset.operation);";
    let shown = page.script(rows).await;
    page.click("acute-sound").await;
    page.wait_for("sound-explained").await;
    show(page, "console-41-sound").await;

    fleet("story", folder.path(), &["--invitation", &backend.invitation("nla")]);
    let brought = Instant::now();
    page.wait_for_text("inbox-news", "1 nieuwe waarneming").await;
    // Well before it would have looked by itself.
    assert!(brought.elapsed() < Duration::from_secs(15), "{:?}", brought.elapsed());
    until("the title to say so", async || page.driver.title().await.unwrap() == "(1) Waarnemingen · Baken").await;
    assert_eq!(page.script(rows).await, shown, "nothing moved under the reader");
    show(page, "console-42-arrived").await;

    let first = page.driver.window().await.unwrap();
    let second = page.driver.new_tab().await.unwrap();
    page.driver.switch_to_window(second).await.unwrap();
    page.driver.goto(format!("{}/inspections", backend.address())).await.unwrap();
    page.wait_for("inspection-row").await;
    page.driver.switch_to_window(first).await.unwrap();
    page.click("inbox-news").await;
    until("the title to be as before", async || page.driver.title().await.unwrap() == "Waarnemingen · Baken").await;

    // Another browser of the same account signs this one out everywhere: it stands before the sign-in page by itself.
    let boss = Console::open(&backend.address()).await;
    boss.sign_in(&backend.login, &backend.password).await;
    boss.page.open("nav-members", "member-row").await;
    boss.page.click_css(&format!("[data-login=\"{}\"] [data-testid=member-sign-out]", backend.login)).await;
    page.wait_for("login-name").await;
    boss.close().await;
    console.close().await;
}
