//! A phone: a process with the device core, and a browser with a phone's size, touch and name in front of it.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::chromium::Chromium;
use crate::page::Page;
use crate::processes::{Running, free_port, program, until};

/// As Android's web view calls itself, so that the interface asks for the back button.
const NAME: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 4a) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36";

pub(crate) struct Handset {
    pub(crate) page: Page,
    port: u16,
    core: Option<Running>,
    _chromium: Chromium,
}

impl Handset {
    /// Starts the app on the data folder `home`.
    pub(crate) async fn start(home: &Path) -> Self {
        let emulation = json!({
            "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 3.0, "touch": true, "mobile": true },
            "userAgent": NAME,
        });
        let (chromium, page) = Chromium::open(Some(emulation)).await;
        let mut handset = Self { page, port: free_port(), core: None, _chromium: chromium };
        handset.begin(home).await;
        handset
    }

    /// The app again, after it was killed.
    pub(crate) async fn begin(&mut self, home: &Path) {
        let mut command = Command::new(program("baken-phone"));
        self.core = Some(Running::start(command.arg(self.port.to_string()).env("BAKEN_HOME", home)));
        let url = format!("http://127.0.0.1:{}/", self.port);
        until("the app to start", async || reqwest::get(&url).await.is_ok()).await;
        self.page.driver.goto(&url).await.unwrap();
    }

    /// Kills the process as Android does that wants its memory: no time to save anything.
    pub(crate) fn kill(&mut self) {
        drop(self.core.take());
    }

    /// Presses Android's back button, once the interface listens to it.
    pub(crate) async fn back(&self) {
        until("the app to listen to the back button", async || {
            self.page.script("return window.phone.hasBack()").await == json!(true)
        })
        .await;
        self.page.script("window.phone.back()").await;
    }

    /// What the browser alone can do, by its protocol for developers.
    pub(crate) async fn tell(&self, command: &str, parameters: Value) {
        self.page.driver.cdp().send_raw(command, parameters).await.unwrap();
    }

    /// What the phone's system tells the app, as its plugin does.
    pub(crate) async fn happens(&self, event: Value) {
        let url = format!("http://127.0.0.1:{}/platform/tell", self.port);
        until("the app to listen to the phone", async || {
            let client = reqwest::Client::new();
            client.post(&url).json(&event).send().await.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
    }

    /// What the phone's system replies from now on where the app asks for `command`.
    pub(crate) async fn replies(&self, command: &str, reply: Value) {
        let url = format!("http://127.0.0.1:{}/platform/reply/{command}", self.port);
        let answer = reqwest::Client::new().post(&url).json(&reply).send().await.unwrap();
        assert!(answer.status().is_success(), "{command}: {}", answer.status());
    }

    /// What the app has asked the phone's system for.
    pub(crate) async fn asked(&self) -> Vec<(String, Value)> {
        let url = format!("http://127.0.0.1:{}/platform/asked", self.port);
        reqwest::get(&url).await.unwrap().json().await.unwrap()
    }

    /// What the app has asked the phone's system for by this command.
    pub(crate) async fn asked_for(&self, command: &str) -> Vec<Value> {
        self.asked().await.into_iter().filter(|(asked, _)| asked == command).map(|(_, given)| given).collect()
    }

    /// What the core says of itself, whatever the page does.
    pub(crate) async fn phase(&self) -> String {
        let url = format!("http://127.0.0.1:{}/ipc/status", self.port);
        let answer = reqwest::Client::new().post(&url).json(&json!({})).send().await.unwrap();
        let status: Value = answer.json().await.unwrap();
        status["phase"].as_str().unwrap_or_default().to_owned()
    }

    /// What the person or the system answers when the app asks to use something.
    pub(crate) async fn allow(&self, what: &str, answer: &str) {
        let origin = format!("http://127.0.0.1:{}", self.port);
        let permission = json!({ "permission": { "name": what }, "setting": answer, "origin": origin });
        self.tell("Browser.setPermission", permission).await;
    }

    /// Another size of the window: a keyboard comes up, the phone is turned, another phone.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 3, "mobile": true });
        self.tell("Emulation.setDeviceMetricsOverride", metrics).await;
        until("the window to have its size", async || {
            self.page.script("return [innerWidth, innerHeight]").await == json!([width, height])
        })
        .await;
    }

    pub(crate) async fn close(self) {
        let _ = self.page.driver.quit().await;
    }
}
