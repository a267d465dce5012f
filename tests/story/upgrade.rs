//! What an older version left on disk is opened by this one: nothing of it is lost, all of it is shown, what was
//! waiting is sent. `tests/upgrade` holds the folders of every version that was released.

pub(crate) mod by_hand;
mod keep;
mod kept;
mod messages;

use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::http::state::AppState;
use baken_companion::DraftForm;
use baken_companion::sync::SyncOutcome;
use baken_protocol::digest::Digest;
use rusqlite::Connection;

use crate::console::Browser;
use crate::device::Device;
use crate::meddler::Meddler;
use crate::world::World;
use kept::{Copies, Counted, Row};

/// The members of `World`'s municipality.
const MEMBERS: [&str; 2] = ["coordinator", "agent"];

pub(crate) async fn inbox(browser: &Browser) -> Vec<Row> {
    let mut rows = Vec::new();
    for query in ["", "?apart=only"] {
        let page = browser.json(&format!("observations{query}")).await;
        rows.extend(serde_json::from_value::<Vec<Row>>(page["items"].clone()).unwrap());
    }
    rows
}

pub(crate) async fn alerts(browser: &Browser) -> Vec<String> {
    let listed = browser.json("alerts").await;
    let codes = listed["alerts"].as_array().unwrap().iter().map(|alert| alert["code"].as_str().unwrap().to_owned());
    let mut codes: Vec<String> = codes.collect();
    codes.sort();
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_that_an_older_backend_took_in_is_there_byte_by_byte_and_shown() {
    for version in kept::versions() {
        let copies = Copies::of(&version);
        let before = messages::in_file(&copies.backend().join("register.sqlite"));
        let world = World::over(copies.backend(), copies.clocks_off()).await;
        let after = messages::as_read(&world.data().join("register.sqlite"), &MEMBERS);
        assert_eq!(messages::differing(&before, &after), Vec::<String>::new(), "{version}");

        assert_eq!(Counted::of(&world.verified()), copies.contents.counted, "{version}");
        let browser = Browser::sign_in_with(&world, &copies.contents.login, &copies.contents.password).await;
        assert_eq!(inbox(&browser).await, copies.contents.inbox, "{version}");
        assert_eq!(alerts(&browser).await, copies.contents.alerts, "{version}");
    }
}

/// That the comparison sees it: a row less in any table of messages is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_an_upgrade_loses_is_named() {
    for (table, one, named) in [
        ("key_directories", "epoch = 1", "key directory 1"),
        ("operation_contents", "number = 2", "sealed part "),
        ("operation_contents", "number = 2", "operation "),
        ("batches", "leaf_index = 4", "batch 4"),
        ("batches", "leaf_index = 4", "receipt 4"),
        ("attachments", "receipt_envelope IS NULL", "listed by "),
        ("attachments", "receipt_envelope IS NOT NULL", "receipt of "),
        ("devices", "revoked_at IS NOT NULL", "enrolment "),
        ("devices", "revoked_at IS NOT NULL", "certificate "),
        ("forked_batches", "1", "fork "),
        ("audit", "id = 1", "audit line 1"),
        ("team_key_shares", "login = 'agent'", "team key agent "),
    ] {
        let copies = Copies::of("0.2.0");
        let register = copies.backend().join("register.sqlite");
        let before = messages::in_file(&register);
        AppState::open(&DataFolder::new(copies.backend()), Environment::system()).unwrap();
        let file = Connection::open(&register).unwrap();
        let triggers = "DROP TRIGGER audit_keeps_everything; PRAGMA foreign_keys = OFF";
        file.execute_batch(triggers).unwrap();
        assert!(file.execute(&format!("DELETE FROM {table} WHERE {one}"), []).unwrap() > 0, "{table}");
        let after = messages::as_read(&register, &MEMBERS);
        let lost = messages::differing(&before, &after);
        assert!(lost.iter().any(|name| name.starts_with(named)), "{table}: {lost:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_of_an_older_version_opens_lists_everything_and_sends_what_was_waiting() {
    for version in kept::versions() {
        let copies = Copies::of(&version);
        let world = World::over(copies.backend(), copies.clocks_off()).await;
        let device = Device::open(&copies.companion());
        device.shift_clock_by(copies.clocks_off());
        device.companion.unlock(&copies.contents.passphrase).unwrap();
        assert_eq!(keep::records(&device), copies.contents.records, "{version}");
        for record in copies.contents.records.iter().filter(|record| record.is_acknowledged) {
            let receipt = device.store().receipt(record.operation).unwrap().unwrap();
            assert!(receipt.verified, "{version}: {}", record.text);
        }
        let DraftForm::Observation(draft) = device.store().draft(copies.contents.draft).unwrap().form else {
            panic!("an observation")
        };
        assert_eq!(draft.narrative, copies.contents.draft_narrative, "{version}");

        let unsent = device.store().unsent().unwrap();
        let batches: Vec<Digest> = unsent.pushes.iter().map(|push| Digest::of(&push.bytes)).collect();
        let photos: Vec<Digest> = unsent.photos.iter().map(|photo| Digest::of(&photo.sealed)).collect();
        assert_eq!((&batches, &photos), (&copies.contents.unsent_batches, &copies.contents.unsent_photos));
        assert_eq!(device.sync_over(Meddler::at(&world.url(), &device.store())).await, SyncOutcome::Done, "{version}");
        assert!(keep::records(&device).iter().all(|record| record.is_acknowledged), "{version}");
        let waited = copies.contents.records.iter().filter(|record| !record.is_acknowledged).count() as u64;
        assert_eq!(world.verified().operations, copies.contents.counted.operations + waited, "{version}");
        device.record("na de nieuwe versie");
        assert_eq!(device.sync_over(Meddler::at(&world.url(), &device.store())).await, SyncOutcome::Done, "{version}");
        assert_eq!(world.verified().operations, copies.contents.counted.operations + waited + 1, "{version}");
    }
}
