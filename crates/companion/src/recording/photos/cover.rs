//! Covering a part of a photo before it is sealed: a face or a name that need not be kept.
//!
//! The area is painted into the pixels and the picture is encoded anew, so there is nothing under it to be uncovered.
//! Deliberately absent: blurring and coarse pixels, from which what was there can be guessed; a way back.

use std::panic::catch_unwind;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::intake::{self, QUALITY};
use crate::failure::{Failure, FieldError, FieldErrorCode};

/// Areas that are covered in one go.
const AREAS: usize = 64;
/// JPEG encodes in blocks of this many pixels: what was in a block shows in the errors of all of it. So whole blocks are
/// covered.
const BLOCK: u32 = 16;
const COVER: Rgb<u8> = Rgb([0, 0, 0]);

/// A part of a photo, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct CoveredArea {
    /// From the left side.
    pub left: u32,
    /// From the upper side.
    pub top: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl CoveredArea {
    /// Whether there is something in it, and all of it lies in the picture.
    fn within(self, width: u32, height: u32) -> bool {
        let inside =
            |start: u32, length: u32, side: u32| length > 0 && start.checked_add(length).is_some_and(|end| end <= side);
        inside(self.left, self.width, width) && inside(self.top, self.height, height)
    }
}

/// `jpeg` with the areas painted over.
pub(super) fn cover(jpeg: &[u8], areas: &[CoveredArea]) -> Result<Vec<u8>, Failure> {
    if areas.is_empty() {
        return Err(refused(FieldErrorCode::Required));
    }
    if areas.len() > AREAS {
        return Err(refused(FieldErrorCode::TooLong));
    }
    let taken = catch_unwind(|| intake::decode(jpeg)).map_err(|_| Failure::PhotoUnreadable)??;
    let mut picture = taken.picture;
    if !areas.iter().all(|area| area.within(picture.width(), picture.height())) {
        return Err(refused(FieldErrorCode::Invalid));
    }
    for area in areas {
        paint(&mut picture, *area);
    }
    let mut covered = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut covered, QUALITY);
    picture.write_with_encoder(encoder).map_err(|_| Failure::PhotoUnreadable)?;
    Ok(covered)
}

fn paint(picture: &mut RgbImage, area: CoveredArea) {
    let (width, height) = picture.dimensions();
    let across = blocks(area.left, area.width, width);
    let down = blocks(area.top, area.height, height);
    for y in down {
        for x in across.clone() {
            picture.put_pixel(x, y, COVER);
        }
    }
}

/// The pixels of every block that is touched.
fn blocks(start: u32, length: u32, side: u32) -> std::ops::Range<u32> {
    let end = start.saturating_add(length).div_ceil(BLOCK).saturating_mul(BLOCK);
    (start / BLOCK * BLOCK)..end.min(side)
}

fn refused(code: FieldErrorCode) -> Failure {
    Failure::Invalid(vec![FieldError::new("photos.covered", code)])
}
