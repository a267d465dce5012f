//! What devices are given to work with.

use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::digest::Digest;

use super::{SqlTransaction, values};
use crate::storage::{Catalogues, NewCatalogue, StorageError};

impl Catalogues for SqlTransaction<'_> {
    fn catalogues(&self) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        let sql = "SELECT kind, envelope FROM catalogues ORDER BY kind";
        self.sql().all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn catalogue_version(&self, kind: CatalogueKind) -> Result<u64, StorageError> {
        let sql = "SELECT coalesce(max(version), 0) FROM catalogues WHERE kind = $1";
        self.sql().value(sql, values![kind.name()])
    }

    fn catalogue_content(&self, hash: Digest) -> Result<Option<Vec<u8>>, StorageError> {
        let sql = "SELECT content FROM catalogues WHERE content_hash = $1 LIMIT 1";
        self.sql().first(sql, values![hash], |row| row.get(0))
    }

    fn keep_catalogue(&self, catalogue: &NewCatalogue<'_>) -> Result<(), StorageError> {
        let NewCatalogue { kind, version, envelope, content_hash, content } = *catalogue;
        self.sql().execute("DELETE FROM catalogues WHERE kind = $1", values![kind.name()])?;
        self.sql().execute(
            "INSERT INTO catalogues (kind, version, envelope, content_hash, content) VALUES ($1, $2, $3, $4, $5)",
            values![kind.name(), version, envelope, content_hash, content],
        )?;
        Ok(())
    }

    fn replace_catalogue_envelope(&self, kind: &str, envelope: &[u8]) -> Result<(), StorageError> {
        self.sql().execute("UPDATE catalogues SET envelope = $1 WHERE kind = $2", values![envelope, kind])?;
        Ok(())
    }
}
