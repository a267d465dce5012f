//! Photos: taken in, re-encoded, and kept in the encrypted store only.
//!
//! Re-encoding is what removes EXIF and every other trace of time, place and device: only pixels go in, so
//! only pixels come out. The orientation that EXIF asked for is applied first. Dimensions are checked before
//! pixels are decoded.

use std::io::Cursor;

use baken_protocol::limits;
use data_encoding::BASE64;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::failure::Failure;
use crate::forms::parse_uuid;
use crate::store::cached::Cached;
use crate::store::{Store, StoreError, time_text};

/// The longest side after re-encoding, in pixels: enough to read a document in the picture.
const LONGEST_SIDE: u32 = 2560;
const QUALITY: u8 = 82;
/// Bytes of decoded pixels: a photo of 60 megapixels and some room.
const MAX_PIXEL_BYTES: u64 = 200 * 1024 * 1024;
/// Bytes of a file that will be looked at.
const MAX_INPUT_BYTES: usize = 40 * 1024 * 1024;

/// A photo of a draft or record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PhotoSummary {
    /// Its id on this device.
    #[ts(type = "string")]
    pub id: Uuid,
    /// Bytes of the re-encoded JPEG.
    pub size_bytes: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Store {
    /// Takes a photo into a draft.
    pub fn add_photo(&self, draft: Uuid, file: &[u8]) -> Result<PhotoSummary, Failure> {
        let reencoded = reencode(file)?;
        let id = self.environment.ids.uuid();
        let now = self.environment.clock.now();
        self.write(|tx| {
            let known: bool = tx.query_row_cached(
                "SELECT EXISTS (SELECT 1 FROM drafts WHERE draft = ?1)",
                [draft.to_string()],
                |row| row.get(0),
            )?;
            if !known {
                return Err(Failure::NotFound);
            }
            if of_draft(tx, draft)?.len() >= limits::OPERATION_ATTACHMENTS {
                return Err(Failure::TooManyPhotos);
            }
            tx.execute_cached(
                "INSERT INTO photos (photo, draft, taken_at, width, height, jpeg) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    id.to_string(),
                    draft.to_string(),
                    time_text(now),
                    reencoded.width,
                    reencoded.height,
                    reencoded.jpeg
                ],
            )?;
            Ok(PhotoSummary {
                id,
                size_bytes: u64::try_from(reencoded.jpeg.len()).unwrap_or(u64::MAX),
                width: reencoded.width,
                height: reencoded.height,
            })
        })
    }

    /// A photo as a `data:` URL, for an image element.
    pub fn photo_preview(&self, id: Uuid) -> Result<String, Failure> {
        let jpeg: Option<Vec<u8>> = self.read(|connection| {
            connection
                .query_row_cached("SELECT jpeg FROM photos WHERE photo = ?1", [id.to_string()], |row| row.get(0))
                .optional()
                .map_err(StoreError::from)
        })?;
        Ok(format!("data:image/jpeg;base64,{}", BASE64.encode(&jpeg.ok_or(Failure::NotFound)?)))
    }

    /// Takes a photo out of a draft. Photos of records stay.
    pub fn remove_photo(&self, id: Uuid) -> Result<(), Failure> {
        self.write(|tx| {
            let gone =
                tx.execute_cached("DELETE FROM photos WHERE photo = ?1 AND draft IS NOT NULL", [id.to_string()])?;
            if gone == 0 { Err(Failure::NotFound) } else { Ok(()) }
        })
    }
}

pub(crate) fn of_draft(connection: &Connection, draft: Uuid) -> Result<Vec<PhotoSummary>, StoreError> {
    list(connection, "SELECT photo, length(jpeg), width, height FROM photos WHERE draft = ?1 ORDER BY photo", draft)
}

pub(crate) fn of_operation(connection: &Connection, operation: Uuid) -> Result<Vec<PhotoSummary>, StoreError> {
    let sql = "SELECT photo, length(jpeg), width, height FROM photos WHERE operation = ?1 ORDER BY photo";
    list(connection, sql, operation)
}

pub(crate) fn discard_of_draft(connection: &Connection, draft: Uuid) -> Result<(), StoreError> {
    connection.execute_cached("DELETE FROM photos WHERE draft = ?1", [draft.to_string()])?;
    Ok(())
}

fn list(connection: &Connection, sql: &str, owner: Uuid) -> Result<Vec<PhotoSummary>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement
        .query_map([owner.to_string()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    rows.map(|row| {
        let (id, size_bytes, width, height) = row?;
        Ok(PhotoSummary { id: parse_uuid(&id)?, size_bytes, width, height })
    })
    .collect()
}

struct Reencoded {
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
}

fn reencode(file: &[u8]) -> Result<Reencoded, Failure> {
    if file.len() > MAX_INPUT_BYTES {
        return Err(Failure::PhotoTooLarge);
    }
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| Failure::PhotoUnreadable)?;
    let mut bounds = Limits::default();
    bounds.max_image_width = Some(20_000);
    bounds.max_image_height = Some(20_000);
    bounds.max_alloc = Some(MAX_PIXEL_BYTES);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(|error| unreadable(&error))?;
    // The reader reserves memory for pixels only when it decodes by itself; here it is asked first.
    if decoder.total_bytes() > MAX_PIXEL_BYTES {
        return Err(Failure::PhotoTooLarge);
    }
    let orientation = decoder.orientation().map_err(|error| unreadable(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| unreadable(&error))?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > LONGEST_SIDE {
        picture = picture.resize(LONGEST_SIDE, LONGEST_SIDE, image::imageops::FilterType::CatmullRom);
    }
    let pixels = picture.to_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&pixels).map_err(|error| unreadable(&error))?;
    Ok(Reencoded { jpeg, width: pixels.width(), height: pixels.height() })
}

fn unreadable(error: &image::ImageError) -> Failure {
    if matches!(error, image::ImageError::Limits(_)) { Failure::PhotoTooLarge } else { Failure::PhotoUnreadable }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let picture =
            image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 90]));
        let mut out = Vec::new();
        JpegEncoder::new(&mut out).encode_image(&picture).unwrap();
        out
    }

    /// A JPEG with an EXIF segment: orientation 6 (turn right) and a GPS-like marker text.
    fn with_exif(plain: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 52.4634 4.5920 Phone of someone");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn removes_every_trace_of_exif_and_keeps_the_picture_upright() {
        let taken = with_exif(&jpeg(60, 40));
        let kept = reencode(&taken).unwrap();
        assert_eq!((kept.width, kept.height), (40, 60), "turned as EXIF asked");
        for trace in [b"Exif".as_slice(), b"GPS", b"Phone"] {
            assert!(taken.windows(trace.len()).any(|window| window == trace));
            assert!(!kept.jpeg.windows(trace.len()).any(|window| window == trace));
        }
    }

    #[test]
    fn bounds_the_longest_side() {
        let kept = reencode(&jpeg(5000, 100)).unwrap();
        assert_eq!(kept.width, LONGEST_SIDE);
    }

    #[test]
    fn refuses_what_is_no_picture_and_a_picture_cut_off() {
        assert!(matches!(reencode(b"not a picture"), Err(Failure::PhotoUnreadable)));
        let whole = jpeg(300, 300);
        assert!(matches!(reencode(&whole[..40]), Err(Failure::PhotoUnreadable)));
        assert!(matches!(reencode(&[]), Err(Failure::PhotoUnreadable)));
    }

    /// A PNG that claims `side` x `side` pixels of `depth` bits and channels of `colour`, with sound checksums.
    fn png_header(side: u32, depth: u8, colour: u8) -> Vec<u8> {
        let chunk = |kind: &[u8], body: &[u8]| {
            let content = [kind, body].concat();
            let length = u32::try_from(body.len()).unwrap().to_be_bytes();
            [&length[..], &content, &crc32(&content).to_be_bytes()].concat()
        };
        let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[depth, colour, 0, 0, 0]].concat();
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", b""), chunk(b"IEND", b"")].concat()
    }

    /// CRC-32 as in the PNG specification, annex D.
    fn crc32(bytes: &[u8]) -> u32 {
        let step = |crc: u32| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
        !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
    }

    #[test]
    fn refuses_dimensions_that_would_exhaust_memory_before_decoding() {
        assert!(matches!(reencode(&png_header(60_000, 8, 2)), Err(Failure::PhotoTooLarge)), "too many a side");
        assert!(matches!(reencode(&png_header(19_000, 16, 6)), Err(Failure::PhotoTooLarge)), "too many bytes");
        assert!(matches!(reencode(&png_header(10, 8, 2)), Err(Failure::PhotoUnreadable)), "small, but empty");
    }
}
