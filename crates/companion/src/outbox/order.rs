//! What goes first. A chain has no gaps, so a batch that does not arrive keeps back all that follows it, also what was
//! signed later and matters more. Then what has no receipt goes on in a fresh chain, in the order in which it should.
//!
//! If the backend has the batch after all, nothing is lost: its records travel again, and one that is held already counts
//! as received.

use rusqlite::Connection;

use super::batches::{acute_first, forget_unsent, release_unreceipted, start_chain};
use crate::failure::Failure;
use crate::store::{Cached, Store};
use crate::trust::device;

/// Acute ones, then those that were never in a batch that was refused, as [`super::batches`] takes them.
macro_rules! rank {
    () => {
        concat!("2 * ", acute_first!("operations"), " + isolated")
    };
}

impl Store {
    /// Lets what should go first go first. Answers whether that made a difference.
    pub(crate) fn first_things_first(&self) -> Result<bool, Failure> {
        self.write_to_send(|tx| first_things_first(tx, self))
    }
}

/// The same in a transaction.
pub(crate) fn first_things_first(tx: &Connection, store: &Store) -> Result<bool, Failure> {
    // Receipts that could not be kept are for batches as they are.
    if store.road.waiting() > 0 {
        return Ok(false);
    }
    let chain = device::chain(tx)?.0;
    let is_behind: bool = tx.query_row_cached(
        concat!(
            "SELECT coalesce((SELECT min(",
            rank!(),
            ") FROM operations WHERE chain IS NULL AND seq IS NULL AND refused IS NULL) < (SELECT max(",
            rank!(),
            ") FROM operations WHERE chain = ?1 AND NOT EXISTS
                (SELECT 1 FROM standing_receipts r WHERE r.chain = operations.chain AND r.seq = operations.seq)), 0)",
        ),
        [chain.to_string()],
        |row| row.get(0),
    )?;
    if is_behind {
        release_unreceipted(tx)?;
        start_chain(tx, store.environment.ids.uuid())?;
        forget_unsent(tx, chain)?;
    }
    Ok(is_behind)
}
