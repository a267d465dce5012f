//! The outline of a TIFF file: where its first picture ends, whether there are more, and whether it is a raw
//! photo, of which the first picture is a thumbnail (TIFF 6.0, section 2; DNG 1.4). `BigTIFF` is left to its decoder.

/// What the first directory says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// Where the last strip or tile of the first picture ends, as far as it can be told.
    pub(super) end: usize,
    /// Whether another picture follows.
    pub(super) several: bool,
    /// Whether the first picture is a small copy of another, or the file a raw photo.
    pub(super) reduced: bool,
}

const NEW_SUBFILE_TYPE: u16 = 254;
const STRIP_OFFSETS: u16 = 273;
const STRIP_BYTES: u16 = 279;
const TILE_OFFSETS: u16 = 324;
const TILE_BYTES: u16 = 325;
const DNG_VERSION: u16 = 50_706;

pub(super) fn outline(file: &[u8]) -> Outline {
    read(file).unwrap_or_default()
}

fn read(file: &[u8]) -> Option<Outline> {
    let words = Words { file, little: file.starts_with(b"II*\0") };
    if !words.little && !file.starts_with(b"MM\0*") {
        return None;
    }
    let directory = words.long(4)?;
    let entries = usize::from(words.short(directory)?);
    let mut outline = Outline::default();
    let (mut offsets, mut sizes) = (Vec::new(), Vec::new());
    for number in 0..entries {
        let entry = directory.checked_add(2 + number * 12)?;
        match words.short(entry)? {
            NEW_SUBFILE_TYPE => outline.reduced |= words.long(entry + 8)? & 1 == 1,
            DNG_VERSION => outline.reduced = true,
            STRIP_OFFSETS | TILE_OFFSETS => offsets = words.values(entry)?,
            STRIP_BYTES | TILE_BYTES => sizes = words.values(entry)?,
            _ => {}
        }
    }
    outline.end = offsets.iter().zip(&sizes).map(|(offset, size)| offset.saturating_add(*size)).max().unwrap_or(0);
    outline.several = words.long(directory + 2 + entries * 12).is_some_and(|next| next != 0);
    Some(outline)
}

struct Words<'a> {
    file: &'a [u8],
    little: bool,
}

impl Words<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes = *self.file.get(at..)?.first_chunk::<2>()?;
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = *self.file.get(at..)?.first_chunk::<4>()?;
        usize::try_from(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }).ok()
    }

    /// The numbers of an entry: shorts or longs, in the entry itself where four bytes hold them.
    fn values(&self, entry: usize) -> Option<Vec<usize>> {
        let short = self.short(entry + 2)? == 3;
        let size = if short { 2 } else { 4 };
        let count = self.long(entry + 4)?;
        let bytes = count.checked_mul(size)?;
        let start = if bytes <= 4 { entry + 8 } else { self.long(entry + 8)? };
        if start.checked_add(bytes)? > self.file.len() {
            return None;
        }
        let value = |number: usize| {
            let at = start + number * size;
            if short { self.short(at).map(usize::from) } else { self.long(at) }
        };
        (0..count).map(value).collect()
    }
}
