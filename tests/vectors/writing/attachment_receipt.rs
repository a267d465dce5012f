//! Receipts that must be refused for the photo of the good records: a device that believed one would take a photo for
//! received that the backend does not hold.

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::ids::{DeviceId, OperationId};
use baken_protocol::receipt::Receipt;
use serde_json::Value;

use super::case::{badly_signed, badly_typed, badly_written, message, otherwise_written};
use super::id;
use super::records::Records;
use crate::keys::key;

/// `v1-attachment-receipt-hostile.json`.
pub(crate) fn hostile(records: &Records) -> Value {
    let (receipt, device) = (key(2), key(3));
    let good = Envelope::sign(&records.attachment_receipt, &receipt).unwrap();
    let later = "application/vnd.baken.attachment-receipt.v2+json";
    let mut cases = vec![message(
        "signed by the device",
        "unknown-key",
        &Envelope::sign(&records.attachment_receipt, &device).unwrap(),
    )];
    let size = format!("\"sizeBytes\":{}", records.attachment_receipt.size_bytes);
    cases.extend(badly_signed::<AttachmentReceipt>(&good, &size));
    cases.extend(badly_typed::<AttachmentReceipt>(&good, later, Receipt::TYPE, &receipt));
    let written = [
        ("a key twice", size.as_str(), "\"sizeBytes\":1,\"sizeBytes\":2"),
        ("an unknown field", "{\"tenant\":", "{\"held\":false,\"tenant\":"),
        ("a size that is a float", &size, "\"sizeBytes\":1.0"),
        ("no log", "\"logOrigin\"", "\"log\""),
    ];
    cases.extend(badly_written::<AttachmentReceipt>(&good, &receipt, &written));
    cases.extend(otherwise_written::<AttachmentReceipt>(&good, &receipt));
    let other = |name: &str, change: &dyn Fn(&mut AttachmentReceipt)| {
        let mut it = records.attachment_receipt.clone();
        change(&mut it);
        message(name, "other-attachment", &Envelope::sign(&it, &receipt).unwrap())
    };
    cases.push(other("for another attachment", &|it| it.sha256 = Digest::of(b"another photo")));
    cases.push(other("for one of another size", &|it| it.size_bytes += 1));
    cases.push(other("for another device's record", &|it| it.device = DeviceId(id(7))));
    cases.push(other("for another record", &|it| it.operation = OperationId(id(7))));
    cases.push(other("of another municipality", &|it| it.tenant = "GM0392".parse().unwrap()));
    Value::Array(cases)
}
