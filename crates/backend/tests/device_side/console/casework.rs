//! Notes and referrals of reports: sealed where there are words, allowed where somebody is named, and only added.

use baken_protocol::seal::{Identity, open_raw, seal_raw};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::browser::Browser;
use super::reports::{by_hand, made, wrong};
use super::scene::{agent, audited, coordinator};
use crate::backend::{Answer, Backend};

/// As a browser seals it: 4 bytes of length, the text, zeros up to a multiple of 2048.
pub fn padded(text: &str) -> Vec<u8> {
    let mut bytes = u32::try_from(text.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes.resize(bytes.len().next_multiple_of(2048), 0);
    bytes
}

/// An age file that some team's key opens, and its recipients are as many as a text has.
pub fn sealed_to(team: &Identity, recipients: usize, plain: &[u8]) -> Value {
    let others = (1..recipients).map(|_| Identity::generate().recipient());
    let recipients: Vec<_> = std::iter::once(team.recipient()).chain(others).collect();
    json!({ "epoch": 1, "sealed": BASE64.encode(&seal_raw(plain, &recipients).unwrap()) })
}

async fn noted(member: &Browser<'_>, report: &str, expected: u64, text: &Value) -> Answer {
    let body = json!({ "expectedSteps": expected, "note": "contact", "text": text });
    member.post(&format!("/v1/reports/{report}/notes"), &body).await
}

async fn referred(member: &Browser<'_>, report: &str, expected: u64, order: Value) -> Answer {
    let mut body = order;
    body["expectedSteps"] = expected.into();
    member.post(&format!("/v1/reports/{report}/referrals"), &body).await
}

#[tokio::test]
async fn a_note_is_kept_as_it_was_sealed_and_handed_to_whoever_may_see_the_report() {
    let backend = Backend::new();
    let (member, agent) = (coordinator(&backend).await, agent(&backend).await);
    let mut careful = by_hand();
    careful["level"] = "zorg".into();
    let report = made(&member, &careful).await;
    let key = Identity::generate();
    let text = sealed_to(&key, 2, &padded("Het meisje van kamer 12"));
    let written = noted(&member, &report, 0, &text).await;
    assert_eq!(written.status, 201, "{}", written.json());
    let detail = written.json();
    assert_eq!([&detail["texts"], &detail["team"]], [&json!(1), &json!("zorg")]);
    assert_eq!(detail["steps"][0]["work"], json!({ "act": "note", "note": "contact" }));
    let path = format!("/v1/reports/{report}/texts");
    let texts = member.json(&path).await["texts"].clone();
    let sealed = BASE64.decode(texts[0]["sealed"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(*open_raw(&sealed, &key, 4096).unwrap(), padded("Het meisje van kamer 12"), "byte for byte");
    assert_eq!((&texts[0]["place"], &texts[0]["epoch"]), (&json!(1), &json!(1)));
    assert_eq!(agent.get(&path).await.refusal(), (404, "not-found".into()));
    assert_eq!(noted(&agent, &report, 1, &text).await.refusal(), (404, "not-found".into()));
    assert_eq!(audited(&backend, "write-note", 2)[0], format!("coordinator report {report} contact ok"));
    backend.assert_holds();
}

#[tokio::test]
async fn what_is_not_sealed_as_a_text_is_refused_and_nothing_of_it_is_kept() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let report = made(&member, &by_hand()).await;
    let key = Identity::generate();
    let clear = json!({ "epoch": 1, "sealed": BASE64.encode(&padded("Het meisje van kamer 12")) });
    for text in [
        clear,
        json!({ "epoch": 1, "sealed": "Het meisje" }),
        sealed_to(&key, 1, &padded("x")),
        sealed_to(&key, 3, &padded("x")),
        sealed_to(&key, 2, b"unpadded"),
    ] {
        assert_eq!(wrong(&noted(&member, &report, 0, &text).await), "text invalid", "{text}");
    }
    let long = sealed_to(&key, 2, &vec![0; 32 * 1024]);
    assert_eq!(wrong(&noted(&member, &report, 0, &long).await), "text too-long");
    let path = format!("/v1/reports/{report}/notes");
    let all = member.post(&path, &json!({ "note": "poem" })).await;
    assert_eq!(wrong(&all), "expectedSteps required, note unknown, text required");
    let mut of_another = sealed_to(&key, 2, &padded("x"));
    of_another["epoch"] = 2.into();
    let newer = noted(&member, &report, 0, &of_another).await;
    assert_eq!(newer.refusal(), (409, "changed-meanwhile".into()), "no such directory is in force");
    assert_eq!((backend.count("report_texts"), backend.count("report_steps")), (0, 0));
    backend.assert_holds();
}

#[tokio::test]
async fn a_text_that_no_step_names_is_found() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let report = made(&member, &by_hand()).await;
    noted(&member, &report, 0, &sealed_to(&Identity::generate(), 2, &padded("x"))).await;
    backend.assert_holds();
    backend.tamper(
        "INSERT INTO report_texts (report, place, epoch, sealed) SELECT report, 9, epoch, sealed FROM report_texts",
    );
    let faults = backend.report().faults;
    assert!(faults.iter().any(|fault| fault.contains("sealed texts of report M-2026-001")), "{faults:?}");
}

#[tokio::test]
async fn a_referral_says_of_how_many_and_on_what_ground_and_is_answered_again() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let report = made(&member, &by_hand()).await;
    let consent = json!({ "body": "comensha", "persons": 2, "ground": "consent-registration" });
    let kept = referred(&member, &report, 0, consent).await;
    assert_eq!(kept.status, 201, "{}", kept.json());
    let work = kept.json()["steps"][0]["work"].clone();
    assert_eq!(work, json!({ "act": "refer", "body": "comensha", "persons": 2, "ground": "consent-registration" }));
    let answers = format!("/v1/reports/{report}/referral-answers");
    for (expected, answer) in [(1, "no-reply"), (2, "accepted")] {
        let said = json!({ "expectedSteps": expected, "referral": 1, "answer": answer });
        assert_eq!(member.post(&answers, &said).await.status, 201, "{answer}");
    }
    let nothing = json!({ "expectedSteps": 3, "referral": 2, "answer": "accepted" });
    assert_eq!(wrong(&member.post(&answers, &nothing).await), "referral unknown", "that was an answer");
    assert_eq!(
        wrong(&member.post(&answers, &json!({ "answer": "perhaps" })).await),
        "expectedSteps required, referral required, answer unknown"
    );
    assert_eq!(
        audited(&backend, "refer", 1),
        [format!("coordinator report {report} comensha 2 consent-registration ok")]
    );
    backend.assert_holds();
}

#[tokio::test]
async fn what_does_not_allow_a_referral_is_refused_whoever_asks() {
    let backend = Backend::new();
    let member = coordinator(&backend).await;
    let report = made(&member, &by_hand()).await;
    for (body, persons, ground, said) in [
        ("comensha", 1, "danger", "ground invalid, text required"),
        ("comensha", 1, "consent-care", "ground invalid"),
        ("comensha", 0, "consent-registration", "persons out-of-range"),
        ("nla", 101, "consent-sharing", "persons out-of-range"),
        ("nla", 1, "no-persons", "persons out-of-range"),
        ("veilig-thuis", 1, "minor", "text required"),
        ("politie-avim", 1, "danger", "text required"),
        ("geen", 1, "wens", "body unknown, ground unknown"),
    ] {
        let order = json!({ "body": body, "persons": persons, "ground": ground });
        assert_eq!(wrong(&referred(&member, &report, 0, order).await), said, "{body} {ground}");
    }
    let path = format!("/v1/reports/{report}/referrals");
    let none = member.post(&path, &json!({})).await;
    assert_eq!(wrong(&none), "expectedSteps required, body required, persons required, ground required");
    let text = sealed_to(&Identity::generate(), 2, &padded("zij is vijftien"));
    let explained = json!({ "body": "veilig-thuis", "persons": 1, "ground": "minor", "text": text });
    assert_eq!(referred(&member, &report, 0, explained).await.status, 201);
    let nobody = json!({ "body": "nla", "persons": 0, "ground": "no-persons" });
    assert_eq!(referred(&member, &report, 1, nobody).await.status, 201);
    backend.assert_holds();
}
