//! The line of key directories, as they were signed.

use super::{SqlTransaction, values};
use crate::storage::{KeyDirectories, StorageError};

impl KeyDirectories for SqlTransaction<'_> {
    fn key_directory(&self) -> Result<Vec<u8>, StorageError> {
        self.sql().value("SELECT envelope FROM key_directories ORDER BY epoch DESC LIMIT 1", &[])
    }

    fn newest_epoch(&self) -> Result<u64, StorageError> {
        self.sql().value("SELECT coalesce(max(epoch), 0) FROM key_directories", &[])
    }

    fn epoch_before(&self, epoch: u64) -> Result<Option<u64>, StorageError> {
        self.sql().value("SELECT max(epoch) FROM key_directories WHERE epoch < $1", values![epoch])
    }

    fn add_key_directory(&self, epoch: u64, envelope: &[u8]) -> Result<(), StorageError> {
        let sql = "INSERT INTO key_directories (epoch, envelope) VALUES ($1, $2)";
        self.sql().execute(sql, values![epoch, envelope])?;
        Ok(())
    }
}
