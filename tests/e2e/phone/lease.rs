//! A phone that lay in a drawer for longer than the municipality lets it: one screen until there was a contact, and then
//! everything as it was.

use std::path::Path;
use std::sync::Arc;

use baken_companion::{Clock, Companion, Environment, Options, SystemClock, Uptime};
use chrono::{DateTime, TimeDelta, Utc};

use super::handset::Handset;
use super::held::{look, look_in_english};
use super::shift::{SECRET, enrol, saved};
use crate::backend::Backend;
use crate::processes::until;

/// Shows a day that is to come.
struct LaterClock(SystemClock);

impl Clock for LaterClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.now() + TimeDelta::days(40)
    }

    fn monotonic_ms(&self) -> u64 {
        self.0.monotonic_ms()
    }

    fn since_boot(&self) -> Option<Uptime> {
        None
    }
}

/// Forty days later somebody opens the app.
fn opened_later(home: &Path) {
    let clock: Arc<dyn Clock> = Arc::new(LaterClock(SystemClock::default()));
    let environment = Environment { clock, ..Environment::system() };
    let options = Options { folder: home.to_owned(), kdf_cost: None, environment };
    Companion::open(options).unwrap().unlock(SECRET).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_nobody_heard_of_for_long_shows_nothing_until_one_contact() {
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(folder.path()).await;
    let home = folder.path().join("companion");
    let mut phone = Handset::start(&home).await;
    enrol(&phone, &backend.invitation("nla")).await;
    phone.page.open("open-sync", "sync-start").await;
    until("everything to be fetched", async || phone.page.text().await.contains("Laatst verbonden")).await;
    phone.back().await;
    phone.page.click("new-observation").await;
    phone.page.fill("narrative", "Vier bedden in een kast").await;
    saved(&phone.page).await;
    phone.kill();
    backend.stop();
    opened_later(&home);

    phone.begin(&home).await;
    phone.page.fill("unlock-secret", SECRET).await;
    phone.page.click("unlock").await;
    phone.page.wait_for("lease-over").await;
    phone.page.wait_for("lease-failed").await;
    assert!(!phone.page.text().await.contains("bedden"));
    look(&phone, "lease-over").await;
    look_in_english(&phone, "lease-over").await;
    phone.page.open("lease-reference", "card-gevaar").await;
    phone.back().await;

    backend.serve().await;
    phone.page.open("lease-connect", "new-observation").await;
    phone.page.open("open-draft", "narrative").await;
    let text = phone.page.find("narrative").await.prop("value").await.unwrap();
    assert_eq!(text.as_deref(), Some("Vier bedden in een kast"));
    phone.close().await;
}
