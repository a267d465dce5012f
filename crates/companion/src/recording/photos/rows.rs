//! Rows of any layout as 8-bit RGB. What is transparent lies on white, as every gallery shows it.

use image::ColorType;

/// How a decoder lays out its pixels, in the byte order of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    grey: bool,
    alpha: bool,
    sample_bytes: usize,
}

impl Layout {
    /// Of a decoder of the `image` crate. `None` is a layout that no decoder here gives.
    pub(super) fn of(colour: ColorType) -> Option<Self> {
        let (grey, alpha, sample_bytes) = match colour {
            ColorType::L8 => (true, false, 1),
            ColorType::La8 => (true, true, 1),
            ColorType::Rgb8 => (false, false, 1),
            ColorType::Rgba8 => (false, true, 1),
            ColorType::L16 => (true, false, 2),
            ColorType::La16 => (true, true, 2),
            ColorType::Rgb16 => (false, false, 2),
            ColorType::Rgba16 => (false, true, 2),
            ColorType::Rgb32F => (false, false, 4),
            ColorType::Rgba32F => (false, true, 4),
            _ => return None,
        };
        Some(Self { grey, alpha, sample_bytes })
    }

    /// Eight bits a sample.
    pub(super) const fn eight_bit(grey: bool, alpha: bool) -> Self {
        Self { grey, alpha, sample_bytes: 1 }
    }

    fn pixel_bytes(self) -> usize {
        (if self.grey { 1 } else { 3 } + usize::from(self.alpha)) * self.sample_bytes
    }

    /// Bytes of a row.
    pub(super) fn row_bytes(self, width: u32) -> usize {
        usize::try_from(width).unwrap_or(0).saturating_mul(self.pixel_bytes())
    }

    /// `row` as RGB, in place of what `out` held.
    pub(super) fn to_rgb(self, row: &[u8], out: &mut Vec<u8>) {
        out.clear();
        for pixel in row.chunks_exact(self.pixel_bytes()) {
            let mut samples = pixel.chunks_exact(self.sample_bytes).map(eight_bits);
            let first = samples.next().unwrap_or_default();
            let (red, green, blue) = if self.grey {
                (first, first, first)
            } else {
                (first, samples.next().unwrap_or_default(), samples.next().unwrap_or_default())
            };
            let alpha = if self.alpha { samples.next().unwrap_or_default() } else { u8::MAX };
            out.extend([red, green, blue].map(|value| on_white(value, alpha)));
        }
    }
}

fn on_white(value: u8, alpha: u8) -> u8 {
    let mixed = (u32::from(value) * u32::from(alpha) + 255 * u32::from(u8::MAX - alpha) + 127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

fn eight_bits(sample: &[u8]) -> u8 {
    match *sample {
        [value] => value,
        [a, b] => {
            let value = (u32::from(u16::from_ne_bytes([a, b])) * 255 + 32_767) / 65_535;
            u8::try_from(value).unwrap_or(u8::MAX)
        }
        [a, b, c, d] => {
            let value = f32::from_ne_bytes([a, b, c, d]).clamp(0.0, 1.0);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255; not a number is 0")]
            let value = (value * 255.0 + 0.5) as u8;
            value
        }
        _ => 0,
    }
}

/// Inks as RGB. `inverted` says that 255 is no ink, as every program writes it that leaves an Adobe segment.
pub(super) fn cmyk_to_rgb(row: &[u8], inverted: bool, out: &mut Vec<u8>) {
    out.clear();
    for pixel in row.chunks_exact(4) {
        let light = |ink: u8| u32::from(if inverted { ink } else { u8::MAX - ink });
        if let [cyan, magenta, yellow, black] = *pixel {
            let colour = |ink: u8| u8::try_from((light(ink) * light(black) + 127) / 255).unwrap_or(u8::MAX);
            out.extend([cyan, magenta, yellow].map(colour));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(colour: ColorType, row: &[u8]) -> Option<Vec<u8>> {
        let mut out = vec![9];
        Layout::of(colour)?.to_rgb(row, &mut out);
        Some(out)
    }

    #[test]
    fn lays_what_is_transparent_on_white() {
        let row = [10, 20, 30, 255, 0, 0, 0, 0, 0, 0, 0, 128];
        assert_eq!(rgb(ColorType::Rgba8, &row), Some(vec![10, 20, 30, 255, 255, 255, 127, 127, 127]));
        assert_eq!(rgb(ColorType::La8, &[0, 0]), Some(vec![255, 255, 255]));
    }

    #[test]
    fn rounds_sixteen_bits_and_clamps_floats() {
        let samples: Vec<u8> = [0_u16, 0x8000, 0xffff].iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        assert_eq!(rgb(ColorType::Rgb16, &samples), Some(vec![0, 128, 255]));
        let samples: Vec<u8> = [f32::NAN, 0.5, 7.0].iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        assert_eq!(rgb(ColorType::Rgb32F, &samples), Some(vec![0, 128, 255]));
    }

    #[test]
    fn reads_inks_both_ways_round() {
        let mut out = Vec::new();
        cmyk_to_rgb(&[0, 255, 255, 0], false, &mut out);
        assert_eq!(out, [255, 0, 0]);
        cmyk_to_rgb(&[255, 0, 0, 255], true, &mut out);
        assert_eq!(out, [255, 0, 0]);
    }
}
