//! Where a chain stands at the backend, and where a batch stands to its chain: the one decision both ingest and
//! audit make.

use serde::{Deserialize, Serialize};

use crate::batch::Batch;
use crate::digest::Digest;

/// Where a chain stands: the answer to `GET /v1/devices/{device}/chains/{chain}`. A chain never seen waits for its first batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainStatus {
    /// The place it waits for, from 1.
    pub next_seq: u64,
    /// The hash of its last batch.
    pub head: Option<Digest>,
    /// A fork has frozen it: go on in a new chain.
    pub frozen: bool,
    /// Attachments that operations of this device name, on whatever chain, and that the backend does not hold whole,
    /// at most [`limits::CHAIN_MISSING_ATTACHMENTS`](crate::limits::CHAIN_MISSING_ATTACHMENTS) of them.
    #[serde(default)]
    pub missing_attachments: Vec<Digest>,
    /// This device is to be wiped: its first question is for the signed word on that, which alone counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wipe_ordered: bool,
}

/// The last batch of a chain that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its place.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
}

/// What a batch is to a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The next one: it may be applied.
    Next,
    /// Already accepted: answer with the original receipt.
    Replay,
    /// Something is missing before it.
    Gap {
        /// The place the chain waits for.
        expected_seq: u64,
    },
    /// Another batch stands at its place, or it does not follow the one before: somebody has two histories.
    Fork,
}

/// Places `batch` (with `hash`) after `head`. `accepted_at_seq` is the hash that stands at the batch's own
/// place, if that place is taken already.
pub fn place(head: Option<Head>, accepted_at_seq: Option<Digest>, batch: &Batch, hash: Digest) -> Place {
    if let Some(known) = accepted_at_seq {
        return if known == hash { Place::Replay } else { Place::Fork };
    }
    let expected_seq = head.map_or(1, |head| head.seq + 1);
    if batch.seq > expected_seq {
        return Place::Gap { expected_seq };
    }
    if batch.seq == expected_seq && batch.prev == head.map(|head| head.hash) { Place::Next } else { Place::Fork }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::ids::{BatchId, ChainId, DeviceId};
    use chrono::DateTime;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn batch(seq: u64, prev: Option<Digest>) -> Batch {
        Batch {
            tenant: "GM0453".parse().unwrap(),
            device: DeviceId(Uuid::nil()),
            chain: ChainId(Uuid::nil()),
            seq,
            prev,
            batch: BatchId(Uuid::nil()),
            made_at: DateTime::UNIX_EPOCH,
            boot_id: Uuid::nil(),
            monotonic_ms: 0,
            last_receipt: None,
            continues: None,
            key_epoch: 1,
            schema: crate::batch::SCHEMA,
            app_version: String::new(),
            operations: vec![],
            attachments: vec![],
        }
    }

    #[test]
    fn places_every_case() {
        let (one, two, other) = (Digest::of(b"1"), Digest::of(b"2"), Digest::of(b"x"));
        let head = Some(Head { seq: 1, hash: one });
        assert_eq!(place(None, None, &batch(1, None), one), Place::Next);
        assert_eq!(place(None, None, &batch(1, Some(other)), one), Place::Fork);
        assert_eq!(place(None, None, &batch(2, Some(one)), two), Place::Gap { expected_seq: 1 });
        assert_eq!(place(head, Some(one), &batch(1, None), one), Place::Replay);
        assert_eq!(place(head, Some(one), &batch(1, None), other), Place::Fork);
        assert_eq!(place(head, None, &batch(2, Some(one)), two), Place::Next);
        assert_eq!(place(head, None, &batch(2, Some(other)), two), Place::Fork);
        assert_eq!(place(head, None, &batch(2, None), two), Place::Fork);
        assert_eq!(place(head, None, &batch(3, Some(two)), other), Place::Gap { expected_seq: 2 });
        assert_eq!(place(head, None, &batch(0, None), other), Place::Fork);
    }

    proptest! {
        /// Whatever order and repetition batches arrive in, what is applied is a prefix of the chain, in order.
        #[test]
        fn applies_a_prefix_in_order(arrivals in proptest::collection::vec(1_u64..8, 0..60)) {
            let hash = |seq: u64| Digest::of(&seq.to_be_bytes());
            let mut applied: Vec<u64> = vec![];
            for seq in arrivals {
                let head = applied.last().map(|last| Head { seq: *last, hash: hash(*last) });
                let known = applied.contains(&seq).then(|| hash(seq));
                let prev = (seq > 1).then(|| hash(seq - 1));
                match place(head, known, &batch(seq, prev), hash(seq)) {
                    Place::Next => applied.push(seq),
                    Place::Replay => prop_assert!(applied.contains(&seq)),
                    Place::Gap { expected_seq } => prop_assert_eq!(expected_seq, applied.len() as u64 + 1),
                    Place::Fork => prop_assert!(false, "an honest chain never forks"),
                }
            }
            prop_assert!(applied.iter().copied().eq(1..=applied.len() as u64));
        }
    }
}
