//! The console in headless Chromium.

use crate::chromium::Chromium;
use crate::page::Page;

pub(crate) struct Console {
    pub(crate) page: Page,
    _chromium: Chromium,
}

impl Console {
    /// Opens the console at `address` in a fresh browser.
    pub(crate) async fn open(address: &str) -> Self {
        let (chromium, page) = Chromium::open(None).await;
        page.driver.goto(address).await.unwrap();
        Self { page, _chromium: chromium }
    }

    /// Signs in.
    pub(crate) async fn sign_in(&self, login: &str, password: &str) {
        self.page.fill("login-name", login).await;
        self.page.fill("login-password", password).await;
        self.page.click("login-submit").await;
        self.page.wait_for("sign-out").await;
    }

    pub(crate) async fn close(self) {
        let _ = self.page.driver.quit().await;
    }
}
