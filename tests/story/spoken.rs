//! Spoken notes: from the microphone's samples to what a coordinator hears, and everything that happens to photos on the way.

use baken_companion::sync::SyncOutcome;
use baken_companion::{Environment, Failure, FailureCode, RecordState, RecordSummary, SpokenNote};
use baken_protocol::digest::Digest;
use baken_protocol::record::{AttachmentClass, Operation, open_attachment_container};
use baken_protocol::seal;
use baken_protocol::wire::Push;
use baken_recover::bring_back;
use data_encoding::BASE64;
use serde_json::Value;

use crate::carried::import;
use crate::console::Browser;

use crate::device::{Device, noise};
use crate::front::{Asked, Front, Reply};
use crate::joint::started;
use crate::recovery::recovery_identity;
use crate::team_keys::Dossier;
use crate::world::World;

use baken_backend::admin::check::Verdict;

/// Samples of a piece that is not the last.
const PIECE: usize = 20 * 4096;

/// So many samples of which no two parts are alike.
pub(crate) fn samples(count: usize) -> Vec<i16> {
    let mut state = 9_u32;
    let heard = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [.., third, last] = state.to_le_bytes();
        i16::from_le_bytes([third, last]) >> 3
    });
    heard.take(count).collect()
}

/// A piece as the page gives it.
pub(crate) fn wav(samples: &[i16]) -> Vec<u8> {
    let sound: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let length = u32::try_from(sound.len()).unwrap();
    let format = b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\x00\x7d\0\0\x02\0\x10\0data";
    [&b"RIFF"[..], &(length + 36).to_le_bytes(), format, &length.to_le_bytes(), &sound].concat()
}

/// Says so many samples into a draft, in pieces, and stops.
pub(crate) fn say(device: &Device, draft: uuid::Uuid, count: usize) -> SpokenNote {
    let (store, said) = (device.store(), samples(count));
    let mut pieces = said.chunks(PIECE).map(wav);
    let note = store.begin_spoken(draft, &pieces.next().unwrap()).unwrap();
    for (place, piece) in (1..).zip(pieces) {
        store.continue_spoken(note.id, place, &piece).unwrap();
    }
    store.end_spoken(note.id).unwrap()
}

/// What is heard on the device.
pub(crate) fn sound(device: &Device, note: &SpokenNote) -> Vec<u8> {
    let url = device.store().spoken_sound(note.id).unwrap();
    BASE64.decode(url.split_once(',').unwrap().1.as_bytes()).unwrap()
}

fn spoken_record(device: &Device, narrative: &str) -> (RecordSummary, Vec<u8>) {
    let draft = device.draft(narrative);
    let note = say(device, draft, PIECE + 900);
    let sound = sound(device, &note);
    (device.store().finalise(draft).unwrap(), sound)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_arrives_whole_and_is_heard_with_the_teams_key() {
    let world = World::new().await;
    let device = world.device("a").await;
    let draft = device.draft("zie de opname");
    let note = say(&device, draft, 2 * PIECE + 900);
    device.store().caption_photo(note.id, "de kapitein").unwrap();
    device.store().add_photo(draft, &noise(60, 40)).unwrap();
    let on_the_device = sound(&device, &note);
    let record = device.store().finalise(draft).unwrap();
    assert_eq!((record.photos, record.spoken), (1, 1));
    let detail = device.store().record(record.operation).unwrap();
    assert_eq!(sound(&device, &detail.spoken[0]), on_the_device, "heard again after Vastleggen");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&record]);
    assert_eq!(device.state_of(&record).attachments_sent, 2);

    let browser = Browser::sign_in(&world, "coordinator").await;
    let operation = browser.json("observations").await["items"][0]["operation"].as_str().unwrap().to_owned();
    let shown = browser.json(&format!("observations/{operation}")).await;
    let listed = shown["attachments"].as_array().unwrap();
    let classes: Vec<&str> = listed.iter().map(|one| one["class"].as_str().unwrap()).collect();
    assert_eq!(classes, ["audio", "photo"], "in the order in which they came");
    let sha256 = listed[0]["sha256"].as_str().unwrap();
    let sealed = browser.get(&format!("attachments/{sha256}/content")).await.bytes().await.unwrap();
    assert_eq!(Digest::of(&sealed).to_string(), sha256);
    let container = seal::open_raw(&sealed, &recovery_identity(&world), 1 << 24).unwrap();
    let (header, content) = open_attachment_container(&container).unwrap();
    assert_eq!((header.class, header.media_type.as_str()), (AttachmentClass::Audio, "audio/flac"));
    assert_eq!((header.incomplete, header.operation), (false, record.operation));
    assert_eq!(content, on_the_device);
    assert_eq!(Dossier::of(&world, &operation).judged(Some(&recovery_identity(&world))), (Verdict::Holds, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_before_the_app_was_killed_is_sealed_as_broken_off() {
    let world = World::new().await;
    let device = world.device("a").await;
    let draft = device.draft("halverwege");
    let said = samples(2 * PIECE);
    let note = device.store().begin_spoken(draft, &wav(&said[..PIECE])).unwrap();
    device.store().continue_spoken(note.id, 1, &wav(&said[PIECE..])).unwrap();
    let device = device.restart();
    let kept = device.store().draft(draft).unwrap().spoken.remove(0);
    assert_eq!((kept.broken_off, kept.milliseconds), (true, 10_240));
    let record = device.store().finalise(draft).unwrap();
    let late = device.store().continue_spoken(note.id, 2, &wav(&said[..9]));
    assert!(matches!(late, Err(Failure::NotFound)), "what was signed takes nothing in any more");
    assert!(matches!(device.store().end_spoken(note.id), Err(Failure::NotFound)));
    assert!(device.store().record(record.operation).unwrap().spoken[0].broken_off);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&record]);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_an_inspection_names_notes_that_were_broken_off() {
    let world = World::new().await;
    let device = world.device("a").await;
    started(&device);
    let draft = device.draft("in de controle");
    say(&device, draft, 900);
    let open = || device.store().inspection_overview().unwrap().unwrap();
    assert_eq!((open().spoken_broken_off, open().drafts[0].spoken), (0, 1));
    let note = device.store().begin_spoken(draft, &wav(&samples(900))).unwrap();
    assert_eq!((open().spoken_broken_off, open().drafts[0].spoken), (1, 2));
    device.store().remove_photo(note.id).unwrap();
    assert_eq!(open().spoken_broken_off, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_carried_counted_and_purged_as_a_photo_is() {
    let world = World::new().await;
    let device = world.device("a").await;
    let (record, _) = spoken_record(&device, "zonder netwerk");
    let file = device.store().carry_out().unwrap().unwrap();
    assert_eq!((file.summary.photos, file.summary.photos_left), (1, 0));
    let imported = import(&world, &file.bytes, &file.summary.code).unwrap();
    assert_eq!((imported.attachments, imported.refused.len()), (1, 0));
    device.store().carry_in(&imported.receipts, None).unwrap();
    device.has_receipts_of([&record]);

    let note = device.store().record(record.operation).unwrap().spoken.remove(0);
    device.pass(31 * 24 * 3600);
    assert_eq!(device.companion.purge_if_due().unwrap(), 1);
    assert!(matches!(device.store().spoken_sound(note.id), Err(Failure::NotFound)), "nothing is left to be heard");
    let purged = device.store().record(record.operation).unwrap();
    assert_eq!((purged.spoken.len(), purged.summary.spoken, purged.summary.state), (0, 1, RecordState::Acknowledged));
}

/// A backend from before there was sound.
fn knows_photos_alone(asked: &Asked<'_>) -> Option<Reply> {
    let push = Push::decode(asked.body).ok().filter(|_| asked.path.contains("/batches/"))?;
    let spoken = |payload: &[u8]| {
        let operation = serde_json::from_slice::<Operation>(payload).unwrap();
        operation.attachments.iter().any(|one| one.class == AttachmentClass::Audio)
    };
    let unknown = push.operations.iter().any(|(operation, _)| spoken(&operation.payload));
    unknown.then(|| Reply::of_the_backend(400, "unknown-version"))
}

#[tokio::test(flavor = "multi_thread")]
async fn at_an_older_backend_a_record_with_a_note_waits_and_every_other_arrives() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    front.answers(knows_photos_alone);
    let device = world.device_behind("a", &front.url()).await;
    let before = device.record_with_small_photo("met foto");
    let (spoken, _) = spoken_record(&device, "met opname");
    let after = device.record("na");
    device.sync().await;
    device.has_receipts_of([&before, &after]);
    let waits = device.state_of(&spoken);
    assert_eq!((waits.state, waits.failure), (RecordState::Failed, Some(FailureCode::BackendTooOld)));
    assert_eq!(world.verified().operations, 2);

    front.stands_aside();
    device.shift_clock_by(chrono::TimeDelta::minutes(61));
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&spoken]);
    assert_eq!(world.verified().operations, 3, "the backend was brought up to date");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_on_a_device_that_is_shut_is_brought_back_sealed() {
    let world = World::new().await;
    let device = world.device("a").await;
    let draft = device.draft("nog niet ondertekend");
    let note = say(&device, draft, PIECE + 900);
    let heard = sound(&device, &note);
    device.companion.lock();
    let out = world.folder.path().join("brought back");
    let identity = recovery_identity(&world);
    bring_back(&device.home, &identity, &out, Environment::system()).unwrap();
    let sealed = std::fs::read(out.join("draft-notes").join(format!("{}.flac.age", note.id))).unwrap();
    assert_eq!(*seal::open_raw(&sealed, &identity, 1 << 24).unwrap(), heard);
    let lines = std::fs::read(out.join("drafts.jsonl.age")).unwrap();
    let lines = seal::open_raw(&lines, &identity, 1 << 20).unwrap();
    let line: Value = serde_json::from_slice(&lines).unwrap();
    assert_eq!(line["notes"], serde_json::json!([note.id]));
}
