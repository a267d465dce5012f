//! How far the log of a register goes.

use baken_protocol::log_continuation::LogPlace;
use rusqlite::{Connection, OptionalExtension};

use super::parse;
use crate::storage::StorageError;

/// The last place of the log of the register that `connection` opened.
pub(super) fn last_leaf(connection: &Connection) -> Result<Option<LogPlace>, StorageError> {
    let sql = "SELECT leaf_index, hash FROM batches ORDER BY leaf_index DESC LIMIT 1";
    let row: Option<(u64, String)> = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    row.map(|(leaf_index, hash)| Ok(LogPlace { leaf_index, batch_hash: parse(&hash)? })).transpose()
}
