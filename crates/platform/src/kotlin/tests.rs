use std::sync::Mutex;

use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::keystore::{Hardware, Presence};
use crate::{Reply, Script};

fn kotlin<const N: usize>(replies: [(&'static str, Reply); N]) -> Kotlin<Script> {
    Kotlin::new(replies.into_iter().fold(Script::default(), |script, (command, reply)| script.on(command, reply)))
}

fn asked(kotlin: &Kotlin<Script>) -> Vec<&'static str> {
    kotlin.calls.asked().into_iter().map(|(command, _)| command).collect()
}

fn words() -> PromptWords {
    PromptWords { title: "Openen".into(), cancel: "Wachtzin".into() }
}

fn camera_words() -> CameraWords {
    CameraWords { take: "Foto maken".into(), back: "Terug".into() }
}

fn envelope() -> Envelope {
    Envelope::parse(&[1, 2, 3]).unwrap()
}

fn order() -> Order {
    Order { id: Uuid::from_u128(9), key: HandoverKey::fresh().unwrap(), most_bytes: 1000 }
}

#[tokio::test(start_paused = true)]
async fn the_state_of_the_keystore_is_read() {
    let kotlin = kotlin([("keystore", Reply::answer(json!({ "hardware": "strong-box", "presence": "not-enrolled" })))]);
    let state = kotlin.keystore().await.unwrap();
    assert_eq!(state, KeystoreState { hardware: Hardware::StrongBox, presence: Presence::NotEnrolled });
}

#[tokio::test(start_paused = true)]
async fn a_secret_goes_there_and_back() {
    let kotlin = kotlin([
        ("seal", Reply::answer(json!(BASE64.encode(&[1, 9, 9])))),
        ("open", Reply::answer(json!(BASE64.encode(b"half")))),
    ]);
    let secret = Secret::new(Zeroizing::new(b"half".to_vec())).unwrap();
    assert_eq!(kotlin.seal(&words(), &secret).await.unwrap().bytes(), [1, 9, 9]);
    assert_eq!(kotlin.open(&words(), &envelope()).await.unwrap().bytes(), b"half");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_keeps_its_reason() {
    for (code, error) in [
        ("invalidated", PlatformError::Invalidated),
        ("locked-out", PlatformError::LockedOut),
        ("cancelled", PlatformError::Cancelled),
        ("anything", PlatformError::Failed),
    ] {
        let kotlin = kotlin([("open", Reply::Refusal(code))]);
        assert_eq!(kotlin.open(&words(), &envelope()).await.err(), Some(error));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_makes_no_sense_is_damaged() {
    for answer in [json!(null), json!(3), json!("not base64!"), json!(BASE64.encode(&[0; 65]))] {
        let kotlin = kotlin([("open", Reply::answer(answer))]);
        let error = kotlin.open(&words(), &envelope()).await.err();
        assert!(matches!(error, Some(PlatformError::Damaged | PlatformError::TooLarge)), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_answers_the_first_counts() {
    for (first, second) in [("cancelled", "invalidated"), ("locked-out", "cancelled")] {
        let kotlin = kotlin([("open", Reply::Refusal(first).and_then(Reply::Refusal(second)))]);
        assert_eq!(kotlin.open(&words(), &envelope()).await.err(), Some(PlatformError::from_code(first)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_microphone_that_was_taken_away_says_so() {
    let folder = TempDir::new().unwrap();
    let kotlin = kotlin([
        ("handoverFolder", Reply::answer(json!(folder.path()))),
        ("beginSound", Reply::answer(json!(null))),
        ("endSound", Reply::Refusal("withdrawn")),
    ]);
    kotlin.begin_sound(&order()).await.unwrap();
    assert_eq!(kotlin.end_sound(&order()).await.err(), Some(PlatformError::Withdrawn));
}

#[tokio::test(start_paused = true)]
async fn a_prompt_that_nobody_answers_ends_and_is_taken_away() {
    let kotlin = kotlin([("open", Reply::Never)]);
    assert_eq!(kotlin.open(&words(), &envelope()).await.err(), Some(PlatformError::Late));
    assert_eq!(asked(&kotlin), ["open", "dismiss"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_answer_was_lost_is_lost_at_once() {
    let kotlin = kotlin([("network", Reply::Lost)]);
    assert_eq!(kotlin.network().await, Err(PlatformError::Lost));
}

#[tokio::test(start_paused = true)]
async fn a_photo_that_comes_too_late_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    let late = PERSON + Duration::from_secs(1);
    let kotlin = kotlin([
        ("handoverFolder", Reply::answer(json!(folder.path()))),
        ("photograph", Reply::answer(json!(null)).after(late)),
    ]);
    let order = order();
    let path = folder.path().join(CaptureName { kind: Kind::Photo, id: order.id }.file_name());
    std::fs::write(&path, b"written before anybody was late").unwrap();
    assert_eq!(kotlin.photograph(&camera_words(), &order).await.err(), Some(PlatformError::Late));
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!path.exists());
}

#[tokio::test(start_paused = true)]
async fn a_photo_is_handed_over_under_its_id_and_key() {
    let folder = TempDir::new().unwrap();
    let kotlin =
        kotlin([("handoverFolder", Reply::answer(json!(folder.path()))), ("photograph", Reply::answer(json!(null)))]);
    let order = order();
    let name = CaptureName { kind: Kind::Photo, id: order.id };
    std::fs::write(folder.path().join(name.file_name()), handover::seal(b"jpeg", &order.key).unwrap()).unwrap();
    let captured = kotlin.photograph(&camera_words(), &order).await.unwrap();
    assert_eq!(captured.open().unwrap().bytes.as_slice(), b"jpeg");
    let asked = kotlin.calls.asked();
    assert_eq!(asked[1].1["name"], name.file_name());
    assert_eq!(asked[1].1["mostBytes"], 1000);
    assert_eq!(asked[1].1["take"], "Foto maken");
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_to_be_shared_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    let kotlin =
        kotlin([("handoverFolder", Reply::answer(json!(folder.path()))), ("share", Reply::Refusal("unsupported"))]);
    let what = Leaving { name: "a.zip".into(), media_type: "application/zip".into() };
    assert_eq!(kotlin.share(&what, b"bytes").await, Err(PlatformError::Unsupported));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_none_is_refused() {
    let fix = json!({ "latitude": 91.0, "longitude": 4.6, "accuracyM": null, "ageMs": 3 });
    let kotlin = kotlin([("locate", Reply::answer(fix))]);
    assert_eq!(kotlin.locate(Duration::from_secs(1)).await, Err(PlatformError::Damaged));
}

#[tokio::test(start_paused = true)]
async fn events_are_heard_in_their_order_and_unknown_ones_are_passed_over() {
    let told = vec![
        json!({ "kind": "network", "reach": "captive", "cost": "metered", "roaming": true }),
        json!({ "kind": "of-another-version" }),
        json!({ "kind": "left", "expected": true }),
        json!({ "kind": "insets", "top": 24.0, "right": 0.0, "bottom": 16.0, "left": 0.0, "keyboard": 280.5,
                "height": 740.0 }),
        json!({ "kind": "withdrawn", "what": "microphone" }),
        json!({ "kind": "work-due" }),
    ];
    let kotlin = kotlin([("watch", Reply::answer(json!(null)))]);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&heard);
    kotlin.watch(Arc::new(move |event| listener.lock().unwrap().push(event))).await.unwrap();
    for event in told {
        kotlin.calls.tell(event);
    }
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 5);
    assert_eq!(heard[1], Event::Left { expected: true });
    assert_eq!(heard[3], Event::Withdrawn { what: crate::screen::Permission::Microphone });
}
