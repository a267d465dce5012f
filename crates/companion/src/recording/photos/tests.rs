//! Photos of every kind that phones, editors and bad networks leave, taken in as the author would see them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

mod covering;
mod memory;

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::intake::{Reencoded, take_in};
use super::shrink::LONGEST_SIDE;
use crate::failure::Failure;

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
    let kept = take_in(&taken).unwrap();
    assert_eq!((kept.width, kept.height), (40, 60), "turned as EXIF asked");
    for trace in [b"Exif".as_slice(), b"GPS", b"Phone"] {
        assert!(taken.windows(trace.len()).any(|window| window == trace));
        assert!(!kept.jpeg.windows(trace.len()).any(|window| window == trace));
    }
}

#[test]
fn bounds_the_longest_side() {
    let kept = take_in(&jpeg(5000, 100)).unwrap();
    assert_eq!(kept.width, LONGEST_SIDE);
}

#[test]
fn refuses_what_is_no_picture_and_a_picture_cut_off() {
    assert!(matches!(take_in(b"not a picture"), Err(Failure::PhotoUnreadable)));
    assert!(matches!(take_in(b"\0\0\0\x14ftypheic\0\0\0\0mif1"), Err(Failure::PhotoHeic)));
    assert!(matches!(take_in(b"\0\0\0\x14ftypavif\0\0\0\0mif1"), Err(Failure::PhotoAvif)));
    let whole = jpeg(300, 300);
    assert!(matches!(take_in(&whole[..40]), Err(Failure::PhotoUnreadable)));
    assert!(matches!(take_in(&[]), Err(Failure::PhotoEmpty)));
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
    assert!(matches!(take_in(&png_header(60_000, 8, 2)), Err(Failure::PhotoTooLarge)), "too many a side");
    assert!(matches!(take_in(&png_header(19_000, 16, 6)), Err(Failure::PhotoTooLarge)), "too many bytes");
    assert!(matches!(take_in(&png_header(10, 8, 2)), Err(Failure::PhotoUnreadable)), "small, but empty");
}

fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos").join(name)).unwrap()
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos");
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), sample(&name))).collect()
}

fn seen(kept: &Reencoded) -> RgbImage {
    image::load_from_memory(&kept.jpeg).unwrap().to_rgb8()
}

/// The mean colour of each of a grid of fields, which re-encoding changes by little.
fn fields(picture: &RgbImage) -> Vec<[u8; 3]> {
    let small = image::imageops::thumbnail(picture, 4, 4);
    small.pixels().map(|pixel| pixel.0).collect()
}

fn assert_alike(name: &str, a: &RgbImage, b: &RgbImage) {
    assert_eq!(a.dimensions(), b.dimensions(), "{name}");
    for (one, other) in fields(a).iter().zip(fields(b)) {
        let far = one.iter().zip(other).map(|(one, other)| one.abs_diff(other)).max().unwrap();
        assert!(far < 24, "{name}: {:?} and {:?}", fields(a), fields(b));
    }
}

/// Four quarters of one colour each, no two alike: whatever turns or mirrors it shows.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => Rgb([200, 30, 30]),
        (false, true) => Rgb([30, 180, 40]),
        (true, false) => Rgb([40, 40, 190]),
        (false, false) => Rgb([220, 210, 60]),
    })
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

#[test]
fn every_orientation_is_applied_in_every_format_that_has_it() {
    let upright = seen(&take_in(&sample("e-orient1.jpg")).unwrap());
    for name in (2..=8).map(|orientation| format!("e-orient{orientation}.jpg")) {
        assert_alike(&name, &seen(&take_in(&sample(&name)).unwrap()), &upright);
    }
    for name in ["e2-orient6.png", "e3-orient6.webp"] {
        assert_alike(name, &seen(&take_in(&sample(name)).unwrap()), &upright);
    }
}

#[test]
fn a_whole_photo_of_any_kind_is_taken_in_as_whole() {
    let several = ["i-animated.webp", "i2-apng.png", "n-png-as.jpg"];
    for (name, file) in samples() {
        if ["i6", "j", "l8"].iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let kept = take_in(&file).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        assert!(!kept.incomplete, "{name}");
        assert_eq!(kept.first_of_several, several.contains(&name.as_str()), "{name}");
        assert_eq!(seen(&kept).dimensions(), (kept.width, kept.height), "{name}");
    }
}

#[test]
fn colours_are_those_that_were_seen() {
    let picture = DynamicImage::ImageRgb8(quarters(64, 48));
    let sixteen = DynamicImage::ImageRgb16(picture.to_rgb16());
    let grey = DynamicImage::ImageLuma16(picture.to_luma16());
    for (name, file, right) in [
        ("png", written(&picture, ImageFormat::Png), &picture),
        ("16-bit png", written(&sixteen, ImageFormat::Png), &picture),
        ("16-bit grey png", written(&grey, ImageFormat::Png), &grey),
        ("webp", written(&picture, ImageFormat::WebP), &picture),
        ("gif", written(&picture, ImageFormat::Gif), &picture),
        ("bmp", written(&picture, ImageFormat::Bmp), &picture),
        ("tiff", written(&picture, ImageFormat::Tiff), &picture),
        ("16-bit tiff", written(&sixteen, ImageFormat::Tiff), &picture),
        ("jpeg", written(&picture, ImageFormat::Jpeg), &picture),
    ] {
        let kept = take_in(&file).unwrap();
        assert!(!kept.incomplete && !kept.first_of_several, "{name}");
        assert_alike(name, &seen(&kept), &right.to_rgb8());
    }
    let plain = seen(&take_in(&sample("a-plain.jpg")).unwrap());
    for name in ["b-progressive.jpg", "c-cmyk.jpg", "n2-newline-before.jpg"] {
        assert_alike(name, &seen(&take_in(&sample(name)).unwrap()), &plain);
    }
}

#[test]
fn what_is_transparent_lies_on_white() {
    let black_text = seen(&take_in(&sample("g-transparent-black-text.png")).unwrap());
    assert!(black_text.get_pixel(0, 0).0.iter().all(|value| *value > 245), "{:?}", black_text.get_pixel(0, 0));
    assert!(black_text.pixels().any(|pixel| pixel.0.iter().all(|value| *value < 90)), "the text is there");
    let mut layers = image::RgbaImage::new(32, 32);
    layers.pixels_mut().for_each(|pixel| pixel.0 = [0, 0, 0, 0]);
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Tiff] {
        let kept = take_in(&written(&DynamicImage::ImageRgba8(layers.clone()), format)).unwrap();
        assert!(seen(&kept).pixels().all(|pixel| pixel.0.iter().all(|value| *value > 245)), "{format:?}");
    }
}

#[test]
fn a_file_cut_off_is_never_taken_for_whole() {
    let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(200, 150, |x, y| {
        let noise = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761).to_le_bytes();
        Rgb([noise[1], noise[2], noise[3]])
    }));
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("gif".into(), written(&picture, ImageFormat::Gif)),
        ("bmp".into(), written(&picture, ImageFormat::Bmp)),
        ("tiff".into(), written(&picture, ImageFormat::Tiff)),
        ("png".into(), written(&picture, ImageFormat::Png)),
        ("lossless webp".into(), written(&picture, ImageFormat::WebP)),
    ];
    for name in ["l-whole-noisy.jpg", "l6-noisy-prog.jpg", "c-cmyk.jpg", "e3-orient6.webp", "h2-1bit.png"] {
        files.push((name.into(), sample(name)));
    }
    for (name, file) in files {
        let whole = take_in(&file).unwrap();
        assert!(!whole.incomplete, "{name}");
        for tenths in 1..10 {
            match take_in(&file[..file.len() * tenths / 10]) {
                Ok(kept) => {
                    assert!(kept.incomplete, "{name} at {tenths} tenths");
                    assert_eq!((kept.width, kept.height), (whole.width, whole.height), "{name}");
                }
                Err(failure) => {
                    assert!(matches!(failure, Failure::PhotoUnreadable), "{name} at {tenths} tenths: {failure}");
                }
            }
        }
    }
    for name in ["l-whole-noisy.jpg", "l6-noisy-prog.jpg"] {
        let file = sample(name);
        assert!(take_in(&file[..file.len() / 2]).unwrap().incomplete, "half of {name} can be kept");
        let ended = [&file[..file.len() / 2], b"\xff\xd9"].concat();
        assert!(take_in(&ended).unwrap().incomplete, "a false end of {name}");
    }
    assert!(take_in(&sample("l8-png-cut-half.png")).unwrap().incomplete);
}

#[test]
fn names_the_formats_that_are_not_read() {
    assert!(matches!(take_in(&sample("j-heic-header.heic")), Err(Failure::PhotoHeic)));
    assert!(matches!(take_in(&sample("j2-heic-as.jpg")), Err(Failure::PhotoHeic)));
}

/// Bytes changed, cut out and put in at places that differ each time, always the same ones.
#[test]
fn no_bytes_make_it_panic_or_keep_what_cannot_be_shown() {
    let mut chance = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        usize::try_from(chance % u64::try_from(below.max(1)).unwrap()).unwrap()
    };
    for (name, file) in samples() {
        for _ in 0..40 {
            let mut altered = file.clone();
            for _ in 0..=next(6) {
                if altered.is_empty() {
                    break;
                }
                let at = next(altered.len());
                match next(4) {
                    0 => altered[at] = next(256).to_le_bytes()[0],
                    1 => altered[at] ^= 1 << next(8),
                    2 => drop(altered.drain(at..(at + next(64)).min(file.len()).max(at).min(altered.len()))),
                    _ => drop(altered.splice(at..at, [0xff, next(256).to_le_bytes()[0], 0])),
                }
            }
            if let Ok(kept) = take_in(&altered) {
                assert_eq!(seen(&kept).dimensions(), (kept.width, kept.height), "{name}");
            }
        }
    }
}
