//! The vocabulary to record with.

use std::sync::Arc;

use baken_protocol::vocabulary::Vocabulary;
use rusqlite::{Connection, OptionalExtension, params};

use crate::failure::Failure;
use crate::known::Known;
use crate::store::cached::Cached;
use crate::store::{Store, StoreError};
use crate::transport::TransportError;

impl Store {
    /// The vocabulary to record with.
    pub fn vocabulary(&self) -> Result<Vocabulary, Failure> {
        self.read(|connection| Ok(newest(connection, &self.known)?.as_ref().clone()))
    }

    /// Keeps a vocabulary the backend offers, if this version can read it. What a version means never changes
    /// afterwards.
    pub(crate) fn accept_vocabulary(&self, body: &[u8]) -> Result<(), Failure> {
        let version = Vocabulary::parse(body).map_err(|_| TransportError::Answer)?.version;
        self.write(|tx| {
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
    let body: Option<Vec<u8>> = connection
        .query_row_cached("SELECT body FROM vocabularies ORDER BY version DESC LIMIT 1", [], |row| row.get(0))
        .optional()?;
    known.vocabulary.of(body.unwrap_or_default(), |body| Ok(readable(body)))
}

/// The stored set, unless the built-in one is newer or the stored one cannot be read by this version of the app:
/// nobody stands below deck without a vocabulary.
fn readable(stored: &[u8]) -> Vocabulary {
    let built_in = Vocabulary::built_in();
    if stored.is_empty() {
        return built_in;
    }
    match Vocabulary::parse(stored) {
        Ok(vocabulary) if vocabulary.version > built_in.version => vocabulary,
        Ok(_) => built_in,
        Err(_) => {
            tracing::warn!("the stored vocabulary cannot be read; the built-in one is used");
            built_in
        }
    }
}
