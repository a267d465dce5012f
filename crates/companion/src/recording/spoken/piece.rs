//! A piece of what is said, as it comes from the microphone: a WAV file of one kind, told by its head.
//!
//! One kind is taken and no other: sound of another rate would be kept at the wrong pitch and length, and a longer head could
//! carry what nobody asked for. Deliberately absent: conversion, which is the microphone's.

use crate::failure::Failure;

use super::flac::BLOCK;

/// Samples of one second.
pub(super) const RATE: u32 = 16_000;
/// Samples of a piece, at most: somewhat more than five seconds, and whole blocks of what is kept.
pub(super) const PIECE: usize = 20 * BLOCK;

/// The whole head of such a file but for its two lengths: PCM, one channel, 16,000 samples of 16 bits a second
/// (Multimedia Programming Interface and Data Specifications 1.0, chapter 3).
const FORMAT: [u8; 28] = *b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\x00\x7d\0\0\x02\0\x10\0";

/// The samples of a piece.
pub(super) fn samples(file: &[u8]) -> Result<Vec<i16>, Failure> {
    let samples = read(file).ok_or(Failure::SoundUnreadable)?;
    if samples.len() > PIECE { Err(Failure::SoundTooLong) } else { Ok(samples) }
}

fn read(file: &[u8]) -> Option<Vec<i16>> {
    let rest = file.strip_prefix(b"RIFF")?;
    let (riff, rest) = rest.split_first_chunk::<4>()?;
    let follows = u32::try_from(rest.len()).ok()?;
    let (length, sound) = rest.strip_prefix(&FORMAT)?.strip_prefix(b"data")?.split_first_chunk::<4>()?;
    let said = u32::try_from(sound.len()).ok()?;
    let (samples, odd) = sound.as_chunks::<2>();
    let whole = u32::from_le_bytes(*riff) == follows && u32::from_le_bytes(*length) == said && odd.is_empty();
    (whole && !samples.is_empty()).then(|| samples.iter().map(|sample| i16::from_le_bytes(*sample)).collect())
}

#[cfg(test)]
pub(super) fn wav(samples: &[i16]) -> Vec<u8> {
    let sound: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let length = u32::try_from(sound.len()).unwrap_or(u32::MAX);
    [b"RIFF", &(length + 36).to_le_bytes()[..], &FORMAT, b"data", &length.to_le_bytes(), &sound].concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn reads_the_samples_of_a_piece() {
        assert_eq!(samples(&wav(&[0, 1, -1, i16::MIN, i16::MAX])).unwrap(), [0, 1, -1, i16::MIN, i16::MAX]);
    }

    #[test]
    fn takes_no_other_sound_and_nothing_that_says_more_or_less_than_it_is() {
        let whole = wav(&[1, 2, 3]);
        let changed = |at: usize, byte: u8| {
            let mut file = whole.clone();
            file[at] = byte;
            file
        };
        for (other, why) in [
            (Vec::new(), "nothing"),
            (whole[..30].to_vec(), "half a head"),
            (whole[..whole.len() - 2].to_vec(), "a sample less than it says"),
            ([&whole[..], &[0, 0]].concat(), "a sample more than it says"),
            ([&whole[..], b"LIST\x04\0\0\0who?"].concat(), "a chunk of words behind the sound"),
            (wav(&[]), "no sound"),
            (changed(0, b'X'), "no RIFF"),
            (changed(4, 9), "another length of all"),
            (changed(20, 3), "floating point"),
            (changed(22, 2), "two channels"),
            (changed(24, 0x44), "another rate"),
            (changed(34, 8), "eight bits"),
            (changed(40, 4), "another length of the sound"),
            (b"OggS\0\x02opus".to_vec(), "Opus in Ogg"),
            (b"\x1a\x45\xdf\xa3webm".to_vec(), "WebM"),
            (b"fLaC\0\0\0\x22".to_vec(), "FLAC"),
        ] {
            assert!(matches!(samples(&other), Err(Failure::SoundUnreadable)), "{why}");
        }
        assert!(samples(&wav(&vec![0; PIECE])).is_ok());
        assert!(matches!(samples(&wav(&vec![0; PIECE + 1])), Err(Failure::SoundTooLong)));
    }
}
