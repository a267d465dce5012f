//! Device certificates that must be refused: whoever believed one would take a stranger's key for a device's.

use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::receipt::Receipt;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::Value;

use super::case::{badly_signed, badly_typed, badly_written, message, otherwise_written};
use super::records::Records;
use crate::keys::key;

/// `v1-device-certificate-hostile.json`.
pub(crate) fn hostile(records: &Records) -> Value {
    let receipt = key(2);
    let good = Envelope::sign(&records.certificate, &receipt).unwrap();
    let by = |name: &str, number: u8| {
        message(name, "unknown-key", &Envelope::sign(&records.certificate, &key(number)).unwrap())
    };
    let mut cases =
        vec![by("signed by the device itself", 3), by("signed by the root key", 1), by("signed by the content key", 4)];
    cases.extend(badly_signed::<DeviceCertificate>(&good, "\"device\":\"01900000-0000-7000-8000-000000000003"));
    let later = "application/vnd.baken.device-certificate.v2+json";
    cases.extend(badly_typed::<DeviceCertificate>(&good, later, Receipt::TYPE, &receipt));
    let device = BASE64.encode(key(3).public().as_bytes());
    let low_order =
        BASE64.encode(&HEXLOWER.decode(b"0100000000000000000000000000000000000000000000000000000000000000").unwrap());
    let written = [
        ("a key twice", "\"organisation\":\"politie\"", "\"organisation\":\"politie\",\"organisation\":\"nla\""),
        ("an unknown field", "{\"tenant\":", "{\"revoked\":false,\"tenant\":"),
        ("no organisation", "\"organisation\":\"politie\",", ""),
        ("an organisation that is no code", "\"politie\"", "\"de politie\""),
        ("a low-order key", device.as_str(), low_order.as_str()),
        ("no enrolment", "\"enrolment\"", "\"enrolled\""),
    ];
    cases.extend(badly_written::<DeviceCertificate>(&good, &receipt, &written));
    cases.extend(otherwise_written::<DeviceCertificate>(&good, &receipt));
    let elsewhere = DeviceCertificate { tenant: "GM0392".parse().unwrap(), ..records.certificate.clone() };
    cases.push(message("of another municipality", "other", &Envelope::sign(&elsewhere, &receipt).unwrap()));
    Value::Array(cases)
}
