//! Continuations that must be refused: whoever believed one would take a log that was cut short for a restored one.

use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::receipt::Receipt;
use serde_json::Value;

use super::case::{badly_signed, badly_typed, badly_written, message, otherwise_written};
use super::records::Records;
use crate::keys::key;

/// `v1-log-continuation-hostile.json`.
pub(crate) fn hostile(records: &Records) -> Value {
    let receipt = key(2);
    let good = Envelope::sign(&records.continuation, &receipt).unwrap();
    let by = |name: &str, number: u8| {
        message(name, "unknown-key", &Envelope::sign(&records.continuation, &key(number)).unwrap())
    };
    let mut cases = vec![by("signed by a device", 3), by("signed by the content key", 4)];
    cases.extend(badly_signed::<LogContinuation>(&good, "\"leafIndex\":1"));
    let later = "application/vnd.baken.log-continuation.v2+json";
    cases.extend(badly_typed::<LogContinuation>(&good, later, Receipt::TYPE, &receipt));
    let written = [
        ("the log it goes on from twice", "\"continues\":", "\"continues\":\"x\",\"continues\":"),
        ("an unknown field", "{\"tenant\":", "{\"lost\":0,\"tenant\":"),
        ("a negative place", "\"leafIndex\":1", "\"leafIndex\":-1"),
        ("a place without its batch", "\"batchHash\"", "\"hash\""),
    ];
    cases.extend(badly_written::<LogContinuation>(&good, &receipt, &written));
    cases.extend(otherwise_written::<LogContinuation>(&good, &receipt));
    let other = |name: &str, change: &dyn Fn(&mut LogContinuation)| {
        let mut it = records.continuation.clone();
        change(&mut it);
        message(name, "other", &Envelope::sign(&it, &receipt).unwrap())
    };
    cases.push(other("of another municipality", &|it| it.tenant = "GM0392".parse().unwrap()));
    cases.push(other("of a log that goes on from itself", &|it| it.continues = it.log_origin.clone()));
    Value::Array(cases)
}
