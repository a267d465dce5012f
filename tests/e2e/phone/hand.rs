//! A hand on a phone: every tap, swipe and text is counted, and a tap must hit what it is meant for.

use serde_json::{Value, json};

use super::handset::Handset;
use super::held::settled;
use crate::page::Page;
use crate::processes::until;

/// Where it is tapped, and whether the finger would hit it there.
const TARGET: &str = r#"
    const found = document.querySelector(`[data-testid="${arguments[0]}"]`);
    const node = found.matches("input[type=checkbox], input[type=radio]") ? found.closest("label") : found;
    const box = node.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return { isWhole: box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth,
             isHit: hit !== null && (node === hit || node.contains(hit)),
             isShown: node.checkVisibility({ visibilityProperty: true }), top: box.top, bottom: box.bottom };
"#;

/// What something cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) taps: u32,
    pub(super) swipes: u32,
    pub(super) texts: u32,
}

pub(super) struct Hand<'a> {
    pub(super) phone: &'a Handset,
    pub(super) cost: Cost,
}

impl<'a> Hand<'a> {
    pub(super) fn on(phone: &'a Handset) -> Self {
        Self { phone, cost: Cost::default() }
    }

    pub(super) fn page(&self) -> &'a Page {
        &self.phone.page
    }

    async fn target(&self, testid: &str) -> Value {
        self.page().wait_for(testid).await;
        let target = async || self.page().driver.execute(TARGET, vec![json!(testid)]).await.unwrap().json().clone();
        // The app hides what a second tap would hit for a moment.
        until(&format!("{testid} to be shown"), async || target().await["isShown"] == json!(true)).await;
        settled(self.phone).await;
        target().await
    }

    /// One tap on what lies in sight, without being scrolled to.
    pub(super) async fn tap(&mut self, testid: &str) {
        let target = self.target(testid).await;
        assert_eq!((&target["isWhole"], &target["isHit"]), (&json!(true), &json!(true)), "{testid}: {target}");
        let element = self.page().find(testid).await;
        self.page().driver.action_chain().move_to_element_center(&element).click().perform().await.unwrap();
        self.cost.taps += 1;
    }

    /// The same where it may have to be swiped into sight first.
    pub(super) async fn reach(&mut self, testid: &str) {
        let target = self.target(testid).await;
        if target["isWhole"] != json!(true) || target["isHit"] != json!(true) {
            let element = self.page().find(testid).await;
            let script = "(arguments[0].closest('label') ?? arguments[0]).scrollIntoView({ block: 'center' })";
            self.page().driver.execute(script, vec![element.to_json().unwrap()]).await.unwrap();
            self.cost.swipes += 1;
        }
        self.tap(testid).await;
    }

    /// What is typed into what has the focus already.
    pub(super) async fn write(&mut self, into: &str, words: &str) {
        let focused = self.page().script("return document.activeElement?.dataset.testid").await;
        assert_eq!(focused, json!(into), "the words have the focus");
        self.page().driver.action_chain().send_keys(words).perform().await.unwrap();
        self.cost.texts += 1;
    }

    /// What is typed into a field that is tapped first.
    pub(super) async fn fill(&mut self, testid: &str, words: &str) {
        self.reach(testid).await;
        self.page().fill(testid, words).await;
        self.cost.texts += 1;
    }

    /// What it cost since it was asked last.
    pub(super) fn paid(&mut self) -> Cost {
        std::mem::take(&mut self.cost)
    }
}
