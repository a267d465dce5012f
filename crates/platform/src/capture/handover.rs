//! The form of a handover file, the same in `SealedFile.kt`.
//!
//! ```text
//! "BKH1" ‖ chunk 0 ‖ chunk 1 ‖ …
//! chunk  = AES-256-GCM (NIST SP 800-38D) of 65,536 bytes, of the last one 0 to 65,536
//! nonce  = 7 zero bytes ‖ the chunk's number, 4 bytes ‖ 1 for the last chunk, else 0
//! ```
//! This is STREAM (Hoang, Reyhanitabar, Rogaway and Vizár 2015, "Online Authenticated-Encryption and its
//! Nonce-Reuse Misuse-Resistance"). A key seals one file, so counted nonces are safe. A file that was cut off opens up
//! to its last whole chunk, and says so.

use std::io::Read;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::HandoverKey;
use crate::PlatformError;

const MAGIC: &[u8; 4] = b"BKH1";
const CHUNK: usize = 65_536;
const TAG: usize = 16;

/// Whether the file had its last chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It had: nothing is missing.
    Whole,
    /// The process ended before the file did: what is here came before that.
    CutOff,
}

/// What was in a file; no `Debug`, zeroised when dropped.
pub struct Opened {
    /// The bytes.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Whether they are all.
    pub ending: Ending,
}

/// Seals what leaves by a share; Kotlin's side seals everything else.
pub fn seal(bytes: &[u8], key: &HandoverKey) -> Result<Vec<u8>, PlatformError> {
    let aead = aead(key)?;
    let mut sealed = MAGIC.to_vec();
    let chunks = bytes.len().div_ceil(CHUNK).max(1);
    for number in 0..chunks {
        let start = number * CHUNK;
        let mut chunk = bytes.get(start..bytes.len().min(start + CHUNK)).unwrap_or_default().to_vec();
        aead.seal_in_place_append_tag(nonce(number, number + 1 == chunks)?, Aad::empty(), &mut chunk)
            .map_err(|_| PlatformError::Failed)?;
        sealed.extend_from_slice(&chunk);
    }
    Ok(sealed)
}

/// Opens at most `most_bytes`. What was changed is [`PlatformError::Damaged`], and nothing of it is given; of a changed
/// last chunk nobody can say that it was not cut off, and what stands before it is given.
pub fn open(mut file: impl Read, key: &HandoverKey, most_bytes: u64) -> Result<Opened, PlatformError> {
    let aead = aead(key)?;
    let mut magic = Vec::new();
    read(&mut file, MAGIC.len(), &mut magic)?;
    if magic.len() < MAGIC.len() && MAGIC.starts_with(&magic) {
        return Ok(Opened { bytes: Zeroizing::default(), ending: Ending::CutOff });
    }
    if magic != MAGIC {
        return Err(PlatformError::Damaged);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let (mut chunk, mut next) = (Vec::new(), Vec::new());
    read(&mut file, CHUNK + TAG, &mut chunk)?;
    for number in 0.. {
        read(&mut file, CHUNK + TAG, &mut next)?;
        let full = chunk.len() == CHUNK + TAG;
        let opened = match (full, next.is_empty()) {
            (true, false) => opened(&aead, number, false, &mut chunk)?,
            // The last that is here: it closes the file, or the process ended after it or in the midst of it.
            (_, true) => match opened(&aead, number, true, &mut chunk.clone()) {
                Ok(last) => return ended(bytes, &last, most_bytes, Ending::Whole),
                Err(_) if full => {
                    let last = opened(&aead, number, false, &mut chunk)?;
                    return ended(bytes, &last, most_bytes, Ending::CutOff);
                }
                Err(_) => return ended(bytes, &[], most_bytes, Ending::CutOff),
            },
            (false, false) => return Err(PlatformError::Damaged),
        };
        append(&mut bytes, &opened, most_bytes)?;
        std::mem::swap(&mut chunk, &mut next);
    }
    Err(PlatformError::TooLarge)
}

fn ended(mut bytes: Zeroizing<Vec<u8>>, last: &[u8], most_bytes: u64, ending: Ending) -> Result<Opened, PlatformError> {
    append(&mut bytes, last, most_bytes)?;
    Ok(Opened { bytes, ending })
}

fn append(bytes: &mut Zeroizing<Vec<u8>>, more: &[u8], most_bytes: u64) -> Result<(), PlatformError> {
    let size = u64::try_from(bytes.len().saturating_add(more.len())).unwrap_or(u64::MAX);
    if size > most_bytes {
        return Err(PlatformError::TooLarge);
    }
    bytes.extend_from_slice(more);
    Ok(())
}

fn opened(
    aead: &LessSafeKey,
    number: usize,
    last: bool,
    chunk: &mut [u8],
) -> Result<Zeroizing<Vec<u8>>, PlatformError> {
    let opened = aead.open_in_place(nonce(number, last)?, Aad::empty(), chunk).map_err(|_| PlatformError::Damaged)?;
    Ok(Zeroizing::new(opened.to_vec()))
}

/// As much as there is, at most `most`.
fn read(file: &mut impl Read, most: usize, into: &mut Vec<u8>) -> Result<(), PlatformError> {
    into.clear();
    let most = u64::try_from(most).map_err(|_| PlatformError::TooLarge)?;
    file.by_ref().take(most).read_to_end(into).map_err(|_| PlatformError::Failed)?;
    Ok(())
}

fn aead(key: &HandoverKey) -> Result<LessSafeKey, PlatformError> {
    let unbound = UnboundKey::new(&AES_256_GCM, key.bytes()).map_err(|_| PlatformError::Failed)?;
    Ok(LessSafeKey::new(unbound))
}

fn nonce(number: usize, last: bool) -> Result<Nonce, PlatformError> {
    let [a, b, c, d] = u32::try_from(number).map_err(|_| PlatformError::TooLarge)?.to_be_bytes();
    Ok(Nonce::assume_unique_for_key([0, 0, 0, 0, 0, 0, 0, a, b, c, d, u8::from(last)]))
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;

    const MOST: u64 = 1_000_000;

    fn key(byte: u8) -> HandoverKey {
        HandoverKey::kept(Zeroizing::new([byte; 32]))
    }

    /// The same bytes stand in `SealedFileTest.kt`.
    #[test]
    fn the_form_is_the_one_that_kotlin_writes() {
        let sealed = seal(b"gangway", &key(7)).unwrap();
        assert_eq!(HEXLOWER.encode(&sealed), "424b48315729d70743219b1c00ab7861dcbcc385b121939a3076f4");
    }

    #[test]
    fn what_was_cut_off_opens_up_to_its_last_whole_chunk_and_says_so() {
        let bytes = vec![5; CHUNK * 2 + 100];
        let sealed = seal(&bytes, &key(1)).unwrap();
        for (kept, expected) in [
            (0, 0),
            (3, 0),
            (4, 0),
            (50, 0),
            (4 + CHUNK + TAG, CHUNK),
            (4 + CHUNK + TAG + 9, CHUNK),
            (4 + (CHUNK + TAG) * 2, CHUNK * 2),
            (sealed.len() - 1, CHUNK * 2),
        ] {
            let opened = open(&sealed[..kept], &key(1), MOST).unwrap();
            assert_eq!((opened.bytes.len(), opened.ending), (expected, Ending::CutOff), "{kept}");
        }
    }

    #[test]
    fn a_changed_byte_gives_nothing_of_the_file() {
        let sealed = seal(&vec![5; CHUNK * 2 + 100], &key(1)).unwrap();
        for at in [0, 4, CHUNK, CHUNK + TAG + 5] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(changed.as_slice(), &key(1), MOST).err(), Some(PlatformError::Damaged), "{at}");
        }
    }

    #[test]
    fn chunks_that_changed_places_are_refused() {
        let sealed = seal(&vec![5; CHUNK * 2 + 100], &key(1)).unwrap();
        let (head, rest) = sealed.split_at(4);
        let (first, rest) = rest.split_at(CHUNK + TAG);
        let (second, last) = rest.split_at(CHUNK + TAG);
        let swapped = [head, second, first, last].concat();
        assert_eq!(open(swapped.as_slice(), &key(1), MOST).err(), Some(PlatformError::Damaged));
    }

    #[test]
    fn another_key_opens_nothing() {
        let sealed = seal(&vec![5; CHUNK + 100], &key(1)).unwrap();
        assert_eq!(open(sealed.as_slice(), &key(2), MOST).err(), Some(PlatformError::Damaged));
    }

    #[test]
    fn more_than_was_allowed_is_refused() {
        let sealed = seal(&vec![5; CHUNK + 100], &key(1)).unwrap();
        assert!(open(sealed.as_slice(), &key(1), CHUNK as u64 + 100).is_ok());
        assert_eq!(open(sealed.as_slice(), &key(1), CHUNK as u64 + 99).err(), Some(PlatformError::TooLarge));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn what_was_sealed_opens_whole(size in prop_oneof![0..3 * CHUNK, Just(0), Just(CHUNK), Just(2 * CHUNK)]) {
            let bytes: Vec<u8> = (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let opened = open(seal(&bytes, &key(3)).unwrap().as_slice(), &key(3), MOST).unwrap();
            prop_assert_eq!(opened.ending, Ending::Whole);
            prop_assert!(opened.bytes.as_slice() == bytes.as_slice());
        }
    }
}
