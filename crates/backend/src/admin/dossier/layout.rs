//! How a dossier is laid out: the one list of what may lie in it, for who writes one and who checks one.
//!
//! Deliberately absent: any key of its own. Keys stand where they are signed for, in the messages, as base64 of 32
//! bytes. A second copy beside them would be a second thing to believe.

use std::fmt;
use std::str::FromStr;

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::batch::Batch;
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Payload;
use baken_protocol::enrolment::Enrolment;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::limits;
use baken_protocol::receipt::Receipt;
use baken_protocol::record::Operation;
use baken_protocol::strict_json;
use serde::{Deserialize, Serialize};

/// The edition of this lay-out and of the page in it.
pub const EDITION: u64 = 1;
/// The folder of the attachments.
pub const ATTACHMENTS: &str = "attachments";

/// A file of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The edition, and which key directories there are.
    Manifest,
    /// How to check it, for people.
    Page,
    /// The key directory of an epoch.
    KeyDirectory(u64),
    /// The device's certificate.
    Certificate,
    /// The device's enrolment.
    Enrolment,
    /// The record.
    Operation,
    /// The batch that lists it.
    Batch,
    /// The receipt for that batch.
    Receipt,
    /// The sealed part.
    Sealed,
    /// A sealed attachment.
    Attachment(Digest),
    /// The receipt for an attachment.
    AttachmentReceipt(Digest),
}

/// Every part there is exactly one of.
pub const SINGLE: [Part; 8] = [
    Part::Manifest,
    Part::Page,
    Part::Certificate,
    Part::Enrolment,
    Part::Operation,
    Part::Batch,
    Part::Receipt,
    Part::Sealed,
];

impl Part {
    /// The most bytes it can have.
    pub const fn bound(self) -> u64 {
        match self {
            Self::Manifest | Self::Page => 64 * 1024,
            Self::Sealed => limits::SEALED_PART_BYTES as u64,
            Self::Attachment(_) => limits::ATTACHMENT_BYTES,
            // A payload in base64, and what stands around it.
            Self::KeyDirectory(_)
            | Self::Certificate
            | Self::Enrolment
            | Self::Operation
            | Self::Batch
            | Self::Receipt
            | Self::AttachmentReceipt(_) => 1024 * 1024,
        }
    }

    /// The type of the signed message it is; none for a part that is no message.
    pub const fn payload_type(self) -> Option<&'static str> {
        match self {
            Self::KeyDirectory(_) => Some(KeyDirectory::TYPE),
            Self::Certificate => Some(DeviceCertificate::TYPE),
            Self::Enrolment => Some(Enrolment::TYPE),
            Self::Operation => Some(Operation::TYPE),
            Self::Batch => Some(Batch::TYPE),
            Self::Receipt => Some(Receipt::TYPE),
            Self::AttachmentReceipt(_) => Some(AttachmentReceipt::TYPE),
            Self::Manifest | Self::Page | Self::Sealed | Self::Attachment(_) => None,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest => f.write_str("dossier.json"),
            Self::Page => f.write_str("CHECK.html"),
            Self::KeyDirectory(epoch) => write!(f, "keydir-{epoch}.dsse.json"),
            Self::Certificate => f.write_str("certificate.dsse.json"),
            Self::Enrolment => f.write_str("enrolment.dsse.json"),
            Self::Operation => f.write_str("operation.dsse.json"),
            Self::Batch => f.write_str("batch.dsse.json"),
            Self::Receipt => f.write_str("receipt.dsse.json"),
            Self::Sealed => f.write_str("sealed.age"),
            Self::Attachment(sha256) => write!(f, "{ATTACHMENTS}/{sha256}.age"),
            Self::AttachmentReceipt(sha256) => write!(f, "{ATTACHMENTS}/{sha256}.receipt.dsse.json"),
        }
    }
}

/// The name has no place in a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPart;

impl FromStr for Part {
    type Err = NoPart;

    /// Reads a name that is written exactly as [`Part`] writes it.
    fn from_str(name: &str) -> Result<Self, NoPart> {
        if let Some(single) = SINGLE.into_iter().find(|part| part.to_string() == name) {
            return Ok(single);
        }
        let part = if let Some(epoch) = name.strip_prefix("keydir-").and_then(|rest| rest.strip_suffix(".dsse.json")) {
            Self::KeyDirectory(epoch.parse().map_err(|_| NoPart)?)
        } else {
            let own = name.strip_prefix(ATTACHMENTS).and_then(|rest| rest.strip_prefix('/')).ok_or(NoPart)?;
            let (sha256, tail) = own.split_once('.').ok_or(NoPart)?;
            let sha256 = sha256.parse().map_err(|_| NoPart)?;
            if tail == "age" { Self::Attachment(sha256) } else { Self::AttachmentReceipt(sha256) }
        };
        if part.to_string() == name && part != Self::KeyDirectory(0) { Ok(part) } else { Err(NoPart) }
    }
}

/// `dossier.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    dossier: u64,
    key_directories: Vec<u64>,
}

/// Why a manifest was not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// It is not written as one is.
    Malformed,
    /// It is of an edition this program does not know.
    Newer(u64),
}

impl Manifest {
    /// For a dossier with the directories of these epochs.
    pub const fn new(key_directories: Vec<u64>) -> Self {
        Self { dossier: EDITION, key_directories }
    }

    /// The epochs of the key directories in it, the newest last.
    pub fn key_directories(&self) -> &[u64] {
        &self.key_directories
    }

    /// As it is written, in the one way it can be.
    pub fn to_text(&self) -> String {
        let epochs: Vec<String> = self.key_directories.iter().map(u64::to_string).collect();
        format!("{{\"dossier\":{},\"keyDirectories\":[{}]}}\n", self.dossier, epochs.join(","))
    }

    /// Reads what [`Manifest::to_text`] wrote.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let edition: u64 = strict_json::parse_member(bytes, "dossier").map_err(|_| ManifestError::Malformed)?;
        if edition > EDITION {
            return Err(ManifestError::Newer(edition));
        }
        let manifest: Self = strict_json::parse(bytes).map_err(|_| ManifestError::Malformed)?;
        let epochs = &manifest.key_directories;
        let in_order = epochs.iter().zip(epochs.iter().skip(1)).all(|(one, next)| one < next);
        let counts = (1..=2).contains(&epochs.len()) && !epochs.contains(&0) && in_order;
        if edition > 0 && counts && manifest.to_text().as_bytes() == bytes {
            Ok(manifest)
        } else {
            Err(ManifestError::Malformed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_name_as_it_is_written_and_in_no_other_way() {
        let hash = Digest::of(b"photo");
        let more = [Part::KeyDirectory(12), Part::Attachment(hash), Part::AttachmentReceipt(hash)];
        for part in SINGLE.into_iter().chain(more) {
            assert_eq!(part.to_string().parse(), Ok(part));
            assert_eq!(part.to_string().to_uppercase().parse::<Part>(), Err(NoPart), "{part}");
            assert_eq!(format!("{part} ").parse::<Part>(), Err(NoPart), "{part}");
        }
        let named = format!("attachments/{hash}.jpg");
        for wrong in
            ["keydir-0.dsse.json", "keydir-01.dsse.json", "keydir-+1.dsse.json", "check.py", "attachments/", &named]
        {
            assert_eq!(wrong.parse::<Part>(), Err(NoPart), "{wrong}");
        }
    }

    #[test]
    fn a_manifest_is_read_in_the_one_way_it_is_written() {
        for epochs in [vec![1], vec![3, 12]] {
            let manifest = Manifest::new(epochs);
            assert_eq!(Manifest::parse(manifest.to_text().as_bytes()), Ok(manifest));
        }
        for (wrong, error) in [
            ("", ManifestError::Malformed),
            ("{\"dossier\":1,\"keyDirectories\":[1]}", ManifestError::Malformed),
            ("{\"dossier\":1,\"keyDirectories\":[2,1]}\n", ManifestError::Malformed),
            ("{\"dossier\":1,\"keyDirectories\":[]}\n", ManifestError::Malformed),
            ("{\"dossier\":1,\"keyDirectories\":[0]}\n", ManifestError::Malformed),
            ("{\"dossier\":0,\"keyDirectories\":[1]}\n", ManifestError::Malformed),
            ("[2]\n", ManifestError::Malformed),
            ("{\"dossier\":2,\"pages\":[1]}\n", ManifestError::Newer(2)),
        ] {
            assert_eq!(Manifest::parse(wrong.as_bytes()), Err(error), "{wrong}");
        }
    }
}
