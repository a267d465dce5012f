//! Sound as FLAC (RFC 9639): smaller by about half, and not one sample other than what was heard.
//!
//! Every browser plays it. Each piece becomes whole frames that do not look back, so what was said until somebody pulled the
//! plug is a file that plays, once the head is put before it. The head is written last, when the length is known.
//!
//! Deliberately absent: decoding, tags, pictures, a seek table, more than one channel and any other rate; a linear predictor
//! with coefficients of its own, which would save another tenth.

use super::bits::Bits;
use super::piece::RATE;

/// Samples of a frame. Only the last of a note may have less.
pub(super) const BLOCK: usize = 4096;
pub(super) const BLOCK_SIZE: u64 = 4096;
/// The highest order of the fixed predictors (RFC 9639, 9.2.5).
const ORDERS: usize = 4;
/// Samples in a partition of the residual: each has a parameter of its own.
const PARTITION: usize = 256;
/// The highest parameter of four bits; one more is an escape (RFC 9639, 9.2.7.1).
const MOST_PARAMETER: u32 = 14;
const SAMPLE_BITS: u32 = 16;

/// The start of a file of so many samples: the mark and STREAMINFO (RFC 9639, 8.2). The smallest and the largest frame and the
/// checksum of the samples may be unknown.
pub(super) fn head(samples: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    // The last block of metadata, of type 0 and 34 bytes.
    bits.put(0x80_00_00_22, 32);
    bits.put(BLOCK_SIZE, 16);
    bits.put(BLOCK_SIZE, 16);
    bits.put(0, 24);
    bits.put(0, 24);
    bits.put(u64::from(RATE), 20);
    // One channel, as one less, and so the bits of a sample.
    bits.put(0, 3);
    bits.put(u64::from(SAMPLE_BITS - 1), 5);
    bits.put(samples, 36);
    let mut head = b"fLaC".to_vec();
    head.extend(bits.whole_bytes());
    head.extend([0; 16]);
    head
}

/// The frames of these samples, the first of which is the frame of this number.
pub(super) fn frames(samples: &[i16], first: u64) -> Vec<u8> {
    (first..).zip(samples.chunks(BLOCK)).flat_map(|(number, block)| frame(block, number)).collect()
}

/// One frame (RFC 9639, 9): its head and the head's checksum, the one subframe, and the checksum of all.
fn frame(block: &[i16], number: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    // The sync code, and blocks of one size.
    bits.put(0xfff8, 16);
    let whole = block.len() == BLOCK;
    // The size: 4096, or one that follows in 16 bits; the rate: 16 kHz.
    bits.put(if whole { 0b1100 } else { 0b0111 }, 4);
    bits.put(0b0101, 4);
    // One channel, 16 bits, and a reserved bit.
    bits.put(0b0000_1000, 8);
    coded_number(&mut bits, number);
    if !whole {
        bits.put(length(block) - 1, 16);
    }
    bits.put(u64::from(crc8(bits.so_far())), 8);
    subframe(&mut bits, block);
    bits.pad();
    bits.put(u64::from(crc16(bits.so_far())), 16);
    bits.whole_bytes()
}

/// A frame's number as UTF-8 writes one (RFC 9639, 9.1.5). A note is far shorter than what needs more than three bytes.
fn coded_number(bits: &mut Bits, number: u64) {
    match number {
        0..0x80 => bits.put(number, 8),
        0x80..0x800 => {
            bits.put(0b110, 3);
            bits.put(number >> 6, 5);
            bits.put(0b10, 2);
            bits.put(number, 6);
        }
        _ => {
            bits.put(0b1110, 4);
            bits.put(number >> 12, 4);
            bits.put(0b10, 2);
            bits.put(number >> 6, 6);
            bits.put(0b10, 2);
            bits.put(number, 6);
        }
    }
}

/// The samples by the fixed predictor that leaves least, or as they are where that is shorter, as with noise.
fn subframe(bits: &mut Bits, block: &[i16]) {
    let samples: Vec<i64> = block.iter().copied().map(i64::from).collect();
    let left = |(_, residual): &(usize, Vec<i64>)| residual.iter().copied().map(folded).sum::<u64>();
    let least = differences(&samples).into_iter().enumerate().min_by_key(left);
    let predicted = least.map(|(order, residual)| Predicted::of(order, residual));
    let shorter = predicted.filter(|predicted| predicted.bits < length(block) * u64::from(SAMPLE_BITS));
    if let Some(predicted) = shorter {
        predicted.write(bits, &samples);
    } else {
        // A verbatim subframe.
        bits.put(0b0000_0010, 8);
        put_samples(bits, &samples);
    }
}

fn put_samples(bits: &mut Bits, samples: &[i64]) {
    for sample in samples {
        bits.put(sample.cast_unsigned(), SAMPLE_BITS);
    }
}

fn length<T>(of: &[T]) -> u64 {
    u64::try_from(of.len()).unwrap_or(u64::MAX)
}

/// What each order leaves to be said: the differences between samples, the differences of these, and so on.
fn differences(samples: &[i64]) -> Vec<Vec<i64>> {
    let mut all = vec![samples.to_vec()];
    for _ in 0..ORDERS.min(samples.len().saturating_sub(1)) {
        let last = all.last().map(Vec::as_slice).unwrap_or_default();
        let next = last.iter().zip(last.iter().skip(1)).map(|(before, after)| after - before).collect();
        all.push(next);
    }
    all
}

/// What a predictor of an order leaves, in partitions with their parameters.
struct Predicted {
    order: usize,
    residual: Vec<i64>,
    parameters: Vec<u32>,
    bits: u64,
}

impl Predicted {
    fn of(order: usize, residual: Vec<i64>) -> Self {
        let chosen: Vec<(u32, u64)> = partitions(order, &residual).into_iter().map(parameter).collect();
        // The heads of the subframe and of the coding, the samples it begins with, and each partition with its parameter.
        let begins = (0..order).map(|_| u64::from(SAMPLE_BITS)).sum::<u64>();
        let bits = 8 + 6 + begins + chosen.iter().map(|(_, bits)| bits + 4).sum::<u64>();
        Self { order, residual, parameters: chosen.into_iter().map(|(parameter, _)| parameter).collect(), bits }
    }

    fn write(&self, bits: &mut Bits, samples: &[i64]) {
        let begins = samples.get(..self.order).unwrap_or_default();
        bits.put(0b0001_0000 | length(begins) << 1, 8);
        put_samples(bits, begins);
        // Parameters of four bits, and how often the block was halved into partitions.
        bits.put(0b00, 2);
        bits.put(u64::from(self.parameters.len().ilog2()), 4);
        for (partition, parameter) in partitions(self.order, &self.residual).into_iter().zip(&self.parameters) {
            bits.put(u64::from(*parameter), 4);
            for left in partition {
                let folded = folded(*left);
                bits.put_unary(folded >> parameter);
                bits.put(folded, *parameter);
            }
        }
    }
}

/// A whole block in its partitions, of which the first lacks what the predictor begins with; a shorter one in one piece.
fn partitions(order: usize, residual: &[i64]) -> Vec<&[i64]> {
    if residual.len() + order != BLOCK {
        return vec![residual];
    }
    let (first, rest) = residual.split_at_checked(PARTITION - order).unwrap_or((residual, &[]));
    std::iter::once(first).chain(rest.chunks(PARTITION)).collect()
}

/// The parameter by which a partition is shortest, and how many bits it takes then. It is near the mean's logarithm.
fn parameter(partition: &[i64]) -> (u32, u64) {
    let sum: u64 = partition.iter().copied().map(folded).sum();
    let near = (sum / length(partition).max(1)).checked_ilog2().unwrap_or(0).min(MOST_PARAMETER);
    let bits = |parameter: u32| -> u64 {
        partition.iter().map(|left| (folded(*left) >> parameter) + 1 + u64::from(parameter)).sum()
    };
    let tried = near.saturating_sub(1)..=(near + 1).min(MOST_PARAMETER);
    tried.map(|parameter| (parameter, bits(parameter))).min_by_key(|(_, bits)| *bits).unwrap_or((0, 0))
}

/// Numbers of both signs as numbers from 0 (RFC 9639, 9.2.7.1).
const fn folded(left: i64) -> u64 {
    ((left << 1) ^ (left >> 63)).cast_unsigned()
}

/// With the polynomial x^8 + x^2 + x + 1 (RFC 9639, 9.1.8).
fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| if crc & 0x80 == 0 { crc << 1 } else { (crc << 1) ^ 0x07 })
    })
}

/// With the polynomial x^16 + x^15 + x^2 + 1 (RFC 9639, 9.3).
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        let crc = crc ^ (u16::from(*byte) << 8);
        (0..8).fold(crc, |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x8005 })
    })
}

#[cfg(test)]
mod tests;
