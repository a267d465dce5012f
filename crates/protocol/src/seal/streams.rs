//! Sealing what is too large to be held whole: a register in a backup. Bytes go through in steps of 64 KiB.
//!
//! The format is the same age v1 file. Each step is authenticated before it is handed on, and the last one is marked as
//! such, so a file that was cut off ends in an error, never in a shorter text. What was read before that error is
//! genuine, but not whole: whoever reads must throw it away.

use std::io::{self, Read, Write};

use age::stream::{StreamReader, StreamWriter};

use super::{Identity, Recipient, SealError};

/// Seals what is written to it; the file is whole after [`SealingWriter::finish`] only.
pub struct SealingWriter<W: Write>(StreamWriter<W>);

impl<W: Write> SealingWriter<W> {
    /// Seals to `recipient` into `output`.
    pub fn new(output: W, recipient: &Recipient) -> Result<Self, SealError> {
        let keys = std::iter::once(&recipient.0 as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(keys).map_err(|_| SealError::NoRecipients)?;
        encryptor.wrap_output(output).map(Self).map_err(|_| SealError::Failed)
    }

    /// Writes the last step, and answers the output.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for SealingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Reads what was sealed. A file that was altered or cut off is an error of kind `InvalidData` or `UnexpectedEof`.
pub struct OpeningReader<R: Read>(StreamReader<R>);

impl<R: Read> OpeningReader<R> {
    /// Opens `input` with `identity`, which must be the one it was sealed to.
    pub fn new(input: R, identity: &Identity) -> Result<Self, SealError> {
        let decryptor = age::Decryptor::new(input).map_err(|_| SealError::Unopenable)?;
        let identities = std::iter::once(&identity.0 as &dyn age::Identity);
        decryptor.decrypt(identities).map(Self).map_err(|_| SealError::Unopenable)
    }
}

impl<R: Read> Read for OpeningReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const STEP: usize = 64 * 1024;

    fn sealed(plain: &[u8], identity: &Identity) -> Vec<u8> {
        let mut writer = SealingWriter::new(Vec::new(), &identity.recipient()).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    fn opened(sealed: &[u8], identity: &Identity) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        OpeningReader::new(sealed, identity).map_err(io::Error::other)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_was_sealed_in_steps_is_opened_with_its_identity_alone() {
        let (identity, stranger) = (Identity::generate(), Identity::generate());
        for size in [0, 1, STEP - 1, STEP, STEP + 1, 3 * STEP] {
            let plain: Vec<u8> = (0_u8..251).cycle().take(size).collect();
            let sealed = sealed(&plain, &identity);
            assert_eq!(opened(&sealed, &identity).unwrap(), plain, "{size}");
            assert!(OpeningReader::new(sealed.as_slice(), &stranger).is_err(), "{size}");
        }
    }

    #[test]
    fn a_file_that_was_cut_off_between_steps_or_within_one_is_an_error() {
        let identity = Identity::generate();
        let whole = sealed(&vec![7; 2 * STEP + 10], &identity);
        let last_step = 10 + 16;
        let between = whole.len() - last_step;
        for cut in [between, between - 1, between + 1, between - STEP - 16, whole.len() - 1] {
            let kind = opened(&whole[..cut], &identity).unwrap_err().kind();
            assert!(matches!(kind, io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof), "{cut}: {kind}");
        }
        let longer = [whole.as_slice(), b"x"].concat();
        assert!(opened(&longer, &identity).is_err());
    }
}
