//! A page under test, app or console alike: things are found by `data-testid` and waited for.

use std::time::Duration;

use thirtyfour::prelude::*;

use crate::processes::until;

/// One window.
pub(crate) struct Page {
    pub(crate) driver: WebDriver,
}

impl Page {
    /// The element with this test id, once it is there and shown.
    pub(crate) async fn find(&self, testid: &str) -> WebElement {
        self.find_css(&format!("[data-testid=\"{testid}\"]")).await
    }

    /// The first element that matches, once it is there.
    pub(crate) async fn find_css(&self, css: &str) -> WebElement {
        let found =
            self.driver.query(By::Css(css)).wait(Duration::from_secs(20), Duration::from_millis(50)).first().await;
        let Ok(element) = found else { panic!("nothing matches {css}; the page says:\n{}", self.text().await) };
        element
    }

    /// Clicks, as a person would: scrolled into view, and tried again while something lies over it.
    pub(crate) async fn click(&self, testid: &str) {
        self.click_css(&format!("[data-testid=\"{testid}\"]")).await;
    }

    /// Clicks until the screen it opens is there. What runs by itself may move a control between the look and the
    /// click; a person presses again.
    pub(crate) async fn open(&self, testid: &str, opened: &str) {
        let css = format!("[data-testid=\"{testid}\"]");
        self.find(testid).await;
        until(&format!("{testid} to open {opened}"), async || {
            if self.is_there(opened).await {
                return true;
            }
            if let Some(element) = self.in_view(&css).await {
                // A click that misses is seen by what does not open.
                let _missed = element.click().await;
            }
            self.is_there(opened).await
        })
        .await;
    }

    /// Clicks the first element that matches.
    pub(crate) async fn click_css(&self, css: &str) {
        self.find_css(css).await;
        until(&format!("{css} to be clickable"), async || {
            let Some(element) = self.in_view(css).await else { return false };
            element.click().await.is_ok()
        })
        .await;
    }

    async fn is_there(&self, testid: &str) -> bool {
        self.driver.find(By::Css(format!("[data-testid=\"{testid}\"]"))).await.is_ok()
    }

    /// The element, scrolled to the middle of the window.
    async fn in_view(&self, css: &str) -> Option<WebElement> {
        let element = self.driver.find(By::Css(css)).await.ok()?;
        let script = "arguments[0].scrollIntoView({block: 'center'})";
        self.driver.execute(script, vec![element.to_json().ok()?]).await.ok()?;
        Some(element)
    }

    /// Types into a field after clearing it.
    pub(crate) async fn fill(&self, testid: &str, text: &str) {
        let css = format!("[data-testid=\"{testid}\"]");
        self.find(testid).await;
        until(&format!("{testid} to take text"), async || {
            let Some(field) = self.in_view(&css).await else { return false };
            field.clear().await.is_ok() && field.send_keys(text).await.is_ok()
        })
        .await;
    }

    /// The shown text of an element, without the soft hyphens of its long words.
    pub(crate) async fn text_of(&self, testid: &str) -> String {
        as_read(&self.find(testid).await.text().await.unwrap())
    }

    /// Waits until an element's text contains `part`.
    pub(crate) async fn wait_for_text(&self, testid: &str, part: &str) {
        until(&format!("{testid} to say {part:?}"), async || {
            let css = format!("[data-testid=\"{testid}\"]");
            match self.driver.find(By::Css(css)).await {
                Ok(element) => element.text().await.is_ok_and(|text| as_read(&text).contains(part)),
                Err(_) => false,
            }
        })
        .await;
    }

    /// Waits until an element is there.
    pub(crate) async fn wait_for(&self, testid: &str) {
        self.find(testid).await;
    }

    /// Waits until an element can be seen: the app hides what a second tap would hit for a moment.
    pub(crate) async fn wait_until_shown(&self, testid: &str) {
        until(&format!("{testid} to be shown"), async || self.find(testid).await.is_displayed().await.unwrap_or(false))
            .await;
    }

    /// Taps the neutral screen until the app asks for the passphrase.
    pub(crate) async fn come_back(&self) {
        until("the unlock screen", async || {
            let script = "document.querySelector('[data-testid=\"away\"]')?.click(); \
                          return document.querySelector('[data-testid=\"unlock-secret\"]') !== null;";
            self.script(script).await == true
        })
        .await;
    }

    /// Everything the page shows, for a failure's message.
    pub(crate) async fn text(&self) -> String {
        match self.driver.find(By::Tag("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    /// Runs a script that returns a value.
    pub(crate) async fn script(&self, script: &str) -> serde_json::Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }
}

/// The places where a word may break are no part of it.
fn as_read(text: &str) -> String {
    text.replace('\u{ad}', "")
}
