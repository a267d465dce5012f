//! The room of bars, cut-outs and the keyboard, as the phone tells it: nothing a person needs lies under them.

use serde_json::{Value, json};

use super::handset::Handset;
use super::held::{CUT_OUT, insets, picture, settled, typed_in_view_under_a_keyboard};
use super::shift::enrol;
use crate::backend::Backend;
use crate::processes::until;

/// Controls that are seen and lie, in part, under a bar or the keyboard: where each begins and ends.
const UNDER: &str = r#"
    const [top, bottom] = arguments;
    const under = [];
    for (const node of document.querySelectorAll("button, a[href], input, select, textarea")) {
        if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const scrolls = node.closest(".scroller");
        const box = node.getBoundingClientRect();
        // What scrolls away is no fault; what stays put is.
        if (scrolls && scrolls.scrollHeight > scrolls.clientHeight) continue;
        if (box.height > 0 && (box.top < top || box.bottom > bottom)) under.push([node.dataset.testid, box.top, box.bottom]);
    }
    return under;
"#;

async fn under(phone: &Handset, top: f64, bottom: f64) -> Value {
    settled(phone).await;
    phone.page.driver.execute(UNDER, vec![json!(top), json!(bottom)]).await.unwrap().json().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_lies_under_a_bar_or_a_keyboard_that_the_phone_tells_of() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let phone = Handset::start(&folder.path().join("companion")).await;
    phone.happens(insets(0)).await;
    phone.page.wait_for("secret").await;
    typed_in_view_under_a_keyboard(&phone, "secret-repeat").await;
    enrol(&phone, &backend.invitation("nla")).await;
    assert_eq!(under(&phone, CUT_OUT, 740.0 - 24.0).await, json!([]), "at home");
    picture(&phone, "phone-cut-out-home").await;
    phone.page.click("new-observation").await;
    phone.page.click("form-arbeid").await;
    for field in ["narrative"] {
        typed_in_view_under_a_keyboard(&phone, field).await;
    }
    phone.page.click("section-persons").await;
    phone.page.click("add-person").await;
    typed_in_view_under_a_keyboard(&phone, "person-0-description").await;
    phone.page.click("section-indicators").await;
    typed_in_view_under_a_keyboard(&phone, "indicator-search").await;
    what_was_told_holds_for_a_page_that_begins_later(&phone).await;
    phone.close().await;
}

/// The system ends a page that hangs and shows another; the phone tells what changes and no more.
async fn what_was_told_holds_for_a_page_that_begins_later(phone: &Handset) {
    phone.page.driver.refresh().await.unwrap();
    until("the page to know its room", async || {
        let script = "return getComputedStyle(document.documentElement).getPropertyValue('--baken-inset-top')";
        phone.page.script(script).await == "32px"
    })
    .await;
}
