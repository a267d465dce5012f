//! The main job, as the harbour team and a coordinator do it, with everything that can come between.

use std::path::{Path, PathBuf};
use std::process::Command;

use thirtyfour::prelude::*;

use crate::app::App;
use crate::backend::Backend;
use crate::console::Console;
use crate::page::Page;
use crate::processes::{program, until};
use crate::screens::show;

const SECRET: &str = "vijf zeehonden op de pier";
const SHIP: &str = "IJM 204 Noordster";
const FIRST: &str = "Onder dek slapen zes mannen op vier bedden. Hun paspoorten liggen bij de schipper.";
const SECOND: &str = "De kok zegt dat hij sinds maart geen loon kreeg; de machinist sprak hem tegen.";
const LEFT_OPEN: &str = "Bij vertrek gaf een jongen met zijn ogen aan dat hij nog iets wilde zeggen";
/// The colours of the photo's left and right halves.
const LEFT: [u8; 3] = [200, 40, 40];
const RIGHT: [u8; 3] = [30, 60, 190];

#[tokio::test(flavor = "multi_thread")]
async fn an_observation_made_offline_arrives_at_the_coordinator_signed_sealed_and_proven() {
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(folder.path()).await;
    let console = Console::open(&backend.address()).await;
    show(&console.page, "console-01-sign-in").await;
    console.sign_in(&backend.login, &backend.password).await;
    console.page.wait_for("inbox-empty").await;
    show(&console.page, "console-02-inbox-empty").await;
    let invitation = invite(&console).await;

    let home = folder.path().join("companion");
    let app = App::start(&home).await;
    enrol(&app.page, &invitation).await;

    backend.stop();
    start_inspection(&app.page).await;
    first_observation(&app.page, &photo(folder.path())).await;
    second_observation(&app.page).await;
    sync_without_a_network(&app.page).await;
    open_a_draft(&app.page).await;
    app.kill().await;

    let app = App::start(&home).await;
    unlock(&app.page).await;
    the_draft_is_still_there(&app.page).await;
    backend.serve().await;
    sync(&app.page).await;
    look_at_the_receipt(&app.page).await;
    the_rest_of_the_app(&app.page).await;
    app.close().await;

    read_in_the_console(&console, &backend).await;
    devices_in_the_console(&console).await;
    console.close().await;
    prove(&backend, folder.path());
}

async fn invite(console: &Console) -> String {
    let page = &console.page;
    page.click("nav-devices").await;
    page.click("invite-open").await;
    page.fill("invite-label", "Tablet haventeam 1").await;
    page.click_css("[data-testid=\"invite-organisation\"] option[value=\"gemeente-handhaving\"]").await;
    show(page, "console-03-devices").await;
    page.click("invite-submit").await;
    page.wait_for("invite-qr").await;
    show(page, "console-04-invitation").await;
    page.text_of("invite-uri").await
}

async fn enrol(page: &Page, invitation: &str) {
    page.wait_for("secret").await;
    show(page, "app-01-first-start").await;
    page.fill("secret", "kort").await;
    page.fill("secret-repeat", "kort").await;
    page.click("set-secret").await;
    show(page, "app-02-secret-too-short").await;
    page.fill("secret", SECRET).await;
    page.fill("secret-repeat", SECRET).await;
    page.click("set-secret").await;

    page.fill("invitation", &invitation.replace('0', "1")).await;
    page.click("check-invitation").await;
    page.wait_for("error").await;
    show(page, "app-03-invitation-mistyped").await;
    page.fill("invitation", invitation).await;
    page.click("check-invitation").await;
    page.wait_for("invitation-preview-address").await;
    show(page, "app-04-invitation-check").await;
    page.click("enrol").await;
    page.wait_for("new-observation").await;
    show(page, "app-05-home-empty").await;
}

async fn start_inspection(page: &Page) {
    page.click("start-inspection").await;
    page.click("place-kind-vissersschip").await;
    page.fill("place-name", SHIP).await;
    // The device's own organisation is ticked already.
    page.click("organisation-scharlaken-koord").await;
    page.wait_for("dwelling-reminder").await;
    show(page, "app-06-inspection").await;
    page.click("finalise").await;
    page.find_css("[data-testid=\"error-summary\"]").await;
    show(page, "app-07-inspection-incomplete").await;
    page.click("ground-toestemming-bewoner").await;
    page.click("finalise").await;
    page.wait_for_text("inspection-place", SHIP).await;
    page.wait_until_shown("new-observation").await;
    show(page, "app-08-home-with-inspection").await;
}

async fn first_observation(page: &Page, photo: &Path) {
    page.click("new-observation").await;
    show(page, "app-09-observation-empty").await;
    page.click("form-arbeid").await;
    page.fill("narrative", "Hij gaf 111.222.333 als zijn nummer op.").await;
    page.wait_for("bsn-warning").await;
    show(page, "app-10-bsn-warning").await;
    page.click("mask-bsn").await;
    until("the number to be masked", async || {
        let value = page.find("narrative").await.prop("value").await.unwrap().unwrap_or_default();
        value.contains("[BSN]") && !value.contains("111.222.333")
    })
    .await;
    page.fill("narrative", FIRST).await;
    page.click("basis-waarneming").await;
    page.click("urgency-spoed").await;
    page.click("section-indicators").await;
    page.fill("indicator-search", "paspoort").await;
    page.click("indicator-D1").await;
    show(page, "app-11-indicators").await;
    page.click("section-persons").await;
    page.click("add-person").await;
    page.fill("person-0-description", "Man van rond de twintig, spreekt Engels").await;
    let file = page.find("photo-file").await;
    file.send_keys(photo.display().to_string()).await.unwrap();
    page.find_css("[data-testid=\"photo\"] img, img[data-testid=\"photo\"]").await;
    show(page, "app-12-observation").await;
    finalise(page).await;
    page.wait_until_shown("to-home").await;
    show(page, "app-13-finalised").await;
    page.click("to-home").await;
}

async fn second_observation(page: &Page) {
    page.click("new-observation").await;
    page.click("form-arbeid").await;
    page.click("basis-verklaring").await;
    page.click("urgency-acuut").await;
    mend_a_refused_text(page).await;
    page.wait_for("acute-advice").await;
    show(page, "app-14-acute").await;
    page.click("acute-yes").await;
    page.wait_for("acute-called").await;
    show(page, "app-14-acute-called").await;
    page.click("acute-called-change").await;
    page.wait_for("acute-yes").await;
    page.click("urgency-regulier").await;
    finalise(page).await;
    page.click("to-home").await;
    page.wait_for("new-observation").await;
}

/// A try without the text, which is then typed as from a keyboard: begun, taken away and begun again. Every letter stays.
async fn mend_a_refused_text(page: &Page) {
    page.click("acute-no").await;
    page.click("finalise").await;
    // The window itself has no focus on a display without a window manager, so nothing there is `:focus`.
    let focused = "return document.activeElement?.dataset.testid === 'narrative'";
    until("the missing words to be led to", async || {
        page.driver.execute(focused, Vec::new()).await.unwrap().json() == &serde_json::Value::Bool(true)
    })
    .await;
    show(page, "app-14-refused").await;
    page.click("narrative").await;
    for letter in "D\u{e003}De kok zegt".chars().chain(SECOND.chars().skip("De kok zegt".len())) {
        page.driver.action_chain().send_keys(letter).perform().await.unwrap();
    }
    assert_eq!(page.find("narrative").await.prop("value").await.unwrap().as_deref(), Some(SECOND));
}

/// *Vastleggen*, once the last answer has been saved.
async fn finalise(page: &Page) {
    page.click("finalise").await;
    page.wait_for("record-state").await;
}

async fn sync_without_a_network(page: &Page) {
    page.open("open-sync", "sync-start").await;
    page.click("sync-start").await;
    page.find_css("[data-testid=\"sending\"][data-sending=\"offline\"]").await;
    show(page, "app-15-sync-without-network").await;
    page.click("back").await;
    page.wait_for("new-observation").await;
}

async fn open_a_draft(page: &Page) {
    page.click("new-observation").await;
    page.click("form-onbekend").await;
    page.fill("narrative", LEFT_OPEN).await;
    page.click("urgency-informatief").await;
    // Leaving the screen ends the save that is under way; then the draft is open again, and the app is killed.
    page.click("back").await;
    page.wait_for_text("today", &LEFT_OPEN[..20]).await;
    page.open("open-draft", "narrative").await;
}

async fn unlock(page: &Page) {
    page.fill("unlock-secret", "helemaal verkeerd").await;
    page.click("unlock").await;
    page.wait_for("error").await;
    show(page, "app-16-unlock-wrong").await;
    page.fill("unlock-secret", SECRET).await;
    page.click("unlock").await;
    page.wait_for("new-observation").await;
}

async fn the_draft_is_still_there(page: &Page) {
    show(page, "app-17-home-with-draft").await;
    page.open("open-draft", "narrative").await;
    let narrative = page.find("narrative").await.prop("value").await.unwrap();
    assert_eq!(narrative.as_deref(), Some(LEFT_OPEN));
    assert!(page.find("form-onbekend").await.is_selected().await.unwrap());
    page.click("back").await;
    page.wait_for("new-observation").await;
}

async fn sync(page: &Page) {
    page.open("open-sync", "sync-start").await;
    page.click("sync-start").await;
    page.find_css("[data-testid=\"sending\"][data-sending=\"received\"]").await;
    show(page, "app-18-synced").await;
    page.click("back").await;
}

async fn look_at_the_receipt(page: &Page) {
    page.open("open-records", "records").await;
    show(page, "app-19-records").await;
    // The draft, and then the last signed first: the first observation is the third row.
    page.click_css("[data-testid=\"records\"] li:nth-of-type(3) [data-testid=\"record\"]").await;
    page.wait_for("receipt-verified").await;
    show(page, "app-20-record-with-receipt").await;
    page.click("back").await;
    page.click("back").await;
}

async fn the_rest_of_the_app(page: &Page) {
    page.open("open-settings", "device-organisation").await;
    show(page, "app-21-settings").await;
    page.click("theme-switch").await;
    show(page, "app-22-settings-dim").await;
    page.click("theme-switch").await;
    page.click("language-en").await;
    page.click("back").await;
    page.wait_for("new-observation").await;
    show(page, "app-23-home-english").await;
    page.click("new-observation").await;
    show(page, "app-24-observation-english").await;
    page.click("hide-screen").await;
    page.wait_for("away").await;
    show(page, "app-25-screen-away").await;
}

async fn read_in_the_console(console: &Console, backend: &Backend) {
    let page = &console.page;
    page.click("nav-inbox").await;
    page.wait_for("inbox-row").await;
    show(page, "console-05-inbox").await;
    let rows = page.driver.find_all(By::Css("[data-testid=\"inbox-row\"]")).await.unwrap();
    assert_eq!(rows.len(), 2, "two observations were signed, the draft was not");
    // What must be acted on first: the first observation, with the photo, is due within a day.
    page.click_css("[data-testid=\"inbox-row\"]:nth-of-type(1) a").await;
    page.wait_for("sealed-closed").await;
    show(page, "console-06-record-sealed").await;
    page.click("key-open").await;
    page.fill("key-passphrase", "niet de goede").await;
    page.click("key-submit").await;
    page.wait_for("key-error").await;
    show(page, "console-07-wrong-passphrase").await;
    page.fill("key-passphrase", &backend.passphrase).await;
    page.click("key-submit").await;
    assert_eq!(page.text_of("record-narrative").await, FIRST);
    page.wait_for_text("record-place", SHIP).await;
    page.wait_for_text("record-persons", "spreekt Engels").await;
    page.wait_for_text("open-part", "identiteitsbewijs niet zelf in bezit").await;
    page.wait_for("record-photo").await;
    the_photo_is_the_one_taken(page).await;
    // Checked by itself, without a press.
    page.find_css("[data-testid=\"proof-summary\"][data-verdict=\"holds\"]").await;
    page.wait_for_text("evidence-result", "13").await;
    show(page, "console-08-record").await;
    page.click("language-switch").await;
    show(page, "console-09-record-english").await;
    page.click("language-switch").await;
    page.click("to-inspection").await;
    page.wait_for_text("record-place", SHIP).await;
    // Checked by itself, without a press.
    page.find_css("[data-testid=\"proof-summary\"][data-verdict=\"holds\"]").await;
    page.wait_for_text("evidence-result", "13").await;
    show(page, "console-10-inspection").await;
    page.click("nav-inspections").await;
    page.wait_for_text("inspection-row", "Vissersschip").await;
    show(page, "console-13-inspections").await;
    page.click("nav-inbox").await;
    page.click_css("[data-testid=\"inbox-row\"]:nth-of-type(2) a").await;
    page.wait_for_text("record-narrative", SECOND).await;
    assert_eq!(page.text_of("record-narrative").await, SECOND);
}

/// Reads pixels of the picture as the browser shows it: the halves have the colours that were taken.
async fn the_photo_is_the_one_taken(page: &Page) {
    let script = "const image = document.querySelector('[data-testid=\"record-photo\"]');
        if (!image.complete || image.naturalWidth === 0) return null;
        const canvas = document.createElement('canvas');
        canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        const at = (x) => [...context.getImageData(x, 60, 1, 1).data].slice(0, 3);
        return [[canvas.width, canvas.height], at(40), at(120)];";
    until("the photo to be drawn", async || !page.script(script).await.is_null()).await;
    let seen = page.script(script).await;
    assert_eq!(seen[0], serde_json::json!([160, 120]));
    for (pixel, taken) in [(&seen[1], LEFT), (&seen[2], RIGHT)] {
        for (channel, expected) in pixel.as_array().unwrap().iter().zip(taken) {
            let difference = channel.as_i64().unwrap() - i64::from(expected);
            assert!(difference.abs() <= 8, "{pixel} where {taken:?} was taken");
        }
    }
}

async fn devices_in_the_console(console: &Console) {
    let page = &console.page;
    page.click("nav-devices").await;
    page.wait_for_text("device-row", "Tablet haventeam 1").await;
    page.click("device-revoke").await;
    page.wait_for("revoke-dialog").await;
    show(page, "console-11-revoke").await;
    page.fill("revoke-reason", "Tablet verloren op de kade").await;
    page.click("revoke-confirm").await;
    page.wait_for_text("device-row", "Tablet verloren op de kade").await;
    show(page, "console-12-revoked").await;
    page.click("sign-out").await;
    page.wait_for("login-name").await;
}

/// The register holds, and a dossier of it holds for both verifiers: the one that is published by itself, and ours.
fn prove(backend: &Backend, folder: &Path) {
    let verified = backend.run(&["verify"]);
    assert!(verified.contains("everything holds"));
    let root = verified.lines().find_map(|line| line.strip_prefix("root key: ")).expect("its fingerprint").to_owned();
    let register = rusqlite::Connection::open(folder.join("backend/register.sqlite")).unwrap();
    let operation: String = register
        .query_row("SELECT operation FROM attachments", [], |row| row.get(0))
        .expect("the observation with the photo");
    let out = folder.join("dossier");
    backend.run(&["dossier", "--operation", &operation, "--out", &out.display().to_string()]);

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../verifier/check.py");
    let mut python = Command::new("python3");
    holds(python.arg("-I").arg(script).arg(&out).args(["--root", &root]), &operation);
    let identity = folder.join("secrets/recovery.age-identity.txt");
    let mut ours = Command::new(program("baken-backend"));
    let opened = holds(ours.arg("check").arg(&out).args(["--root", &root, "--identity"]).arg(&identity), &operation);
    assert_eq!(opened.matches("it is sealed for this record").count(), 2, "the text and the photo: {opened}");
    open_with_age_and_zstd(&out, &identity);
}

/// What a verifier prints that says so.
fn holds(verifier: &mut Command, operation: &str) -> String {
    let output = verifier.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    assert!(printed.contains(operation) && printed.contains("The dossier HOLDS"), "{printed}");
    printed
}

/// The sealed part of a dossier, opened as its page says: by age and zstd, with a key that somebody holds.
fn open_with_age_and_zstd(dossier: &Path, identity: &Path) {
    let container = dossier.with_extension("container");
    let mut age = Command::new("age");
    age.arg("-d").arg("-o").arg(&container).arg("-i").arg(identity).arg(dossier.join("sealed.age"));
    assert!(age.status().unwrap().success());
    let mut script = Command::new("sh");
    script.args(["-c", "tail -c +5 \"$0\" | zstd -dc 2>/dev/null"]).arg(&container);
    assert!(String::from_utf8_lossy(&script.output().unwrap().stdout).contains(FIRST));
}

/// A photo of two colours, as a phone would save it.
fn photo(folder: &Path) -> PathBuf {
    let path = folder.join("photo.jpg");
    let picture = image::RgbImage::from_fn(160, 120, |x, _| image::Rgb(if x < 80 { LEFT } else { RIGHT }));
    picture.save_with_format(&path, image::ImageFormat::Jpeg).unwrap();
    path
}
