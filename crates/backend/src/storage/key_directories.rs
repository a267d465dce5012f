//! The line of key directories, as they were signed.

use super::StorageError;

/// What is asked of key directories.
pub trait KeyDirectories {
    /// The newest (DSSE JSON).
    fn key_directory(&self) -> Result<Vec<u8>, StorageError>;
    /// The newest one's epoch; 0 where there is none.
    fn newest_epoch(&self) -> Result<u64, StorageError>;
    /// The newest epoch before this one.
    fn epoch_before(&self, epoch: u64) -> Result<Option<u64>, StorageError>;
    /// Keeps one (DSSE JSON).
    fn add_key_directory(&self, epoch: u64, envelope: &[u8]) -> Result<(), StorageError>;
}
