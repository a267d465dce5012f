//! Files that people carry where there is no network: what a device has to send, and what goes back to it.
//!
//! ```text
//! file    = age v1, to a passphrase (scrypt): the code that the device shows
//! inside  = a tar archive (ustar), one entry for each part
//!
//! pushes/DEVICE.CHAIN/SEQ                     the body of a push, as it travels over HTTP
//! attachments/DEVICE.OPERATION/SHA256         a sealed attachment
//! receipts/DEVICE.CHAIN/SEQ                   the receipt of a batch, DSSE JSON
//! attachment-receipts/DEVICE.OPERATION/SHA256 the receipt of an attachment, DSSE JSON
//! key-directory, vocabulary, revocations, log-continuations    as the backend answers for them
//! ```
//! Nothing in it is believed for being in it: every part is checked as it would be had it come over a network. It is sealed
//! all the same, since the open part of a record tells enough to whoever finds the stick. The code goes another way
//! than the file. Deliberately absent: what neither side could send over a network.

mod code;
mod name;

use std::io::{self, Read, Write};
use std::iter;

use age::secrecy::SecretString;

use crate::limits;

pub use code::{CarryCode, CarryCodeError};
pub use name::{PartName, PartNameError};

/// 2^12 turns: the code is random and has 80 bits, so there is nothing to stretch.
const WORK_FACTOR: u8 = 12;
/// The head of a file to one passphrase has about 150 bytes, and ends with a line that begins so.
const HEAD_BYTES: usize = 1024;
const HEAD_END: &[u8] = b"\n--- ";
/// What a file may ask for at most: a fraction of a second.
const MOST_WORK: u8 = 16;

/// Of one part, as of the whole file.
const MOST_BYTES: u64 = limits::CARRIED_BYTES as u64;

/// One thing in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub name: PartName,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a file could not be written or read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CarriedError {
    /// It is no such file, it is not of this code, or it was altered or cut off.
    #[error("cannot be opened with this code, or is no such file, or was altered")]
    Unopenable,
    /// It opens, and what is inside is not what it should be.
    #[error("what is inside is malformed")]
    Malformed,
    /// Larger than any file of ours.
    #[error("larger than {} bytes", limits::CARRIED_BYTES)]
    TooLarge,
    /// The encryption failed.
    #[error("sealing failed")]
    Failed,
}

/// Seals `parts` into a file, in this order.
pub fn seal(parts: &[Part], code: &CarryCode) -> Result<Vec<u8>, CarriedError> {
    let mut recipient = age::scrypt::Recipient::new(secret(code));
    recipient.set_work_factor(WORK_FACTOR);
    let encryptor = age::Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient));
    let writer = encryptor.map_err(|_| CarriedError::Failed)?.wrap_output(Vec::new());
    let writer = write(parts, writer.map_err(|_| CarriedError::Failed)?).map_err(|_| CarriedError::Failed)?;
    writer.finish().map_err(|_| CarriedError::Failed)
}

fn write<W: Write>(parts: &[Part], out: W) -> io::Result<W> {
    let mut archive = tar::Builder::new(out);
    for Part { name, bytes } in parts {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len().try_into().map_err(io::Error::other)?);
        header.set_mode(0o600);
        archive.append_data(&mut header, name.to_string(), bytes.as_slice())?;
    }
    archive.into_inner()
}

/// Opens a file. Parts of a kind that this version does not know are passed over: a later version put them in.
pub fn open(file: &[u8], code: &CarryCode) -> Result<Vec<Part>, CarriedError> {
    if file.len() > limits::CARRIED_BYTES {
        return Err(CarriedError::TooLarge);
    }
    // Before it is read as one: age looks for the end of its head byte by byte, and begins anew with each.
    let head = file.get(..HEAD_BYTES.min(file.len())).unwrap_or_default();
    if !head.windows(HEAD_END.len()).any(|window| window == HEAD_END) {
        return Err(CarriedError::Unopenable);
    }
    let mut identity = age::scrypt::Identity::new(secret(code));
    identity.set_max_work_factor(MOST_WORK);
    let decryptor = age::Decryptor::new(file).map_err(|_| CarriedError::Unopenable)?;
    let mut plain =
        decryptor.decrypt(iter::once(&identity as &dyn age::Identity)).map_err(|_| CarriedError::Unopenable)?;
    let parts = read(&mut plain)?;
    // Past the end of the archive too: what was cut off there shows only now.
    io::copy(&mut plain, &mut io::sink()).map_err(|_| CarriedError::Unopenable)?;
    Ok(parts)
}

fn read(plain: &mut impl Read) -> Result<Vec<Part>, CarriedError> {
    let mut parts = Vec::new();
    let mut archive = tar::Archive::new(plain);
    // As they stand: what tar makes of a sparse file, or of names in entries of their own, is larger than the archive.
    for entry in archive.entries().map_err(|_| CarriedError::Malformed)?.raw(true) {
        let mut entry = entry.map_err(|error| torn(&error))?;
        if parts.len() == limits::CARRIED_PARTS {
            return Err(CarriedError::TooLarge);
        }
        let path = entry.path().map_err(|_| CarriedError::Malformed)?;
        let name = match path.to_str().map(str::parse) {
            Some(Ok(name)) => name,
            Some(Err(PartNameError::Unknown)) => continue,
            Some(Err(PartNameError::Malformed)) | None => return Err(CarriedError::Malformed),
        };
        if entry.header().entry_type() != tar::EntryType::Regular {
            return Err(CarriedError::Malformed);
        }
        // What a head claims is not reserved before it is there.
        let mut bytes = Vec::new();
        entry.by_ref().take(MOST_BYTES).read_to_end(&mut bytes).map_err(|error| torn(&error))?;
        if Some(bytes.len()) != entry.header().size().ok().and_then(|size| size.try_into().ok()) {
            return Err(CarriedError::Unopenable);
        }
        parts.push(Part { name, bytes });
    }
    Ok(parts)
}

/// The stream under the archive ends a file that was altered with an error of its own kind.
fn torn(error: &io::Error) -> CarriedError {
    let is_of_the_stream = matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData);
    if is_of_the_stream { CarriedError::Unopenable } else { CarriedError::Malformed }
}

fn secret(code: &CarryCode) -> SecretString {
    SecretString::from(code.to_string())
}

#[cfg(test)]
mod tests;
