//! Joining an inspection as it was published: read, written again, and what must be refused.

use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::dsse::{DsseEnvelope, Envelope};
use baken_protocol::ids::DeviceId;
use baken_protocol::join_code::{JoinCode, JoinCodeError, Known, ShownCode, has_seen};
use baken_protocol::keydir::ReceiptKeys;
use baken_protocol::record::{OpenPart, Operation, SealedParticipation};
use baken_protocol::seal;
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use serde_json::Value;

use super::hostile::read_signed;
use super::records::{identity, records};
use super::{bytes, envelope, key};

fn good() -> Value {
    serde_json::from_str(include_str!("v1-join-good.json")).unwrap()
}

fn signer(name: &str) -> VerifyingKey {
    let joiner = BASE64.decode(good()["joiner"].as_str().unwrap().as_bytes()).unwrap();
    if name == "started" { key(&records(), "device") } else { VerifyingKey::parse(&joiner).unwrap() }
}

/// An hour after the code was made.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_125 + 3600, 0).unwrap()
}

fn judged(text: &str, revoked: &[DeviceId]) -> Result<JoinCode, &'static str> {
    let (tenant, keys) = ("GM0453".parse().unwrap(), ReceiptKeys::new(key(&records(), "receipt")));
    let known = Known { tenant: &tenant, keys: &keys, now: now(), revoked };
    let believed = ShownCode::parse(text).and_then(|shown| shown.verify(&known));
    believed.map(|believed| believed.code.payload).map_err(|error| match error {
        JoinCodeError::Malformed => "malformed",
        JoinCodeError::TooLarge => "too-large",
        JoinCodeError::Tenant => "tenant",
        JoinCodeError::Certificate => "certificate",
        JoinCodeError::OtherDevice => "other-device",
        JoinCodeError::Altered => "altered",
        JoinCodeError::Term => "term",
        JoinCodeError::Revoked => "revoked",
        JoinCodeError::Expired => "expired",
    })
}

fn operation(name: &str) -> Operation {
    let good = good();
    let envelope = envelope(&good[name]);
    assert_eq!(envelope.digest().to_string(), good[name]["sha256"].as_str().unwrap());
    let operation = envelope.clone().verify::<Operation>(&signer(name)).unwrap().payload;
    operation.check().unwrap();
    assert_eq!(serde_json::to_vec(&operation).unwrap(), envelope.payload);
    operation
}

#[test]
fn reads_a_join_code_as_it_was_shown() {
    let good = good();
    let code = judged(good["text"].as_str().unwrap(), &[]).unwrap();
    assert!(code == envelope(&good["code"]).peek::<JoinCode>().unwrap());
    assert_eq!(envelope(&good["certificate"]), envelope(&records()["deviceCertificate"]));
    assert_eq!(code.place.name, "IJM 204");
    // Not to the letter: another version of the compressor may compress better.
    let again = ShownCode::new(&envelope(&good["certificate"]), &envelope(&good["code"])).to_text().unwrap();
    assert!(
        ShownCode::parse(&again).is_ok_and(|read| read == ShownCode::parse(good["text"].as_str().unwrap()).unwrap())
    );
}

#[test]
fn refuses_a_code_of_a_device_known_to_be_revoked() {
    let good = good();
    let device = envelope(&good["certificate"]).peek::<DeviceCertificate>().unwrap().device;
    assert_eq!(judged(good["text"].as_str().unwrap(), &[device]).err(), Some("revoked"));
}

#[test]
fn reads_the_steps_of_whoever_started_and_of_whoever_joined() {
    let code = envelope(&good()["code"]).peek::<JoinCode>().unwrap();
    let open = |name: &str| match operation(name).open {
        OpenPart::Participation(open) => open,
        OpenPart::Inspection(_) | OpenPart::Observation(_) | OpenPart::Contact(_) => panic!("a step"),
    };
    let (started, joined, closed) = (open("started"), open("joined"), open("closed"));
    assert_eq!(started.join_key, Some(code.secret.key().unwrap()));
    assert_eq!((joined.closed_with, closed.closed_with), (None, Some(2)));
    let (proof, by) = (joined.proof.unwrap(), operation("joined"));
    let seen = |device| has_seen(&started.join_key.unwrap(), &proof, &by.tenant, code.inspection, device);
    assert!(seen(by.device) && !seen(operation("started").device));
    assert_eq!(code.secret.prove(&by.tenant, code.inspection, by.device).unwrap(), proof);
    for name in ["started", "joined", "closed"] {
        let opened = seal::open(&bytes(&good()[format!("{name}Sealed")]), &identity(&records(), "teamIdentity"));
        let text = SealedParticipation::parse(&opened.unwrap()).unwrap();
        assert_eq!(text.header.operation, operation(name).operation);
        assert_eq!(text.place, code.place);
    }
}

#[test]
fn refuses_hostile_codes_and_steps() {
    let cases: Value = serde_json::from_str(include_str!("v1-join-hostile.json")).unwrap();
    let cases = cases.as_array().unwrap();
    for case in cases {
        let refused = match case["text"].as_str() {
            Some(text) => judged(text, &[]).map(drop),
            None => step(case),
        };
        assert_eq!(refused.err(), case["refused"].as_str(), "{}", case["name"]);
    }
    assert_eq!(cases.len(), 53);
}

fn step(case: &Value) -> Result<(), &'static str> {
    let dsse: DsseEnvelope = serde_json::from_value(case["dsse"].clone()).unwrap();
    let envelope = Envelope::try_from(dsse).unwrap();
    let whose = if envelope.keyid == signer("started").fingerprint() { "started" } else { "joined" };
    read_signed(envelope, &signer(whose))
}
