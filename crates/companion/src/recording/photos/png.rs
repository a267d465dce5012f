//! PNG, row by row: only an interlaced one is ever whole in memory.

use std::io::Cursor;

use image::metadata::Orientation;
use png::{ColorType, Decoder, DecodingError, Limits, Reader, Transformations};

use super::bounds;
use super::intake::Taken;
use super::rows::Layout;
use super::shrink::{Shrink, kept_size};
use crate::failure::Failure;

type Rows<'a> = Reader<Cursor<&'a [u8]>>;

pub(super) fn decode(file: &[u8]) -> Result<Taken, Failure> {
    let limits = Limits { bytes: bounds::ROW_BYTES };
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    let header = decoder.read_header_info().map_err(|error| unreadable(&error))?;
    let (width, height, interlaced) = (header.width, header.height, header.interlaced);
    bounds::check_size(width, height)?;
    let mut reader = decoder.read_info().map_err(|error| unreadable(&error))?;
    let layout = match reader.output_color_type().0 {
        ColorType::Grayscale => Layout::eight_bit(true, false),
        ColorType::GrayscaleAlpha => Layout::eight_bit(true, true),
        ColorType::Rgb | ColorType::Indexed => Layout::eight_bit(false, false),
        ColorType::Rgba => Layout::eight_bit(false, true),
    };
    let first_of_several = reader.info().animation_control.as_ref().is_some_and(|control| control.num_frames > 1);
    let mut shrink = Shrink::new((width, height), kept_size(width, height));
    let whole = if interlaced {
        whole_frame(&mut reader, layout, &mut shrink)?
    } else {
        rows(&mut reader, layout, &mut shrink)
    };
    if shrink.rows() == 0 {
        return Err(Failure::PhotoUnreadable);
    }
    // The end is read too: it says that nothing is missing, and EXIF may stand there.
    let incomplete = !whole || reader.finish().is_err();
    let exif = reader.info().exif_metadata.as_deref().and_then(Orientation::from_exif_chunk);
    shrink.fill();
    Ok(Taken {
        picture: shrink.finish().ok_or(Failure::PhotoUnreadable)?,
        orientation: exif.unwrap_or(Orientation::NoTransforms),
        incomplete,
        first_of_several,
    })
}

/// Answers whether every row came.
fn rows(reader: &mut Rows<'_>, layout: Layout, shrink: &mut Shrink) -> bool {
    let mut rgb = Vec::new();
    while shrink.rows_missing() {
        match reader.next_row() {
            Ok(Some(row)) => {
                layout.to_rgb(row.data(), &mut rgb);
                shrink.push(&rgb);
            }
            Ok(None) | Err(_) => return false,
        }
    }
    true
}

/// An interlaced picture comes seven times, each finer. What the later passes did not bring stays white.
fn whole_frame(reader: &mut Rows<'_>, layout: Layout, shrink: &mut Shrink) -> Result<bool, Failure> {
    let size = reader.output_buffer_size().ok_or(Failure::PhotoTooLarge)?;
    bounds::check_memory(u64::try_from(size).unwrap_or(u64::MAX))?;
    let mut frame = vec![u8::MAX; size];
    let whole = reader.next_frame(&mut frame).is_ok();
    if !whole && frame.iter().all(|value| *value == u8::MAX) {
        return Err(Failure::PhotoUnreadable);
    }
    let mut rgb = Vec::new();
    for row in frame.chunks_exact(layout.row_bytes(reader.info().width).max(1)) {
        layout.to_rgb(row, &mut rgb);
        shrink.push(&rgb);
    }
    Ok(whole)
}

fn unreadable(error: &DecodingError) -> Failure {
    if matches!(error, DecodingError::LimitsExceeded) { Failure::PhotoTooLarge } else { Failure::PhotoUnreadable }
}
