//! Who is let in: the holder of an open code who proves a sound key, once.

use axum::body::Body;
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::invitation::{InvitationCode, RootFingerprint};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::signature::Signature;
use chrono::TimeDelta;
use data_encoding::{BASE64, HEXLOWER};

use crate::backend::Backend;
use crate::device::{Device, enrolment_request};

#[tokio::test]
async fn an_invited_device_gets_an_id_a_token_that_works_and_the_signed_directory() {
    let backend = Backend::new();
    let stranger = Device::stranger(&backend);
    let answer = stranger.enrol(&backend, &backend.invite("Boa 1")).await;
    assert_eq!(answer.status, 201);
    let json = answer.json();
    assert_eq!(json["label"], "Boa 1");
    let directory: Envelope = Envelope::try_from(
        serde_json::from_value::<baken_protocol::dsse::DsseEnvelope>(json["keyDirectory"].clone()).unwrap(),
    )
    .unwrap();
    KeyDirectory::verify(directory, &RootFingerprint::of(&backend.root.public())).unwrap();
    let certificate: baken_protocol::dsse::DsseEnvelope = serde_json::from_value(json["certificate"].clone()).unwrap();
    let certificate = Envelope::try_from(certificate).unwrap();
    let tenant = &backend.state.installation.tenant;
    let certificate = DeviceCertificate::verify(certificate, &backend.receipt_keys(), tenant).unwrap().payload;
    assert_eq!(certificate.organisation.as_str(), "gemeente-handhaving");
    assert_eq!(certificate.public_key, stranger.key.public());
    let device = stranger.with(&answer);
    assert_eq!(certificate.device, device.id);
    let standing = device.get(&backend, &device.chain_path(device.chain)).await;
    assert_eq!(standing.json()["nextSeq"], 1);
    backend.assert_holds();
}

#[tokio::test]
async fn a_code_nobody_gave_out_is_unknown() {
    let backend = Backend::new();
    backend.invite("Boa 1");
    let wrong = InvitationCode::from_random([9; 11]);
    let answer = Device::stranger(&backend).enrol(&backend, &wrong).await;
    assert_eq!(answer.refusal(), (403, "code-unknown".into()));
    assert_eq!(backend.count("devices"), 0);
}

#[tokio::test]
async fn a_withdrawn_code_is_unknown() {
    let backend = Backend::new();
    let code = backend.invite("Boa 1");
    backend.tamper("UPDATE invitations SET withdrawn_at = created_at");
    let answer = Device::stranger(&backend).enrol(&backend, &code).await;
    assert_eq!(answer.refusal(), (403, "code-unknown".into()));
}

#[tokio::test]
async fn a_code_is_good_for_one_key_only() {
    let backend = Backend::new();
    let code = backend.invite("Boa 1");
    let first = Device::stranger(&backend);
    assert_eq!(first.enrol(&backend, &code).await.status, 201);
    let second = Device::stranger(&backend).enrol(&backend, &code).await;
    assert_eq!(second.refusal(), (409, "code-used".into()));
    assert_eq!(backend.count("devices"), 1);
}

#[tokio::test]
async fn a_code_ends_with_its_time() {
    let backend = Backend::new();
    let (in_time, late) = (backend.invite("Boa 1"), backend.invite("Boa 2"));
    backend.pass(TimeDelta::minutes(15));
    assert_eq!(Device::stranger(&backend).enrol(&backend, &in_time).await.status, 201);
    backend.pass(TimeDelta::milliseconds(1));
    let answer = Device::stranger(&backend).enrol(&backend, &late).await;
    assert_eq!(answer.refusal(), (410, "code-expired".into()));
    assert_eq!(backend.count("devices"), 1);
}

#[tokio::test]
async fn a_malformed_enrolment_is_refused_and_spends_nothing() {
    let backend = Backend::new();
    let (code, other) = (backend.invite("Boa 1"), InvitationCode::from_random([3; 11]));
    let (device, thief) = (Device::stranger(&backend), Device::stranger(&backend));
    let good = device.enrolment(&code);
    let mut cut = good.to_dsse();
    cut.payload.truncate(40);
    let mut twice = good.to_dsse();
    twice.signatures.push(twice.signatures[0].clone());
    let retyped = Envelope { payload_type: "application/vnd.baken.enrol.v2+json".into(), ..good.clone() };
    let stolen =
        Envelope { keyid: thief.key.public().fingerprint(), signature: thief.enrolment(&code).signature, ..good };
    let requests = [
        enrolment_request("tooshort", device.enrolment(&code).to_dsse()),
        enrolment_request(code.as_str(), device.enrolment(&other).to_dsse()),
        enrolment_request(code.as_str(), cut),
        enrolment_request(code.as_str(), twice),
        enrolment_request(code.as_str(), retyped.to_dsse()),
        enrolment_request(code.as_str(), stolen.to_dsse()),
    ];
    for (place, request) in requests.into_iter().enumerate() {
        assert_eq!(backend.send(request).await.refusal(), (400, "malformed".into()), "request {place}");
    }
    for body in ["", "{", "[]", "{\"code\":1}"] {
        let mut request = enrolment_request("", device.enrolment(&code).to_dsse());
        *request.body_mut() = Body::from(body);
        assert_eq!(backend.send(request).await.refusal(), (400, "malformed".into()), "{body:?}");
    }
    assert_eq!(backend.count("devices"), 0);
    assert_eq!(device.enrol(&backend, &code).await.status, 201, "the code is still good");
}

#[tokio::test]
async fn every_flipped_byte_of_an_enrolment_is_refused() {
    let backend = Backend::new();
    let code = backend.invite("Boa 1");
    let device = Device::stranger(&backend);
    let good = device.enrolment(&code);
    for place in 0..good.payload.len() {
        let mut flipped = good.clone();
        flipped.payload[place] ^= 1;
        let refused = baken_protocol::enrolment::verify(flipped, code.challenge());
        assert!(refused.is_err(), "byte {place}");
    }
}

#[tokio::test]
async fn every_low_order_or_non_canonical_key_is_refused_whatever_signs_for_it() {
    let vectors = include_str!("../../../../tests/vectors/ed25519-hostile-keys.txt");
    // R = identity, S = 0: what verifies under the identity key for every message.
    let mut forged = [0; 64];
    forged[0] = 1;
    let mut seen = 0;
    for line in vectors.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let backend = Backend::new();
        let code = backend.invite("Boa 1");
        let device = Device::stranger(&backend);
        let hostile = HEXLOWER.decode(line.as_bytes()).unwrap();
        let mut envelope = device.enrolment(&code);
        let own = BASE64.encode(device.key.public().as_bytes());
        let text = String::from_utf8(envelope.payload).unwrap();
        assert!(text.contains(&own));
        envelope.payload = text.replace(&own, &BASE64.encode(&hostile)).into_bytes();
        envelope.keyid = Digest::of(&hostile);
        envelope.signature = Signature::parse(&forged).unwrap();
        let answer = backend.send(enrolment_request(code.as_str(), envelope.to_dsse())).await;
        assert_eq!(answer.refusal(), (400, "malformed".into()), "{line}");
        assert_eq!(backend.count("devices"), 0, "{line}");
        seen += 1;
    }
    assert!(seen >= 14, "only {seen} hostile keys");
}

#[tokio::test]
async fn a_device_whose_answer_was_lost_asks_again_with_the_same_code() {
    let backend = Backend::new();
    let code = backend.invite("Boa 1");
    let device = Device::stranger(&backend);
    let lost = device.enrol(&backend, &code).await;
    let again = device.enrol(&backend, &code).await;
    assert_eq!(again.status, 201, "{}", again.json());
    assert_eq!(again.json()["device"], lost.json()["device"]);
    assert_ne!(again.json()["token"], lost.json()["token"]);
    let old = Device::stranger(&backend).with(&lost);
    assert_eq!(old.get(&backend, &old.chain_path(old.chain)).await.refusal(), (401, "unknown-device".into()));
    let device = device.with(&again);
    device.send_chain(&backend, 1).await;
    assert_eq!(backend.count("devices"), 1);
    backend.assert_holds();
}

#[tokio::test]
async fn a_device_whose_answer_was_lost_may_come_back_with_another_invitation() {
    let backend = Backend::new();
    let device = Device::stranger(&backend);
    let lost = device.enrol(&backend, &backend.invite("Boa 1")).await;
    backend.pass(TimeDelta::days(3));
    let again = device.enrol(&backend, &backend.invite("Boa 7")).await;
    assert_eq!(again.status, 201, "{}", again.json());
    assert_eq!(again.json()["device"], lost.json()["device"]);
    assert_eq!(again.json()["label"], "Boa 7");
    backend.assert_holds();
}

#[tokio::test]
async fn a_key_that_has_sent_something_or_was_revoked_is_not_enrolled_again() {
    let backend = Backend::new();
    let code = backend.invite("Boa 1");
    let device = Device::stranger(&backend);
    let device = {
        let answer = device.enrol(&backend, &code).await;
        device.with(&answer)
    };
    device.send_chain(&backend, 1).await;
    assert_eq!(device.enrol(&backend, &code).await.refusal(), (409, "code-used".into()));
    let fresh = backend.invite("Boa 2");
    assert_eq!(device.enrol(&backend, &fresh).await.refusal(), (409, "key-known".into()));
    let revoked = Device::enrolled(&backend, "Boa 3").await;
    backend.tamper(&format!("UPDATE devices SET revoked_at = enrolled_at WHERE device = '{}'", revoked.id));
    assert_eq!(revoked.enrol(&backend, &fresh).await.refusal(), (409, "key-known".into()));
    assert_eq!(Device::stranger(&backend).enrol(&backend, &fresh).await.status, 201, "the code is still good");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_use_one_code_at_once_one_gets_in() {
    let backend = Backend::new();
    let code = backend.invite("Boa 1");
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let request = enrolment_request(code.as_str(), Device::stranger(&backend).enrolment(&code).to_dsse());
        tries.spawn(crate::backend::send(backend.router(), request));
    }
    let answers = tries.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().filter(|answer| answer.status != 201).all(|answer| answer.code() == "code-used"));
    assert_eq!(backend.count("devices"), 1);
}

#[tokio::test]
async fn every_attempt_stands_in_the_audit_log_and_no_code_does() {
    let backend = Backend::new();
    let code = backend.invite("Boa 1");
    let device = Device::stranger(&backend);
    Device::stranger(&backend).enrol(&backend, &InvitationCode::from_random([1; 11])).await;
    device.enrol(&backend, &code).await;
    let lines: String = backend.one(
        "SELECT group_concat(action || ' ' || result, '; ') FROM (SELECT * FROM audit_lines ORDER BY id) AS lines",
    );
    assert_eq!(lines, "invite ok; enrol code-unknown; enrol ok");
    let whole: String = backend.one("SELECT group_concat(actor || object || result || origin, '') FROM audit_lines");
    assert!(!whole.contains(code.as_str()));
    let stored: u64 =
        backend.one(&format!("SELECT count(*) FROM invitations WHERE challenge LIKE '%{}%'", code.as_str()));
    assert_eq!(stored, 0);
}
