//! One hostile case: what is wrong with it, the reason it must be refused for, and the thing itself.

use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::signature::{Signature, SigningKey};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::signed;
use crate::spellings::spellings;

/// A signed message that must be refused.
pub(super) fn message(name: &str, refused: &str, envelope: &Envelope) -> Value {
    json!({ "name": name, "refused": refused, "dsse": envelope.to_dsse() })
}

/// Bytes that must be refused.
pub(super) fn bytes(name: &str, refused: &str, bytes: &[u8]) -> Value {
    json!({ "name": name, "refused": refused, "bytes": HEXLOWER.encode(bytes) })
}

/// `text` with `to` in the one place where it has `from`.
pub(super) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
    text.replace(from, to)
}

/// What goes wrong with the signature of any message. `digit` ends in a digit of the payload's text: with its lowest
/// bit flipped the payload is as readable as before, so that nothing but the signature can tell.
pub(super) fn badly_signed<P: Payload>(good: &Envelope, digit: &str) -> Vec<Value> {
    let text = std::str::from_utf8(&good.payload).unwrap();
    let mut flipped = good.clone();
    flipped.payload[text.find(digit).unwrap() + digit.len() - 1] ^= 1;
    let mut signature = *good.signature.as_bytes();
    signature[0] ^= 1;
    let other = signed(P::TYPE, &good.payload, &crate::keys::key(9));
    let mut two = good.to_dsse();
    two.signatures.extend(other.to_dsse().signatures);
    vec![
        message("one bit of the payload flipped", "signature", &flipped),
        message(
            "one bit of the signature flipped",
            "signature",
            &Envelope { signature: Signature::parse(&signature).unwrap(), ..good.clone() },
        ),
        message(
            "signed by another key under this key's name",
            "signature",
            &Envelope { keyid: good.keyid, ..other.clone() },
        ),
        message("signed by another key", "unknown-key", &other),
        json!({ "name": "a second signature", "refused": "envelope", "dsse": two }),
    ]
}

/// What goes wrong with the type of any message: `later` is the type of its second version.
pub(super) fn badly_typed<P: Payload>(good: &Envelope, later: &str, other: &str, key: &SigningKey) -> Vec<Value> {
    let (name, _) = P::TYPE.split_once(".v1").unwrap();
    assert!(later.starts_with(name) && other != P::TYPE);
    vec![
        message("a later version", "type", &signed(later, &good.payload, key)),
        message("the type of another message", "type", &signed(other, &good.payload, key)),
        message("no type", "type", &signed("", &good.payload, key)),
        message("the type in capitals", "type", &signed(&P::TYPE.to_uppercase(), &good.payload, key)),
    ]
}

/// Signed as it should be, and written otherwise than a message of its kind is.
pub(super) fn otherwise_written<P: Payload>(good: &Envelope, key: &SigningKey) -> Vec<Value> {
    let text = std::str::from_utf8(&good.payload).unwrap();
    let case = |(name, text): &(String, String)| message(name, "payload", &signed(P::TYPE, text.as_bytes(), key));
    spellings(text).iter().map(case).collect()
}

/// Signed as it should be, but with `to` where the payload has `from`: each a name, `from` and `to`.
pub(super) fn badly_written<P: Payload>(good: &Envelope, key: &SigningKey, cases: &[(&str, &str, &str)]) -> Vec<Value> {
    let text = std::str::from_utf8(&good.payload).unwrap();
    let case = |(name, from, to): &(&str, &str, &str)| {
        message(name, "payload", &signed(P::TYPE, replaced(text, from, to).as_bytes(), key))
    };
    cases.iter().map(case).collect()
}
