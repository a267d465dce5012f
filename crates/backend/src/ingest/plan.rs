//! What becomes of a batch in which everything holds, by what is held where it is to stand. Pure: its tests are the
//! cases of docs/PROTOCOL.md.

use baken_protocol::batch::Batch;
use baken_protocol::chain::{Head, Place, place};
use baken_protocol::digest::Digest;

/// What is held where a batch is to stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    /// The hash of the batch at its place.
    pub(super) at_place: Option<Digest>,
    /// The last batch of its chain.
    pub(super) head: Option<Head>,
    /// Whether its chain was frozen.
    pub(super) is_frozen: bool,
    /// For each operation it lists, the hash of what its device signed under that id before.
    pub(super) operations: Vec<Option<Digest>>,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// It is the next of its chain: it is kept.
    Accept,
    /// It is held: its receipt is given again.
    Replay,
    /// It comes too early.
    Wait {
        /// The place the chain waits for.
        expected_seq: u64,
    },
    /// It contradicts what is held: it is kept apart whole, and its chain is frozen.
    Freeze,
    /// Its chain was frozen before.
    Refuse,
}

/// What becomes of `batch`, of which `hash` is the hash.
pub(super) fn plan(batch: &Batch, hash: Digest, held: &Held) -> Plan {
    if held.at_place == Some(hash) {
        return Plan::Replay;
    }
    if held.is_frozen {
        return Plan::Refuse;
    }
    match place(held.head, held.at_place, batch, hash) {
        Place::Gap { expected_seq } => Plan::Wait { expected_seq },
        Place::Next if !contradicts(batch, held) => Plan::Accept,
        Place::Next | Place::Fork | Place::Replay => Plan::Freeze,
    }
}

/// Whether an id this device gave already stands for other bytes: then it has two histories, even if the chain looks
/// whole. Another device may use the same id for something of its own.
fn contradicts(batch: &Batch, held: &Held) -> bool {
    let listed = batch.operations.iter().map(|reference| reference.sha256);
    listed.zip(&held.operations).any(|(listed, known)| known.is_some_and(|known| known != listed))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use baken_protocol::batch::{OperationReference, SCHEMA};
    use baken_protocol::ids::{BatchId, ChainId, DeviceId, OperationId};
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn digest(what: &str) -> Digest {
        Digest::of(what.as_bytes())
    }

    fn batch(seq: u64, prev: Option<&str>) -> Batch {
        Batch {
            tenant: "GM0453".parse().unwrap(),
            device: DeviceId(Uuid::nil()),
            chain: ChainId(Uuid::nil()),
            seq,
            prev: prev.map(digest),
            batch: BatchId(Uuid::nil()),
            made_at: DateTime::UNIX_EPOCH,
            boot_id: Uuid::nil(),
            monotonic_ms: 0,
            last_receipt: None,
            continues: None,
            key_epoch: 1,
            schema: SCHEMA,
            app_version: "1.0.0".into(),
            operations: vec![OperationReference { operation: OperationId(Uuid::nil()), sha256: digest("operation") }],
            attachments: vec![],
        }
    }

    #[test]
    fn each_case_of_the_protocol_has_one_end() {
        let nothing = Held { operations: vec![None], ..Held::default() };
        let one = Held { head: Some(Head { seq: 1, hash: digest("first") }), ..nothing.clone() };
        let at = |hash: &str| Held { at_place: Some(digest(hash)), ..one.clone() };
        let knows = |hash: &str| Held { operations: vec![Some(digest(hash))], ..one.clone() };
        let frozen = |held: Held| Held { is_frozen: true, ..held };
        let (first, next) = (batch(1, None), batch(2, Some("first")));
        for (case, arrives, hash, held, expected) in [
            ("the first of a chain", &first, "first", nothing.clone(), Plan::Accept),
            ("the next one", &next, "second", one.clone(), Plan::Accept),
            ("sent again", &first, "first", at("first"), Plan::Replay),
            ("sent again, frozen meanwhile", &first, "first", frozen(at("first")), Plan::Replay),
            ("another at a place that is taken", &first, "other", at("first"), Plan::Freeze),
            ("the next one after another", &batch(2, Some("other")), "second", one.clone(), Plan::Freeze),
            ("a first one that follows something", &batch(1, Some("other")), "first", nothing.clone(), Plan::Freeze),
            ("too early", &batch(4, Some("third")), "fourth", one.clone(), Plan::Wait { expected_seq: 2 }),
            ("too early on a chain nobody knows", &next, "second", nothing, Plan::Wait { expected_seq: 1 }),
            ("a record that is held, on a fresh chain", &next, "second", knows("operation"), Plan::Accept),
            ("an id that stands for something else", &next, "second", knows("else"), Plan::Freeze),
            ("the next one of a frozen chain", &next, "second", frozen(one), Plan::Refuse),
        ] {
            assert_eq!(plan(arrives, digest(hash), &held), expected, "{case}");
        }
    }
}
