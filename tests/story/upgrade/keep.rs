//! Keeps what this version leaves on disk, once for each release, before the first change that follows it:
//! `BAKEN_KEEP_AS=0.2.0 cargo test -p baken-tests --test story keep_what_this_version_leaves -- --ignored`

use std::fs;
use std::path::Path;

use baken_backend::storage::{AuditAction, AuditEntry, AuditObject, StorageError, UnitOfWork};
use baken_companion::sync::SyncOutcome;
use baken_companion::{Clock, DraftForm, RecordKind, RecordState, SystemClock};
use baken_protocol::digest::Digest;
use baken_protocol::record::Action;
use rusqlite::Connection;
use serde_json::Value;

use super::by_hand::ByHand;
use super::kept::{Contents, Counted, KeptRecord, pack, place};
use crate::console::Browser;
use crate::device::{Device, SECRET, noise};
use crate::world::World;

const NOT_BROUGHT: &[u8] = b"a photo that never arrives";
const DRAFT: &str = "Nog niet vastgelegd: twee paspoorten in de kluis.";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes tests/upgrade/VERSION, once for each release"]
async fn keep_what_this_version_leaves() {
    let version = std::env::var("BAKEN_KEEP_AS").expect("BAKEN_KEEP_AS says as which version");
    let kept = place(&version);
    assert!(!kept.exists(), "what is kept never changes: {} is there already", kept.display());
    let mut world = World::new().await;
    let device = a_device(&world).await;
    another_device(&world).await;
    let contents = contents(&world, &device).await;
    world.stop().await;
    // The last batches are signed now, and the store is closed.
    device.companion.lock();
    let home = device.home.clone();
    drop(device);

    keep_backend(world.data(), &kept.join("backend"));
    fs::create_dir_all(kept.join("companion")).unwrap();
    for name in ["vault.json", "tries", "store.sqlite", "recovery.age"] {
        fs::copy(home.join(name), kept.join("companion").join(name)).unwrap();
    }
    fs::write(kept.join("contents.json"), serde_json::to_string_pretty(&contents).unwrap() + "\n").unwrap();
}

/// Part of what it signed arrived, part waits, and somebody was writing.
async fn a_device(world: &World) -> Device {
    let device = world.device("a").await;
    let inspection = device.store().start_draft(RecordKind::Inspection).unwrap();
    let DraftForm::Inspection(mut form) = inspection.form else { panic!("an inspection") };
    form.place.kind = Some("vissersschip".parse().unwrap());
    "IJM 20".clone_into(&mut form.place.exact.name);
    form.organisations = vec!["politie".parse().unwrap(), "nla".parse().unwrap()];
    form.ground = Some("toestemming-bewoner".parse().unwrap());
    device.store().save_draft(inspection.id, &DraftForm::Inspection(form)).unwrap();
    device.store().finalise(inspection.id).unwrap();
    device.record("Vier mannen slapen in het ruim.");
    device.record_with("Op de foto: het rooster in het ruim.", &noise(40, 30));
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.acute_record("Een man wil niet terug aan boord.");
    device.record_with("Op de foto: het loonstrookje.", &noise(30, 40));
    device.draft(DRAFT);
    device
}

/// Amends, takes back, contradicts itself, and is revoked.
async fn another_device(world: &World) {
    let mut other = ByHand::enrolled(world).await;
    let (one, two, three) = (other.observation(&[]), other.observation(&[NOT_BROUGHT]), other.observation(&[]));
    assert_eq!(other.send(world, &[one.clone(), two.clone(), three]).await, 201);
    let later = [other.later(Action::Amend, &one), other.later(Action::Retract, &two)];
    assert_eq!(other.send(world, &later).await, 201);
    assert_eq!(other.contradict(world, &[other.observation(&[])]).await, 409);
    other.begin_a_chain();
    assert_eq!(other.send(world, &[other.observation(&[])]).await, 201);
    let (id, now) = (other.device.to_string(), SystemClock::default().now());
    let revoked = world.storage().write::<_, StorageError>(|tx| {
        tx.audit(now, &AuditEntry::by_operator(AuditAction::Revoke, AuditObject::Device, &id))?;
        tx.revoke(other.device, "operator", "verloren in de haven", now)
    });
    assert!(revoked.unwrap());
    assert_eq!(other.send(world, &[other.observation(&[])]).await, 202);
}

async fn contents(world: &World, device: &Device) -> Contents {
    let login = "coordinator";
    let browser = Browser::sign_in(world, login).await;
    let secrets = fs::read(world.folder.path().join(format!("secrets/{login}.json"))).unwrap();
    let secrets: Value = serde_json::from_slice(&secrets).unwrap();
    let (store, unsent) = (device.store(), device.store().unsent().unwrap());
    world.invitation();
    Contents {
        kept_at: SystemClock::default().now(),
        passphrase: SECRET.to_owned(),
        login: login.to_owned(),
        password: secrets["password"].as_str().unwrap().to_owned(),
        records: records(device),
        draft: store.drafts().unwrap()[0].id,
        draft_narrative: DRAFT.to_owned(),
        unsent_batches: unsent.pushes.iter().map(|push| Digest::of(&push.bytes)).collect(),
        unsent_photos: unsent.photos.iter().map(|photo| photo.sha256).collect(),
        counted: Counted::of(&world.verified()),
        inbox: super::inbox(&browser).await,
        alerts: super::alerts(&browser).await,
    }
}

/// The device's list as it is now.
pub(crate) fn records(device: &Device) -> Vec<KeptRecord> {
    let store = device.store();
    let kept = |summary: baken_companion::RecordSummary| {
        let text = match store.record(summary.operation).unwrap().form.unwrap() {
            DraftForm::Observation(form) => form.narrative,
            DraftForm::Inspection(form) => form.place.exact.name,
            DraftForm::Participation(form) => form.place.exact.name,
            DraftForm::Contact(form) => form.person.pseudonym,
        };
        let is_acknowledged = summary.state == RecordState::Acknowledged;
        KeptRecord { operation: summary.operation, text, photos: summary.photos, is_acknowledged }
    };
    store.records().unwrap().into_iter().map(kept).collect()
}

fn keep_backend(data: &Path, to: &Path) {
    // What stands in the log beside it comes into the file.
    let register = Connection::open(data.join("register.sqlite")).unwrap();
    register.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE").unwrap();
    drop(register);
    for folder in ["keys", "attachments"] {
        fs::create_dir_all(to.join(folder)).unwrap();
        for entry in fs::read_dir(data.join(folder)).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file())
        {
            fs::copy(entry.path(), to.join(folder).join(entry.file_name())).unwrap();
        }
    }
    pack(&fs::read(data.join("register.sqlite")).unwrap(), &to.join("register.sqlite"));
}
