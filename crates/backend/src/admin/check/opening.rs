//! Opening what a dossier holds sealed, with a key that somebody has, and comparing what it says inside with the record
//! around it: a sealed part that was moved under another record names the one it was made for.
//!
//! Deliberately absent: showing what it says. Who holds the key reads it with age.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use baken_protocol::batch::Batch;
use baken_protocol::digest::Digest;
use baken_protocol::limits;
use baken_protocol::record::{AttachmentReference, Operation, SealedHeader, open_attachment_container};
use baken_protocol::seal::{self, Identity, SealError};
use baken_protocol::strict_json;

use super::Obstacle;
use super::folder::Folder;
use super::verdict::{FaultCode, Faults};
use crate::admin::dossier::layout::Part;

/// A file of age identities has none.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// There is no such line.
    #[error("there is no line AGE-SECRET-KEY-1… in this file")]
    None,
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// The first identity in a file as age keeps them.
pub fn read_identity(path: &Path) -> Result<Identity, IdentityError> {
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(path)?);
    let mut lines = text.lines().map(str::trim).filter(|line| line.starts_with("AGE-SECRET-KEY-1"));
    lines.next().and_then(|line| line.parse().ok()).ok_or(IdentityError::None)
}

/// Opens the sealed part and every attachment; answers the names of those that are for this record.
pub(super) fn open(
    path: &Path,
    folder: &Folder,
    (operation, batch): (&Operation, &Batch),
    identity: &Identity,
    faults: &mut Faults,
) -> Result<Vec<String>, Obstacle> {
    let mut opened = vec![];
    let sealed = seal::open(folder.bytes(Part::Sealed), identity);
    let mut judge = |part: Part, verdict: Result<(), FaultCode>| match verdict {
        Ok(()) => opened.push(part.to_string()),
        Err(FaultCode::Header) => faults.add(FaultCode::Header, &[&part, &Part::Operation]),
        Err(code) => faults.add(code, &[&part]),
    };
    judge(Part::Sealed, taken(sealed, Part::Sealed)?.and_then(|text| text_is_for(operation, batch.schema, &text)));
    for attachment in &operation.attachments {
        let part = Part::Attachment(attachment.sha256);
        let bytes = read(path, attachment, part)?;
        let limit = usize::try_from(limits::ATTACHMENT_BYTES).unwrap_or(usize::MAX);
        let container = taken(seal::open_raw(&bytes, identity, limit), part)?;
        judge(part, container.and_then(|container| attachment_is_for(operation, attachment, &container)));
    }
    Ok(opened)
}

/// What is inside, or why that is a fault. A key that does not open it is no fault of the dossier.
fn taken<T>(opened: Result<T, SealError>, part: Part) -> Result<Result<T, FaultCode>, Obstacle> {
    match opened {
        Ok(inside) => Ok(Ok(inside)),
        Err(SealError::Container | SealError::TooLarge) => Ok(Err(FaultCode::Container)),
        Err(SealError::Key | SealError::NoRecipients | SealError::Unopenable | SealError::Failed) => {
            Err(Obstacle(format!("the key that was given does not open {part}: ask for one of a team it is sealed to")))
        }
    }
}

fn text_is_for(operation: &Operation, batch_schema: u32, text: &[u8]) -> Result<(), FaultCode> {
    let header: SealedHeader = strict_json::parse_member(text, "header").map_err(|_| FaultCode::Container)?;
    let kind = operation.open.kind();
    let same = header.tenant == operation.tenant
        && header.device == operation.device
        && header.operation == operation.operation
        && header.schema == kind.schema(batch_schema);
    if !same {
        return Err(FaultCode::Header);
    }
    kind.check_sealed(batch_schema, text).map_err(|_| FaultCode::Container)
}

fn attachment_is_for(
    operation: &Operation,
    attachment: &AttachmentReference,
    container: &[u8],
) -> Result<(), FaultCode> {
    let (header, _) = open_attachment_container(container).ok_or(FaultCode::Container)?;
    let same = header.tenant == operation.tenant
        && header.device == operation.device
        && header.operation == operation.operation
        && header.class == attachment.class;
    if same { Ok(()) } else { Err(FaultCode::Header) }
}

/// The attachment's bytes once more, which were hashed before.
fn read(path: &Path, attachment: &AttachmentReference, part: Part) -> Result<Vec<u8>, Obstacle> {
    let mut bytes = vec![];
    File::open(path.join(part.to_string()))
        .and_then(|file| file.take(limits::ATTACHMENT_BYTES).read_to_end(&mut bytes))
        .map_err(|error| Obstacle(format!("{part} cannot be read: {error}")))?;
    if Digest::of(&bytes) == attachment.sha256 {
        Ok(bytes)
    } else {
        Err(Obstacle(format!("{part} changed while it was checked")))
    }
}
