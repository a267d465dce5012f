//! What a restored register still has to be told.

use super::SqliteStorage;
use crate::storage::StorageError;

impl SqliteStorage {
    /// Whether this register was restored, and signed no key directory since. It cannot know which one is the newest, and
    /// the next one must follow that: also where one was brought at the restore, since it may not have been the last.
    pub fn awaits_newest_directory(&self) -> Result<bool, StorageError> {
        let sql = "SELECT coalesce(max(id) FILTER (WHERE action = 'restore'), 0)
                        > coalesce(max(id) FILTER (WHERE action = 'renew'), 0)
                   FROM audit WHERE actor = 'operator'";
        self.read(|tx| Ok(tx.query_row(sql, [], |row| row.get(0))?))
    }
}
