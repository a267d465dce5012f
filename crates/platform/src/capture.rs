//! Photos and sound, from the sensor to the encrypted store, without ever lying on the disk in clear.
//!
//! The core chooses an id and a key and keeps both in its store before the camera opens. Kotlin seals what the sensor
//! gives to that key, into a file of that id below the app's own no-backup folder ([`handover`]). The core opens the
//! file, keeps what is in it and drops the [`Captured`], which deletes the file. What a killed process leaves is opened
//! the same way after the next unlock, or deleted ([`leftovers`]).
//! Deliberately absent: the system's camera program. It keeps a copy of its own, and the gallery another.

pub mod handover;
pub mod leftovers;

use std::future::Future;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use ring::rand::{SecureRandom, SystemRandom};
use serde::Serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::PlatformError;
use handover::Opened;

/// What the sensor gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A photo, as JPEG.
    Photo,
    /// Sound, as AAC in ADTS frames: whole up to wherever it was cut off.
    Sound,
    /// A file that a person chose.
    File,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Photo, Self::Sound, Self::File];

    const fn word(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Sound => "sound",
            Self::File => "file",
        }
    }
}

/// The name of a handover file: `photo-{uuid}.sealed`. Nothing else is ever opened or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptureName {
    /// What is in it.
    pub kind: Kind,
    /// Under which the core keeps its key.
    pub id: Uuid,
}

impl CaptureName {
    /// The name as a file has it.
    pub fn file_name(self) -> String {
        format!("{}-{}.sealed", self.kind.word(), self.id.hyphenated())
    }

    /// Reads a file's name; `None` for any that was not made by [`CaptureName::file_name`].
    pub fn parse(name: &str) -> Option<Self> {
        let (word, id) = name.strip_suffix(".sealed")?.split_once('-')?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word)?;
        let read = Self { kind, id: Uuid::parse_str(id).ok()? };
        (read.file_name() == name).then_some(read)
    }
}

/// The key of one handover; no `Debug`, zeroised when dropped. Never used for a second file.
#[derive(Clone)]
pub struct HandoverKey(Zeroizing<[u8; 32]>);

impl HandoverKey {
    /// A fresh one.
    pub fn fresh() -> Result<Self, PlatformError> {
        let mut key = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(key.as_mut()).map_err(|_| PlatformError::Failed)?;
        Ok(Self(key))
    }

    /// One that was kept.
    pub const fn kept(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// For the encrypted store.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// For the way to Kotlin.
    pub(crate) fn base64(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(self.0.as_ref()))
    }
}

/// What is asked of a sensor.
pub struct Order {
    /// The id, kept with the key in the store before this is given.
    pub id: Uuid,
    /// The key.
    pub key: HandoverKey,
    /// More than so many bytes are not taken.
    pub most_bytes: u64,
}

/// A file that was handed over. Dropping it deletes the file.
pub struct Captured {
    path: PathBuf,
    name: CaptureName,
    key: HandoverKey,
    most_bytes: u64,
}

impl Captured {
    /// The file of this name in the handover folder.
    pub fn new(folder: &Path, name: CaptureName, key: HandoverKey, most_bytes: u64) -> Self {
        Self { path: folder.join(name.file_name()), name, key, most_bytes }
    }

    /// Its name.
    pub const fn name(&self) -> CaptureName {
        self.name
    }

    /// What is in it.
    pub fn open(&self) -> Result<Opened, PlatformError> {
        let file = std::fs::File::open(&self.path).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound { PlatformError::Lost } else { PlatformError::Failed }
        })?;
        handover::open(file, &self.key, self.most_bytes)
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(error.kind = ?error.kind(), "a handover file could not be deleted; the next sweep tries again");
        }
    }
}

/// What stands on the viewfinder's two buttons. Neutral: it is seen by whoever looks along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CameraWords {
    /// The one that takes the photo.
    pub take: String,
    /// The one that goes back without.
    pub back: String,
}

/// The camera, in the app's own window.
pub trait Camera: Send + Sync {
    /// One photo, of what the person aims at.
    fn photograph(
        &self,
        words: &CameraWords,
        order: &Order,
    ) -> impl Future<Output = Result<Captured, PlatformError>> + Send;
}

/// The microphone.
pub trait Microphone: Send + Sync {
    /// Begins. One at a time.
    fn begin_sound(&self, order: &Order) -> impl Future<Output = Result<(), PlatformError>> + Send;

    /// Ends what was begun, and hands it over. [`PlatformError::Withdrawn`] where the system took the microphone away
    /// before anything was heard; what was heard until then is handed over.
    fn end_sound(&self, order: &Order) -> impl Future<Output = Result<Captured, PlatformError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_the_one_spelling_it_is_written_in() {
        let name = CaptureName { kind: Kind::Sound, id: Uuid::from_u128(7) };
        assert_eq!(name.file_name(), "sound-00000000-0000-0000-0000-000000000007.sealed");
        assert_eq!(CaptureName::parse(&name.file_name()), Some(name));
    }

    #[test]
    fn no_other_name_is_read() {
        let id = "00000000-0000-0000-0000-00000000000a";
        for name in [
            format!("../photo-{id}.sealed"),
            format!("video-{id}.sealed"),
            format!("photo-{id}.jpg"),
            format!("photo-{}.sealed", id.to_uppercase()),
            format!("photo-{{{id}}}.sealed"),
            "photo-.sealed".into(),
        ] {
            assert_eq!(CaptureName::parse(&name), None, "{name}");
        }
    }

    #[test]
    fn a_captured_file_is_deleted_when_it_was_taken_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let key = HandoverKey::fresh().unwrap();
        let name = CaptureName { kind: Kind::Photo, id: Uuid::from_u128(1) };
        let path = folder.path().join(name.file_name());
        std::fs::write(&path, handover::seal(b"pixels", &key).unwrap()).unwrap();
        let captured = Captured::new(folder.path(), name, key, 100);
        assert_eq!(captured.open().unwrap().bytes.as_slice(), b"pixels");
        assert!(path.exists(), "it stays until the core has kept it");
        drop(captured);
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_is_gone_is_lost_and_no_crash() {
        let folder = tempfile::tempdir().unwrap();
        let name = CaptureName { kind: Kind::Photo, id: Uuid::from_u128(1) };
        let captured = Captured::new(folder.path(), name, HandoverKey::fresh().unwrap(), 100);
        assert_eq!(captured.open().err(), Some(PlatformError::Lost));
    }
}
