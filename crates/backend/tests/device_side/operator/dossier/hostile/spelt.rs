//! Messages that are signed as they should be, named by every hash that should name them, and written otherwise than
//! a message is. A verifier that takes one of them for what it seems to say would find nothing else amiss.

use std::collections::BTreeMap;

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::batch::Batch;
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Payload, pae};
use baken_protocol::enrolment::Enrolment;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::limits;
use baken_protocol::receipt::Receipt;
use baken_protocol::record::Operation;
use data_encoding::BASE64;
use serde_json::Value;

use super::Change;
use super::cases::{Case, difference, says};
use super::forge::{DEVICE, Forge, NEXT_RECEIPTS, PHOTO, RECEIPTS, ROOT, THIEF, key, sign, signed};
use crate::spellings::{TIMES, UUIDS, spellings, with};

pub(super) fn all(good: &Forge) -> Vec<Case> {
    let operation = payload(good, "operation.dsse.json");
    let mut cases = operations(good, &operation);
    let of = |what: &str, file: &str, change: &dyn Fn(&str) -> BTreeMap<String, Change>| -> Vec<Case> {
        let text = payload(good, file);
        spellings(&text).iter().map(|(name, text)| refused(&format!("{what}: {name}"), change(text))).collect()
    };
    let photo = format!("attachments/{}.receipt.dsse.json", Digest::of(PHOTO));
    let alone = |file: &str, kind: &'static str, by: u8| {
        let file = file.to_owned();
        move |text: &str| BTreeMap::from([(file.clone(), Change::Bytes(signed(kind, text.as_bytes(), by)))])
    };
    cases.extend(of("batch", "batch.dsse.json", &|text| batch(good, text)));
    cases.extend(of("enrolment", "enrolment.dsse.json", &|text| enrolment(good, text)));
    cases.extend(of(
        "certificate",
        "certificate.dsse.json",
        &alone("certificate.dsse.json", DeviceCertificate::TYPE, RECEIPTS),
    ));
    cases.extend(of("receipt", "receipt.dsse.json", &alone("receipt.dsse.json", Receipt::TYPE, RECEIPTS)));
    cases.extend(of("photo's receipt", &photo, &alone(&photo, AttachmentReceipt::TYPE, RECEIPTS)));
    cases.extend(of("directory", "keydir-2.dsse.json", &alone("keydir-2.dsse.json", KeyDirectory::TYPE, ROOT)));
    cases.extend(directories(good));
    cases
}

fn operations(good: &Forge, text: &str) -> Vec<Case> {
    let case = |name: &str, text: String| refused(&format!("operation: {name}"), operation(good, &text));
    let mut cases: Vec<Case> = spellings(text).into_iter().map(|(name, text)| case(&name, text)).collect();
    cases.extend(TIMES.map(|time| case(&format!("seen at {time:?}"), with(text, "observedAt", time))));
    cases.extend(UUIDS.map(|id| case(&format!("about {id:?}"), with(text, "entity", id))));
    let reference =
        "{\"device\":\"01900000-0000-7000-8000-000000000003\",\"entity\":\"01900000-0000-7000-8000-000000000009\"}";
    let list = "[\"01900000-0000-7000-8000-000000000003\",\"01900000-0000-7000-8000-000000000009\"]";
    let inspection = |said: &str| text.replace("\"inspection\":null", &format!("\"inspection\":{said}"));
    cases.push(says("operation: of an inspection", &[], operation(good, &inspection(reference))));
    cases.push(case("the inspection as a list", inspection(list)));
    cases.push(case("indented", serde_json::to_string_pretty(&serde_json::from_str::<Value>(text).unwrap()).unwrap()));
    cases.push(case("a form feed before it", format!("\u{c}{text}")));
    for (name, from, to) in [
        ("minus nothing", "\"clockOffsetSeconds\":-2", "\"clockOffsetSeconds\":-0"),
        ("a version beyond 32 bits", "\"vocabularyVersion\":1", "\"vocabularyVersion\":4294967296"),
        ("a flag for a version", "\"vocabularyVersion\":1", "\"vocabularyVersion\":true"),
    ] {
        assert!(text.contains(from), "{from} in {text}");
        cases.push(case(name, text.replace(from, to)));
    }
    cases
}

/// What may be said of a directory before its signature is known to hold, and what it costs.
fn directories(good: &Forge) -> Vec<Case> {
    let file = "keydir-2.dsse.json";
    let text = payload(good, file);
    let written = |name: &str, codes: &[&str], text: &str, by: u8| {
        let bytes = signed(KeyDirectory::TYPE, text.as_bytes(), by);
        says(name, codes, BTreeMap::from([(file.to_owned(), Change::Bytes(bytes))]))
    };
    let keys = serde_json::to_string(&good.directories[1].receipt_keys).unwrap();
    let entry = format!("\"{}\"", BASE64.encode(key(NEXT_RECEIPTS).public().as_bytes()));
    let many = |count: usize| text.replace(&keys, &format!("[{}]", vec![entry.as_str(); count].join(",")));
    let care = good.directories[1].recipients[1].recipient.to_string();
    let misspelt = format!("{}{}", &care[..care.len() - 1], if care.ends_with('q') { 'p' } else { 'q' });
    // The 52nd letter has one bit of the key, and four that must be nothing.
    let spare = "age1qpzry9x8gf2tvdw0s3jn54khce6mua7lqpzry9x8gf2tvdw0s3j3qnnjr5";
    vec![
        written("a stranger's directory, whose keys nobody needs to look at", &["unknown-key"], &many(1_000), THIEF),
        written("a stranger's directory of keys that are none", &["unknown-key"], &text.replace(&entry, "{}"), THIEF),
        written("more receipt keys than anybody checks", &["payload"], &many(limits::RECEIPT_KEYS + 1), ROOT),
        written(
            "as many receipt keys as there may be, all of them one",
            &["directory"],
            &many(limits::RECEIPT_KEYS),
            ROOT,
        ),
        written("a recipient with one letter changed", &["payload"], &text.replace(&care, &misspelt), ROOT),
        written("a recipient with bits to spare", &["payload"], &text.replace(&care, spare), ROOT),
        written("a recipient in capitals", &["payload"], &text.replace(&care, &care.to_uppercase()), ROOT),
    ]
}

fn refused(name: &str, changes: BTreeMap<String, Change>) -> Case {
    says(name, &["payload"], changes)
}

fn payload(good: &Forge, file: &str) -> String {
    let dsse: Value = serde_json::from_slice(&good.files()[file]).unwrap();
    String::from_utf8(BASE64.decode(dsse["payload"].as_str().unwrap().as_bytes()).unwrap()).unwrap()
}

/// The record in these words, with a batch that lists it and a receipt for that batch.
fn operation(good: &Forge, text: &str) -> BTreeMap<String, Change> {
    let mut forge = good.clone();
    forge.batch.operations[0].sha256 = Digest::of(&pae(Operation::TYPE, text.as_bytes()));
    forge.receipt.batch_hash = sign(&forge.batch, DEVICE).digest();
    put(difference(good, &forge), "operation.dsse.json", signed(Operation::TYPE, text.as_bytes(), DEVICE))
}

fn batch(good: &Forge, text: &str) -> BTreeMap<String, Change> {
    let mut forge = good.clone();
    forge.receipt.batch_hash = Digest::of(&pae(Batch::TYPE, text.as_bytes()));
    put(difference(good, &forge), "batch.dsse.json", signed(Batch::TYPE, text.as_bytes(), DEVICE))
}

fn enrolment(good: &Forge, text: &str) -> BTreeMap<String, Change> {
    let mut forge = good.clone();
    forge.certificate.enrolment = Digest::of(&pae(Enrolment::TYPE, text.as_bytes()));
    put(difference(good, &forge), "enrolment.dsse.json", signed(Enrolment::TYPE, text.as_bytes(), DEVICE))
}

fn put(mut changes: BTreeMap<String, Change>, file: &str, bytes: Vec<u8>) -> BTreeMap<String, Change> {
    changes.insert(file.to_owned(), Change::Bytes(bytes));
    changes
}
