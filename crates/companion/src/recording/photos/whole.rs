//! WebP, GIF, BMP and TIFF: no decoder of theirs goes row by row, so the pixels are held whole, within a bound.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{AnimationDecoder, ImageDecoder, ImageError, ImageFormat, ImageReader};

use super::intake::Taken;
use super::rows::Layout;
use super::shrink::{Shrink, kept_size};
use super::{bounds, tiff_outline};
use crate::failure::Failure;

/// What is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    WebP,
    Gif,
    Bmp,
    Tiff,
}

impl Kind {
    const fn format(self) -> ImageFormat {
        match self {
            Self::WebP => ImageFormat::WebP,
            Self::Gif => ImageFormat::Gif,
            Self::Bmp => ImageFormat::Bmp,
            Self::Tiff => ImageFormat::Tiff,
        }
    }
}

pub(super) fn decode(file: &[u8], kind: Kind) -> Result<Taken, Failure> {
    let missing = missing_bytes(file, kind);
    let decoded = pixels(file, kind);
    let (pixels, whole) = match decoded {
        Ok((pixels, whole)) => (pixels, whole && missing == 0),
        // These decoders give nothing at all of what is cut off: they get zeros for what is missing.
        Err(Failure::PhotoUnreadable) if missing > 0 => {
            let mut padded = file.to_vec();
            padded.resize(file.len().saturating_add(missing).min(bounds::FILE_BYTES), 0);
            (self::pixels(&padded, kind)?.0, false)
        }
        Err(failure) => return Err(failure),
    };
    let mut shrink = Shrink::new(pixels.size, kept_size(pixels.size.0, pixels.size.1));
    let mut rgb = Vec::new();
    for row in pixels.bytes.chunks_exact(pixels.layout.row_bytes(pixels.size.0).max(1)) {
        pixels.layout.to_rgb(row, &mut rgb);
        shrink.push(&rgb);
    }
    drop(pixels.bytes);
    Ok(Taken {
        picture: shrink.finish().ok_or(Failure::PhotoUnreadable)?,
        orientation: pixels.orientation,
        incomplete: !whole,
        first_of_several: several(file, kind, pixels.size),
    })
}

struct Pixels {
    size: (u32, u32),
    layout: Layout,
    bytes: Vec<u8>,
    orientation: Orientation,
}

/// The pixels, and whether the decoder came to their end.
fn pixels(file: &[u8], kind: Kind) -> Result<(Pixels, bool), Failure> {
    let mut reader = ImageReader::with_format(Cursor::new(file), kind.format());
    reader.limits(bounds::limits());
    let mut decoder = reader.into_decoder().map_err(|error| unreadable(&error))?;
    let size = decoder.dimensions();
    bounds::check_size(size.0, size.1)?;
    let total = decoder.total_bytes();
    bounds::check_memory(total)?;
    let layout = Layout::of(decoder.color_type()).ok_or(Failure::PhotoUnreadable)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    // White is what stays where nothing came.
    let mut bytes = vec![u8::MAX; usize::try_from(total).map_err(|_| Failure::PhotoTooLarge)?];
    let whole = match decoder.read_image(&mut bytes) {
        Ok(()) => true,
        Err(error) if bytes.iter().all(|value| *value == u8::MAX) => return Err(unreadable(&error)),
        Err(_) => false,
    };
    Ok((Pixels { size, layout, bytes, orientation }, whole))
}

/// How many bytes the file says it has and has not.
fn missing_bytes(file: &[u8], kind: Kind) -> usize {
    let word = |at: usize| file.get(at..)?.first_chunk::<4>().map(|word| u32::from_le_bytes(*word));
    let size = |bytes: Option<u32>| usize::try_from(bytes.unwrap_or(0)).unwrap_or(0);
    let said = match kind {
        Kind::WebP => size(word(4)).saturating_add(8),
        Kind::Bmp => size(word(2)),
        Kind::Tiff => tiff_outline::outline(file).end,
        Kind::Gif => 0,
    };
    // What a head says in error about more than any file holds is no sign that something is missing.
    if said > bounds::FILE_BYTES { 0 } else { said.saturating_sub(file.len()) }
}

/// Whether there are more pictures than the first.
fn several(file: &[u8], kind: Kind, size: (u32, u32)) -> bool {
    match kind {
        // Two frames are decoded here, each of them whole.
        Kind::Gif => {
            bounds::check_memory(u64::from(size.0) * u64::from(size.1) * 12).is_ok()
                && GifDecoder::new(Cursor::new(file)).is_ok_and(|decoder| decoder.into_frames().nth(1).is_some())
        }
        Kind::WebP => WebPDecoder::new(Cursor::new(file)).is_ok_and(|decoder| decoder.has_animation()),
        Kind::Tiff => tiff_outline::outline(file).several,
        Kind::Bmp => false,
    }
}

fn unreadable(error: &ImageError) -> Failure {
    if matches!(error, ImageError::Limits(_)) { Failure::PhotoTooLarge } else { Failure::PhotoUnreadable }
}
