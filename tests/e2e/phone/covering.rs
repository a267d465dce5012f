//! Covering a part of a photo, with a finger and with a keyboard: what was under it is black in the picture that is kept.

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::handset::Handset;
use super::held::{look, look_in_english};
use super::shift::{choose_photo, enrol, fill_in, press};
use crate::backend::Backend;
use crate::processes::until;

/// The middle of a photo as it is shown, and its upper left corner: red, green and blue of each.
async fn seen(phone: &Handset, testid: &str) -> Value {
    let script = format!(
        "const photo = document.querySelector('img[data-testid=\"{testid}\"]');
         const canvas = document.createElement('canvas');
         [canvas.width, canvas.height] = [photo.naturalWidth, photo.naturalHeight];
         const context = canvas.getContext('2d');
         context.drawImage(photo, 0, 0);
         const at = (x, y) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
         return [at(canvas.width / 2, canvas.height / 2), at(4, 4)];"
    );
    phone.page.script(&script).await
}

fn is_dark(pixel: &Value) -> bool {
    pixel.as_array().is_some_and(|colours| colours.iter().all(|colour| colour.as_u64().is_some_and(|it| it < 30)))
}

/// A finger from one place of the canvas to another, each a part of its width and height.
async fn draw(phone: &Handset, from: (f64, f64), to: (f64, f64)) {
    let canvas = phone.page.find("cover-canvas").await.rect().await.unwrap();
    let point = |(x, y): (f64, f64)| json!([{ "x": canvas.x + canvas.width * x, "y": canvas.y + canvas.height * y }]);
    phone.tell("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": point(from) })).await;
    for step in 1..=4 {
        let part = f64::from(step) / 4.0;
        let on = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
        phone.tell("Input.dispatchTouchEvent", json!({ "type": "touchMove", "touchPoints": point(on) })).await;
    }
    phone.tell("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] })).await;
}

async fn areas(phone: &Handset) -> usize {
    phone.page.driver.find_all(By::Css("[data-testid=\"cover-area\"]")).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_photo_is_covered_by_a_finger_or_by_keys_and_stays_black() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path()).await;
    let phone = Handset::start(&folder.path().join("companion")).await;
    enrol(&phone, &backend.invitation("nla")).await;
    fill_in(&phone.page, "Een gezicht op de foto").await;
    choose_photo(&phone.page, folder.path()).await;
    phone.page.click("enlarge-photo").await;
    phone.page.wait_for("photo-viewer").await;
    let before = seen(&phone, "photo-large").await;
    assert!(!is_dark(&before[0]) && !is_dark(&before[1]), "{before}");

    phone.page.click("cover-photo").await;
    phone.page.wait_for("cover-canvas").await;
    draw(&phone, (0.3, 0.3), (0.7, 0.7)).await;
    until("what was drawn to stand there", async || areas(&phone).await == 1).await;
    // A tap right after a swipe only ends its glide, as far as the browser can tell.
    press(&phone.page, "cover-add").await;
    until("an area to be added", async || areas(&phone).await == 2).await;
    look(&phone, "cover").await;
    look_in_english(&phone, "cover").await;
    let added = phone.page.find_css("[data-testid=\"cover-area\"]:last-of-type").await;
    let at = added.rect().await.unwrap();
    added.send_keys(Key::Right + Key::Down).await.unwrap();
    let moved = added.rect().await.unwrap();
    assert!(moved.x > at.x && moved.y > at.y, "{moved:?} after {at:?}");
    phone.page.click("cover-undo").await;
    until("the last to be taken back", async || areas(&phone).await == 1).await;

    phone.page.click("cover-done").await;
    phone.page.wait_for("cover-photo-dialog").await;
    look(&phone, "cover-question").await;
    phone.page.click("cover-photo-confirm").await;
    until("the photo to be covered", async || {
        let shown = phone.page.driver.find_all(By::Css("img[data-testid=\"photo\"]")).await.unwrap().len() == 1;
        shown && is_dark(&seen(&phone, "photo").await[0])
    })
    .await;
    let after = seen(&phone, "photo").await;
    assert!(!is_dark(&after[1]), "what is around it stays: {after}");
    phone.close().await;
}
