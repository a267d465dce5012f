//! What a backup consists of. The manifest is not sealed: it names no more than hashes and the recipient, so whether a
//! copy is whole can be seen without the identity that opens it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use baken_protocol::digest::Digest;
use baken_protocol::seal::Recipient;
use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::files::data_folder::DataFolder;
use crate::files::hashed::Hashed;

/// The file that lists every other with its hash.
pub const MANIFEST: &str = "manifest.json";
/// 2: sealed.
pub(super) const VERSION: u32 = 2;

/// A file of a backup. There are no others, so none can be written anywhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Piece {
    /// The database, sealed.
    Register,
    /// The private key that signs receipts, sealed.
    ReceiptKey,
    /// The private key that signs daily content, sealed.
    ContentKey,
    /// An attachment, by the name it has in the data folder: as its device sealed it.
    Attachment(Digest),
}

/// The text names no file of a backup.
#[derive(Debug, thiserror::Error)]
#[error("not a file of a backup")]
pub struct PieceError;

impl Piece {
    /// Those that every backup has.
    pub(super) const ALWAYS: [Self; 3] = [Self::Register, Self::ReceiptKey, Self::ContentKey];

    /// Whether the backup's recipient alone can open it.
    pub const fn is_sealed(self) -> bool {
        match self {
            Self::Register | Self::ReceiptKey | Self::ContentKey => true,
            Self::Attachment(_) => false,
        }
    }

    /// Where it belongs in a data folder.
    pub fn in_data(self, data: &DataFolder) -> PathBuf {
        match self {
            Self::Register => data.register(),
            Self::ReceiptKey => data.receipt_key(),
            Self::ContentKey => data.content_key(),
            Self::Attachment(name) => data.attachments().join(name.to_string()),
        }
    }

    /// Where it lies in the backup `copy`.
    pub fn in_copy(self, copy: &Path) -> PathBuf {
        copy.join(self.to_string())
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register => f.write_str("register.sqlite.age"),
            Self::ReceiptKey => f.write_str("keys/receipt.pkcs8.age"),
            Self::ContentKey => f.write_str("keys/content.pkcs8.age"),
            Self::Attachment(name) => write!(f, "attachments/{name}"),
        }
    }
}

impl FromStr for Piece {
    type Err = PieceError;

    fn from_str(text: &str) -> Result<Self, PieceError> {
        if let Some(piece) = Self::ALWAYS.into_iter().find(|piece| piece.to_string() == text) {
            return Ok(piece);
        }
        let name = text.strip_prefix("attachments/").and_then(|name| name.parse().ok());
        name.map(Self::Attachment).ok_or(PieceError)
    }
}

impl TryFrom<String> for Piece {
    type Error = PieceError;

    fn try_from(text: String) -> Result<Self, PieceError> {
        text.parse()
    }
}

impl From<Piece> for String {
    fn from(piece: Piece) -> Self {
        piece.to_string()
    }
}

/// Every file of a backup with its SHA-256, as it lies there.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// The version of this form.
    pub version: u32,
    /// Whose identity opens what is sealed.
    pub sealed_to: Recipient,
    /// The files.
    pub files: BTreeMap<Piece, Digest>,
}

impl Manifest {
    /// Reads a backup's manifest, which must have the hash `expected` if there is one, and checks every file it
    /// lists. All that are missing or altered are named.
    pub fn verified(folder: &Path, expected: Option<Digest>) -> Result<Self, BackupError> {
        let bytes = fs::read(folder.join(MANIFEST)).map_err(|_| BackupError::Manifest)?;
        if expected.is_some_and(|expected| expected != Digest::of(&bytes)) {
            return Err(BackupError::OtherManifest);
        }
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|_| BackupError::Manifest)?;
        let complete = Piece::ALWAYS.iter().all(|piece| manifest.files.contains_key(piece));
        if manifest.version != VERSION || !complete {
            return Err(BackupError::Manifest);
        }
        let holds = |(piece, digest): &(&Piece, &Digest)| hash_of(&piece.in_copy(folder)).ok() == Some(**digest);
        let altered: Vec<Piece> = manifest.files.iter().filter(|it| !holds(it)).map(|(piece, _)| *piece).collect();
        if altered.is_empty() { Ok(manifest) } else { Err(BackupError::Altered(altered)) }
    }
}

fn hash_of(path: &Path) -> io::Result<Digest> {
    let mut file = Hashed::new(File::open(path)?);
    io::copy(&mut file, &mut io::sink())?;
    Ok(file.into_parts().1)
}
