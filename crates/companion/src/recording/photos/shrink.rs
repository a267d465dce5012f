//! Scaling while decoding: rows go in one by one, and only the small picture is held.
//!
//! Every pixel of the result is the mean of the area it covers, in whole numbers: no filter that a 200 megapixel
//! photo would have to be in memory for. Deliberately absent: enlarging.

use image::RgbImage;

/// The longest side of what is kept, in pixels: enough to read a document in the picture.
pub(super) const LONGEST_SIDE: u32 = 2560;
/// What stands where the file held nothing.
const MISSING: u8 = 0x80;

/// The size in which a picture of `width` x `height` is kept.
pub(super) fn kept_size(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    let kept = |side: u32| {
        let scaled = (u64::from(side) * u64::from(LONGEST_SIDE) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(scaled).unwrap_or(LONGEST_SIDE).max(1)
    };
    if longest <= LONGEST_SIDE { (width, height) } else { (kept(width), kept(height)) }
}

/// A picture that is being taken in.
pub(super) struct Shrink {
    source: (u32, u32),
    target: (u32, u32),
    /// One source row, scaled across: sums of value times covered width.
    across: Vec<u32>,
    /// The target row under way: sums of value times covered area.
    down: Vec<u64>,
    /// How much of the target row's height is still to come, in parts of a source row.
    room: u32,
    rows: u32,
    pixels: Vec<u8>,
}

impl Shrink {
    /// Takes rows of a picture of `source` pixels and keeps it at `target`, which must not be larger.
    pub(super) fn new(source: (u32, u32), target: (u32, u32)) -> Self {
        let width = usize::try_from(target.0).unwrap_or(0) * 3;
        let pixels = Vec::with_capacity(width * usize::try_from(target.1).unwrap_or(0));
        Self {
            source,
            target,
            across: Vec::with_capacity(width),
            down: vec![0; width],
            room: source.1,
            rows: 0,
            pixels,
        }
    }

    /// The next row, 8-bit RGB.
    pub(super) fn push(&mut self, row: &[u8]) {
        if self.rows == self.source.1 {
            return;
        }
        self.rows += 1;
        if self.source == self.target {
            self.pixels.extend_from_slice(row);
            return;
        }
        self.scale_across(row);
        let area = u64::from(self.source.0) * u64::from(self.source.1);
        let mut left = self.target.1;
        while left > 0 {
            let part = left.min(self.room);
            for (sum, value) in self.down.iter_mut().zip(&self.across) {
                *sum += u64::from(*value) * u64::from(part);
            }
            left -= part;
            self.room -= part;
            if self.room == 0 {
                let mean = |sum: &u64| u8::try_from((sum + area / 2) / area.max(1)).unwrap_or(u8::MAX);
                self.pixels.extend(self.down.iter().map(mean));
                self.down.fill(0);
                self.room = self.source.1;
            }
        }
    }

    /// A source pixel is as wide as the target is in pixels, a target pixel as the source is: both divide the row.
    fn scale_across(&mut self, row: &[u8]) {
        self.across.clear();
        let mut sum = [0_u32; 3];
        let mut room = self.source.0;
        for pixel in row.chunks_exact(3) {
            let mut left = self.target.0;
            while left > 0 {
                let part = left.min(room);
                for (sum, value) in sum.iter_mut().zip(pixel) {
                    *sum += u32::from(*value) * part;
                }
                left -= part;
                room -= part;
                if room == 0 {
                    self.across.extend(sum);
                    sum = [0; 3];
                    room = self.source.0;
                }
            }
        }
    }

    /// How many rows came.
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    /// Whether rows are still to come.
    pub(super) fn rows_missing(&self) -> bool {
        self.rows < self.source.1
    }

    /// Makes grey what did not come.
    pub(super) fn fill(&mut self) {
        if self.rows_missing() {
            let grey = vec![MISSING; usize::try_from(self.source.0).unwrap_or(0) * 3];
            while self.rows_missing() {
                self.push(&grey);
            }
        }
    }

    /// The picture, if every row came or was filled in.
    pub(super) fn finish(self) -> Option<RgbImage> {
        RgbImage::from_raw(self.target.0, self.target.1, self.pixels)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn keeps_the_shape_of_every_picture() {
        assert_eq!(kept_size(640, 480), (640, 480));
        assert_eq!(kept_size(16_320, 12_240), (2560, 1920));
        assert_eq!(kept_size(4000, 21_600), (474, 2560));
        assert_eq!(kept_size(20_000, 1), (2560, 1), "never thinner than a pixel");
    }

    #[test]
    fn is_the_mean_of_what_a_pixel_covers() {
        let mut shrink = Shrink::new((3, 2), (2, 1));
        shrink.push(&[0, 0, 0, 90, 90, 90, 180, 180, 180]);
        shrink.push(&[30, 30, 30, 30, 30, 30, 30, 30, 30]);
        // 0 and half of 90, over a pixel and a half: 30; with 30 below it: 30. Likewise 150 and 30: 90.
        assert_eq!(shrink.finish().unwrap().into_raw(), [30, 30, 30, 90, 90, 90]);
    }

    #[test]
    fn what_did_not_come_is_grey() {
        let mut shrink = Shrink::new((1, 3), (1, 3));
        shrink.push(&[1, 2, 3]);
        shrink.fill();
        assert_eq!(shrink.finish().unwrap().into_raw(), [1, 2, 3, 128, 128, 128, 128, 128, 128]);
    }

    #[test]
    fn the_widest_row_there_can_be_overflows_nothing() {
        let mut shrink = Shrink::new((65_535, 2), (2560, 1));
        let white = vec![255; 65_535 * 3];
        shrink.push(&white);
        shrink.push(&white);
        assert!(shrink.finish().unwrap().into_raw().iter().all(|value| *value == 255));
    }
}
