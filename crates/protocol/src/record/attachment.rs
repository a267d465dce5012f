//! An attachment: what a record says of it, and what goes into its age file. Its header repeats tenant, device and
//! operation, so that it cannot be moved under another record.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::digest::Digest;
use crate::ids::{DeviceId, OperationId, TenantId};
use crate::strict_json;

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum AttachmentClass {
    /// A photograph, JPEG without metadata.
    Photo,
    /// Sound, as FLAC without metadata.
    Audio,
}

impl AttachmentClass {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Audio => "audio",
        }
    }

    /// What is in an attachment of this class.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Photo => "image/jpeg",
            Self::Audio => "audio/flac",
        }
    }

    /// Every class as it is written; another is of a later version.
    pub const CODES: [&'static str; 2] = ["photo", "audio"];
}

/// An attachment, by the hash of its ciphertext.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttachmentReference {
    /// SHA-256 of the age file.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// What it is.
    pub class: AttachmentClass,
}

/// The head inside a sealed attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentHeader {
    /// The municipality.
    pub tenant: TenantId,
    /// The device that signed the operation.
    pub device: DeviceId,
    /// The operation it belongs to.
    pub operation: OperationId,
    /// What it is.
    pub class: AttachmentClass,
    /// The media type of the content.
    pub media_type: String,
    /// The size of the content in bytes.
    pub size_bytes: u64,
    /// Whether its author kept it though a part of it was missing or damaged. Left out where not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
}

/// What goes into an attachment's age file: 4 bytes big-endian header length, header, content.
/// `None` where the header cannot be encoded.
pub fn attachment_container(header: &AttachmentHeader, content: &[u8]) -> Option<Vec<u8>> {
    let head = serde_json::to_vec(header).ok()?;
    let length = u32::try_from(head.len()).ok()?;
    Some([&length.to_be_bytes(), head.as_slice(), content].concat())
}

/// Reads what [`attachment_container`] wrote; `None` where it is malformed or cut off.
pub fn open_attachment_container(container: &[u8]) -> Option<(AttachmentHeader, &[u8])> {
    let (length, rest) = container.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let header: AttachmentHeader = strict_json::parse_canonical(rest.get(..length)?).ok()?;
    let content = rest.get(length..)?;
    (u64::try_from(content.len()) == Ok(header.size_bytes)).then_some((header, content))
}
