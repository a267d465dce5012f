//! What a register's file says of itself, whatever its schema: it is left as it is.

use std::path::Path;

use baken_protocol::signature::VerifyingKey;
use baken_sqlite::Migrations;

use super::copy::existing;
use crate::storage::StorageError;

/// Whether `init` ended in the register at `path`, of whatever schema that is; it is left as it is.
pub fn is_installed(path: &Path) -> Result<bool, StorageError> {
    if !path.exists() {
        return Ok(false);
    }
    let connection = existing(path)?;
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'installation'";
    let has_table: u64 = connection.query_row(sql, [], |row| row.get(0))?;
    let installed = |row: &rusqlite::Row<'_>| row.get::<_, u64>(0);
    Ok(has_table > 0 && connection.query_row("SELECT count(*) FROM installation", [], installed)? > 0)
}

/// The schema of the register at `path`, which is left as it is.
pub fn schema_of(path: &Path) -> Result<usize, StorageError> {
    Ok(Migrations::version_of(&existing(path)?)?)
}

/// The public keys of a register, and its key directories (DSSE JSON).
#[derive(Debug, Clone)]
pub struct RegisterKeys {
    /// The municipality's root key.
    pub root: VerifyingKey,
    /// The key that signs receipts.
    pub receipt: VerifyingKey,
    /// Every directory, the oldest first.
    pub directories: Vec<Vec<u8>>,
}

/// The keys of the register at `path`, of whatever schema; it is left as it is.
pub fn keys_of(path: &Path) -> Result<RegisterKeys, StorageError> {
    let connection = existing(path)?;
    let sql = "SELECT root_key, receipt_key FROM installation";
    let (root, receipt): (Vec<u8>, Vec<u8>) = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut statement = connection.prepare("SELECT envelope FROM key_directories ORDER BY epoch")?;
    let directories = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let key = |bytes: &[u8]| VerifyingKey::parse(bytes).map_err(|_| StorageError::Content);
    Ok(RegisterKeys { root: key(&root)?, receipt: key(&receipt)?, directories })
}
