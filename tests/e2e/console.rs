//! The console in headless Chromium, through chromedriver.

use std::process::Command;

use thirtyfour::prelude::*;

use crate::page::Page;
use crate::processes::{Running, free_port, until};

pub(crate) struct Console {
    pub(crate) page: Page,
    _profile: tempfile::TempDir,
    _driver: Running,
}

impl Console {
    /// Opens the console at `address` in a fresh browser.
    pub(crate) async fn open(address: &str) -> Self {
        let port = free_port();
        let driver = Running::start(Command::new("chromedriver").arg(format!("--port={port}")));
        let url = format!("http://127.0.0.1:{port}");
        until("chromedriver", async || reqwest::get(format!("{url}/status")).await.is_ok()).await;
        let profile = tempfile::tempdir().unwrap();
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--lang=nl",
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        let session = WebDriver::new(&url, capabilities).await.expect("chromium opens");
        session.goto(address).await.unwrap();
        Self { page: Page { driver: session }, _profile: profile, _driver: driver }
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
