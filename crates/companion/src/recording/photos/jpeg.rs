//! JPEG, scaled while it is decoded by mozjpeg (docs/adr/0019-a-photo-is-scaled-while-it-is-decoded.md).
//!
//! libjpeg fills in what is missing and calls that a warning: here every warning makes the photo incomplete. Its
//! errors unwind to [`decode`]. It has no bound of its own on memory, so that is reckoned before it starts.

use std::cell::Cell;
use std::io;
use std::os::raw::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;

use image::metadata::Orientation;
use mozjpeg::decompress::DecompressStarted;
use mozjpeg::{ColorSpace, Decompress};
use mozjpeg_sys::{jpeg_common_struct, jpeg_error_mgr, msg_parm_union};

use super::bounds;
use super::intake::Taken;
use super::jpeg_outline::{Outline, outline};
use super::rows::cmyk_to_rgb;
use super::shrink::{Shrink, kept_size};
use crate::failure::Failure;

/// More scans than any camera or editor writes, fewer than would keep a phone busy for minutes.
const MAX_SCANS: usize = 100;

thread_local! {
    /// Warnings since decoding began. The library names no place of its own for them that safe code can read.
    static WARNINGS: Cell<u32> = const { Cell::new(0) };
}

/// Decodes a file that starts with a JPEG.
pub(super) fn decode(file: &[u8]) -> Result<Taken, Failure> {
    let outline = outline(file);
    if outline.scans == 0 || outline.scans > MAX_SCANS {
        return Err(Failure::PhotoUnreadable);
    }
    let decoded = catch_unwind(AssertUnwindSafe(|| decode_rows(file, &outline)));
    let mut shrink = decoded.map_err(|_| Failure::PhotoUnreadable)??;
    let incomplete = WARNINGS.get() > 0 || !outline.ends || shrink.rows_missing();
    shrink.fill();
    let exif = outline.exif.as_deref().and_then(Orientation::from_exif_chunk);
    Ok(Taken {
        picture: shrink.finish().ok_or(Failure::PhotoUnreadable)?,
        orientation: exif.unwrap_or(Orientation::NoTransforms),
        incomplete,
        first_of_several: false,
    })
}

fn decode_rows(file: &[u8], outline: &Outline) -> Result<Shrink, Failure> {
    let unreadable = |_: io::Error| Failure::PhotoUnreadable;
    let mut decoder = Decompress::with_err(error_manager()).from_mem(file).map_err(unreadable)?;
    // What is odd about a head, as a version, says nothing of the picture.
    WARNINGS.set(0);
    let width = u32::try_from(decoder.width()).unwrap_or(u32::MAX);
    let height = u32::try_from(decoder.height()).unwrap_or(u32::MAX);
    bounds::check_size(width, height)?;
    if outline.several_scans {
        bounds::check_memory(coefficient_bytes(&decoder))?;
    }
    let inks = matches!(decoder.color_space(), ColorSpace::JCS_CMYK | ColorSpace::JCS_YCCK);
    let target = kept_size(width, height);
    decoder.scale(eighths((width, height), target));
    let started = if inks { decoder.to_colorspace(ColorSpace::JCS_CMYK) } else { decoder.rgb() };
    let started = started.map_err(unreadable)?;
    Ok(shrink_rows(started, target, inks.then_some(outline.adobe)))
}

/// `inks` says that rows are of four inks, and whether inverted.
fn shrink_rows(mut started: DecompressStarted<&[u8]>, target: (u32, u32), inks: Option<bool>) -> Shrink {
    let (width, height) = (started.width(), started.height());
    let mut shrink =
        Shrink::new((u32::try_from(width).unwrap_or(u32::MAX), u32::try_from(height).unwrap_or(u32::MAX)), target);
    let mut row = vec![0_u8; width * if inks.is_some() { 4 } else { 3 }];
    let mut rgb = Vec::new();
    for _ in 0..height {
        if started.read_scanlines_into(&mut row).is_err() {
            break;
        }
        if let Some(inverted) = inks {
            cmyk_to_rgb(&row, inverted, &mut rgb);
            shrink.push(&rgb);
        } else {
            shrink.push(&row);
        }
    }
    shrink
}

/// The smallest size, in eighths, in which the library can decode and that is still no smaller than `target`.
fn eighths(source: (u32, u32), target: (u32, u32)) -> u8 {
    let large_enough = |eighths: &u8| {
        let scaled = |side: u32| (u64::from(side) * u64::from(*eighths)).div_ceil(8);
        scaled(source.0) >= u64::from(target.0) && scaled(source.1) >= u64::from(target.1)
    };
    (1..8).find(large_enough).unwrap_or(8)
}

/// What is held of a picture in several scans: 64 coefficients of 16 bits for every block.
fn coefficient_bytes(decoder: &Decompress<&[u8]>) -> u64 {
    let components = decoder.components();
    let most = |sampling: fn(&mozjpeg_sys::jpeg_component_info) -> c_int| {
        components.iter().map(sampling).max().map_or(1, |most| u64::try_from(most).unwrap_or(1).max(1))
    };
    let (across, down) = (most(|component| component.h_samp_factor), most(|component| component.v_samp_factor));
    let blocks = |side: usize, sampling: c_int, most: u64| {
        let units = u64::try_from(side).unwrap_or(u64::MAX).div_ceil(8 * most);
        units.saturating_mul(u64::try_from(sampling).unwrap_or(1))
    };
    let of_component = |component: &mozjpeg_sys::jpeg_component_info| {
        let across = blocks(decoder.width(), component.h_samp_factor, across);
        across.saturating_mul(blocks(decoder.height(), component.v_samp_factor, down)).saturating_mul(64 * 2)
    };
    components.iter().map(of_component).fold(0, u64::saturating_add)
}

/// The library's own says nothing of warnings.
fn error_manager() -> jpeg_error_mgr {
    jpeg_error_mgr {
        error_exit: Some(error_exit),
        emit_message: Some(emit_message),
        output_message: Some(ignore),
        format_message: None,
        reset_error_mgr: Some(ignore),
        msg_code: 0,
        msg_parm: msg_parm_union::default(),
        trace_level: 0,
        num_warnings: 0,
        jpeg_message_table: ptr::null(),
        last_jpeg_message: 0,
        addon_message_table: ptr::null(),
        first_addon_message: 0,
        last_addon_message: 0,
    }
}

extern "C-unwind" fn error_exit(_: &mut jpeg_common_struct) {
    resume_unwind(Box::new("not a JPEG that can be decoded"));
}

/// Below zero is a warning, all else a trace (`jerror.c`).
extern "C-unwind" fn emit_message(_: &mut jpeg_common_struct, level: c_int) {
    if level < 0 {
        WARNINGS.set(WARNINGS.get().saturating_add(1));
    }
}

extern "C-unwind" fn ignore(_: &mut jpeg_common_struct) {}
