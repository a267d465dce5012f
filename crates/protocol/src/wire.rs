//! How a batch travels (`application/vnd.baken.push.v1`): signed payloads raw and compressed together,
//! sealed parts raw, so that a batch arrives whole in one request and without base64.
//!
//! ```text
//! "BKNP1\n"
//! u32 length, zstd of: batch envelope, then its operations' envelopes in the batch's order
//!                      (an envelope: u32 payload length, payload, 64 bytes of signature)
//! per operation, in the same order: u32 length, its sealed part (an age file)
//! ```
//! Lengths are big-endian. The types follow from the place and the key id from the chain's device, so
//! neither travels. Every length is checked against `limits` before anything is allocated.

use std::io::Read;

use crate::dsse::{Envelope, Payload};
use crate::limits;
use crate::signature::Signature;

/// The media type of a push.
pub const MEDIA_TYPE: &str = "application/vnd.baken.push.v1";

const MAGIC: &[u8; 6] = b"BKNP1\n";
const SIGNATURE_BYTES: usize = 64;
/// 2 MiB: what zstd chooses by itself for twice as much as a push may hold.
const WINDOW_LOG_MAX: u32 = 21;

/// Why a push could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WireError {
    /// Not a push of this version, cut off, or with bytes left over.
    #[error("not a complete push of version 1")]
    Malformed,
    /// Beyond one of the limits.
    #[error("the push is larger than allowed")]
    TooLarge,
}

/// The exact signed bytes of one envelope, without what follows from its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactEnvelope {
    /// The signed bytes.
    pub payload: Vec<u8>,
    /// The signature over their PAE.
    pub signature: Signature,
}

impl CompactEnvelope {
    /// The full envelope, given the type it has by its place and the key id of its signer.
    pub fn expand<P: Payload>(self, keyid: crate::digest::Digest) -> Envelope {
        Envelope { payload_type: P::TYPE.to_owned(), payload: self.payload, keyid, signature: self.signature }
    }
}

impl From<&Envelope> for CompactEnvelope {
    fn from(envelope: &Envelope) -> Self {
        Self { payload: envelope.payload.clone(), signature: envelope.signature }
    }
}

/// A batch with everything it lists but the attachments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// A signed [`crate::batch::Batch`].
    pub batch: CompactEnvelope,
    /// The signed [`crate::record::Operation`]s with their sealed parts, in the batch's order.
    pub operations: Vec<(CompactEnvelope, Vec<u8>)>,
}

impl Push {
    /// Writes the push as it travels.
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        let mut payloads = Vec::new();
        append_envelope(&mut payloads, &self.batch)?;
        for (operation, _) in &self.operations {
            append_envelope(&mut payloads, operation)?;
        }
        if payloads.len() > limits::PUSH_PAYLOAD_BYTES || self.operations.len() > limits::BATCH_OPERATIONS {
            return Err(WireError::TooLarge);
        }
        let packed = zstd::bulk::compress(&payloads, 6).map_err(|_| WireError::Malformed)?;
        let mut out = MAGIC.to_vec();
        append_frame(&mut out, &packed)?;
        for (_, sealed) in &self.operations {
            append_frame(&mut out, sealed)?;
        }
        if out.len() > limits::PUSH_WIRE_BYTES { Err(WireError::TooLarge) } else { Ok(out) }
    }

    /// Reads a push. Only its form is checked here; nothing in it is verified yet.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > limits::PUSH_WIRE_BYTES {
            return Err(WireError::TooLarge);
        }
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(WireError::Malformed)?;
        let packed = take_frame(&mut rest, limits::PUSH_WIRE_BYTES)?;
        let payloads = decompress(packed, limits::PUSH_PAYLOAD_BYTES)?;
        let mut signed = payloads.as_slice();
        let batch = take_envelope(&mut signed)?;
        let mut operations = Vec::new();
        while !signed.is_empty() {
            if operations.len() == limits::BATCH_OPERATIONS {
                return Err(WireError::TooLarge);
            }
            let operation = take_envelope(&mut signed)?;
            let sealed = take_frame(&mut rest, limits::SEALED_PART_BYTES)?;
            operations.push((operation, sealed.to_vec()));
        }
        if rest.is_empty() { Ok(Self { batch, operations }) } else { Err(WireError::Malformed) }
    }
}

/// The bytes an envelope takes in a push before compression.
pub fn compact_size(payload_bytes: usize) -> usize {
    4 + payload_bytes + SIGNATURE_BYTES
}

pub(crate) fn append_envelope(out: &mut Vec<u8>, envelope: &CompactEnvelope) -> Result<(), WireError> {
    append_frame(out, &envelope.payload)?;
    out.extend_from_slice(envelope.signature.as_bytes());
    Ok(())
}

fn append_frame(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), WireError> {
    let length = u32::try_from(bytes.len()).map_err(|_| WireError::TooLarge)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

fn take_frame<'a>(rest: &mut &'a [u8], limit: usize) -> Result<&'a [u8], WireError> {
    let (length, after) = rest.split_first_chunk::<4>().ok_or(WireError::Malformed)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| WireError::TooLarge)?;
    if length > limit {
        return Err(WireError::TooLarge);
    }
    let (frame, left) = after.split_at_checked(length).ok_or(WireError::Malformed)?;
    *rest = left;
    Ok(frame)
}

pub(crate) fn take_envelope(rest: &mut &[u8]) -> Result<CompactEnvelope, WireError> {
    let payload = take_frame(rest, limits::PAYLOAD_BYTES)?.to_vec();
    let (signature, left) = rest.split_at_checked(SIGNATURE_BYTES).ok_or(WireError::Malformed)?;
    *rest = left;
    Ok(CompactEnvelope { payload, signature: Signature::parse(signature).map_err(|_| WireError::Malformed)? })
}

/// Unpacks one zstd frame of at most `most` bytes, and nothing behind it.
pub(crate) fn decompress(packed: &[u8], most: usize) -> Result<Vec<u8>, WireError> {
    let mut decoder =
        zstd::stream::read::Decoder::with_buffer(packed).map_err(|_| WireError::Malformed)?.single_frame();
    // A frame may claim a window of gigabytes, which would be reserved before a byte of it is there.
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_| WireError::Malformed)?;
    let mut out = Vec::new();
    let bound = u64::try_from(most).map_err(|_| WireError::TooLarge)? + 1;
    let mut bounded = decoder.take(bound);
    bounded.read_to_end(&mut out).map_err(|_| WireError::Malformed)?;
    if out.len() > most {
        return Err(WireError::TooLarge);
    }
    if bounded.into_inner().finish().is_empty() { Ok(out) } else { Err(WireError::Malformed) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn envelope(payload: &[u8]) -> CompactEnvelope {
        CompactEnvelope { payload: payload.to_vec(), signature: Signature::parse(&[7; 64]).unwrap() }
    }

    fn push() -> Push {
        let operation = |n: u8| (envelope(&[n; 40]), vec![n; 300]);
        Push { batch: envelope(b"{\"batch\":1}"), operations: vec![operation(1), operation(2)] }
    }

    #[test]
    fn refuses_a_push_cut_off_anywhere_or_with_bytes_left_over() {
        let bytes = push().encode().unwrap();
        assert_eq!(Push::decode(&bytes).unwrap(), push());
        for length in 0..bytes.len() {
            assert!(Push::decode(&bytes[..length]).is_err(), "cut at {length}");
        }
        assert_eq!(Push::decode(&[bytes, vec![0]].concat()), Err(WireError::Malformed));
    }

    #[test]
    fn refuses_another_version() {
        let mut bytes = push().encode().unwrap();
        bytes[4] = b'2';
        assert_eq!(Push::decode(&bytes), Err(WireError::Malformed));
    }

    #[test]
    fn refuses_more_operations_than_allowed() {
        let mut many = push();
        many.operations = vec![(envelope(b"{}"), vec![1]); limits::BATCH_OPERATIONS + 1];
        assert_eq!(many.encode(), Err(WireError::TooLarge));
    }

    #[test]
    fn refuses_a_decompression_bomb_and_announced_lengths_beyond_the_limits() {
        let bomb = zstd::bulk::compress(&vec![0; limits::PUSH_PAYLOAD_BYTES + 1], 3).unwrap();
        let mut bytes = MAGIC.to_vec();
        append_frame(&mut bytes, &bomb).unwrap();
        assert_eq!(Push::decode(&bytes), Err(WireError::TooLarge));
        let huge = [MAGIC.as_slice(), &[0xff; 4]].concat();
        assert_eq!(Push::decode(&huge), Err(WireError::TooLarge));
    }

    #[test]
    fn refuses_a_frame_that_claims_a_larger_window_than_a_push_can_need() {
        use std::io::Write;
        let mut payloads = Vec::new();
        append_envelope(&mut payloads, &envelope(b"{}")).unwrap();
        let pushed = |window_log: u32| {
            let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
            encoder.set_parameter(zstd::zstd_safe::CParameter::WindowLog(window_log)).unwrap();
            encoder.write_all(&payloads).unwrap();
            let mut bytes = MAGIC.to_vec();
            append_frame(&mut bytes, &encoder.finish().unwrap()).unwrap();
            Push::decode(&bytes)
        };
        assert!(pushed(WINDOW_LOG_MAX).is_ok());
        assert_eq!(pushed(WINDOW_LOG_MAX + 1), Err(WireError::Malformed));
    }

    #[test]
    fn refuses_a_second_compressed_frame_hidden_behind_the_first() {
        let mut payloads = Vec::new();
        append_envelope(&mut payloads, &envelope(b"{}")).unwrap();
        let twice = [zstd::bulk::compress(&payloads, 3).unwrap(), zstd::bulk::compress(b"x", 3).unwrap()].concat();
        let mut bytes = MAGIC.to_vec();
        append_frame(&mut bytes, &twice).unwrap();
        assert_eq!(Push::decode(&bytes), Err(WireError::Malformed));
    }

    proptest! {
        #[test]
        fn never_panics_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Push::decode(&bytes);
            let _ = Push::decode(&[MAGIC.as_slice(), &bytes].concat());
        }
    }
}
