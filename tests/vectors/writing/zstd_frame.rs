//! Frames of zstd (RFC 8878) put together by hand, so that they can be as false as a sender likes and do not depend on
//! the version of a compressor.

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const BLOCK_BYTES: usize = 128 * 1024;

/// The window of a frame that asks for no more than one block.
const WINDOW_LOG: u8 = 17;

/// `content` in one raw block.
pub(super) fn raw(content: &[u8]) -> Vec<u8> {
    raw_with_window(content, WINDOW_LOG)
}

/// `content` in one raw block of a frame that claims a window of `2^window_log` bytes.
pub(super) fn raw_with_window(content: &[u8], window_log: u8) -> Vec<u8> {
    let mut out = head(window_log);
    block(&mut out, 0, content.len(), true);
    out.extend_from_slice(content);
    out
}

/// As many zeros as `size` says, in blocks of one byte each.
pub(super) fn zeros(size: usize) -> Vec<u8> {
    let mut out = head(WINDOW_LOG);
    let mut left = size;
    while left > 0 {
        let here = left.min(BLOCK_BYTES);
        left -= here;
        block(&mut out, 1, here, left == 0);
        out.push(0);
    }
    out
}

/// A frame that decoders skip (RFC 8878, 3.1.2), with `content` in it.
pub(super) fn skippable(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    [&[0x50, 0x2a, 0x4d, 0x18], length.to_le_bytes().as_slice(), content].concat()
}

/// Magic number, a descriptor that announces neither size, checksum nor dictionary, and the window.
fn head(window_log: u8) -> Vec<u8> {
    [MAGIC.as_slice(), &[0, (window_log - 10) << 3]].concat()
}

fn block(out: &mut Vec<u8>, kind: u32, size: usize, last: bool) {
    assert!(size <= BLOCK_BYTES);
    let header = u32::try_from(size).unwrap() << 3 | kind << 1 | u32::from(last);
    out.extend_from_slice(&header.to_le_bytes()[..3]);
}
