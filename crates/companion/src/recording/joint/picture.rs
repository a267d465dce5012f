//! A join code as a picture: drawn for others to read, and read from what a camera or a file gives.
//!
//! Reading is done here and not by the web view, of which few can. What is read is judged like anything that was pasted.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::GrayImage;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::failure::Failure;

/// At least so many pixels a side, with the rim of four modules that scanners need (ISO/IEC 18004).
const SIDE_PIXELS: u32 = 480;

/// `text` as an SVG. The lowest correction: larger modules are read more surely from a screen than a few that are mended.
pub(super) fn drawn(text: &str) -> Result<String, Failure> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).map_err(|_| Failure::Internal)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(SIDE_PIXELS, SIDE_PIXELS).build())
}

/// The text of the first QR code in a picture that can be read.
pub(super) fn read(picture: &GrayImage) -> Result<String, Failure> {
    let (width, height) = (usize::try_from(picture.width()), usize::try_from(picture.height()));
    let (Ok(width), Ok(height)) = (width, height) else { return Err(Failure::QrUnreadable) };
    let raw = picture.as_raw();
    // A stranger's picture: a reader that gives up on it takes nothing else down with it.
    let found = catch_unwind(AssertUnwindSafe(|| {
        let shade = |x: usize, y: usize| raw.get(y * width + x).copied().unwrap_or(u8::MAX);
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, shade);
        let grids = prepared.detect_grids();
        grids.iter().find_map(|grid| grid.decode().ok().map(|(_, text)| text))
    }));
    found.ok().flatten().ok_or(Failure::QrUnreadable)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use image::Luma;

    /// As a camera sees a screen: so many pixels for each module, grey, and not quite level.
    fn seen(text: &str, module: u32) -> GrayImage {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).unwrap();
        let (colors, modules) = (code.to_colors(), u32::try_from(code.width()).unwrap());
        let side = (modules + 8) * module;
        GrayImage::from_fn(side + 60, side + 90, |x, y| {
            // The rim of four modules, and the lean of a hand.
            let column = (x + y / 60).checked_sub(20 + 4 * module).map(|x| x / module);
            let row = y.checked_sub(40 + 4 * module).map(|y| y / module);
            let dark = column.zip(row).is_some_and(|(column, row)| {
                column < modules && row < modules && colors[(row * modules + column) as usize] == qrcode::Color::Dark
            });
            Luma([if dark { 40 } else { 167 }])
        })
    }

    #[test]
    fn what_is_drawn_is_read_and_a_picture_without_a_code_is_not() {
        let text = format!("BAKEN-JOIN:{}", "0123456789ABCDEFGHJKMNPQRSTVWXYZ".repeat(35));
        for module in [4, 6, 9] {
            assert_eq!(read(&seen(&text, module)).unwrap(), text, "{module} pixels for a module");
        }
        assert!(drawn(&text).unwrap().contains("<svg"));
        let blank = GrayImage::from_pixel(300, 300, Luma([200]));
        assert!(matches!(read(&blank), Err(Failure::QrUnreadable)));
        let noise = GrayImage::from_fn(300, 300, |x, y| {
            Luma([(x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).to_le_bytes()[1]])
        });
        assert!(matches!(read(&noise), Err(Failure::QrUnreadable)));
    }
}
