//! What goes into the next batch: of what waits, what leaves together and fits.

use baken_protocol::digest::Digest;
use baken_protocol::ids::OperationId;
use baken_protocol::limits;
use baken_protocol::record::{Action, Operation};
use baken_protocol::strict_json;
use baken_protocol::wire::compact_size;
use rusqlite::Connection;

use crate::failure::Failure;
use crate::recording::forms::parse_uuid;
use crate::store::StoreError;
use crate::store::settings::Setting;

/// Bytes kept free in a push for the batch's own envelope.
const BATCH_HEAD_BYTES: usize = 4 * 1024;
/// Bytes of sealed parts a device puts into one batch: less than the protocol allows, so that a slow line brings
/// one through.
const SEALED_BYTES: usize = limits::PUSH_SEALED_BYTES / 4;
/// Bytes an operation adds to the batch that lists it, and each of its attachments again.
const REFERENCE_BYTES: usize = 160;
/// Bytes of references one batch may hold, well within `limits::PAYLOAD_BYTES`.
const REFERENCES_BYTES: usize = limits::PAYLOAD_BYTES / 2;

/// What waits, in the order in which it leaves.
pub(super) const WAITING: &str = "
    SELECT position, acute, isolated FROM outbox WHERE chain IS NULL AND seq IS NULL AND refused IS NULL
    ORDER BY acute DESC, isolated, position";

/// The steps before a correction that are in no batch.
const BEHIND: &str = "
    SELECT o.position, o.operation FROM operations o
    WHERE o.position IN (SELECT first FROM corrections WHERE position = ?1
                         UNION ALL
                         SELECT b.position FROM corrections c CROSS JOIN corrections b ON b.first = c.first
                         WHERE c.position = ?1 AND b.position < ?1)
          AND NOT EXISTS (SELECT 1 FROM outbox_entries e WHERE e.position = o.position AND e.chain IS NOT NULL)";

/// A record that waits for a batch.
#[derive(Clone)]
pub(super) struct Waiting {
    /// In the order of *Vastleggen*.
    pub(super) position: i64,
    pub(super) hash: Digest,
    acute: bool,
    pub(super) operation: Operation,
    /// Of the batch it travels in.
    pub(super) schema: u32,
    payload_bytes: usize,
    isolated: bool,
    /// The steps of its record before it that are in no batch: it never leaves before them.
    behind: Vec<i64>,
}

/// As many as fit one push of what waits and `leaves`, acute records first: after a morning without a network they leave
/// in the first batch. Of the others, first those that were never in a batch that was refused.
pub(super) fn gather(tx: &Connection, leaves: impl Fn(OperationId) -> bool) -> Result<Vec<Waiting>, Failure> {
    let network_limit = Setting::NetworkLimit.read(tx)?.unwrap_or(usize::MAX);
    let mut statement = tx.prepare_cached(WAITING)?;
    let mut signed = tx.prepare_cached("SELECT hash, payload, schema FROM operations WHERE position = ?1")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut earlier = tx.prepare_cached(BEHIND)?;
    let waiting = rows.map(|row| -> Result<Waiting, Failure> {
        let (position, acute, isolated): (i64, bool, bool) = row?;
        let (hash, payload, schema): (String, Vec<u8>, Option<u32>) =
            signed.query_row([position], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let operation: Operation = strict_json::parse(&payload).map_err(|_| StoreError::Content)?;
        let behind = match operation.action {
            Action::Create => Vec::new(),
            Action::Amend | Action::Retract => {
                let rows = earlier.query_map([position], |row| Ok((row.get(0)?, row.get(1)?)))?;
                let steps: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
                // What left in another way is before it all the same.
                let left = |operation: &str| parse_uuid(operation).is_ok_and(|id| !leaves(OperationId(id)));
                steps.into_iter().filter(|(_, operation)| !left(operation)).map(|(step, _)| step).collect()
            }
        };
        Ok(Waiting {
            position,
            acute,
            schema: schema.unwrap_or_else(|| operation.action.schema()),
            operation,
            behind,
            hash: hash.parse().map_err(|_| StoreError::Content)?,
            payload_bytes: payload.len(),
            isolated,
        })
    });
    let leaving = waiting.filter(|next| next.as_ref().map_or(true, |next| leaves(next.operation.operation)));
    fill(leaving, network_limit)
}

/// As many as fit one push of the first that a batch could list, all of one schema and for the same readers: whoever is
/// shown a record with the batch that brought it is not shown what was recorded for others. Acute ones travel with acute ones alone: what is small arrives where what is large
/// does not. An isolated operation travels by itself. Where a network lets no body of more than
/// `network_limit` bytes through, no more than that, unless one record alone is larger. What comes after is not read.
fn fill(
    waiting: impl Iterator<Item = Result<Waiting, Failure>>,
    network_limit: usize,
) -> Result<Vec<Waiting>, Failure> {
    let mut taken: Vec<Waiting> = Vec::new();
    let (mut signed_bytes, mut reference_bytes, mut sealed_bytes) = (BATCH_HEAD_BYTES, 0, 0);
    for next in waiting.take(limits::BATCH_OPERATIONS) {
        let next = next?;
        if let Some(first) = taken.first() {
            let same_readers = first.operation.sealed.recipients == next.operation.sealed.recipients;
            // They come in this order.
            if first.isolated || next.isolated || next.acute != first.acute {
                break;
            }
            if !same_readers || first.schema != next.schema {
                continue;
            }
        }
        if !next.behind.iter().all(|step| taken.iter().any(|waiting| waiting.position == *step)) {
            continue;
        }
        signed_bytes += compact_size(next.payload_bytes);
        reference_bytes += (1 + next.operation.attachments.len()) * REFERENCE_BYTES;
        sealed_bytes += usize::try_from(next.operation.sealed.size_bytes).unwrap_or(usize::MAX).saturating_add(4);
        let full = signed_bytes + reference_bytes > limits::PUSH_PAYLOAD_BYTES
            || reference_bytes > REFERENCES_BYTES
            || sealed_bytes > SEALED_BYTES
            || signed_bytes + reference_bytes + sealed_bytes > network_limit;
        if !taken.is_empty() && full {
            break;
        }
        taken.push(next);
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::cell::Cell;

    use baken_protocol::batch::FULL_SCHEMA;
    use baken_protocol::dsse::Envelope;

    use super::*;

    /// A record that was frozen with the format, as if it waited.
    fn waiting(acute: bool, isolated: bool) -> Waiting {
        let frozen: serde_json::Value =
            serde_json::from_str(include_str!("../../../../tests/vectors/v1-records-good.json")).unwrap();
        let envelope = Envelope::from_json(&serde_json::to_vec(&frozen["observation"]["dsse"]).unwrap()).unwrap();
        let operation = strict_json::parse(&envelope.payload).unwrap();
        Waiting {
            position: 1,
            hash: envelope.digest(),
            schema: 1,
            acute,
            operation,
            payload_bytes: 1000,
            isolated,
            behind: vec![],
        }
    }

    /// How many leave of those, and how many were read for it.
    fn leave(waiting: Vec<Waiting>, network_limit: usize) -> (usize, usize) {
        let read = Cell::new(0);
        let counted = waiting.into_iter().inspect(|_| read.set(read.get() + 1)).map(Ok);
        (fill(counted, network_limit).unwrap().len(), read.get())
    }

    #[test]
    fn no_more_leaves_than_a_batch_may_list_and_no_more_is_read() {
        let mut small = waiting(false, false);
        small.payload_bytes = 1;
        small.operation.attachments.clear();
        small.operation.sealed.size_bytes = 1;
        let most = limits::BATCH_OPERATIONS;
        assert_eq!(leave(vec![small.clone(); most + 200], usize::MAX), (most, most));
        // However many wait for other readers behind it.
        let mut others = small.clone();
        others.operation.sealed.recipients.clear();
        let behind = std::iter::repeat_n(others, most + 200);
        assert_eq!(leave(std::iter::once(small).chain(behind).collect(), usize::MAX), (1, most));
    }

    #[test]
    fn acute_ones_leave_with_acute_ones_and_what_was_refused_leaves_alone() {
        let (acute, other, refused) = (waiting(true, false), waiting(false, false), waiting(false, true));
        let row = |kinds: &[&Waiting]| leave(kinds.iter().map(|&one| one.clone()).collect(), usize::MAX);
        assert_eq!(row(&[&acute, &acute, &other, &other]), (2, 3));
        assert_eq!(row(&[&other, &other, &refused, &refused]), (2, 3));
        assert_eq!(row(&[&refused, &refused]), (1, 2));
    }

    #[test]
    fn what_is_for_other_readers_is_left_and_keeps_nothing_back() {
        let one = waiting(false, false);
        let mut others = one.clone();
        others.operation.sealed.recipients.clear();
        assert_eq!(leave(vec![one.clone(), others, one], usize::MAX), (2, 3));
    }

    #[test]
    fn corrections_leave_with_corrections_alone_and_never_before_what_they_correct() {
        let at = |position, action, behind: &[i64]| {
            let mut step = waiting(false, false);
            (step.position, step.operation.action, step.behind) = (position, action, behind.to_vec());
            step.schema = action.schema();
            step
        };
        let first = at(1, Action::Create, &[]);
        let (amended, again) = (at(2, Action::Amend, &[]), at(3, Action::Amend, &[2]));
        assert_eq!(leave(vec![first.clone(), amended.clone(), at(4, Action::Create, &[])], usize::MAX), (2, 3));
        assert_eq!(leave(vec![amended.clone(), again.clone(), first], usize::MAX), (2, 3));
        assert_eq!(leave(vec![again.clone()], usize::MAX), (0, 1), "what it corrects waits elsewhere");
        assert_eq!(leave(vec![again, amended], usize::MAX), (1, 2));
    }

    #[test]
    fn what_says_more_than_the_first_schemas_leaves_with_its_like_alone() {
        let one = waiting(false, false);
        let full = Waiting { schema: FULL_SCHEMA, ..one.clone() };
        assert_eq!(leave(vec![one.clone(), full.clone(), one], usize::MAX), (2, 3));
        let amended = Waiting { position: 2, behind: vec![1], ..full.clone() };
        assert_eq!(leave(vec![full, amended], usize::MAX), (2, 2), "a correction too");
    }

    #[test]
    fn one_leaves_however_little_the_network_lets_through() {
        let one = waiting(false, false);
        assert_eq!(leave(vec![one.clone(), one], 1), (1, 2));
    }
}
