//! The vocabulary to record with.

use std::sync::Arc;

use baken_protocol::digest::Digest;
use baken_protocol::keydir::VocabularyReference;
use baken_protocol::vocabulary::Vocabulary;
use rusqlite::{Connection, OptionalExtension, params};

use crate::failure::Failure;
use crate::store::known::Known;
use crate::store::{Cached, Store, StoreError};
use crate::transport::TransportError;
use crate::trust::key_directory;

impl Store {
    /// The vocabulary to record with.
    pub fn vocabulary(&self) -> Result<Vocabulary, Failure> {
        self.read(|connection| Ok(newest(connection, &self.known)?.as_ref().clone()))
    }

    /// Keeps the vocabulary the backend offers, if it is the one the key directory names and this version can read it.
    /// One that is not in force yet is passed over; another under the number in force is refused.
    pub(crate) fn accept_vocabulary(&self, body: &[u8]) -> Result<(), Failure> {
        let version = Vocabulary::parse(body).map_err(|_| TransportError::Answer)?.version;
        self.write(|tx| {
            let named = key_directory::newest(tx, &self.known)?.payload.vocabulary;
            if version > named.version {
                tracing::info!(version, in_force = named.version, "the backend's vocabulary is not in force yet");
                return Ok(());
            }
            if version != named.version || Digest::of(body) != named.sha256 {
                return Err(TransportError::Answer.into());
            }
            tx.execute_cached(
                "INSERT INTO vocabularies (version, body) VALUES (?1, ?2)
                 ON CONFLICT (version) DO NOTHING",
                params![version, body],
            )?;
            Ok(())
        })
    }
}

/// The newest vocabulary: what the backend gave, or what is built in.
pub(crate) fn newest(connection: &Connection, known: &Known) -> Result<Arc<Vocabulary>, StoreError> {
    let body = match key_directory::newest(connection, known) {
        Ok(directory) => stored(connection, directory.payload.vocabulary)?,
        // Not enrolled yet, or a directory that cannot be read: what is built in serves.
        Err(_) => None,
    };
    known.vocabulary.of(body.unwrap_or_default(), |body| Ok(readable(body)))
}

/// The vocabulary in force, once it has been fetched: the very bytes the root key stands for.
fn stored(connection: &Connection, named: VocabularyReference) -> Result<Option<Vec<u8>>, StoreError> {
    let body: Option<Vec<u8>> = connection
        .query_row_cached("SELECT body FROM vocabularies WHERE version = ?1", [named.version], |row| row.get(0))
        .optional()?;
    Ok(body.filter(|body| Digest::of(body) == named.sha256))
}

/// The stored set, unless the built-in one is newer or the stored one cannot be read by this version of the app:
/// nobody stands below deck without a vocabulary.
fn readable(stored: &[u8]) -> Vocabulary {
    let built_in = Vocabulary::built_in();
    if stored.is_empty() {
        return built_in;
    }
    match Vocabulary::parse(stored) {
        Ok(vocabulary) if vocabulary.version > built_in.version => vocabulary.with_built_in_meanings(),
        Ok(_) => built_in,
        Err(_) => {
            tracing::warn!("the stored vocabulary cannot be read; the built-in one is used");
            built_in
        }
    }
}
