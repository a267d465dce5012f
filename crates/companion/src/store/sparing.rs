//! The system wants memory back: what the store can do without is let go of. Nothing that anybody waits for: what was typed
//! is on disk, and a seal that was prepared is prepared anew by the next save.

use super::{Store, StoreError};

impl Store {
    /// Drops the seal that waits for its text, and the pages and statements that SQLite keeps.
    pub fn spare_memory(&self) {
        self.ahead.forget();
        let shrunk = self.read::<_, StoreError>(|connection| {
            connection.flush_prepared_statement_cache();
            Ok(connection.execute_batch("PRAGMA shrink_memory")?)
        });
        match shrunk {
            // A lock lets go of all of it.
            Ok(()) | Err(StoreError::Closed) => {}
            Err(error) => tracing::warn!(%error, "the store gives no memory back"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use baken_protocol::seal::Identity;

    use super::*;
    use crate::store::scratch;

    #[test]
    fn a_store_that_gave_memory_back_goes_on_and_has_no_seal_prepared() {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        store.ahead.prepare(&[Identity::generate().recipient()]).unwrap();
        store.spare_memory();
        assert!(store.ahead.is_empty());
        store.write::<_, StoreError>(|tx| Ok(tx.execute_batch("PRAGMA user_version")?)).unwrap();
    }
}
