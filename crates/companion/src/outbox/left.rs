//! Whether anything is left on this device that the municipality does not hold.

use baken_protocol::record::RecordKind;

use crate::failure::Failure;
use crate::outbox::standing::{self, StateCounts};
use crate::store::{Cached, Store};

impl Store {
    /// No draft, and no record that was not received with all of its photos.
    pub(crate) fn holds_nothing_unsent(&self) -> Result<bool, Failure> {
        self.read(|connection| {
            let drafts: u64 = connection.query_row_cached("SELECT count(*) FROM drafts", [], |row| row.get(0))?;
            let mut unsent = drafts;
            for kind in RecordKind::ALL {
                let StateCounts { finalised, sending, failed, acknowledged: _ } = standing::counts(connection, *kind)?;
                unsent += finalised + sending + failed;
            }
            Ok(unsent == 0)
        })
    }
}
