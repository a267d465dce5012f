//! Bytes that pass by, hashed: a large file is read or written once, and nothing of it is held.

use std::io::{self, Read, Write};

use baken_protocol::digest::Digest;
use ring::digest::{Context, SHA256};

/// A reader or writer that knows the SHA-256 of what went through it.
pub struct Hashed<T> {
    inner: T,
    context: Context,
}

impl<T> Hashed<T> {
    /// Nothing has passed yet.
    pub fn new(inner: T) -> Self {
        Self { inner, context: Context::new(&SHA256) }
    }

    /// The reader or writer, and the hash.
    pub fn into_parts(self) -> (T, Digest) {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.context.finish().as_ref());
        (self.inner, Digest::from_bytes(bytes))
    }
}

impl<T: Read> Read for Hashed<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.context.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl<T: Write> Write for Hashed<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.context.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_passes_by_is_hashed_as_it_is() {
        let bytes: Vec<u8> = (0_u8..=255).cycle().take(20_000).collect();
        let mut through = Hashed::new(Vec::new());
        io::copy(&mut Hashed::new(bytes.as_slice()), &mut through).unwrap();
        let (written, digest) = through.into_parts();
        assert_eq!((written.as_slice(), digest), (bytes.as_slice(), Digest::of(&bytes)));
        let mut read = Hashed::new(bytes.as_slice());
        io::copy(&mut read, &mut io::sink()).unwrap();
        assert_eq!(read.into_parts().1, Digest::of(&bytes));
    }
}
