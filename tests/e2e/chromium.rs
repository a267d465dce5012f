//! Headless Chromium with a profile of its own, through chromedriver.

use std::process::Command;

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::page::Page;
use crate::processes::{Running, free_port, until};

/// A browser that ends with the test.
pub(crate) struct Chromium {
    _profile: tempfile::TempDir,
    _driver: Running,
}

impl Chromium {
    /// Opens one, as the phone that `emulation` describes (the driver's `mobileEmulation`) or as a desktop's.
    pub(crate) async fn open(emulation: Option<Value>) -> (Self, Page) {
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
            // A camera that shows a test picture; whether it may be used is asked as ever.
            "--use-fake-device-for-media-stream",
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        if let Some(emulation) = emulation {
            capabilities.add_experimental_option("mobileEmulation", emulation).unwrap();
        }
        let session = WebDriver::new(&url, capabilities).await.expect("chromium opens");
        (Self { _profile: profile, _driver: driver }, Page { driver: session })
    }
}
