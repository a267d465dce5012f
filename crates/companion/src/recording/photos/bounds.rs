//! What decoding a photo may cost, reckoned from the head of the file before anything is set aside for it.
//! Together with the file itself and the picture that is kept, all of it stays within 256 MiB.

use crate::failure::Failure;

/// Bytes of a file that is looked at: phones write photos of 200 megapixels in less.
pub(super) const FILE_BYTES: usize = 64 * 1024 * 1024;
/// Pixels: 200 megapixels and some room. What is scaled while it is decoded costs time for each, not memory.
const PIXELS: u64 = 256_000_000;
const SIDE: u32 = 65_535;
/// What cannot be decoded row by row is held whole: its pixels or its coefficients.
const WHOLE_BYTES: u64 = 144 * 1024 * 1024;
/// What a decoder that goes row by row may hold.
pub(super) const ROW_BYTES: usize = 32 * 1024 * 1024;

pub(super) fn check_size(width: u32, height: u32) -> Result<(), Failure> {
    if width == 0 || height == 0 {
        Err(Failure::PhotoUnreadable)
    } else if width > SIDE || height > SIDE || u64::from(width) * u64::from(height) > PIXELS {
        Err(Failure::PhotoTooLarge)
    } else {
        Ok(())
    }
}

pub(super) fn check_memory(bytes: u64) -> Result<(), Failure> {
    if bytes > WHOLE_BYTES { Err(Failure::PhotoTooLarge) } else { Ok(()) }
}

/// The same bound for decoders that keep it themselves.
pub(super) fn limits() -> image::Limits {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(WHOLE_BYTES + WHOLE_BYTES / 4);
    limits
}
