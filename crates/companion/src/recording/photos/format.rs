//! What a file is, by its content and never by its name.

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Starts at this byte: cameras and mail programs leave bytes before it.
    Jpeg(usize),
    Png,
    WebP,
    Gif,
    Bmp,
    Tiff,
    /// Needs a licence for its codec; no well-kept decoder may be carried along.
    Heic,
    /// No well-kept decoder with an allowed licence builds for every platform.
    Avif,
    /// Nothing at all, as a file that a cloud has not brought to the device.
    Empty,
    Other,
}

/// How far into a file a JPEG may start.
const JUNK_BYTES: usize = 64 * 1024;
const JPEG_START: &[u8] = &[0xff, 0xd8, 0xff];

pub(super) fn format(file: &[u8]) -> Format {
    let starts = |magic: &[u8]| file.starts_with(magic);
    if file.is_empty() {
        Format::Empty
    } else if starts(JPEG_START) {
        Format::Jpeg(0)
    } else if starts(b"\x89PNG\r\n\x1a\n") {
        Format::Png
    } else if starts(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
        Format::WebP
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Format::Gif
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        Format::Tiff
    } else if file.get(4..8) == Some(b"ftyp") {
        brand(file)
    } else if starts(b"BM") && file.get(6..10) == Some(&[0; 4]) {
        Format::Bmp
    } else {
        jpeg_further_on(file)
    }
}

/// The brands of an ISO base media file (ISO/IEC 14496-12, 4.3).
fn brand(file: &[u8]) -> Format {
    let size = file.first_chunk::<4>().map_or(0, |size| u32::from_be_bytes(*size));
    let end = usize::try_from(size).unwrap_or(usize::MAX).min(file.len()).min(256);
    let named = |names: &[&[u8]]| {
        let brands = file.get(8..end).unwrap_or_default();
        brands.chunks_exact(4).any(|brand| names.contains(&brand))
    };
    if named(&[b"avif", b"avis"]) {
        Format::Avif
    } else if named(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"]) {
        Format::Heic
    } else {
        Format::Other
    }
}

fn jpeg_further_on(file: &[u8]) -> Format {
    let head = file.get(..JUNK_BYTES).unwrap_or(file);
    let start = head.windows(JPEG_START.len()).position(|window| window == JPEG_START);
    start.map_or(Format::Other, Format::Jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_by_content() {
        assert_eq!(format(b""), Format::Empty);
        assert_eq!(format(b"\n\r\n\xff\xd8\xff\xe0"), Format::Jpeg(3));
        assert_eq!(format(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"), Format::Heic);
        assert_eq!(format(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif"), Format::Avif);
        assert_eq!(format(b"\0\0\0\x14ftypisom\0\0\0\0mp42"), Format::Other, "a film is no photo");
        assert_eq!(format(b"BMW is no bitmap"), Format::Other);
    }
}
