//! What devices are given to work with: the newest list of each kind, with its content.

use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::digest::Digest;

use super::StorageError;

/// A list that is to be kept in the place of the one before.
#[derive(Debug, Clone, Copy)]
pub struct NewCatalogue<'a> {
    /// Which list.
    pub kind: CatalogueKind,
    /// Its version.
    pub version: u64,
    /// As it was signed (DSSE JSON).
    pub envelope: &'a [u8],
    /// The hash that it names.
    pub content_hash: Digest,
    /// What has that hash.
    pub content: &'a [u8],
}

/// What is asked of them.
pub trait Catalogues {
    /// The newest list of each kind, by its kind, as it was signed (DSSE JSON).
    fn catalogues(&self) -> Result<Vec<(String, Vec<u8>)>, StorageError>;
    /// The version of the list of a kind that is held; 0 where there is none.
    fn catalogue_version(&self, kind: CatalogueKind) -> Result<u64, StorageError>;
    /// The content with this hash.
    fn catalogue_content(&self, hash: Digest) -> Result<Option<Vec<u8>>, StorageError>;
    /// Keeps a list in the place of the one before of its kind.
    fn keep_catalogue(&self, catalogue: &NewCatalogue<'_>) -> Result<(), StorageError>;
    /// Puts another envelope in the place of a list's, which says the same.
    fn replace_catalogue_envelope(&self, kind: &str, envelope: &[u8]) -> Result<(), StorageError>;
}
