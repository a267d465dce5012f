//! From a file of any kind to the JPEG that is kept.

use std::panic::catch_unwind;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};

use super::format::{Format, format};
use super::whole::{self, Kind};
use super::{bounds, jpeg, png, tiff_outline};
use crate::failure::Failure;

pub(super) const QUALITY: u8 = 82;

/// A decoded photo, small enough to be kept.
pub(super) struct Taken {
    pub(super) picture: RgbImage,
    pub(super) orientation: Orientation,
    /// A part of the file was missing or damaged.
    pub(super) incomplete: bool,
    /// The file held more pictures.
    pub(super) first_of_several: bool,
}

/// What goes into the store.
pub(super) struct Reencoded {
    pub(super) jpeg: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) incomplete: bool,
    pub(super) first_of_several: bool,
}

pub(super) fn take_in(file: &[u8]) -> Result<Reencoded, Failure> {
    if file.len() > bounds::FILE_BYTES {
        return Err(Failure::PhotoTooLarge);
    }
    // A decoder that gives up on hostile bytes takes nothing else down with it.
    let taken = catch_unwind(|| decode(file)).map_err(|_| Failure::PhotoUnreadable)??;
    let mut picture = DynamicImage::ImageRgb8(taken.picture);
    picture.apply_orientation(taken.orientation);
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    picture.write_with_encoder(encoder).map_err(|_| Failure::PhotoUnreadable)?;
    Ok(Reencoded {
        jpeg,
        width: picture.width(),
        height: picture.height(),
        incomplete: taken.incomplete,
        first_of_several: taken.first_of_several,
    })
}

/// A picture that is looked at and not kept, in shades of grey.
pub(in crate::recording) fn look_at(file: &[u8]) -> Result<GrayImage, Failure> {
    if file.len() > bounds::FILE_BYTES {
        return Err(Failure::PhotoTooLarge);
    }
    let taken = catch_unwind(|| decode(file)).map_err(|_| Failure::PhotoUnreadable)??;
    Ok(DynamicImage::ImageRgb8(taken.picture).into_luma8())
}

pub(super) fn decode(file: &[u8]) -> Result<Taken, Failure> {
    match format(file) {
        Format::Jpeg(start) => jpeg::decode(file.get(start..).unwrap_or_default()),
        Format::Png => png::decode(file),
        Format::WebP => whole::decode(file, Kind::WebP),
        Format::Gif => whole::decode(file, Kind::Gif),
        Format::Bmp => whole::decode(file, Kind::Bmp),
        // Of a raw photo the first picture is a thumbnail: that is not what was seen.
        Format::Tiff if tiff_outline::outline(file).reduced => Err(Failure::PhotoUnreadable),
        Format::Tiff => whole::decode(file, Kind::Tiff),
        Format::Heic => Err(Failure::PhotoHeic),
        Format::Avif => Err(Failure::PhotoAvif),
        Format::Empty => Err(Failure::PhotoEmpty),
        Format::Other => Err(Failure::PhotoUnreadable),
    }
}
