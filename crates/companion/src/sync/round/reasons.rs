//! What a plan comes to, for each answer of a backend that is not the one hoped for.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use baken_protocol::chain::ChainStatus;
use baken_protocol::digest::Digest;
use baken_protocol::enrolment::{EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::OperationId;
use baken_protocol::refusal::RefusalCode;
use chrono::{DateTime, Utc};
use rusqlite::params;
use url::Url;
use uuid::Uuid;

use super::*;
use crate::outbox::aside::Aside;
use crate::store::{StoreError, scratch};
use crate::sync::parcel::tests::{add_batch, enrol};
use crate::sync::patience::Retry;
use crate::transport::{Between, PushAnswer};

/// A backend that is asked where a chain stands and is sent its first batch. Whatever else it is asked it does not know.
#[derive(Clone)]
struct Backend {
    frozen: bool,
    answer: Result<PushAnswer, TransportError>,
    lets_through: usize,
}

impl Transport for Backend {
    async fn enrol(&self, _: &Url, _: &EnrolmentRequest) -> Result<EnrolmentAnswer, TransportError> {
        Err(TransportError::Answer)
    }

    async fn chain_status(&self, _: ChainId) -> Result<(ChainStatus, Option<DateTime<Utc>>), TransportError> {
        Ok((
            ChainStatus {
                next_seq: 1,
                head: None,
                frozen: self.frozen,
                missing_attachments: vec![],
                wipe_ordered: false,
            },
            None,
        ))
    }

    async fn push(&self, _: ChainId, _: u64, _: Vec<u8>) -> Result<PushAnswer, TransportError> {
        self.answer.clone()
    }

    async fn attachment_offset(&self, _: OperationId, _: Digest) -> Result<(u64, bool), TransportError> {
        Err(TransportError::Answer)
    }

    async fn append_attachment(&self, _: OperationId, _: Digest, _: u64, _: Vec<u8>) -> Result<u64, TransportError> {
        Err(TransportError::Answer)
    }

    async fn attachment_receipt(&self, _: OperationId, _: Digest) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Answer)
    }

    async fn key_directory(&self) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Answer)
    }

    async fn log_continuations(&self) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Answer)
    }

    async fn revocations(&self) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Answer)
    }

    async fn vocabulary(&self) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Answer)
    }

    async fn outcomes(&self, _: u64) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Refused { status: 404, code: None })
    }

    async fn catalogues(&self) -> Result<Vec<u8>, TransportError> {
        Ok(b"[]".to_vec())
    }

    async fn catalogue_content(&self, _: Digest) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Answer)
    }

    async fn passes(&self, bytes: usize) -> Result<(), TransportError> {
        if bytes <= self.lets_through { Ok(()) } else { Err(Between::TooLarge { bytes }.into()) }
    }
}

fn answers(answer: Result<PushAnswer, TransportError>) -> Backend {
    Backend { frozen: false, answer, lets_through: 4096 }
}

fn refuses(code: RefusalCode) -> Backend {
    answers(Err(TransportError::Refused { status: 400, code: Some(code) }))
}

fn frozen() -> Backend {
    Backend { frozen: true, ..answers(Ok(PushAnswer::Forked)) }
}

/// One batch of one or two records, and a run that has it to send.
fn run_with(records: u64, backend: Backend) -> (tempfile::TempDir, Sync<Backend>) {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    store
        .write::<_, StoreError>(|tx| {
            let chain = enrol(tx);
            add_batch(tx, chain, 1, None);
            if records > 1 {
                tx.execute(
                    "INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature,
                                             payload, form, sealed)
                     SELECT ?1, ?1, kind, ?2, finalised_at, acute, size_bytes, signature, payload, form, sealed
                     FROM operations",
                    params![Uuid::max().to_string(), Digest::of(b"another").to_string()],
                )?;
                tx.execute(
                    "INSERT INTO outbox_entries (position, kind, acute, size_bytes, chain, seq)
                     SELECT last_insert_rowid(), kind, acute, size_bytes, chain, seq FROM outbox_entries",
                    [],
                )?;
            }
            Ok(())
        })
        .unwrap();
    let run = Sync::new(Arc::new(store), backend, Arc::new(AtomicBool::new(false)), Arc::new(|_| ()));
    (folder, run.with_retry(Retry { again: 0, first_wait: Duration::ZERO }))
}

async fn comes_to(records: u64, backend: Backend) -> Round {
    let (_folder, mut run) = run_with(records, backend);
    run.round().await.unwrap()
}

#[tokio::test]
async fn another_history_makes_a_new_chain_and_the_third_none() {
    assert_eq!(comes_to(1, frozen()).await, Round::Again(Why::NewChain));
    assert_eq!(comes_to(1, answers(Ok(PushAnswer::Forked))).await, Round::Again(Why::NewChain));
    let (_folder, mut run) = run_with(1, frozen());
    run.memory.chain.leave();
    run.memory.chain.leave();
    assert_eq!(run.round().await.unwrap(), Round::Again(Why::NoNewChain));
    assert!(!run.memory.batches.flow());
    assert_eq!(run.round().await.unwrap(), Round::Complete, "all else goes on without batches");
}

#[tokio::test]
async fn what_comes_too_early_goes_by_the_place_the_backend_waits_for() {
    let gap = answers(Ok(PushAnswer::Gap { expected_seq: 1 }));
    assert_eq!(comes_to(1, gap).await, Round::Again(Why::WaitsForEarlier));
}

#[tokio::test]
async fn what_is_refused_is_taken_apart_and_a_record_alone_is_set_aside() {
    let malformed = refuses(RefusalCode::Malformed);
    assert_eq!(comes_to(2, malformed.clone()).await, Round::Again(Why::TakenApart));
    assert_eq!(comes_to(1, malformed.clone()).await, Round::Again(Why::RecordSetAside));
    let (_folder, mut run) = run_with(1, malformed);
    run.memory.probes.allow(true);
    for other in 10..13 {
        run.memory.probes.set_aside(OperationId(Uuid::from_u128(other)), Aside::Unanswered);
    }
    assert_eq!(run.round().await.unwrap(), Round::Again(Why::RecordTried));
}

#[tokio::test]
async fn what_is_too_large_or_too_slow_goes_on_in_smaller_batches() {
    let too_large = answers(Err(Between::TooLarge { bytes: 10_000 }.into()));
    assert_eq!(comes_to(1, too_large).await, Round::Again(Why::SmallerBatches));
    let slow = answers(Err(TransportError::Slow { bytes: 10_000 }));
    assert_eq!(comes_to(2, slow.clone()).await, Round::Again(Why::LighterBatches));
    assert_eq!(comes_to(1, slow).await, Round::Complete, "there is nothing smaller, so it waits");
}

#[tokio::test]
async fn the_rest_goes_on_without_another_plan_where_batches_wait() {
    let (_folder, mut run) = run_with(1, refuses(RefusalCode::UnknownDevice));
    assert_eq!(run.round().await.unwrap(), Round::Complete);
    assert!(!run.memory.batches.flow());
}

#[tokio::test]
async fn a_way_that_lets_more_through_than_it_did_makes_another_plan() {
    for (lets_through, came) in [(100_000, Round::Again(Why::WayWidened)), (1000, Round::Complete)] {
        let (_folder, mut run) = run_with(1, Backend { lets_through, ..frozen() });
        run.store.note_network_limit(1000).unwrap();
        assert_eq!(run.look_for_a_wider_way().await.unwrap(), came);
    }
}

#[tokio::test]
async fn nothing_more_is_tried_where_there_is_no_way_and_what_is_acute_goes_first() {
    let (_folder, mut run) = run_with(1, answers(Err(TransportError::Network)));
    let ended = run.round().await;
    assert!(matches!(ended, Err(Ended::Failed(Failure::Transport(TransportError::Network)))), "{ended:?}");
    run.store.road.signed_acute();
    let ended = run.round().await;
    assert!(matches!(ended, Err(Ended::MadeWay)), "{ended:?}");
}
