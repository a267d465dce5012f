//! The good records of the second set: read as they were published, and written today as they were then.

use std::collections::BTreeSet;

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::batch::Batch;
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys, Team};
use baken_protocol::limits;
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::receipt::Receipt;
use baken_protocol::record::{
    ConfidentialityLevel, OpenPart, Operation, SealedInspection, SealedObservation, attachment_container,
    open_attachment_container,
};
use baken_protocol::seal::{self, Identity};
use baken_protocol::signature::SigningKey;
use baken_protocol::wire::Push;
use serde_json::Value;

use super::{bytes, envelope, good, holds, key, keys};

pub(crate) fn records() -> Value {
    serde_json::from_str(include_str!("v1-records-good.json")).unwrap()
}

pub(crate) fn identity(records: &Value, name: &str) -> Identity {
    records["keys"][name].as_str().unwrap().parse().unwrap()
}

/// As [`holds`], and signed today to the very same envelope.
pub(crate) fn signs<P: Payload>(records: &Value, name: &str, signer: &str, key: &SigningKey) -> P {
    let payload = holds::<P>(records, name, signer);
    assert_eq!(Envelope::sign(&payload, key).unwrap(), envelope(&records[name]), "{name}");
    payload
}

pub(crate) fn operation(records: &Value, name: &str) -> Operation {
    let operation = signs::<Operation>(records, name, "device", &keys::key(3));
    operation.check().unwrap();
    let sealed = bytes(&records[&format!("{name}Sealed")]);
    assert_eq!((operation.sealed.sha256, operation.sealed.size_bytes), (Digest::of(&sealed), sealed.len() as u64));
    operation
}

#[test]
fn holds_nothing_but_what_is_read_here() {
    let records = records();
    let names: BTreeSet<&str> = records.as_object().unwrap().keys().map(String::as_str).collect();
    let read = BTreeSet::from([
        "keys",
        "keydir",
        "inspection",
        "inspectionSealed",
        "observation",
        "observationSealed",
        "attachment",
        "batch",
        "receiptMissingAttachment",
        "receiptQuarantined",
        "attachmentReceipt",
        "deviceCertificate",
        "logContinuation",
        "keydirClosedKey",
        "push",
    ]);
    assert_eq!(names, read);
    assert_eq!(
        ["root", "receipt", "device"].map(|it| key(&records, it)),
        ["root", "receipt", "device"].map(|it| key(&good(), it))
    );
}

#[test]
fn believes_a_key_directory_that_follows_the_first() {
    let (first, records) = (good(), records());
    signs::<KeyDirectory>(&records, "keydir", "root", &keys::key(1));
    let root = RootFingerprint::of(&key(&first, "root"));
    let known = KeyDirectory::verify(envelope(&first["keydir"]), &root).unwrap();
    let next = KeyDirectory::verify(envelope(&records["keydir"]), &root).unwrap();
    KeyDirectory::check_succession(&known, &next).unwrap();
    assert_eq!((next.payload.epoch, &next.payload.previous), (2, &vec![known.envelope.digest()]));
    let recipients = |team| {
        next.payload.recipients_for(&team).unwrap().iter().map(|it| it.recipient.to_string()).collect::<Vec<_>>()
    };
    let recovery = identity(&records, "recoveryIdentity").recipient().to_string();
    for (team, name) in [(Team::Coordinators, "teamIdentity"), (Team::Care, "careIdentity")] {
        assert_eq!(recipients(team), [identity(&records, name).recipient().to_string(), recovery.clone()]);
    }
}

#[test]
fn reads_an_inspection_and_its_sealed_part() {
    let records = records();
    let inspection = operation(&records, "inspection");
    assert!(matches!(&inspection.open, OpenPart::Inspection(open) if open.organisations.len() == 2));
    let sealed = bytes(&records["inspectionSealed"]);
    for name in ["teamIdentity", "recoveryIdentity"] {
        let opened = seal::open(&sealed, &identity(&records, name)).unwrap();
        let text: SealedInspection = serde_json::from_slice(&opened).unwrap();
        assert_eq!((&text.header.tenant, text.header.operation), (&inspection.tenant, inspection.operation));
        assert_eq!(text.header.schema, SealedInspection::SCHEMA);
        assert_eq!(text.place.coordinates.as_ref().unwrap().latitude_e6, 52_460_812);
        assert_eq!(serde_json::to_vec(&text).unwrap(), *opened);
    }
}

#[test]
fn reads_an_observation_of_that_inspection_and_its_sealed_part() {
    let records = records();
    let observation = operation(&records, "observation");
    assert_eq!(observation.inspection, Some(operation(&records, "inspection").entity()));
    assert_eq!(observation.open.level(), ConfidentialityLevel::Care);
    let sealed = bytes(&records["observationSealed"]);
    for name in ["careIdentity", "recoveryIdentity"] {
        let opened = seal::open(&sealed, &identity(&records, name)).unwrap();
        let text: SealedObservation = serde_json::from_slice(&opened).unwrap();
        assert_eq!((&text.header.tenant, text.header.operation), (&observation.tenant, observation.operation));
        assert_eq!(text.header.schema, SealedObservation::SCHEMA);
        assert_eq!(text.persons[0].consents[0].state, "gegeven");
        assert_eq!(serde_json::to_vec(&text).unwrap(), *opened);
    }
    assert_eq!(seal::open(&sealed, &identity(&records, "teamIdentity")), Err(seal::SealError::Unopenable));
}

#[test]
fn reads_the_attachment_of_that_observation() {
    let records = records();
    let observation = operation(&records, "observation");
    let [reference] = observation.attachments.as_slice() else { panic!("one attachment") };
    let file = bytes(&records["attachment"]);
    assert_eq!((reference.sha256, reference.size_bytes), (Digest::of(&file), file.len() as u64));
    let limit = usize::try_from(limits::ATTACHMENT_BYTES).unwrap();
    let container = seal::open_raw(&file, &identity(&records, "careIdentity"), limit).unwrap();
    let (header, content) = open_attachment_container(&container).unwrap();
    assert_eq!((&header.tenant, header.operation), (&observation.tenant, observation.operation));
    assert_eq!((header.class, header.media_type.as_str()), (reference.class, "image/jpeg"));
    let photo = image::load_from_memory(content).unwrap();
    assert_eq!((photo.width(), photo.height()), (2, 2));
    assert_eq!(attachment_container(&header, content).unwrap(), *container);
}

#[test]
fn reads_a_batch_of_both_and_the_receipts_for_it() {
    let (first, records) = (good(), records());
    let batch = signs::<Batch>(&records, "batch", "device", &keys::key(3));
    let operations = ["inspection", "observation"].map(|name| operation(&records, name));
    let hashes = ["inspection", "observation"].map(|name| envelope(&records[name]).digest());
    let listed: Vec<_> = batch.operations.iter().map(|it| (it.operation, it.sha256)).collect();
    assert_eq!(listed, [(operations[0].operation, hashes[0]), (operations[1].operation, hashes[1])]);
    assert_eq!(batch.attachments, operations[1].attachments);
    assert_eq!(batch.prev, Some(envelope(&first["batch"]).digest()));
    assert_eq!(batch.last_receipt, Some(envelope(&first["receipt"]).digest()));
    for (name, quarantined) in [("receiptMissingAttachment", false), ("receiptQuarantined", true)] {
        let receipt = signs::<Receipt>(&records, name, "receipt", &keys::key(2));
        let hash = envelope(&records["batch"]).digest();
        let keys = ReceiptKeys::new(key(&records, "receipt"));
        Receipt::verify(envelope(&records[name]), &keys, &batch, hash, &key(&records, "device")).unwrap();
        assert_eq!(receipt.quarantined, quarantined);
        assert_eq!(receipt.missing_attachments, [batch.attachments[0].sha256]);
    }
    let certificate = signs::<DeviceCertificate>(&records, "deviceCertificate", "receipt", &keys::key(2));
    assert_eq!((certificate.device, certificate.public_key), (batch.device, key(&records, "device")));
    assert_eq!(certificate.enrolment, envelope(&first["enrol"]).digest());
    signs::<LogContinuation>(&records, "logContinuation", "receipt", &keys::key(2));
    signs::<KeyDirectory>(&records, "keydirClosedKey", "root", &keys::key(1));
    let held = signs::<AttachmentReceipt>(&records, "attachmentReceipt", "receipt", &keys::key(2));
    assert_eq!((held.sha256, held.size_bytes), (batch.attachments[0].sha256, batch.attachments[0].size_bytes));
}

#[test]
fn reads_a_push_of_two_operations_and_writes_one_that_is_read_alike() {
    let records = records();
    let push = Push::decode(&bytes(&records["push"])).unwrap();
    let sent = |name: &str| ((&envelope(&records[name])).into(), bytes(&records[&format!("{name}Sealed")]));
    let expected = Push {
        batch: (&envelope(&records["batch"])).into(),
        operations: vec![sent("inspection"), sent("observation")],
    };
    assert_eq!(push, expected);
    // Not to the byte: another version of the compressor may compress better.
    assert_eq!(Push::decode(&push.encode().unwrap()).unwrap(), push);
}
