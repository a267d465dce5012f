//! What must be refused, each for its own reason: messages signed wrongly or saying what they may not, and bytes that
//! are not what they are taken for.

use std::collections::HashSet;

use baken_protocol::attachment_receipt::{AttachmentReceipt, Listing};
use baken_protocol::batch::Batch;
use baken_protocol::device_certificate::{CertificateError, DeviceCertificate};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{DsseEnvelope, Envelope, EnvelopeError, Payload, Verified};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::{KeyDirectory, KeyDirectoryError, ReceiptKeys};
use baken_protocol::limits;
use baken_protocol::log_continuation::{ContinuationError, LogContinuation};
use baken_protocol::outcomes::{Outcomes, OutcomesError};
use baken_protocol::receipt::{Receipt, ReceiptError};
use baken_protocol::record::{
    Operation, OperationError, SealedInspection, SealedObservation, open_attachment_container,
};
use baken_protocol::revocations::{Revocations, RevocationsError};
use baken_protocol::seal::{self, SealError};
use baken_protocol::signature::VerifyingKey;
use baken_protocol::wire::{Push, WireError};
use serde_json::Value;

use super::records::{identity, records};
use super::{bytes, envelope, key, keys};

/// Asserts that `refuse` gives each case's reason, and that there are `count` cases, no two alike.
fn refused(cases: &Value, count: usize, refuse: impl Fn(&Value) -> Option<&'static str>) {
    let cases = cases.as_array().unwrap();
    let mut names = HashSet::new();
    for case in cases {
        let name = case["name"].as_str().unwrap();
        assert_eq!(refuse(case), Some(case["refused"].as_str().unwrap()), "{name}");
        assert!(names.insert(name), "{name} twice");
    }
    assert_eq!(cases.len(), count);
}

/// Reads a case's envelope, and hands it on.
fn message<T>(case: &Value, read: impl FnOnce(Envelope) -> Result<T, &'static str>) -> Option<&'static str> {
    let dsse: DsseEnvelope = serde_json::from_value(case["dsse"].clone()).unwrap();
    Envelope::try_from(dsse).map_err(|error| of_envelope(&error)).and_then(read).err()
}

pub(super) fn of_envelope(error: &EnvelopeError) -> &'static str {
    match error {
        EnvelopeError::Malformed => "envelope",
        EnvelopeError::Type { .. } => "type",
        EnvelopeError::TooLarge => "too-large",
        EnvelopeError::UnknownKey => "unknown-key",
        EnvelopeError::ClosedKey => "closed-key",
        EnvelopeError::Signature(_) => "signature",
        EnvelopeError::Payload(_) => "payload",
    }
}

fn of_seal(error: &SealError) -> &'static str {
    match error {
        SealError::Unopenable => "unopenable",
        SealError::Container => "container",
        SealError::TooLarge => "too-large",
        SealError::Key | SealError::NoRecipients | SealError::Failed => "of the sealer",
    }
}

fn of_push(error: &WireError) -> &'static str {
    match error {
        WireError::Malformed => "malformed",
        WireError::TooLarge => "too-large",
    }
}

fn read_operation(records: &Value, envelope: Envelope) -> Result<(), &'static str> {
    read_signed(envelope, &key(records, "device"))
}

pub(super) fn read_signed(envelope: Envelope, signer: &VerifyingKey) -> Result<(), &'static str> {
    let operation: Verified<Operation> = envelope.verify(signer).map_err(|it| of_envelope(&it))?;
    operation.payload.check().map_err(|error| match error {
        OperationError::Size => "part-size",
        OperationError::TooMany => "too-many",
        OperationError::Inconsistent => "inconsistent",
        OperationError::Recipients => "recipients",
    })
}

#[test]
fn refuses_hostile_operations() {
    let cases = serde_json::from_str(include_str!("v1-operation-hostile.json")).unwrap();
    let records = records();
    refused(&cases, 120, |case| message(case, |envelope| read_operation(&records, envelope)));
    read_operation(&records, envelope(&records["observation"])).unwrap();
}

#[test]
fn refuses_hostile_receipts() {
    let cases = serde_json::from_str(include_str!("v1-receipt-hostile.json")).unwrap();
    let records = records();
    let keys = ReceiptKeys::new(key(&records, "receipt"));
    let device = key(&records, "device");
    let hash = envelope(&records["batch"]).digest();
    let batch = envelope(&records["batch"]).verify::<Batch>(&device).unwrap().payload;
    let read = |envelope| {
        Receipt::verify(envelope, &keys, &batch, hash, &device).map(drop).map_err(|error| {
            if let ReceiptError::Envelope(error) = error { of_envelope(&error) } else { "other-batch" }
        })
    };
    refused(&cases, 39, |case| message(case, read));
    read(envelope(&records["receiptMissingAttachment"])).unwrap();
}

#[test]
fn refuses_hostile_receipts_for_attachments() {
    let cases = serde_json::from_str(include_str!("v1-attachment-receipt-hostile.json")).unwrap();
    let records = records();
    let keys = ReceiptKeys::new(key(&records, "receipt"));
    let record: Operation = envelope(&records["observation"]).peek().unwrap();
    let listing = Listing {
        tenant: &record.tenant,
        device: record.device,
        operation: record.operation,
        attachment: &record.attachments[0],
    };
    let read = |envelope| {
        AttachmentReceipt::verify(envelope, &keys, listing).map(drop).map_err(|error| match error {
            ReceiptError::Envelope(error) => of_envelope(&error),
            ReceiptError::Other => "other-attachment",
        })
    };
    refused(&cases, 31, |case| message(case, read));
    read(envelope(&records["attachmentReceipt"])).unwrap();
}

#[test]
fn refuses_hostile_device_certificates() {
    let cases = serde_json::from_str(include_str!("v1-device-certificate-hostile.json")).unwrap();
    let records = records();
    let (keys, tenant) = (ReceiptKeys::new(key(&records, "receipt")), "GM0453".parse().unwrap());
    let read = |envelope| {
        DeviceCertificate::verify(envelope, &keys, &tenant).map(drop).map_err(|error| match error {
            CertificateError::Envelope(error) => of_envelope(&error),
            CertificateError::Tenant => "other",
        })
    };
    refused(&cases, 31, |case| message(case, read));
    read(envelope(&records["deviceCertificate"])).unwrap();
}

#[test]
fn refuses_hostile_words_on_revocations() {
    let cases = serde_json::from_str(include_str!("v1-revocations-hostile.json")).unwrap();
    let good: serde_json::Value = serde_json::from_str(include_str!("v1-revocations-good.json")).unwrap();
    let (keys, tenant) = (ReceiptKeys::new(key(&records(), "receipt")), "GM0453".parse().unwrap());
    let read = |envelope| {
        Revocations::verify(envelope, &keys, &tenant).map(drop).map_err(|error| match error {
            RevocationsError::Envelope(error) => of_envelope(&error),
            RevocationsError::Tenant => "other",
            RevocationsError::TooMany => "too-many",
        })
    };
    refused(&cases, 36, |case| message(case, read));
    read(envelope(&good["revocations"])).unwrap();
}

#[test]
fn refuses_hostile_outcomes() {
    let cases = serde_json::from_str(include_str!("v1-outcomes-hostile.json")).unwrap();
    let good: serde_json::Value = serde_json::from_str(include_str!("v1-outcomes-good.json")).unwrap();
    let (keys, tenant) = (ReceiptKeys::new(key(&records(), "receipt")), "GM0453".parse().unwrap());
    let device = good["device"].as_str().unwrap().parse().unwrap();
    let read = |envelope| {
        let told = Outcomes::verify(envelope, &keys, &tenant, device);
        told.and_then(|told| told.payload.go_on_from("baken-GM0453", 3)).map_err(|error| match error {
            OutcomesError::Envelope(error) => of_envelope(&error),
            OutcomesError::Other => "other",
            OutcomesError::TooMany => "too-many",
            OutcomesError::Uncounted => "uncounted",
            OutcomesError::Elsewhere => "elsewhere",
        })
    };
    refused(&cases, 53, |case| message(case, read));
    read(envelope(&good["outcomes"])).unwrap();
}

#[test]
fn refuses_hostile_continuations_of_a_log() {
    let cases = serde_json::from_str(include_str!("v1-log-continuation-hostile.json")).unwrap();
    let records = records();
    let (keys, tenant) = (ReceiptKeys::new(key(&records, "receipt")), "GM0453".parse().unwrap());
    let read = |envelope| {
        LogContinuation::verify(envelope, &keys, &tenant).map(drop).map_err(|error| match error {
            ContinuationError::Envelope(error) => of_envelope(&error),
            ContinuationError::Other => "other",
        })
    };
    refused(&cases, 30, |case| message(case, read));
    read(envelope(&records["logContinuation"])).unwrap();
}

/// Under the next directory nothing by the closed key is believed of what is new, however early it says it is; the same
/// receipt signed anew is, and has the same identity.
#[test]
fn a_closed_key_vouches_for_nothing_and_what_it_signed_is_signed_anew() {
    let records = records();
    let root = RootFingerprint::of(&key(&records, "root"));
    let next = KeyDirectory::verify(envelope(&records["keydirClosedKey"]), &root).unwrap();
    let known = KeyDirectory::verify(envelope(&records["keydir"]), &root).unwrap();
    KeyDirectory::check_succession(&known, &next).unwrap();
    let device = key(&records, "device");
    let batch = envelope(&records["batch"]).verify::<Batch>(&device).unwrap();
    let hash = batch.envelope.digest();
    let verify = |envelope| Receipt::verify(envelope, &next.payload.receipt_keys, &batch.payload, hash, &device);
    let old = envelope(&records["receiptMissingAttachment"]);
    assert!(matches!(verify(old.clone()), Err(ReceiptError::Envelope(EnvelopeError::ClosedKey))));
    let anew = old.signed_anew::<Receipt>(&keys::key(2).public(), &keys::key(5)).unwrap();
    assert_eq!((anew.digest(), &anew.payload), (old.digest(), &old.payload));
    assert!(verify(anew).is_ok());
    let keys = &next.payload.receipt_keys;
    assert!(Receipt::verify_kept(old, keys, &batch.payload, hash, &device).is_ok(), "as one that was kept");
}

#[test]
fn refuses_hostile_key_directories() {
    let cases = serde_json::from_str(include_str!("v1-keydir-hostile.json")).unwrap();
    let records = records();
    let root = RootFingerprint::of(&key(&records, "root"));
    let known = KeyDirectory::verify(envelope(&records["keydir"]), &root).unwrap();
    let read = |envelope| {
        let next = KeyDirectory::verify(envelope, &root)?;
        KeyDirectory::check_succession(&known, &next)
    };
    let reason = |error| match error {
        KeyDirectoryError::Root => "root",
        KeyDirectoryError::Rollback => "rollback",
        KeyDirectoryError::Line => "line",
        KeyDirectoryError::Recipients => "recipients",
        KeyDirectoryError::Keys => "keys",
        KeyDirectoryError::Envelope(error) => of_envelope(&error),
    };
    refused(&cases, 80, |case| message(case, |envelope| read(envelope).map_err(reason)));
    let newer = KeyDirectory { epoch: 3, previous: after(&known), ..known.payload.clone() };
    read(Envelope::sign(&newer, &keys::key(1)).unwrap()).unwrap();
    let skipping = [after(&known), vec![Digest::of(b"the one skipped")]].concat();
    let newer = KeyDirectory { epoch: 4, previous: skipping, ..known.payload.clone() };
    read(Envelope::sign(&newer, &keys::key(1)).unwrap()).unwrap();
}

/// What the directory after this one names.
fn after(known: &Verified<KeyDirectory>) -> Vec<Digest> {
    known.payload.previous.iter().copied().chain([known.envelope.digest()]).collect()
}

#[test]
fn refuses_hostile_sealed_parts() {
    let cases = serde_json::from_str(include_str!("v1-sealed-hostile.json")).unwrap();
    let team = identity(&records(), "teamIdentity");
    refused(&cases, 28, |case| seal::open(&bytes(&case["bytes"]), &team).err().map(|error| of_seal(&error)));
}

#[test]
fn refuses_sealed_texts_that_are_not_written_as_one_is() {
    let cases: Value = serde_json::from_str(include_str!("v1-sealed-text-hostile.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let text = case["text"].as_str().unwrap().as_bytes();
        let refused = match case["of"].as_str().unwrap() {
            "observation" => SealedObservation::parse(text).is_err(),
            "inspection" => SealedInspection::parse(text).is_err(),
            other => panic!("no reader for {other}"),
        };
        assert!(refused, "{}", case["name"]);
    }
    assert_eq!(cases.as_array().unwrap().len(), 39);
    let records = records();
    let opened = |name: &str, key: &str| seal::open(&bytes(&records[name]), &identity(&records, key)).unwrap();
    SealedObservation::parse(&opened("observationSealed", "careIdentity")).unwrap();
    SealedInspection::parse(&opened("inspectionSealed", "teamIdentity")).unwrap();
}

#[test]
fn refuses_hostile_attachments() {
    let cases = serde_json::from_str(include_str!("v1-attachment-hostile.json")).unwrap();
    refused(&cases, 38, |case| open_attachment_container(&bytes(&case["bytes"])).is_none().then_some("container"));
}

#[test]
fn refuses_hostile_pushes() {
    let vectors: Value = serde_json::from_str(include_str!("v1-push-hostile.json")).unwrap();
    assert_eq!(Push::decode(&bytes(&vectors["smallest"])).unwrap().operations.len(), 1);
    refused(&vectors["cases"], 39, |case| Push::decode(&bytes(&case["bytes"])).err().map(|error| of_push(&error)));
}

// What follows would be too large to keep in a file.

#[test]
fn refuses_a_signed_payload_larger_than_allowed_and_no_smaller_one() {
    let records = records();
    let good = envelope(&records["batch"]);
    let named = String::from_utf8(good.payload.clone()).unwrap();
    let read = |size: usize| {
        let filling = "0".repeat(size - named.len());
        let payload = named.replace("\"appVersion\":\"", &format!("\"appVersion\":\"{filling}")).into_bytes();
        assert_eq!(payload.len(), size);
        let signature = keys::key(3).sign(&baken_protocol::dsse::pae(Batch::TYPE, &payload));
        Envelope { payload, signature, ..good.clone() }.verify::<Batch>(&key(&records, "device"))
    };
    assert!(read(limits::PAYLOAD_BYTES).is_ok());
    assert!(matches!(read(limits::PAYLOAD_BYTES + 1), Err(EnvelopeError::TooLarge)));
}

#[test]
fn refuses_a_sealed_container_larger_than_allowed() {
    let team = identity(&records(), "teamIdentity");
    let sealed = seal::seal_raw(&vec![0; limits::SEALED_PART_BYTES + 1], &[team.recipient()]).unwrap();
    assert_eq!(seal::open(&sealed, &team), Err(SealError::TooLarge));
}

#[test]
fn refuses_an_attachment_larger_than_asked_for_or_cut_off_between_two_chunks_of_age() {
    let records = records();
    let care = identity(&records, "careIdentity");
    let file = bytes(&records["attachment"]);
    let size = seal::open_raw(&file, &care, usize::MAX - 1).unwrap().len();
    assert!(seal::open_raw(&file, &care, size).is_ok());
    assert_eq!(seal::open_raw(&file, &care, size - 1), Err(SealError::TooLarge));
    // Each chunk is 64 KiB and a tag of 16 bytes (age-encryption.org/v1).
    let chunk = 64 * 1024;
    let two = seal::seal_raw(&vec![7; 2 * chunk], &[care.recipient()]).unwrap();
    assert!(seal::open_raw(&two, &care, 2 * chunk).is_ok());
    assert_eq!(seal::open_raw(&two[..two.len() - chunk - 16], &care, 2 * chunk), Err(SealError::Unopenable));
}

#[test]
fn refuses_a_push_larger_than_allowed() {
    let mut push = bytes(&records()["push"]);
    push.resize(limits::PUSH_WIRE_BYTES, 0);
    assert_eq!(Push::decode(&push), Err(WireError::Malformed));
    push.push(0);
    assert_eq!(Push::decode(&push), Err(WireError::TooLarge));
}

#[test]
fn refuses_what_was_published_cut_off_anywhere() {
    let records = records();
    let push = bytes(&records["push"]);
    for length in 0..push.len() {
        assert!(Push::decode(&push[..length]).is_err(), "push cut at {length}");
    }
    let (team, sealed) = (identity(&records, "teamIdentity"), bytes(&records["inspectionSealed"]));
    for length in 0..sealed.len() {
        assert!(seal::open(&sealed[..length], &team).is_err(), "sealed part cut at {length}");
    }
    let care = identity(&records, "careIdentity");
    let container = seal::open_raw(&bytes(&records["attachment"]), &care, usize::MAX - 1).unwrap();
    for length in 0..container.len() {
        assert!(open_attachment_container(&container[..length]).is_none(), "attachment cut at {length}");
    }
}
