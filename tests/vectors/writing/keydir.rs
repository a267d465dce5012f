//! Key directories that must be refused by a device that pinned the root key and knows the directory of epoch 2: with
//! one of these a backend in wrong hands would read what is sealed, or acknowledge what it throws away.

use baken_protocol::digest::Digest;
use baken_protocol::dsse::{DsseEnvelope, Envelope, Payload};
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys, Team};
use baken_protocol::limits;
use baken_protocol::receipt::Receipt;
use baken_protocol::signature::SigningKey;
use baken_protocol::signature::VerifyingKey;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::Value;

use super::case::{badly_signed, badly_typed, badly_written, message, otherwise_written};
use super::records::Records;
use crate::keys::key;

/// `v1-keydir-hostile.json`.
pub(crate) fn hostile(records: &Records, first: &Value) -> Value {
    let root = key(1);
    // A newer epoch, so that nothing is refused as a rollback but what is one.
    let newer = KeyDirectory { epoch: 3, previous: records.named_after(), ..records.keydir.clone() };
    let good = Envelope::sign(&newer, &root).unwrap();
    let later = "application/vnd.baken.keydir.v2+json";
    let mut cases = badly_signed::<KeyDirectory>(&good, "\"epoch\":3");
    cases.extend(badly_typed::<KeyDirectory>(&good, later, Receipt::TYPE, &root));
    cases.extend(badly_written::<KeyDirectory>(&good, &root, &WRITTEN));
    cases.extend(otherwise_written::<KeyDirectory>(&good, &root));
    cases.extend(unsafe_keys(&good, &newer, &root));
    cases.extend(other_roots(&newer));
    cases.extend(recipients(&newer));
    cases.extend(keys(&newer));
    cases.push(more_receipt_keys_than_anybody_checks(&good, &newer, &root));
    cases.extend(changed_keys_and_vocabulary(&newer));
    cases.extend(rollbacks(&records.keydir, first));
    cases.extend(not_the_next(&newer));
    Value::Array(cases)
}

const WRITTEN: [(&str, &str, &str); 13] = [
    ("the epoch twice", "\"epoch\":3", "\"epoch\":3,\"epoch\":1"),
    ("the recipients twice", "\"recipients\":[", "\"recipients\":[],\"recipients\":["),
    ("a recipient's name twice", "{\"name\":\"zorg\"", "{\"name\":\"team\",\"name\":\"zorg\""),
    ("an unknown field", "\"epoch\":3", "\"epoch\":3,\"extra\":1"),
    ("an unknown field of a recipient", "{\"name\":\"zorg\"", "{\"until\":1,\"name\":\"zorg\""),
    ("a team that is none", "{\"name\":\"zorg\"", "{\"name\":\"iedereen\""),
    ("an organisation without a name", "\"eigen:politie\"", "\"eigen:\""),
    ("an epoch that is a float", "\"epoch\":3", "\"epoch\":3.0"),
    ("an epoch beyond 2^53", "\"epoch\":3", "\"epoch\":9007199254740993"),
    ("a directory before it that is no hash", "\"previous\":[\"", "\"previous\":[\"x"),
    ("a municipality's code that is none", "\"GM0453\"", "\"PV0027\""),
    ("a time zone that is no name", "\"Europe/Amsterdam\"", "\"+01:00\""),
    ("no time zone", "\"timeZone\":\"Europe/Amsterdam\",", ""),
];

/// Keys that would verify more than their owner signed, or are no keys.
fn unsafe_keys(good: &Envelope, newer: &KeyDirectory, root: &SigningKey) -> Vec<Value> {
    let hexadecimal = |text: &str| BASE64.encode(&HEXLOWER.decode(text.as_bytes()).unwrap());
    let in_use = newer.receipt_keys.in_use().unwrap();
    let receipt_key = BASE64.encode(in_use.as_bytes());
    let root_key = BASE64.encode(newer.root_key.as_bytes());
    let care = newer.recipients[1].recipient.to_string();
    let low_order = hexadecimal("0100000000000000000000000000000000000000000000000000000000000000");
    let mixed_order = hexadecimal("9599999999999999999999999999999999999999999999999999999999999999");
    let non_canonical = hexadecimal("f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    let secret = baken_protocol::seal::Identity::generate().to_secret_line();
    badly_written::<KeyDirectory>(
        good,
        root,
        &[
            ("a low-order receipt key", &receipt_key, &low_order),
            ("a receipt key of mixed order", &receipt_key, &mixed_order),
            ("a receipt key in a non-canonical encoding", &receipt_key, &non_canonical),
            ("a receipt key a byte too short", &receipt_key, &BASE64.encode(&in_use.as_bytes()[..31])),
            ("a low-order root key", &root_key, &low_order),
            ("a recipient that is a signing key", &care, &receipt_key),
            ("a secret key for a recipient", &care, &secret),
            ("a recipient with one letter changed", &care, &misspelt(&care)),
        ],
    )
}

/// A recipient whose checksum no longer holds.
fn misspelt(recipient: &str) -> String {
    let last = if recipient.ends_with('q') { 'p' } else { 'q' };
    format!("{}{last}", &recipient[..recipient.len() - 1])
}

fn other_roots(newer: &KeyDirectory) -> Vec<Value> {
    let other = key(9);
    let named = KeyDirectory { root_key: other.public(), ..newer.clone() };
    let by_root = Envelope::sign(&named, &key(1)).unwrap();
    vec![
        message("signed by another root key, which it names", "root", &Envelope::sign(&named, &other).unwrap()),
        message("names another root key, but is signed by the pinned one", "root", &by_root),
        message(
            "names the pinned root key, but is signed by the receipt key",
            "unknown-key",
            &Envelope::sign(newer, &key(2)).unwrap(),
        ),
    ]
}

fn recipients(newer: &KeyDirectory) -> Vec<Value> {
    let case = |name: &str, change: &dyn Fn(&mut KeyDirectory)| {
        let mut directory = newer.clone();
        change(&mut directory);
        message(name, "recipients", &Envelope::sign(&directory, &key(1)).unwrap())
    };
    vec![
        case("a team twice", &|it| {
            let mut again = it.recipients[0].clone();
            again.recipient = it.recipients[1].recipient.clone();
            it.recipients.push(again);
        }),
        case("the recovery key twice", &|it| it.recipients.push(it.recipients.last().unwrap().clone())),
        case("an organisation twice", &|it| it.recipients.push(it.recipients[2].clone())),
        case("no recovery key", &|it| it.recipients.retain(|entry| entry.name != Team::Recovery)),
        case("no recipients", &|it| it.recipients.clear()),
    ]
}

/// Receipt keys and a content key that could not be told apart, or of which none is in use.
fn keys(newer: &KeyDirectory) -> Vec<Value> {
    let case = |name: &str, change: &dyn Fn(&mut KeyDirectory)| {
        let mut directory = newer.clone();
        change(&mut directory);
        message(name, "keys", &Envelope::sign(&directory, &key(1)).unwrap())
    };
    let with =
        |keys: Vec<VerifyingKey>| move |it: &mut KeyDirectory| it.receipt_keys = keys.clone().try_into().unwrap();
    let old = key(2).public();
    vec![
        case("no receipt key", &with(vec![])),
        case("a receipt key twice", &with(vec![old, old])),
        case("the root key for a receipt key", &with(vec![key(1).public()])),
        case("the root key for a closed receipt key", &with(vec![key(1).public(), old])),
        case("the receipt key for the content key", &|it| it.content_key = key(2).public()),
        case("the root key for the content key", &|it| it.content_key = key(1).public()),
        case("no version of the vocabulary", &|it| it.vocabulary.version = 0),
    ]
}

fn more_receipt_keys_than_anybody_checks(good: &Envelope, newer: &KeyDirectory, root: &SigningKey) -> Value {
    let one = serde_json::to_string(&newer.receipt_keys).unwrap();
    let entry = one.trim_matches(['[', ']']);
    let many = format!("[{}]", vec![entry; limits::RECEIPT_KEYS + 1].join(","));
    badly_written::<KeyDirectory>(good, root, &[("more receipt keys than anybody checks", &one, &many)]).remove(0)
}

/// What a newer epoch may not do to what is known: forget a receipt key, or leap over vocabularies.
fn changed_keys_and_vocabulary(newer: &KeyDirectory) -> Vec<Value> {
    let case = |name: &str, change: &dyn Fn(&mut KeyDirectory)| {
        let mut directory = newer.clone();
        change(&mut directory);
        message(name, "rollback", &Envelope::sign(&directory, &key(1)).unwrap())
    };
    vec![
        case("the receipt key exchanged, and the one before forgotten", &|it| {
            it.receipt_keys = ReceiptKeys::new(key(5).public());
        }),
        case("a vocabulary two versions on", &|it| it.vocabulary.version += 2),
        case("the highest version of a vocabulary", &|it| it.vocabulary.version = u32::MAX),
        case("a vocabulary before the one known", &|it| it.vocabulary.version -= 1),
        case("another vocabulary of the version known", &|it| it.vocabulary.sha256 = Digest::of(b"other words")),
    ]
}

fn rollbacks(known: &KeyDirectory, first: &Value) -> Vec<Value> {
    let dsse: DsseEnvelope = serde_json::from_value(first["keydir"]["dsse"].clone()).unwrap();
    let again = KeyDirectory { municipality: "Velsen-Noord".into(), ..known.clone() };
    let none = KeyDirectory { epoch: 0, previous: vec![], ..known.clone() };
    let sign = |directory| Envelope::sign(directory, &key(1)).unwrap();
    vec![
        message("the directory before, once as good as this one", "rollback", &Envelope::try_from(dsse).unwrap()),
        message("another directory of the epoch already known", "rollback", &sign(&again)),
        message("an epoch before the first", "line", &sign(&none)),
    ]
}

fn not_the_next(newer: &KeyDirectory) -> Vec<Value> {
    let refused = |name: &str, reason: &str, directory: &KeyDirectory| {
        message(name, reason, &Envelope::sign(directory, &key(1)).unwrap())
    };
    let case = |name: &str, directory: &KeyDirectory| refused(name, "rollback", directory);
    let mut other = newer.previous.clone();
    other[1] = Digest::of(b"another directory");
    let mut skipping = other.clone();
    skipping.push(Digest::of(b"the one skipped"));
    vec![
        case("the next epoch after another directory", &KeyDirectory { previous: other, ..newer.clone() }),
        case(
            "a later epoch of another line, with one skipped",
            &KeyDirectory { epoch: 4, previous: skipping, ..newer.clone() },
        ),
        refused("the next epoch after none", "line", &KeyDirectory { previous: vec![], ..newer.clone() }),
        refused(
            "a later epoch that does not name the one skipped",
            "line",
            &KeyDirectory { epoch: 4, ..newer.clone() },
        ),
        case("of another municipality", &KeyDirectory { tenant: "GM0392".parse().unwrap(), ..newer.clone() }),
    ]
}
