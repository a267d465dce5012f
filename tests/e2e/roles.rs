//! Who does what in the office: an administrator gives roles, and each account finds what is theirs and nothing else.

use crate::backend::Backend;
use crate::console::Console;
use crate::screens::show;

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_gives_roles_and_each_finds_what_is_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let boss = Console::open(&backend.address()).await;
    boss.sign_in(&backend.login, &backend.password).await;
    boss.page.open("nav-members", "member-row").await;
    show(&boss.page, "console-members").await;
    change_roles(&boss, "agent").await;
    show(&boss.page, "console-members-roles").await;
    for role in ["coordinator", "device-manager"] {
        press_role(&boss, role).await;
    }
    boss.page.click("roles-give").await;
    boss.page.wait_for_text("roles-dialog", "ten minste één rol").await;
    press_role(&boss, "auditor").await;
    boss.page.click("roles-give").await;
    boss.page.wait_for_text("members-news", "agent").await;

    let agent = Console::open(&backend.address()).await;
    agent.sign_in("agent", &backend.agent_password).await;
    agent.page.wait_for("nav-devices").await;
    agent.page.wait_for("nav-members").await;
    assert!(agent.page.driver.current_url().await.unwrap().path().ends_with("/devices"), "the first page of theirs");
    let text = agent.page.text().await;
    assert!(
        !text.contains("Waarnemingen") && !text.contains("Sleutel openen") && !text.contains("Uitnodigen"),
        "{text}"
    );
    agent.page.driver.goto(format!("{}/inbox", backend.address())).await.unwrap();
    agent.page.wait_for("no-access").await;
    show(&agent.page, "console-no-access").await;

    boss.page.driver.goto(format!("{}/members", backend.address())).await.unwrap();
    boss.page.click_css("[data-login=agent] [data-testid=member-end]").await;
    boss.page.wait_for("end-account-dialog").await;
    show(&boss.page, "console-members-end").await;
    boss.page.click("end-account-confirm").await;
    boss.page.wait_for_text("members-news", "beëindigd").await;
    agent.page.driver.refresh().await.unwrap();
    agent.page.wait_for("login-name").await;
    agent.close().await;

    change_roles(&boss, &backend.login).await;
    press_role(&boss, "administrator").await;
    boss.page.click("roles-give").await;
    boss.page.wait_for_text("roles-error", "enige beheerder").await;
    boss.close().await;
}

async fn change_roles(console: &Console, login: &str) {
    console.page.click_css(&format!("[data-login=\"{login}\"] [data-testid=member-change]")).await;
    console.page.wait_for("roles-dialog").await;
}

async fn press_role(console: &Console, role: &str) {
    console.page.click_css(&format!("[data-testid=role-{role}]")).await;
}
