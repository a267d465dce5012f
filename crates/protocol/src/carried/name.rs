//! What a part of a file that is carried is called: by what it is for, as a path.

use std::fmt;
use std::str::FromStr;

use crate::digest::Digest;
use crate::ids::{ChainReference, RecordId};

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartName {
    /// The body of a push: a batch of this chain at this place.
    Push(ChainReference, u64),
    /// A sealed attachment of a record, by its hash.
    Attachment(RecordId, Digest),
    /// The receipt of a batch.
    Receipt(ChainReference, u64),
    /// The receipt of an attachment.
    AttachmentReceipt(RecordId, Digest),
    /// The newest key directory.
    KeyDirectory,
    /// The vocabulary in force.
    Vocabulary,
    /// Whom the municipality no longer trusts.
    Revocations,
    /// Where the log went on from another.
    LogContinuations,
}

/// Why a name is not read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PartNameError {
    /// It is of a kind that this version does not know.
    #[error("a part of a kind that this version does not know")]
    Unknown,
    /// It is of a known kind, and says not which one.
    #[error("the name of a part is malformed")]
    Malformed,
}

impl fmt::Display for PartName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Push(chain, seq) => write!(f, "pushes/{chain}/{seq}"),
            Self::Attachment(record, sha256) => write!(f, "attachments/{record}/{sha256}"),
            Self::Receipt(chain, seq) => write!(f, "receipts/{chain}/{seq}"),
            Self::AttachmentReceipt(record, sha256) => write!(f, "attachment-receipts/{record}/{sha256}"),
            Self::KeyDirectory => f.write_str("key-directory"),
            Self::Vocabulary => f.write_str("vocabulary"),
            Self::Revocations => f.write_str("revocations"),
            Self::LogContinuations => f.write_str("log-continuations"),
        }
    }
}

impl FromStr for PartName {
    type Err = PartNameError;

    fn from_str(path: &str) -> Result<Self, PartNameError> {
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["pushes", chain, seq] => Ok(Self::Push(named(chain)?, place(seq)?)),
            ["attachments", record, sha256] => Ok(Self::Attachment(named(record)?, named(sha256)?)),
            ["receipts", chain, seq] => Ok(Self::Receipt(named(chain)?, place(seq)?)),
            ["attachment-receipts", record, sha256] => Ok(Self::AttachmentReceipt(named(record)?, named(sha256)?)),
            ["key-directory"] => Ok(Self::KeyDirectory),
            ["vocabulary"] => Ok(Self::Vocabulary),
            ["revocations"] => Ok(Self::Revocations),
            ["log-continuations"] => Ok(Self::LogContinuations),
            _ => Err(PartNameError::Unknown),
        }
    }
}

fn named<T: FromStr>(text: &str) -> Result<T, PartNameError> {
    text.parse().map_err(|_| PartNameError::Malformed)
}

/// One spelling alone.
fn place(text: &str) -> Result<u64, PartNameError> {
    let seq: u64 = named(text)?;
    if seq >= 1 && seq.to_string() == text { Ok(seq) } else { Err(PartNameError::Malformed) }
}
