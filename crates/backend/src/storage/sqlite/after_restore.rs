//! What a restored register still has to be told.

use super::SqliteStorage;
use crate::storage::StorageError;

impl SqliteStorage {
    /// Whether this register was restored, and no key directory was taken in or signed since. It cannot know which one is
    /// the newest, and the next one must follow that.
    pub fn awaits_newest_directory(&self) -> Result<bool, StorageError> {
        let sql = "SELECT coalesce(max(id) FILTER (WHERE action = 'restore'), 0)
                        > coalesce(max(id) FILTER (WHERE action IN ('take-in', 'renew')), 0)
                   FROM audit WHERE actor = 'operator'";
        self.read(|tx| Ok(tx.query_row(sql, [], |row| row.get(0))?))
    }
}
