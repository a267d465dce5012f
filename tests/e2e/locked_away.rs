//! What was signed leaves though the app is locked at once, and though there is a network only later.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::app::App;
use crate::backend::Backend;
use crate::page::Page;
use crate::processes::until;

const SECRET: &str = "vijf zeehonden op de pier";

#[tokio::test(flavor = "multi_thread")]
async fn a_record_signed_and_put_away_arrives_while_the_app_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(folder.path()).await;
    let home = folder.path().join("companion");
    let app = App::start(&home).await;
    app.page.fill("secret", SECRET).await;
    app.page.fill("secret-repeat", SECRET).await;
    app.page.click("set-secret").await;
    app.page.fill("invitation", &backend.invitation("nla")).await;
    app.page.click("check-invitation").await;
    app.page.click("enrol").await;
    start_inspection(&app.page).await;

    acute_and_away(&app.page).await;
    let locked = Instant::now();
    until("both to arrive", async || received(folder.path()) == 2).await;
    assert!(locked.elapsed() < Duration::from_secs(5), "after {:?}", locked.elapsed());

    unlock(&app.page).await;
    backend.stop();
    acute_and_away(&app.page).await;
    assert_eq!(received(folder.path()), 2);
    backend.serve().await;
    until("the third to arrive, the app still locked", async || received(folder.path()) == 3).await;
    assert!(!app.page.text().await.contains("Vissersschip"), "nothing of it is shown");

    unlock(&app.page).await;
    app.close().await;
}

async fn start_inspection(page: &Page) {
    page.click("start-inspection").await;
    page.click("place-kind-vissersschip").await;
    page.click("ground-toestemming-bewoner").await;
    page.click("finalise").await;
    page.wait_until_shown("new-observation").await;
}

/// Signs an acute observation and hides the app in the same breath.
async fn acute_and_away(page: &Page) {
    page.click("new-observation").await;
    page.click("form-arbeid").await;
    page.fill("narrative", "Hij wordt nu in een auto gezet").await;
    page.click("basis-waarneming").await;
    page.click("urgency-acuut").await;
    page.click("acute-yes").await;
    page.click("finalise").await;
    page.wait_for("record-state").await;
    page.click("hide-screen").await;
    page.wait_for("away").await;
}

async fn unlock(page: &Page) {
    page.come_back().await;
    page.fill("unlock-secret", SECRET).await;
    page.click("unlock").await;
    page.wait_until_shown("new-observation").await;
}

/// Records at the backend.
fn received(folder: &Path) -> u64 {
    let register = rusqlite::Connection::open(folder.join("backend/register.sqlite")).unwrap();
    register.query_row("SELECT count(*) FROM operations", [], |row| row.get(0)).unwrap()
}
