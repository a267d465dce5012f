//! Sealed parts that must not be opened, or not be believed once open: an age file is anybody's who has the recipient,
//! so what is inside may be as hostile as what is around it.

use baken_protocol::limits;
use baken_protocol::seal::{self, Identity};
use serde_json::Value;

use super::case::bytes;
use super::records::Records;
use super::zstd_frame;

const STEP: usize = 512;

/// `v1-sealed-hostile.json`.
pub(crate) fn hostile(records: &Records) -> Value {
    let text = &records.inspection_text;
    Value::Array([files(text, &records.team), containers(text, &records.team)].concat())
}

/// Age files that the team cannot open.
fn files(text: &[u8], team: &Identity) -> Vec<Value> {
    let to = [team.recipient()];
    let good = seal::seal(text, &to).unwrap();
    let flipped = |place: usize| {
        let mut altered = good.clone();
        altered[place] ^= 1;
        altered
    };
    let armored = seal::wrap_to("onder dek", &team.recipient()).unwrap();
    let stranger = seal::seal(text, &[Identity::generate().recipient()]).unwrap();
    let end = good.len();
    let place = |mark: &[u8]| good.windows(mark.len()).position(|part| part == mark).unwrap();
    let stanza = place(b"-> ");
    // The header's last line: three hyphens, a space and 43 characters of base64.
    let header = place(b"\n--- ") + 49;
    let case = |name: &str, file: &[u8]| bytes(name, "unopenable", file);
    vec![
        case("sealed to somebody else", &stranger),
        case("nothing", &[]),
        case("cut off in the header", &good[..stanza + 20]),
        case("cut off after the header", &good[..header]),
        case("cut off by one byte", &good[..end - 1]),
        case("one bit of the text flipped", &flipped(end - 40)),
        case("one bit of the last tag flipped", &flipped(end - 1)),
        case("one bit of the header flipped", &flipped(stanza + 20)),
        case("another version of age", &[b"age-encryption.org/v2".as_slice(), &good[21..]].concat()),
        case("a byte left over", &[good.as_slice(), &[0]].concat()),
        case("in armor", armored.as_bytes()),
        case("not sealed at all", text),
    ]
}

/// Containers that the team can open, and must not unpack.
fn containers(text: &[u8], team: &Identity) -> Vec<Value> {
    let case = |name: &str, refused: &str, container: &[u8]| {
        bytes(name, refused, &seal::seal_raw(container, &[team.recipient()]).unwrap())
    };
    let malformed = |name: &str, container: &[u8]| case(name, "container", container);
    let frame = zstd_frame::raw(text);
    let good = container(frame.len(), &frame);
    assert!(good.len() - frame.len() - 4 > 2, "the padding has room for what is wrong with it");
    let sealed = seal::seal_raw(&good, &[team.recipient()]).unwrap();
    assert_eq!(*seal::open(&sealed, team).unwrap(), text, "nothing else is wrong with it");
    let mut first = good.clone();
    first[4 + frame.len()] = 1;
    let mut last = good.clone();
    *last.last_mut().unwrap() = 1;
    // Zeros end in a zero, so that what a false length cuts off is still padding.
    let zeros = zstd_frame::zeros(40);
    vec![
        malformed("an empty container", &[]),
        malformed("three bytes", &[0; 3]),
        malformed("the text without a container", text),
        malformed("a length beyond the end", &container(STEP, &frame)),
        malformed("the largest length", &container(u32::MAX as usize, &frame)),
        malformed("a length one too small", &container(zeros.len() - 1, &zeros)),
        malformed("no padding", &good[..4 + frame.len()]),
        malformed("a byte of padding too little", &good[..good.len() - 1]),
        malformed("a byte of padding too much", &[good.as_slice(), &[0]].concat()),
        malformed("a step of padding too much", &[good.as_slice(), &[0; STEP]].concat()),
        malformed("the first byte of padding no zero", &first),
        malformed("the last byte of padding no zero", &last),
        malformed("text that is not compressed", &container(text.len(), text)),
        malformed("a frame that claims a window of 2 GiB", &{
            let frame = zstd_frame::raw_with_window(text, 31);
            container(frame.len(), &frame)
        }),
        case("a bomb of one byte too many", "too-large", &bomb(limits::UNSEALED_BYTES + 1)),
        case("a bomb of 256 MiB", "too-large", &bomb(256 * 1024 * 1024)),
    ]
}

fn bomb(size: usize) -> Vec<u8> {
    let frame = zstd_frame::zeros(size);
    container(frame.len(), &frame)
}

/// What goes into an age file: `length` as it is claimed, the frame, zeros to the next step.
fn container(length: usize, frame: &[u8]) -> Vec<u8> {
    let mut out = u32::try_from(length).unwrap().to_be_bytes().to_vec();
    out.extend_from_slice(frame);
    out.resize(out.len().next_multiple_of(STEP), 0);
    out
}
