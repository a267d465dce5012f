//! The outline of a JPEG file, read before it is decoded: what decoding would cost (ITU-T T.81, annex B).

/// What decoding has to hold in memory and go through.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// The picture comes in several scans, so that every coefficient is held until the last.
    pub(super) several_scans: bool,
    /// How many scans there are.
    pub(super) scans: usize,
    /// Whether the file says where the picture ends.
    pub(super) ends: bool,
    /// Whether there is an Adobe segment: inks are then written the other way round.
    pub(super) adobe: bool,
    /// The EXIF segment, from its TIFF header on.
    pub(super) exif: Option<Vec<u8>>,
}

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;

/// Goes from marker to marker of a file that starts with a JPEG.
pub(super) fn outline(file: &[u8]) -> Outline {
    let mut outline = Outline::default();
    let mut components = 0;
    let mut rest = file.get(2..).unwrap_or_default();
    while let Some((marker, after)) = next_marker(rest) {
        rest = after;
        match marker {
            END_OF_IMAGE => {
                outline.ends = true;
                break;
            }
            // Without a length: restarts, a second start, and what is reserved for arithmetic coding.
            0xd0..=0xd8 | 0x01 => continue,
            _ => {}
        }
        let Some(length) = rest.first_chunk::<2>().map(|length| usize::from(u16::from_be_bytes(*length))) else {
            break;
        };
        let body = rest.get(2..length).unwrap_or_default();
        match marker {
            // Frames: all of 0xc0 to 0xcf that are no tables. Every third and fourth is progressive.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                components = body.get(5).copied().unwrap_or_default();
                outline.several_scans |= matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
            }
            START_OF_SCAN => {
                outline.scans += 1;
                outline.several_scans |= body.first().is_none_or(|in_scan| *in_scan < components);
            }
            0xe1 if outline.exif.is_none() => {
                outline.exif = body.strip_prefix(b"Exif\0\0").map(<[u8]>::to_vec);
            }
            0xee => outline.adobe |= body.starts_with(b"Adobe"),
            _ => {}
        }
        rest = rest.get(length.max(2)..).unwrap_or_default();
    }
    outline
}

/// The next marker and what follows it. Bytes of a scan are passed over: in them 0xff is followed by zero.
fn next_marker(mut bytes: &[u8]) -> Option<(u8, &[u8])> {
    loop {
        let start = bytes.iter().position(|byte| *byte == 0xff)?;
        let after = bytes.get(start..)?;
        let fill = after.iter().take_while(|byte| **byte == 0xff).count();
        let (marker, rest) = after.get(fill..)?.split_first()?;
        if *marker != 0 {
            return Some((*marker, rest));
        }
        bytes = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_scans_orientation_and_an_end_that_is_missing() {
        let frame = b"\xff\xd8\xff\xee\0\x07Adobe\xff\xc0\0\x08\x08\0\x01\0\x01\x03";
        let exif = b"\xff\xe1\0\x0aExif\0\0II";
        let scan = b"\xff\xda\0\x03\x03\x12\xff\0\xff\xd0\x34";
        let whole = [frame.as_slice(), exif, scan, b"\xff\xd9\xff\xd8trailer"].concat();
        let sequential =
            Outline { several_scans: false, scans: 1, ends: true, adobe: true, exif: Some(b"II".to_vec()) };
        assert_eq!(outline(&whole), sequential);
        let cut = [frame.as_slice(), scan].concat();
        assert!(!outline(&cut).ends);
        let one_of_three = [frame.as_slice(), b"\xff\xda\0\x03\x01"].concat();
        assert!(outline(&one_of_three).several_scans);
    }
}
