//! What goes first. A chain has no gaps, so a batch that does not arrive keeps back all that follows it, also what was
//! signed later and matters more. Then what has no receipt goes on in a fresh chain, in the order in which it should.
//!
//! If the backend has the batch after all, nothing is lost: its records travel again, and one that is held already counts
//! as received.

use rusqlite::Connection;

use super::batches::{forget_unsent, release_unreceipted, start_chain};
use super::entries::enter;
use crate::failure::Failure;
use crate::store::{Cached, Store};
use crate::trust::device;

/// Whether the first of what waits goes before the last of what was batched and has no receipt: acute ones first, then
/// those that were never in a batch that was refused, as [`super::batches`] takes them. What is held by what it corrects
/// goes before nothing.
const IS_BEHIND: &str = "
    SELECT coalesce(
        (SELECT 2 * (1 - acute) + isolated FROM outbox_entries
         WHERE chain IS NULL AND seq IS NULL AND refused IS NULL
               AND NOT EXISTS (SELECT 1 FROM outbox_held h WHERE h.position = outbox_entries.position)
         ORDER BY acute DESC, isolated LIMIT 1)
        < (SELECT max(2 * (1 - o.acute) + o.isolated)
           FROM batches b CROSS JOIN outbox_entries o ON o.chain = b.chain AND o.seq = b.seq
           WHERE b.chain = ?1 AND NOT EXISTS
                 (SELECT 1 FROM standing_receipts r WHERE r.chain = b.chain AND r.seq = b.seq)),
        0)";

/// Whether an acute record is to leave that has no receipt; not one that waits apart.
const ACUTE_WAITS: &str = "
    SELECT EXISTS (SELECT 1 FROM outbox w WHERE w.acute AND w.refused IS NULL AND NOT EXISTS
                  (SELECT 1 FROM standing_receipts r WHERE r.chain = w.chain AND r.seq = w.seq)
                   AND NOT EXISTS (SELECT 1 FROM outbox_held h WHERE h.position = w.position))";

impl Store {
    /// Lets what should go first go first. Answers whether that made a difference.
    pub(crate) fn first_things_first(&self) -> Result<bool, Failure> {
        self.write_to_send(|tx| first_things_first(tx, self))
    }

    /// Whether an acute record is to leave that has no receipt; not one that waits apart.
    pub(crate) fn acute_waits(&self) -> Result<bool, Failure> {
        self.read(|connection| Ok(connection.query_row_cached(ACUTE_WAITS, [], |row| row.get(0))?))
    }
}

/// The same in a transaction.
pub(crate) fn first_things_first(tx: &Connection, store: &Store) -> Result<bool, Failure> {
    // Receipts that could not be kept are for batches as they are.
    if store.road.waiting() > 0 {
        return Ok(false);
    }
    enter(tx)?;
    let chain = device::chain(tx)?.0;
    let is_behind: bool = tx.query_row_cached(IS_BEHIND, [chain.to_string()], |row| row.get(0))?;
    if is_behind {
        release_unreceipted(tx)?;
        start_chain(tx, store.environment.ids.uuid())?;
        forget_unsent(tx, chain)?;
    }
    Ok(is_behind)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::gathering::WAITING;
    use super::*;
    use crate::store::StoreError;
    use crate::store::scratch;

    /// Each of these is asked with every batch: with a thousand records waiting, a page of contents a record is felt.
    #[test]
    fn what_goes_first_is_found_without_reading_what_was_signed() {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        for (sql, index, value) in [
            (IS_BEHIND, "outbox_waiting", Some("chain")),
            (ACUTE_WAITS, "outbox_acute", None),
            (WAITING, "outbox_waiting", None),
        ] {
            let plan = store.read::<_, StoreError>(|connection| {
                let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let steps = statement.query_map(rusqlite::params_from_iter(value), |row| row.get::<_, String>(3))?;
                Ok(steps.collect::<Result<Vec<_>, _>>()?.join("; "))
            });
            let plan = plan.unwrap();
            assert!(plan.contains(index) && !plan.contains("CO-ROUTINE"), "{plan}");
            // Of the signed ones by their place alone: those after the last entry, or one.
            let whole = plan.split("; ").find(|step| step.starts_with("SCAN o") && !step.contains("INDEX outbox_"));
            assert_eq!(whole, None, "{plan}");
        }
    }

    /// Else each sync would leave its chain for it, and it would never leave itself.
    #[test]
    fn an_acute_correction_of_what_waits_apart_goes_before_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        let run = |sql: &str| store.write::<_, StoreError>(|tx| Ok(tx.execute_batch(sql)?)).unwrap();
        for name in ["first", "correction", "another"] {
            run(&format!(
                "INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature,
                                         payload, form, sealed)
                 VALUES ('{name}', 'e', 'observation', 'h', '2026-11-01', 0, 0, zeroblob(64), x'00', '{{}}', x'00')"
            ));
        }
        run("INSERT INTO corrections (position, first, action) VALUES (2, 1, 'amend');
             INSERT INTO batches (chain, seq, hash, payload, signature, made_at)
             SELECT chain, 1, 'b', x'00', zeroblob(64), '2026-11-01' FROM device;
             INSERT INTO outbox_entries (position, kind, acute, size_bytes, refused, aside_since)
             VALUES (1, 'observation', 1, 0, 'malformed', '2026-11-01'), (2, 'observation', 1, 0, NULL, NULL);
             INSERT INTO outbox_entries (position, kind, acute, size_bytes, chain, seq)
             SELECT 3, 'observation', 0, 0, chain, 1 FROM device");
        assert!(!store.first_things_first().unwrap());
        assert!(!store.acute_waits().unwrap());
        run("UPDATE outbox_entries SET refused = NULL, aside_since = NULL WHERE position = 1");
        assert!(store.acute_waits().unwrap());
        assert!(store.first_things_first().unwrap(), "what it corrects goes, and then it does");
    }
}
