//! A word on revocations, and those that must be refused: whoever believed one would distrust an honest device, or wipe it.

use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::ids::DeviceId;
use baken_protocol::receipt::Receipt;
use baken_protocol::revocations::{Revocations, RevokedDevice};
use serde_json::{Value, json};

use super::case::{badly_signed, badly_typed, badly_written, message, otherwise_written};
use super::{at, frozen, id};
use crate::keys::key;

/// `v1-revocations-good.json` and `v1-revocations-hostile.json`.
pub(crate) fn vectors() -> [Value; 2] {
    let word = Revocations {
        tenant: "GM0453".parse().unwrap(),
        devices: vec![
            RevokedDevice { device: DeviceId(id(4)), revoked_at: at(60), wipe: true },
            RevokedDevice { device: DeviceId(id(3)), revoked_at: at(0), wipe: false },
        ],
    };
    let good = Envelope::sign(&word, &key(2)).unwrap();
    [json!({ "revocations": frozen(&good) }), hostile(&word, &good)]
}

fn hostile(word: &Revocations, good: &Envelope) -> Value {
    let receipt = key(2);
    let by = |name: &str, number: u8| message(name, "unknown-key", &Envelope::sign(word, &key(number)).unwrap());
    let mut cases =
        vec![by("signed by a device", 3), by("signed by the root key", 1), by("signed by the content key", 4)];
    cases.extend(badly_signed::<Revocations>(good, "\"wipe\":true"));
    let later = "application/vnd.baken.revocations.v2+json";
    cases.extend(badly_typed::<Revocations>(good, later, Receipt::TYPE, &receipt));
    let written = [
        ("whether to wipe twice", "\"wipe\":true", "\"wipe\":false,\"wipe\":true"),
        ("an unknown field", "{\"tenant\":", "{\"lost\":0,\"tenant\":"),
        ("a reason", "\"wipe\":true", "\"wipe\":true,\"reason\":\"gestolen\""),
        ("a wipe in words", "\"wipe\":true", "\"wipe\":\"yes\""),
        ("no word on wiping", ",\"wipe\":true", ""),
    ];
    cases.extend(badly_written::<Revocations>(good, &receipt, &written));
    cases.extend(otherwise_written::<Revocations>(good, &receipt));
    let elsewhere = Revocations { tenant: "GM0392".parse().unwrap(), ..word.clone() };
    cases.push(message("of another municipality", "other", &Envelope::sign(&elsewhere, &receipt).unwrap()));
    Value::Array(cases)
}
