//! What to do next, from what is here and what is there. Pure: no network, no disk, no clock.

use baken_protocol::chain::ChainStatus;
use baken_protocol::digest::Digest;

use crate::store::allowed::Photos;
use crate::store::road::LocalPhoto;

/// A batch as the device holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalBatch {
    /// Its place.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// Whether a verified receipt is kept for it.
    pub receipted: bool,
}

/// What the device holds of its current chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalState {
    /// Every batch of the chain, in order.
    pub batches: Vec<LocalBatch>,
    /// Photos of batched operations that are still to be sent.
    pub photos: Vec<LocalPhoto>,
}

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The backend's history of this chain is not ours: go on in a fresh chain, and plan again.
    OpenNewChain,
    /// Send the batch at this place and keep its receipt.
    Push {
        /// The place.
        seq: u64,
    },
    /// Send what is missing of a photo.
    Upload(LocalPhoto),
    /// Fetch the key directory and the vocabulary.
    Fetch,
    /// Fetch what the municipality gives to work with.
    Catalogues,
    /// Hear what became of records.
    Outcomes,
}

/// Every step, in the order in which it must be taken. Photos that may not leave now are in none.
pub fn plan(local: &LocalState, remote: &ChainStatus, photos: Photos) -> Vec<Step> {
    if remote.frozen || contradicts(local, remote) {
        return vec![Step::OpenNewChain];
    }
    let mut steps = Vec::new();
    for batch in &local.batches {
        // A batch with a receipt is sent again only if the backend has lost it: restored from a backup.
        if batch.seq >= remote.next_seq || !batch.receipted {
            steps.push(Step::Push { seq: batch.seq });
        }
    }
    steps.extend(without_batches(local, photos));
    steps
}

/// The steps that are left where no batch can be sent now.
pub(super) fn without_batches(local: &LocalState, photos: Photos) -> Vec<Step> {
    // The directory before the photos: one that cannot be sent must not keep a device from the next one. What is given
    // to work with is larger than many photos, and no line that breaks under it may keep evidence back: it comes last.
    let leaving = local.photos.iter().filter(|photo| photos.may_leave(photo));
    std::iter::once(Step::Fetch)
        .chain(leaving.map(|photo| Step::Upload(*photo)))
        .chain([Step::Catalogues, Step::Outcomes])
        .collect()
}

/// Where the chain most likely stands, when the backend does not say: what it gave receipts for it has, unless it was
/// heard to wait for an earlier place. Pushing tells the truth.
pub(super) fn assumed(batches: &[LocalBatch], waits_for: Option<u64>) -> ChainStatus {
    let unreceipted = batches.iter().find(|batch| !batch.receipted).map(|batch| batch.seq);
    let after_all = batches.last().map_or(1, |batch| batch.seq + 1);
    let next_seq = waits_for.or(unreceipted).unwrap_or(after_all);
    let head = batches.iter().find(|batch| batch.seq + 1 == next_seq).map(|batch| batch.hash);
    ChainStatus { next_seq, head, frozen: false, missing_attachments: Vec::new(), wipe_ordered: false }
}

/// What a backend restored from a backup lacks of a closed chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Loss {
    /// These places, for which it gave receipts; none if it lacks nothing.
    Batches(Vec<u64>),
    /// It has another history of this chain, or froze it: whatever was sent on it must go on another.
    Unknown,
}

/// Compares a closed chain with what the backend holds of it. The places in `cut_off` had receipts that its log no
/// longer stands by.
pub(super) fn lost(batches: &[LocalBatch], cut_off: &[u64], remote: &ChainStatus) -> Loss {
    let local = LocalState { batches: batches.to_vec(), photos: Vec::new() };
    if remote.frozen || contradicts(&local, remote) {
        return Loss::Unknown;
    }
    let is_lost =
        |batch: &&LocalBatch| batch.receipted && (batch.seq >= remote.next_seq || cut_off.contains(&batch.seq));
    let lost = batches.iter().filter(is_lost);
    Loss::Batches(lost.map(|batch| batch.seq).collect())
}

/// The backend holds a batch of this chain that this device did not write: the store is a restored copy,
/// or there are two of it.
fn contradicts(local: &LocalState, remote: &ChainStatus) -> bool {
    let Some(head) = remote.head else { return false };
    let ours = local.batches.iter().find(|batch| batch.seq.checked_add(1) == Some(remote.next_seq));
    ours.is_none_or(|batch| batch.hash != head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hash(seq: u64) -> Digest {
        Digest::of(&seq.to_be_bytes())
    }

    fn local(count: u64, receipted: u64) -> LocalState {
        let batch = |seq| LocalBatch { seq, hash: hash(seq), receipted: seq <= receipted };
        LocalState { batches: (1..=count).map(batch).collect(), photos: vec![] }
    }

    fn remote(held: u64) -> ChainStatus {
        ChainStatus {
            next_seq: held + 1,
            head: (held > 0).then(|| hash(held)),
            frozen: false,
            missing_attachments: vec![],
            wipe_ordered: false,
        }
    }

    fn pushes(seqs: &[u64]) -> Vec<Step> {
        seqs.iter().map(|seq| Step::Push { seq: *seq }).chain([Step::Fetch, Step::Catalogues, Step::Outcomes]).collect()
    }

    #[test]
    fn pushes_what_has_no_receipt_in_order() {
        assert_eq!(plan(&local(3, 1), &remote(1), Photos::All), pushes(&[2, 3]));
        assert_eq!(plan(&local(0, 0), &remote(0), Photos::All), pushes(&[]));
    }

    #[test]
    fn asks_again_for_a_receipt_whose_answer_was_lost() {
        assert_eq!(plan(&local(2, 1), &remote(2), Photos::All), pushes(&[2]));
    }

    #[test]
    fn sends_again_what_a_restored_backend_has_lost() {
        assert_eq!(plan(&local(3, 3), &remote(1), Photos::All), pushes(&[2, 3]));
        assert_eq!(plan(&local(3, 3), &remote(0), Photos::All), pushes(&[1, 2, 3]));
    }

    #[test]
    fn opens_a_new_chain_when_the_backend_knows_another_history() {
        let other = ChainStatus { head: Some(hash(99)), ..remote(2) };
        assert_eq!(plan(&local(2, 1), &other, Photos::All), [Step::OpenNewChain]);
        assert_eq!(plan(&local(1, 1), &remote(5), Photos::All), [Step::OpenNewChain], "this store is an old copy");
        let frozen = ChainStatus { frozen: true, ..remote(1) };
        assert_eq!(plan(&local(1, 1), &frozen, Photos::All), [Step::OpenNewChain]);
    }

    #[test]
    fn of_a_closed_chain_only_what_had_a_receipt_is_sent_again() {
        assert_eq!(lost(&local(3, 2).batches, &[], &remote(0)), Loss::Batches(vec![1, 2]));
        assert_eq!(lost(&local(3, 2).batches, &[], &remote(1)), Loss::Batches(vec![2]));
        assert_eq!(lost(&local(2, 2).batches, &[], &remote(2)), Loss::Batches(vec![]));
        assert_eq!(lost(&local(3, 2).batches, &[2], &remote(3)), Loss::Batches(vec![2]), "its log was cut off there");
        let frozen = ChainStatus { frozen: true, ..remote(0) };
        assert_eq!(lost(&local(2, 2).batches, &[], &frozen), Loss::Unknown);
        let other = ChainStatus { head: Some(hash(99)), ..remote(1) };
        assert_eq!(lost(&local(2, 2).batches, &[], &other), Loss::Unknown);
    }

    #[test]
    fn a_chain_nobody_tells_of_is_pushed_from_where_its_receipts_end() {
        let planned = |count, receipted, waits_for| {
            let local = local(count, receipted);
            plan(&local, &assumed(&local.batches, waits_for), Photos::All)
        };
        assert_eq!(planned(3, 1, None), pushes(&[2, 3]));
        assert_eq!(planned(3, 3, None), pushes(&[]));
        assert_eq!(planned(0, 0, None), pushes(&[]));
        assert_eq!(planned(3, 3, Some(2)), pushes(&[2, 3]), "a gap said that it was lost");
    }

    #[test]
    fn fetches_after_every_batch_then_sends_photos_and_asks_last_for_what_it_is_given() {
        let photo = LocalPhoto {
            operation: baken_protocol::ids::OperationId(uuid::Uuid::nil()),
            sha256: hash(7),
            size_bytes: 10,
            acute: false,
        };
        let local = LocalState { photos: vec![photo], ..local(1, 0) };
        let steps = [Step::Push { seq: 1 }, Step::Fetch, Step::Upload(photo), Step::Catalogues, Step::Outcomes];
        assert_eq!(plan(&local, &remote(0), Photos::All), steps);
    }

    #[test]
    fn over_what_is_paid_by_the_byte_records_go_and_photos_wait_but_for_acute_ones() {
        let photo = |name: u64, acute| LocalPhoto {
            operation: baken_protocol::ids::OperationId(uuid::Uuid::nil()),
            sha256: hash(name),
            size_bytes: 10,
            acute,
        };
        let local = LocalState { photos: vec![photo(8, true), photo(9, false)], ..local(1, 0) };
        let rest = [Step::Fetch, Step::Upload(photo(8, true)), Step::Catalogues, Step::Outcomes];
        assert_eq!(plan(&local, &remote(0), Photos::AcuteOnly), [&[Step::Push { seq: 1 }], &rest[..]].concat());
        assert_eq!(without_batches(&local, Photos::AcuteOnly), rest);
    }

    /// Whatever a backend says of a chain: the plan is made, sends each batch at most once and in order, and never one
    /// that is not there.
    #[test]
    fn no_word_of_a_backend_upsets_the_plan() {
        let status = (any::<u64>(), any::<Option<u64>>(), any::<bool>(), 0_usize..600).prop_map(
            |(next_seq, head, frozen, missing)| ChainStatus {
                next_seq,
                head: head.map(hash),
                frozen,
                missing_attachments: (0..missing).map(|number| hash(number as u64)).collect(),
                wipe_ordered: false,
            },
        );
        let near = (0_u64..8, 0_u64..8, any::<bool>()).prop_map(|(next_seq, head, frozen)| ChainStatus {
            next_seq,
            head: (head > 0).then(|| hash(head)),
            frozen,
            missing_attachments: vec![],
            wipe_ordered: false,
        });
        proptest!(|(remote in prop_oneof![status, near], count in 0_u64..8, receipted in 0_u64..8)| {
            let local = local(count, receipted.min(count));
            let seqs: Vec<u64> = plan(&local, &remote, Photos::All)
                .into_iter()
                .filter_map(|step| match step {
                    Step::Push { seq } => Some(seq),
                    Step::OpenNewChain | Step::Upload(_) | Step::Fetch | Step::Catalogues | Step::Outcomes => None,
                })
                .collect();
            prop_assert!(seqs.is_sorted_by(|one, next| one < next));
            prop_assert!(seqs.iter().all(|seq| (1..=count).contains(seq)));
            match lost(&local.batches, &[], &remote) {
                Loss::Unknown => {}
                Loss::Batches(seqs) => prop_assert!(seqs.iter().all(|seq| *seq <= receipted)),
            }
        });
    }
}
