//! Receipts that must be refused for the batch of the good records: a device that believed one would throw away what
//! the backend does not hold.

use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::ids::{ChainId, DeviceId};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::receipt::Receipt;
use serde_json::Value;

use super::case::{badly_signed, badly_typed, badly_written, message, otherwise_written};
use super::id;
use super::records::Records;
use crate::keys::key;

/// `v1-receipt-hostile.json`.
pub(crate) fn hostile(records: &Records) -> Value {
    let (receipt, device) = (key(2), key(3));
    let good = Envelope::sign(&records.receipt, &receipt).unwrap();
    let by_device = Envelope::sign(&records.receipt, &device).unwrap();
    let later = "application/vnd.baken.receipt.v2+json";
    let mut cases = vec![
        message("signed by the device", "unknown-key", &by_device),
        message(
            "signed by the device under the receipt key's name",
            "signature",
            &Envelope { keyid: good.keyid, ..by_device },
        ),
        message("signed by the root key", "unknown-key", &Envelope::sign(&records.receipt, &key(1)).unwrap()),
    ];
    cases.extend(badly_signed::<Receipt>(&good, "\"leafIndex\":1"));
    cases.extend(badly_typed::<Receipt>(&good, later, KeyDirectory::TYPE, &receipt));
    cases.extend(badly_written::<Receipt>(&good, &receipt, &WRITTEN));
    cases.extend(otherwise_written::<Receipt>(&good, &receipt));
    cases.extend(for_another_batch(&records.receipt));
    Value::Array(cases)
}

const WRITTEN: [(&str, &str, &str); 9] = [
    ("a key twice", "\"quarantined\":false", "\"quarantined\":false,\"quarantined\":true"),
    ("an unknown field", "\"quarantined\":false", "\"quarantined\":false,\"held\":true"),
    ("no word on quarantine", ",\"quarantined\":false", ""),
    ("quarantined neither true nor false", "\"quarantined\":false", "\"quarantined\":null"),
    ("nothing about missing attachments", "\"missingAttachments\"", "\"attachments\""),
    ("missing attachments that are no hashes", "\"missingAttachments\":[", "\"missingAttachments\":[\"alle\","),
    ("a negative place in the log", "\"leafIndex\":1", "\"leafIndex\":-1"),
    ("a place in the log that is a float", "\"leafIndex\":1", "\"leafIndex\":1.0"),
    ("a day without a time", "\"receivedAt\":\"2026-09-21T14:15:40Z\"", "\"receivedAt\":\"2026-09-21\""),
];

fn for_another_batch(good: &Receipt) -> Vec<Value> {
    let other = |name: &str, change: &dyn Fn(&mut Receipt)| {
        let mut receipt = good.clone();
        change(&mut receipt);
        message(name, "other-batch", &Envelope::sign(&receipt, &key(2)).unwrap())
    };
    vec![
        other("for another batch at this place", &|it| it.batch_hash = Digest::of(b"another batch")),
        other("for another chain", &|it| it.chain = ChainId(id(7))),
        other("for another place in the chain", &|it| it.seq = 1),
        other("for another device", &|it| it.device = DeviceId(id(7))),
        other("for another signer's key", &|it| it.device_key = key(9).public()),
        other("of another municipality", &|it| it.tenant = "GM0392".parse().unwrap()),
    ]
}
