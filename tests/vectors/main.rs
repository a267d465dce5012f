//! The frozen vectors of version 1: what was published must be read and refused for ever as it was then.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod catalogue;
mod contact;
mod corrections;
mod full;
mod hostile;
mod join;
mod keys;
mod records;

use baken_protocol::batch::Batch;
use baken_protocol::dsse::{DsseEnvelope, Envelope, EnvelopeError, Payload};
use baken_protocol::enrolment::{self, Enrolment};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys};
use baken_protocol::receipt::Receipt;
use baken_protocol::record::{Operation, SealedObservation};
use baken_protocol::seal::{self, Identity};
use baken_protocol::signature::VerifyingKey;
use baken_protocol::wire::Push;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::Value;

fn good() -> Value {
    serde_json::from_str(include_str!("v1-good.json")).unwrap()
}

fn key(vectors: &Value, name: &str) -> VerifyingKey {
    VerifyingKey::parse(&BASE64.decode(vectors["keys"][name].as_str().unwrap().as_bytes()).unwrap()).unwrap()
}

fn bytes(hexadecimal: &Value) -> Vec<u8> {
    HEXLOWER.decode(hexadecimal.as_str().unwrap().as_bytes()).unwrap()
}

fn envelope(frozen: &Value) -> Envelope {
    let dsse: DsseEnvelope = serde_json::from_value(frozen["dsse"].clone()).unwrap();
    Envelope::try_from(dsse).unwrap()
}

/// Verifies, has the frozen hash, and is written today byte for byte as it was then.
fn holds<P: Payload>(vectors: &Value, name: &str, signer: &str) -> P {
    let envelope = envelope(&vectors[name]);
    assert_eq!(envelope.digest().to_string(), vectors[name]["sha256"].as_str().unwrap(), "{name}");
    let verified = envelope.verify::<P>(&key(vectors, signer)).unwrap();
    assert_eq!(serde_json::to_vec(&verified.payload).unwrap(), verified.envelope.payload, "{name}");
    verified.payload
}

#[test]
fn reads_and_writes_every_message_as_it_was_published() {
    let vectors = good();
    holds::<KeyDirectory>(&vectors, "keydir", "root");
    holds::<Enrolment>(&vectors, "enrol", "device");
    let operation = holds::<Operation>(&vectors, "operation", "device");
    operation.check().unwrap();
    let batch = holds::<Batch>(&vectors, "batch", "device");
    assert_eq!(batch.operations[0].sha256.to_string(), vectors["operation"]["sha256"].as_str().unwrap());
    holds::<Receipt>(&vectors, "receipt", "receipt");
    let receipt = envelope(&vectors["receipt"]);
    let hash = envelope(&vectors["batch"]).digest();
    let keys = ReceiptKeys::new(key(&vectors, "receipt"));
    Receipt::verify(receipt, &keys, &batch, hash, &key(&vectors, "device")).unwrap();
    let root = RootFingerprint::of(&key(&vectors, "root"));
    KeyDirectory::verify(envelope(&vectors["keydir"]), &root).unwrap();
}

#[test]
fn opens_the_sealed_part_as_it_was_published() {
    let vectors = good();
    let sealed = HEXLOWER.decode(vectors["sealed"].as_str().unwrap().as_bytes()).unwrap();
    let identity: Identity = vectors["keys"]["teamIdentity"].as_str().unwrap().parse().unwrap();
    let text: SealedObservation = serde_json::from_slice(&seal::open(&sealed, &identity).unwrap()).unwrap();
    assert_eq!(text.narrative, "Twee mannen slapen in het ruim.");
    assert_eq!(text.header.schema, SealedObservation::SCHEMA);
}

#[test]
fn reads_a_push_as_it_travelled() {
    let vectors = good();
    let bytes = HEXLOWER.decode(vectors["push"].as_str().unwrap().as_bytes()).unwrap();
    let push = Push::decode(&bytes).unwrap();
    assert_eq!(push.batch.payload, envelope(&vectors["batch"]).payload);
    assert_eq!(push.operations[0].0.payload, envelope(&vectors["operation"]).payload);
    assert_eq!(HEXLOWER.encode(&push.operations[0].1), vectors["sealed"].as_str().unwrap());
}

#[test]
fn refuses_every_hostile_vector_for_its_own_reason() {
    let device = key(&good(), "device");
    let hostile: Vec<Value> = serde_json::from_str(include_str!("v1-hostile.json")).unwrap();
    for case in &hostile {
        let name = case["name"].as_str().unwrap();
        let dsse: DsseEnvelope = serde_json::from_value(case["dsse"].clone()).unwrap();
        let refused = match (Envelope::try_from(dsse), case["of"].as_str().unwrap()) {
            (Err(error), _) => error,
            (Ok(envelope), "batch") => envelope.verify::<Batch>(&device).map(drop).unwrap_err(),
            (Ok(envelope), "enrol") => {
                enrolment::verify(envelope, baken_protocol::digest::Digest::of(b"7TJC6PCXVAQ")).map(drop).unwrap_err()
            }
            (Ok(_), other) => panic!("{name}: no reader for {other}"),
        };
        let reason = match refused {
            EnvelopeError::Malformed => "envelope",
            EnvelopeError::Type { .. } => "type",
            EnvelopeError::TooLarge => "size",
            EnvelopeError::UnknownKey | EnvelopeError::ClosedKey | EnvelopeError::Signature(_) => "signature",
            EnvelopeError::Payload(_) => "payload",
        };
        assert_eq!(reason, case["refused"].as_str().unwrap(), "{name}");
    }
    assert_eq!(hostile.len(), 46);
}
