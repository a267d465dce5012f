//! Sealed attachments on disk, each named by the hash of its bytes: `HASH.DEVICE.part` while it grows, `HASH` once
//! it is whole, hashed and durable. The file's own length is the only offset that is believed. Each device has a
//! part of its own: whoever lists another's hash can neither cut nor spoil what that other sent.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use baken_protocol::digest::Digest;
use baken_protocol::ids::DeviceId;

/// Why bytes were not appended. Nothing of them was kept, but for `Mismatch` and `Io`.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The file is elsewhere by now.
    #[error("the upload is at offset {offset}")]
    Offset {
        /// Where it is.
        offset: u64,
    },
    /// A file with this hash is held whole, and it is not of the size that was announced.
    #[error("the attachment is held, and is of another size than announced")]
    OtherSize,
    /// More than was announced.
    #[error("longer than announced")]
    TooLong,
    /// Another request is writing this file.
    #[error("another request is writing this attachment")]
    Busy,
    /// Whole, but not the bytes that were announced: the part was thrown away.
    #[error("the bytes are not those that were announced")]
    Mismatch,
    /// The disk refused.
    #[error("the attachment cannot be written")]
    Io(#[from] io::Error),
}

/// What a device brings.
#[derive(Debug, Clone, Copy)]
pub struct Upload {
    /// The hash it announced.
    pub sha256: Digest,
    /// Who brings it.
    pub by: DeviceId,
    /// The size it announced.
    pub size_bytes: u64,
    /// Whether a whole file that is here already is what this device brought, and not what another did.
    pub whole_is_its_own: bool,
}

/// Writes all of these bytes at the end of a file.
pub type Write = fn(&mut File, &[u8]) -> io::Result<()>;

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes held.
    pub offset: u64,
    /// Whether that is all of it, verified and durable.
    pub complete: bool,
}

/// The folder of attachments.
pub struct AttachmentFiles {
    folder: PathBuf,
    write: Write,
    writing: Mutex<HashSet<(Digest, DeviceId)>>,
}

impl AttachmentFiles {
    /// Opens or makes the folder.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        Self::open_on(folder, io::Write::write_all)
    }

    /// The same on a disk that takes bytes as `write` does: for tests of one that does not.
    pub fn open_on(folder: PathBuf, write: Write) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, write, writing: Mutex::new(HashSet::new()) })
    }

    /// Where the whole file is or will be.
    pub fn path(&self, sha256: Digest) -> PathBuf {
        self.folder.join(sha256.to_string())
    }

    fn part(&self, sha256: Digest, by: DeviceId) -> PathBuf {
        self.folder.join(format!("{sha256}.{by}.part"))
    }

    /// How far an upload is.
    pub fn progress(&self, Upload { sha256, by, size_bytes, whole_is_its_own }: Upload) -> io::Result<Progress> {
        if whole_is_its_own && let Some(offset) = length(&self.path(sha256))? {
            return Ok(Progress { offset, complete: offset == size_bytes });
        }
        Ok(Progress { offset: length(&self.part(sha256, by))?.unwrap_or(0), complete: false })
    }

    /// Appends `bytes` at `offset` of an upload; complete once all of it is there.
    pub fn append(&self, upload: Upload, offset: u64, bytes: &[u8]) -> Result<Progress, AppendError> {
        let Upload { sha256, by, size_bytes, whole_is_its_own: _ } = upload;
        let _writing = self.begin(sha256, by)?;
        let now = self.progress(upload)?;
        if now.complete {
            return Ok(now);
        }
        if length(&self.path(sha256))?.is_some_and(|held| held != size_bytes) {
            return Err(AppendError::OtherSize);
        }
        if now.offset != offset {
            return Err(AppendError::Offset { offset: now.offset });
        }
        let after = offset + u64::try_from(bytes.len()).map_err(|_| AppendError::TooLong)?;
        if after > size_bytes {
            return Err(AppendError::TooLong);
        }
        let mut file = OpenOptions::new().create(true).append(true).open(self.part(sha256, by))?;
        if let Err(error) = (self.write)(&mut file, bytes) {
            // What a full disk let through is cut off again, so that the offset stays what was acknowledged.
            file.set_len(offset)?;
            return Err(error.into());
        }
        if after < size_bytes {
            return Ok(Progress { offset: after, complete: false });
        }
        self.complete(sha256, by)?;
        Ok(Progress { offset: after, complete: true })
    }

    fn complete(&self, sha256: Digest, by: DeviceId) -> Result<(), AppendError> {
        let part = self.part(sha256, by);
        if Digest::of(&fs::read(&part)?) != sha256 {
            fs::remove_file(&part)?;
            return Err(AppendError::Mismatch);
        }
        File::open(&part)?.sync_all()?;
        fs::rename(&part, self.path(sha256))?;
        Ok(self.sync()?)
    }

    /// Makes durable which files there are.
    pub fn sync(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    /// The whole file, if it is held.
    pub fn read(&self, sha256: Digest) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(sha256)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn begin(&self, sha256: Digest, by: DeviceId) -> Result<Writing<'_>, AppendError> {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if writing.insert((sha256, by)) {
            Ok(Writing { files: self, upload: (sha256, by) })
        } else {
            Err(AppendError::Busy)
        }
    }
}

/// Held while one request writes one file.
struct Writing<'a> {
    files: &'a AttachmentFiles,
    upload: (Digest, DeviceId),
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.files.writing.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.upload);
    }
}

fn length(path: &std::path::Path) -> io::Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const fn upload(sha256: Digest, size_bytes: u64) -> Upload {
        Upload { sha256, by: DeviceId(uuid::Uuid::nil()), size_bytes, whole_is_its_own: true }
    }

    fn files() -> (tempfile::TempDir, AttachmentFiles) {
        let folder = tempfile::tempdir().unwrap();
        let files = AttachmentFiles::open(folder.path().join("attachments")).unwrap();
        (folder, files)
    }

    #[test]
    fn an_upload_cut_off_at_any_byte_goes_on_from_there() {
        let bytes: Vec<u8> = (0..200).collect();
        let sha256 = Digest::of(&bytes);
        for cut in 0..bytes.len() {
            let (_folder, files) = files();
            let size = bytes.len() as u64;
            files.append(upload(sha256, size), 0, &bytes[..cut]).unwrap();
            let held = files.progress(upload(sha256, size)).unwrap();
            assert_eq!(held, Progress { offset: cut as u64, complete: false });
            let done = files.append(upload(sha256, size), held.offset, &bytes[cut..]).unwrap();
            assert!(done.complete);
            assert_eq!(files.read(sha256).unwrap().unwrap(), bytes);
        }
    }

    #[test]
    fn refuses_a_wrong_offset_and_says_the_right_one() {
        let (_folder, files) = files();
        let sha256 = Digest::of(b"abcdef");
        files.append(upload(sha256, 6), 0, b"abc").unwrap();
        for wrong in [0, 2, 4, 6, u64::MAX - 10] {
            let refused = files.append(upload(sha256, 6), wrong, b"def");
            assert!(matches!(refused, Err(AppendError::Offset { offset: 3 })), "{wrong}");
        }
        assert!(files.append(upload(sha256, 6), 3, b"def").unwrap().complete);
    }

    #[test]
    fn refuses_more_than_was_announced_and_keeps_what_was_there() {
        let (_folder, files) = files();
        let sha256 = Digest::of(b"abcdef");
        files.append(upload(sha256, 6), 0, b"abc").unwrap();
        assert!(matches!(files.append(upload(sha256, 6), 3, b"defg"), Err(AppendError::TooLong)));
        assert_eq!(files.progress(upload(sha256, 6)).unwrap().offset, 3);
    }

    #[test]
    fn throws_away_bytes_that_are_not_those_announced() {
        let (_folder, files) = files();
        let sha256 = Digest::of(b"abcdef");
        assert!(matches!(files.append(upload(sha256, 6), 0, b"abcdeX"), Err(AppendError::Mismatch)));
        assert_eq!(files.progress(upload(sha256, 6)).unwrap(), Progress { offset: 0, complete: false });
        assert!(files.append(upload(sha256, 6), 0, b"abcdef").unwrap().complete);
    }

    #[test]
    fn a_second_upload_of_a_complete_file_is_a_success() {
        let (_folder, files) = files();
        let sha256 = Digest::of(b"abc");
        files.append(upload(sha256, 3), 0, b"abc").unwrap();
        assert!(files.append(upload(sha256, 3), 0, b"abc").unwrap().complete);
    }

    #[test]
    fn what_another_brought_is_brought_again() {
        let (_folder, files) = files();
        let sha256 = Digest::of(b"abc");
        files.append(upload(sha256, 3), 0, b"abc").unwrap();
        let other = Upload { by: DeviceId(uuid::Uuid::from_u128(1)), whole_is_its_own: false, ..upload(sha256, 3) };
        assert_eq!(files.progress(other).unwrap(), Progress { offset: 0, complete: false });
        assert!(matches!(files.append(other, 0, b"xyz"), Err(AppendError::Mismatch)));
        assert!(!files.append(other, 0, b"ab").unwrap().complete && files.append(other, 2, b"c").unwrap().complete);
        assert_eq!(files.read(sha256).unwrap().unwrap(), b"abc");
    }

    #[test]
    fn one_writer_at_a_time() {
        let (_folder, files) = files();
        let sha256 = Digest::of(b"abc");
        let _held = files.begin(sha256, DeviceId(uuid::Uuid::nil())).unwrap();
        assert!(matches!(files.append(upload(sha256, 3), 0, b"abc"), Err(AppendError::Busy)));
    }
}
