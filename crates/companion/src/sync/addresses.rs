//! The paths of the backend's interface, in one place. Devices ask by `GET` and send by `POST` alone, and what must
//! arrive stands in path, query or body: networks are met that know no other method and strip headers they do not know.

use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainId, DeviceId, RecordId};

pub(super) const ENROLMENTS: &str = "v1/enrolments";
pub(super) const KEY_DIRECTORY: &str = "v1/key-directory";
pub(super) const LOG_CONTINUATIONS: &str = "v1/log-continuations";
pub(super) const REVOCATIONS: &str = "v1/revocations";
pub(super) const VOCABULARY: &str = "v1/vocabulary";
pub(super) const CATALOGUES: &str = "v1/catalogues";
pub(super) const PASSAGE: &str = "v1/passage";

/// The media type of a piece of an attachment (after the IETF draft "Resumable Uploads for HTTP").
pub(super) const PARTIAL_UPLOAD: &str = "application/partial-upload";
/// The media type of bytes that mean nothing.
pub(super) const OCTETS: &str = "application/octet-stream";

/// A chain is named by the device that writes it.
pub(super) fn chain(device: DeviceId, chain: ChainId) -> String {
    format!("v1/devices/{device}/chains/{chain}")
}

pub(super) fn batch(device: DeviceId, chain: ChainId, seq: u64) -> String {
    format!("v1/devices/{device}/chains/{chain}/batches/{seq}")
}

/// An attachment is named by the record that lists it.
pub(super) fn attachment(record: RecordId, sha256: Digest) -> String {
    format!("v1/operations/{record}/attachments/{sha256}")
}

pub(super) fn attachment_from(record: RecordId, sha256: Digest, offset: u64) -> String {
    format!("v1/operations/{record}/attachments/{sha256}?offset={offset}")
}

/// What became of this device's records after a change.
pub(super) fn outcomes(after: u64) -> String {
    format!("v1/outcomes?after={after}")
}

/// What a list names by its hash.
pub(super) fn catalogue_content(sha256: Digest) -> String {
    format!("{CATALOGUES}/{sha256}/content")
}

pub(super) fn attachment_receipt(record: RecordId, sha256: Digest) -> String {
    format!("v1/operations/{record}/attachments/{sha256}/receipt")
}
