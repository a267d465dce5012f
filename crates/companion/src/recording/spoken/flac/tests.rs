//! What a decoder of others reads is what was heard.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::super::tests::noise;
use super::*;

/// The sound of a file, by a decoder that is not ours and checks each checksum.
fn heard(file: &[u8]) -> Vec<i16> {
    let mut reader = claxon::FlacReader::new(file).unwrap();
    let info = reader.streaminfo();
    assert_eq!((info.sample_rate, info.channels, info.bits_per_sample), (RATE, 1, 16));
    let samples: Vec<i16> = reader.samples().map(|sample| i16::try_from(sample.unwrap()).unwrap()).collect();
    assert_eq!(info.samples, Some(samples.len() as u64));
    samples
}

fn file(samples: &[i16]) -> Vec<u8> {
    [head(samples.len() as u64), frames(samples, 0)].concat()
}

/// Something like a voice: two tones that swell, and a little noise.
fn voice(samples: usize) -> Vec<i16> {
    let tone = |at: usize, period: usize, high: i64| {
        let place = i64::try_from(at % period).unwrap() * 4 * high / i64::try_from(period).unwrap();
        (if place > 2 * high { 4 * high - place } else { place }) - high
    };
    let quiet = noise(samples).into_iter().map(|sample| i64::from(sample >> 9));
    let sound = quiet.enumerate().map(|(at, quiet)| tone(at, 89, 4_000) + tone(at, 1_601, 3_000) + quiet);
    sound.map(|sample| i16::try_from(sample).unwrap()).collect()
}

#[test]
fn what_was_heard_is_read_again_sample_by_sample() {
    let edges = [i16::MIN, i16::MAX].repeat(BLOCK);
    for (sound, what) in [
        (voice(10 * BLOCK), "whole frames"),
        (voice(3 * BLOCK + 1), "a frame of one sample"),
        (voice(700), "less than a frame"),
        (vec![0; 2 * BLOCK + 5], "silence"),
        (noise(3 * BLOCK), "noise"),
        (edges, "from one end to the other"),
        (vec![-7], "one sample"),
    ] {
        assert_eq!(heard(&file(&sound)), sound, "{what}");
    }
}

#[test]
fn frames_are_numbered_beyond_what_one_and_two_bytes_hold() {
    let sound = voice(2 * BLOCK);
    for first in [0, 126, 127, 128, 2_046, 2_047, 2_048] {
        let file = [head(sound.len() as u64), frames(&sound, first)].concat();
        let mut reader = claxon::FlacReader::new(&file[..]).unwrap();
        let mut blocks = reader.blocks();
        for number in [first, first + 1] {
            let block = blocks.read_next_or_eof(Vec::new()).unwrap().unwrap();
            assert_eq!(block.time(), number * BLOCK as u64, "{first}");
        }
    }
}

#[test]
fn a_voice_takes_little_more_than_half_of_its_samples_and_noise_hardly_more_than_all() {
    let voice = file(&voice(20 * BLOCK)).len();
    assert!(voice < 20 * BLOCK * 2 * 6 / 10, "{voice} bytes");
    assert!(frames(&noise(BLOCK), 0).len() < BLOCK * 2 + 16);
}

#[test]
fn one_bit_that_fell_over_is_not_taken_for_sound() {
    let mut file = file(&voice(BLOCK));
    let middle = file.len() / 2;
    file[middle] ^= 1;
    let mut reader = claxon::FlacReader::new(&file[..]).unwrap();
    assert!(reader.samples().any(|sample| sample.is_err()));
}

proptest! {
    #[test]
    fn any_samples_are_read_again(sound in prop::collection::vec(any::<i16>(), 1..600), quieter in 0_u32..16) {
        let sound: Vec<i16> = sound.into_iter().map(|sample| sample >> quieter).collect();
        prop_assert_eq!(heard(&file(&sound)), sound);
    }
}
