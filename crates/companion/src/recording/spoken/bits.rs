//! Bits one after another, the most significant first.

/// What was written so far.
#[derive(Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Bits that do not fill a byte yet, at the lower end.
    open: u64,
    count: u32,
}

impl Bits {
    /// Writes the lowest `width` bits of `value`, at most 48.
    pub(super) fn put(&mut self, value: u64, width: u32) {
        debug_assert!(width <= 48, "no more fits beside what is open");
        self.open = (self.open << width) | (value & ((1 << width) - 1));
        self.count += width;
        while self.count >= 8 {
            self.count -= 8;
            // Only the eight bits that are whole now.
            let [whole, ..] = (self.open >> self.count).to_le_bytes();
            self.bytes.push(whole);
        }
        self.open &= (1 << self.count) - 1;
    }

    /// So many zeros, and a one.
    pub(super) fn put_unary(&mut self, zeros: u64) {
        for _ in 0..zeros / 32 {
            self.put(0, 32);
        }
        for _ in 0..zeros % 32 {
            self.put(0, 1);
        }
        self.put(1, 1);
    }

    /// Zeros up to the next byte.
    pub(super) fn pad(&mut self) {
        self.put(0, (8 - self.count) % 8);
    }

    /// The whole bytes there are.
    pub(super) fn so_far(&self) -> &[u8] {
        &self.bytes
    }

    /// All of it, padded.
    pub(super) fn whole_bytes(mut self) -> Vec<u8> {
        self.pad();
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_stand_in_the_order_in_which_they_were_written() {
        let mut bits = Bits::default();
        bits.put(0b101, 3);
        bits.put(0xfff0, 4);
        bits.put_unary(34);
        assert_eq!(bits.so_far(), [0b1010_0000, 0, 0, 0, 0]);
        bits.put(0x1234_5678_9abc, 48);
        bits.pad();
        assert_eq!(bits.whole_bytes(), [0xa0, 0, 0, 0, 0, 0b0100_0100, 0x8d, 0x15, 0x9e, 0x26, 0xaf, 0]);
    }
}
