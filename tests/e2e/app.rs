//! The companion's own window, through `tauri-driver` and WebKitWebDriver.

use std::path::{Path, PathBuf};
use std::process::Command;

use thirtyfour::prelude::*;

use crate::page::Page;
use crate::processes::{Running, free_port, program, until};

pub(crate) struct App {
    pub(crate) page: Page,
    home: PathBuf,
    _driver: Running,
}

impl App {
    /// Starts the app on the data folder `home`.
    pub(crate) async fn start(home: &Path) -> Self {
        let (port, native) = (free_port(), free_port());
        let driver = Running::start(
            Command::new("tauri-driver")
                .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
                .env("BAKEN_HOME", home)
                // The web view keeps language and theme: those of this test, not of whoever runs it.
                .env("XDG_DATA_HOME", home.with_extension("webview"))
                .env("XDG_CACHE_HOME", home.with_extension("webview-cache"))
                .env("NO_AT_BRIDGE", "1"),
        );
        let url = format!("http://127.0.0.1:{port}");
        until("tauri-driver", async || reqwest::get(format!("{url}/status")).await.is_ok()).await;
        let mut capabilities = Capabilities::new();
        let options = serde_json::json!({ "application": program("baken") });
        capabilities.set("tauri:options", options).unwrap();
        let driver_session = WebDriver::new(&url, capabilities).await.expect("the app opens a window");
        Self { page: Page { driver: driver_session }, home: home.to_owned(), _driver: driver }
    }

    /// Kills the app as a phone out of battery would: no time to save anything.
    pub(crate) async fn kill(self) {
        let pid = self.pid();
        assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
        until("the app to be gone", async || !Path::new(&format!("/proc/{pid}")).exists() || is_zombie(pid)).await;
        // The session died with the window; ending it again would only wait for an answer.
        std::mem::forget(self.page.driver);
    }

    /// Closes the window.
    pub(crate) async fn close(self) {
        let _ = self.page.driver.quit().await;
    }

    /// The process that has this data folder open.
    fn pid(&self) -> u32 {
        let wanted = format!("BAKEN_HOME={}", self.home.display());
        let program = program("baken");
        let found = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
            let path = entry.ok()?.path();
            let pid: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let is_app = std::fs::read_link(path.join("exe")).ok()? == program;
            let environment = std::fs::read(path.join("environ")).ok()?;
            let is_ours = environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes());
            (is_app && is_ours).then_some(pid)
        });
        found.last().expect("the app runs")
    }
}

fn is_zombie(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.split(") ").nth(1).is_none_or(|rest| rest.starts_with('Z'))
}
