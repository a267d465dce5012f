//! Devices and backends of different versions (docs/adr/0033-how-the-format-grows.md): what the other one does not know
//! yet waits by itself, and everything else goes on.
//!
//! An older backend is played in front of a real one: it knows observations alone. A newer device is played by hand, and
//! a newer backend by what it adds to the answers of a real one.

use baken_companion::sync::SyncOutcome;
use baken_companion::{DraftForm, FailureCode, RecordKind, RecordState, RecordSummary};
use baken_protocol::record::Operation;
use baken_protocol::vocabulary::Vocabulary;
use baken_protocol::wire::Push;
use serde_json::{Value, json};

use crate::device::Device;
use crate::front::{Asked, Front, Reply};
use crate::upgrade::by_hand::ByHand;
use crate::world::World;

fn inspection(device: &Device) -> RecordSummary {
    let store = device.store();
    let draft = store.start_draft(RecordKind::Inspection).unwrap();
    let DraftForm::Inspection(mut form) = draft.form else { panic!("an inspection") };
    form.place.kind = Some("vissersschip".parse().unwrap());
    form.ground = Some("toestemming-bewoner".parse().unwrap());
    store.save_draft(draft.id, &DraftForm::Inspection(form)).unwrap();
    store.finalise(draft.id).unwrap()
}

/// A backend of before there were inspections.
fn knows_observations_alone(asked: &Asked<'_>) -> Option<Reply> {
    let later =
        |payload: &[u8]| serde_json::from_slice::<Operation>(payload).unwrap().open.kind() != RecordKind::Observation;
    let push = Push::decode(asked.body).ok().filter(|_| asked.path.contains("/batches/"))?;
    let unknown = push.operations.iter().any(|(operation, _)| later(&operation.payload));
    unknown.then(|| Reply::of_the_backend(400, "unknown-version"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_backend_does_not_know_waits_for_it_while_everything_else_arrives() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    front.answers(knows_observations_alone);
    let device = world.device_behind("a", &front.url()).await;
    let known = [device.record("voor"), device.record_with_small_photo("met foto")];
    let later = inspection(&device);
    let after = device.record("na");
    device.sync().await;
    device.has_receipts_of(known.iter().chain([&after]));
    let waits = device.state_of(&later);
    assert_eq!((waits.state, waits.failure), (RecordState::Failed, Some(FailureCode::BackendTooOld)));
    assert_eq!(world.verified().operations, 3);

    front.stands_aside();
    device.sync().await;
    assert_eq!(world.verified().operations, 3, "asked again after an hour, not with every sync");
    device.shift_clock_by(chrono::TimeDelta::minutes(61));
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&later]);
    assert_eq!(world.verified().operations, 4, "the backend was brought up to date");
}

/// What the front above answers is what this backend says of what comes after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_backend_asks_a_newer_device_to_wait_and_keeps_nothing_of_what_it_cannot_read() {
    let world = World::new().await;
    let mut newer = ByHand::enrolled(&world).await;
    let known = newer.observation(&[]);
    let seizure = |text: String| text.replacen("\"kind\":\"observation\"", "\"kind\":\"seizure\"", 1);
    let together = [known.clone(), newer.observation(&[]).written(seizure)];
    assert_eq!(newer.refused(&world, &together).await, (400, "unknown-version".to_owned()));
    assert_eq!(world.verified().operations, 0);
    assert_eq!(newer.refused(&world, &together[1..]).await, (400, "unknown-version".to_owned()));
    assert_eq!(newer.send(&world, &[known]).await, 201, "its place in the chain is still free");
    assert_eq!(newer.refused(&world, &together[1..]).await, (400, "unknown-version".to_owned()));
    assert_eq!(world.verified().operations, 1);
}

/// Answers of a newer backend: members nobody asked for in everything that is not signed, a key directory of the next
/// version, a vocabulary with lists of its own.
fn of_a_newer_backend(path: &str, body: Vec<u8>) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else { return body };
    if path == "/v1/key-directory" {
        answer["payloadType"] = json!("application/vnd.baken.keydir.v2+json");
    } else if path == "/v1/vocabulary" {
        answer["version"] = json!(Vocabulary::built_in().version + 1);
        answer["seizures"] = json!([{ "code": "geld", "nl": "Geld", "en": "Money" }]);
    } else if answer.get("payloadType").is_none() && answer.is_object() {
        answer["later"] = json!({ "of": ["a", "later", "version"] });
    }
    serde_json::to_vec(&answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_device_goes_on_with_all_it_knows_of_a_newer_backends_answers() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    front.rewrites(of_a_newer_backend);
    let device = world.device_behind("a", &front.url()).await;
    let records = [device.record("een"), device.record_with_small_photo("met foto")];
    assert_ne!(device.sync().await, SyncOutcome::Done, "it says that it was offered what it cannot read");
    device.has_receipts_of(&records);
    assert_eq!(device.store().vocabulary().unwrap(), Vocabulary::built_in(), "the words it knows stay in use");

    let refused = device.record("met een antwoord van morgen");
    let operation = refused.operation;
    front.answers(move |asked| asked.brings(operation).then(|| Reply::of_the_backend(409, "of-a-later-version")));
    let beside = device.record("ernaast");
    for _ in 0..6 {
        device.sync().await;
    }
    device.has_receipts_of([&beside]);
    assert_eq!(device.state_of(&refused).failure, Some(FailureCode::BackendError));

    front.stands_aside();
    device.shift_clock(2);
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&refused]);
    assert_eq!(world.verified().operations, 4);
}
