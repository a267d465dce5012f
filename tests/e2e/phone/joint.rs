//! Two phones in one inspection: the code of the one is read by the other from a picture of its screen, with no network.

use serde_json::json;

use super::handset::Handset;
use super::held::{look, look_in_english};
use super::shift::{enrol, fill_in};
use crate::backend::Backend;

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_joins_the_inspection_of_another_by_a_picture_of_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(folder.path()).await;
    let leads = Handset::start(&folder.path().join("leads")).await;
    enrol(&leads, &backend.invitation("nla")).await;
    let joins = Handset::start(&folder.path().join("joins")).await;
    enrol(&joins, &backend.invitation("scharlaken-koord")).await;
    backend.stop();

    let page = &leads.page;
    page.click("start-inspection").await;
    page.click("place-kind-vissersschip").await;
    page.fill("place-name", "IJM 204 Noordster").await;
    page.click("ground-toestemming-bewoner").await;
    page.click("finalise").await;
    page.wait_until_shown("new-observation").await;
    page.click("together").await;
    page.wait_until_shown("join-qr").await;
    look(&leads, "together").await;
    look_in_english(&leads, "together").await;
    let picture = folder.path().join("code.png");
    std::fs::write(&picture, page.find("join-qr").await.screenshot_as_png().await.unwrap()).unwrap();

    let page = &joins.page;
    page.click("join-inspection").await;
    look(&joins, "join").await;
    page.click("check-join-code").await;
    page.fill("join-code", "BAKEN-JOIN:7777").await;
    page.click("check-join-code").await;
    page.wait_for("error").await;
    look(&joins, "join-refused").await;
    page.find("join-file").await.send_keys(picture.display().to_string()).await.unwrap();
    page.wait_for_text("join-facts", "IJM 204 Noordster").await;
    look(&joins, "join-found").await;
    look_in_english(&joins, "join-found").await;
    page.click("join").await;
    page.wait_for_text("inspection-place", "IJM 204 Noordster").await;
    look(&joins, "home-joined").await;
    fill_in(page, "Wil weg en durft niet.").await;
    page.click("finalise").await;
    page.click("to-home").await;
    page.click("close-inspection").await;
    page.wait_until_shown("closing-checks").await;
    assert_eq!(
        page.script("return document.querySelector('[data-testid=check-drafts]').dataset.done").await,
        json!("true")
    );
    look(&joins, "closing").await;
    page.click("close-inspection-confirm").await;
    page.wait_until_shown("start-inspection").await;
    leads.close().await;
    joins.close().await;
}
