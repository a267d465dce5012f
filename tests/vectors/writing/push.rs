//! Pushes that must be refused for their form, before anything in them is verified: the smallest push that can be
//! read, with one thing wrong.

use baken_protocol::limits;
use serde_json::{Value, json};

use super::case::bytes;
use super::zstd_frame;

const MAGIC: &[u8] = b"BKNP1\n";
const SEALED: &[u8] = b"age";

/// `v1-push-hostile.json`: `smallest` is accepted, each of `cases` is not.
pub(crate) fn hostile() -> Value {
    let payloads = [envelope(2, b"{}"), envelope(2, b"{}")].concat();
    let smallest = push(&zstd_frame::raw(&payloads), SEALED);
    let cases = [around(&smallest), frames(&payloads), inside(), too_large()].concat();
    json!({ "smallest": data_encoding::HEXLOWER.encode(&smallest), "cases": cases })
}

/// What is wrong around the compressed envelopes.
fn around(good: &[u8]) -> Vec<Value> {
    let sealed = good.len() - SEALED.len() - 4;
    let magic = |magic: &[u8]| [magic, &good[MAGIC.len()..]].concat();
    let length = u32::from_be_bytes(*good[MAGIC.len()..].first_chunk().unwrap());
    let claimed = |length: u32| [MAGIC, &length.to_be_bytes(), &good[MAGIC.len() + 4..]].concat();
    vec![
        malformed("nothing", &[]),
        malformed("only what it begins with", MAGIC),
        malformed("another version", &magic(b"BKNP2\n")),
        malformed("a line that ends as on Windows", &magic(b"BKNP1\r\n")),
        malformed("nothing before it", &magic(b"")),
        malformed("cut off in the length of the envelopes", &good[..MAGIC.len() + 3]),
        malformed("cut off in the envelopes", &good[..sealed - 1]),
        malformed("cut off after the envelopes", &good[..sealed]),
        malformed("cut off in the length of a sealed part", &good[..sealed + 3]),
        malformed("cut off by one byte", &good[..good.len() - 1]),
        malformed("a byte left over", &[good, &[0]].concat()),
        malformed("a sealed part without an operation", &[good, &frame(SEALED)].concat()),
        malformed("a length of the envelopes one too small", &claimed(length - 1)),
        malformed("a length of the envelopes one too large", &claimed(length + 1)),
        malformed("a length of the envelopes beyond the end", &claimed(length * 2)),
    ]
}

/// What is wrong with the frame of zstd.
fn frames(payloads: &[u8]) -> Vec<Value> {
    let frame = zstd_frame::raw(payloads);
    let sent = |name: &str, packed: &[u8]| malformed(name, &push(packed, SEALED));
    let (one, two) = payloads.split_at(payloads.len() / 2);
    vec![
        sent("no frame", &[]),
        sent("envelopes that are not compressed", payloads),
        sent("a frame cut off", &frame[..frame.len() - 1]),
        sent("a second frame", &[frame.as_slice(), &zstd_frame::raw(b"x")].concat()),
        sent("a second frame with the rest of the envelopes", &[zstd_frame::raw(one), zstd_frame::raw(two)].concat()),
        sent("a second frame of nothing", &[frame.as_slice(), &zstd_frame::raw(b"")].concat()),
        sent("a skippable frame behind", &[frame.as_slice(), &zstd_frame::skippable(b"x")].concat()),
        sent("a skippable frame before", &[zstd_frame::skippable(b"x").as_slice(), &frame].concat()),
        sent("a byte behind the frame", &[frame.as_slice(), &[0]].concat()),
        sent("a frame that claims a window of 4 MiB", &zstd_frame::raw_with_window(payloads, 22)),
        sent("a frame that claims a window of 2 GiB", &zstd_frame::raw_with_window(payloads, 31)),
    ]
}

/// What is wrong with the envelopes once decompressed.
fn inside() -> Vec<Value> {
    let batch = envelope(2, b"{}");
    let sent = |name: &str, payloads: &[u8]| malformed(name, &push(&zstd_frame::raw(payloads), SEALED));
    vec![
        sent("a frame of nothing", &[]),
        sent("no signature", &batch[..batch.len() - 64]),
        sent("an operation without its last byte of signature", &[&batch, &batch[..batch.len() - 1]].concat()),
        sent("a byte behind the operations", &[batch.as_slice(), &batch, &[0]].concat()),
        sent("a payload longer than what is there", &[batch.clone(), envelope(67, b"{}")].concat()),
        malformed("an operation without its sealed part", &{
            let three = [batch.clone(), batch.clone(), batch.clone()].concat();
            push(&zstd_frame::raw(&three), SEALED)
        }),
    ]
}

fn too_large() -> Vec<Value> {
    let too_large = |name: &str, push: &[u8]| bytes(name, "too-large", push);
    let batch = envelope(2, b"{}");
    let huge = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    // An envelope of no payload and a signature of zeros is 68 zeros; a sealed part of no bytes is four.
    let many = limits::BATCH_OPERATIONS + 1;
    let operations = [MAGIC, &frame(&zstd_frame::zeros(68 * (many + 1))), &vec![0; 4 * many]].concat();
    vec![
        too_large("one operation more than allowed", &operations),
        too_large("a bomb of one byte too many", &push(&zstd_frame::zeros(limits::PUSH_PAYLOAD_BYTES + 1), SEALED)),
        too_large("a bomb of 256 MiB", &push(&zstd_frame::zeros(256 * 1024 * 1024), SEALED)),
        too_large("envelopes of the largest length", &[MAGIC, &[0xff; 4]].concat()),
        too_large(
            "envelopes of a byte more than a push may have",
            &[MAGIC, &huge(limits::PUSH_WIRE_BYTES + 1)].concat(),
        ),
        too_large("a payload of a byte too many", &{
            let envelopes = [batch.clone(), envelope(limits::PAYLOAD_BYTES + 1, b"{}")].concat();
            push(&zstd_frame::raw(&envelopes), SEALED)
        }),
        too_large("a sealed part of a byte too many", &{
            let frame = frame(&zstd_frame::raw(&[batch.clone(), batch.clone()].concat()));
            [MAGIC, &frame, &huge(limits::SEALED_PART_BYTES + 1), SEALED].concat()
        }),
    ]
}

fn malformed(name: &str, push: &[u8]) -> Value {
    bytes(name, "malformed", push)
}

fn push(packed: &[u8], sealed: &[u8]) -> Vec<u8> {
    [MAGIC, &frame(packed), &frame(sealed)].concat()
}

fn frame(bytes: &[u8]) -> Vec<u8> {
    [u32::try_from(bytes.len()).unwrap().to_be_bytes().as_slice(), bytes].concat()
}

/// A payload with a signature of zeros, which says nothing yet.
fn envelope(length: usize, payload: &[u8]) -> Vec<u8> {
    [u32::try_from(length).unwrap().to_be_bytes().as_slice(), payload, &[0; 64]].concat()
}
