//! What devices are given to work with, signed with the content key and kept: the command `content` does it, while the
//! backend serves or not.
//!
//! A file is taken whole or not at all, and all that is wrong with it is told together. What devices would refuse is
//! never signed: it is read here as they read it.

mod csv;
mod findings;
mod lists;
mod place_lines;

use std::fmt;
use std::io;

use baken_protocol::catalogue::{self, Catalogue, CatalogueError, CatalogueKind, ContentReference};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::signature::SigningKey;
use chrono::{DateTime, Days, Utc};

use crate::environment::Environment;
use crate::files::data_folder::DataFolder;
use crate::storage::{
    AuditAction, AuditEntry, AuditObject, Database, LOCAL, NewCatalogue, OPERATOR, StorageError, Transaction,
    UnitOfWork,
};

/// Something in a file that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line it is in, from 1; of a file that is no table, what it is about.
    pub place: String,
    /// What is the matter, for whoever reads it at the command line.
    pub what: String,
    /// The same for a page: which member of the list, and what is wrong with it. None for what no page sends.
    pub member: Option<(String, Fault)>,
}

/// What is wrong with a member of a list, as a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Something must stand here.
    Missing,
    /// Longer than devices take.
    TooLong,
    /// More than devices take, or outside what is possible.
    OutOfRange,
    /// Not in the vocabulary.
    Unknown,
    /// Another has it.
    Twice,
    /// Not to be read as what belongs here, or what no list may hold.
    Invalid,
}

impl Finding {
    fn in_line(line: usize, what: &str) -> Self {
        Self { place: format!("line {line}"), what: what.to_owned(), member: None }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What a file comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadContent {
    /// The content as it will be signed.
    pub content: Vec<u8>,
    /// How many places, cards, inspections or numbers are in it.
    pub entries: usize,
    /// What is taken all the same.
    pub warnings: Vec<Finding>,
}

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The file is not one that can be loaded.
    #[error("{} in the file; nothing was changed:\n{}", problems(.0.len()), lines(.0))]
    File(Vec<Finding>),
    /// All of it together is more than devices take.
    #[error("the file holds more than devices take: {0}; nothing was changed")]
    Content(#[from] CatalogueError),
    /// The key is another, or missing.
    #[error(
        "keys/content.pkcs8 is not the content key that the key directory names, so devices would refuse what it signs; \
         bring the file back from a backup, or make another key with the root key: `baken-backend renew --data DIR \
         --root-key FILE --new-content-key`. Nothing was changed"
    )]
    Key,
    /// `init` did not end here.
    #[error("there is no register in this folder; run `baken-backend init` first")]
    NotInitialised,
    /// It could not be signed.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

fn problems(count: usize) -> String {
    if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") }
}

fn lines(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads a file: a table of places, or JSON of any other kind.
pub fn read(kind: CatalogueKind, file: &[u8]) -> Result<ReadContent, ContentError> {
    let read = match kind {
        CatalogueKind::Places => place_lines::read(file),
        CatalogueKind::Cards => lists::cards(file),
        CatalogueKind::Inspections => lists::inspections(file),
        CatalogueKind::Settings => lists::settings(file),
    }
    .map_err(ContentError::File)?;
    // As devices read it.
    catalogue::check(kind, &read.content)?;
    Ok(read)
}

/// For how many days devices take a list in, where nothing else was said.
pub const TERM_DAYS: u32 = 366;

/// A list that came into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Its version.
    pub version: u64,
    /// How many entries it has.
    pub entries: usize,
    /// Until when devices take it in.
    pub not_after: DateTime<Utc>,
}

/// Who gives devices a list, as the audit log names them.
#[derive(Debug, Clone, Copy)]
pub struct Giver<'a> {
    /// Their login, or the operator.
    pub actor: &'a str,
    /// Where from.
    pub origin: &'a str,
}

impl Giver<'static> {
    /// Whoever is at the command line.
    pub const OPERATOR: Self = Self { actor: OPERATOR, origin: LOCAL };
}

/// Signs what was read at the command line, and keeps it in the place of the list before of its kind.
pub fn load(
    folder: &DataFolder,
    storage: &dyn Database,
    environment: &Environment,
    kind: CatalogueKind,
    read: &ReadContent,
    days: u32,
) -> Result<Loaded, ContentError> {
    let now = environment.clock.now();
    storage.write(|tx| give(tx, folder, now, kind, read, days, Giver::OPERATOR))
}

/// Signs what was read, and keeps it in the place of the list before of its kind. The key is read now, since another may
/// have taken its place while the backend serves.
pub fn give(
    tx: &dyn Transaction,
    folder: &DataFolder,
    now: DateTime<Utc>,
    kind: CatalogueKind,
    read: &ReadContent,
    days: u32,
    by: Giver<'_>,
) -> Result<Loaded, ContentError> {
    let installation = tx.installation()?.ok_or(ContentError::NotInitialised)?;
    let directory = Envelope::from_json(&tx.key_directory()?)?.peek::<KeyDirectory>()?;
    let key = folder.named_content_key(&directory.content_key).ok_or(ContentError::Key)?;
    let content = ContentReference {
        sha256: Digest::of(&read.content),
        size_bytes: u32::try_from(read.content.len()).unwrap_or(u32::MAX),
    };
    let signed = Catalogue {
        tenant: installation.tenant,
        kind: kind.code(),
        version: next_version(tx.catalogue_version(kind)?, now),
        issued_at: now,
        not_after: now + Days::new(days.into()),
        content,
    };
    keep(tx, kind, &signed, &key, &read.content)?;
    let (version, hash) = (signed.version, signed.content.sha256);
    let detail =
        format!("version {version}, {} entries, {} warnings, sha256 {hash}", read.entries, read.warnings.len());
    let entry = AuditEntry::new(by.actor, AuditAction::LoadCatalogue, AuditObject::Catalogue, kind.name(), by.origin);
    tx.audit(now, &entry.with_detail(&detail))?;
    Ok(Loaded { version: signed.version, entries: read.entries, not_after: signed.not_after })
}

fn keep(
    tx: &dyn Transaction,
    kind: CatalogueKind,
    signed: &Catalogue,
    key: &SigningKey,
    content: &[u8],
) -> Result<(), ContentError> {
    let envelope = Envelope::sign(signed, key)?.to_json()?;
    let (version, content_hash) = (signed.version, signed.content.sha256);
    tx.keep_catalogue(&NewCatalogue { kind, version, envelope: &envelope, content_hash, content })?;
    Ok(())
}

/// The seconds since 1970, and more than was held: a register restored from a backup does not give a number twice that
/// devices have seen already.
fn next_version(held: u64, now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp()).unwrap_or_default().max(held.saturating_add(1))
}

/// A list that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub kind: String,
    /// Its version.
    pub version: u64,
    /// When it was signed.
    pub issued_at: DateTime<Utc>,
    /// Until when devices take it in.
    pub not_after: DateTime<Utc>,
}

impl Held {
    fn of(kind: String, said: &Catalogue) -> Self {
        Self { kind, version: said.version, issued_at: said.issued_at, not_after: said.not_after }
    }
}

/// The list of a kind that is held, with its content.
pub fn held_of(tx: &dyn Transaction, kind: CatalogueKind) -> Result<Option<(Held, Vec<u8>)>, ContentError> {
    let Some((name, envelope)) = tx.catalogues()?.into_iter().find(|(name, _)| name == kind.name()) else {
        return Ok(None);
    };
    let said = Envelope::from_json(&envelope)?.peek::<Catalogue>()?;
    let content = tx.catalogue_content(said.content.sha256)?.ok_or(StorageError::Content)?;
    Ok(Some((Held::of(name, &said), content)))
}

/// Every list that is held.
pub fn held(storage: &dyn Database) -> Result<Vec<Held>, ContentError> {
    let rows = storage.read::<_, StorageError>(|tx| tx.catalogues())?;
    rows.into_iter()
        .map(|(kind, envelope)| {
            let said = Envelope::from_json(&envelope)?.peek::<Catalogue>()?;
            Ok(Held::of(kind, &said))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_goes_by_time_and_never_back() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        assert_eq!(next_version(0, at(1_800_000_000)), 1_800_000_000);
        assert_eq!(next_version(1_800_000_000, at(1_800_000_000)), 1_800_000_001, "twice in a second");
        assert_eq!(next_version(1_900_000_000, at(1_800_000_000)), 1_900_000_001, "a clock that was ahead");
        assert_eq!(next_version(5, at(-1)), 6);
    }
}
