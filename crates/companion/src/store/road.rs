//! The way to the backend, of which there is one at a time, and what came back on it while nobody could read it.
//!
//! Both the unlocked device and the sender after a lock travel it. Answers wait here, unread, for whoever can verify
//! and keep them.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainId, OperationId};
use tokio::sync;

use super::allowed::Allowed;

/// A sealed photo that is not at the backend yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalPhoto {
    /// The record that lists it.
    pub operation: OperationId,
    /// The hash of its ciphertext.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Whether its record is acute: then it waits for nothing.
    pub acute: bool,
}

/// What the backend said while nobody could read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The receipt of a batch, not verified yet.
    Batch { chain: ChainId, seq: u64, receipt: Vec<u8> },
    /// The receipt of a photo, not verified yet.
    Photo { photo: LocalPhoto, receipt: Vec<u8> },
}

/// The way, and the answers that wait.
#[derive(Default)]
pub(crate) struct Road {
    turn: sync::Mutex<()>,
    /// What may leave over the network at hand.
    pub(crate) allowed: Allowed,
    answers: Mutex<Vec<Answer>>,
    /// Acute records signed since the program began.
    acute: AtomicU64,
    /// A body was taken and not answered lately: that one is taken fast proves nothing.
    swallows: AtomicBool,
    /// Records that the backend has in batches no disk kept.
    loose: Mutex<HashSet<OperationId>>,
}

impl Road {
    /// Waits until nobody else is sending.
    pub(crate) async fn take(&self) -> sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    pub(crate) fn keep(&self, answer: Answer) {
        self.answers().push(answer);
    }

    pub(crate) fn take_answers(&self) -> Vec<Answer> {
        std::mem::take(&mut self.answers())
    }

    pub(crate) fn waiting(&self) -> usize {
        self.answers().len()
    }

    pub(crate) fn has_receipt(&self, chain: ChainId, seq: u64) -> bool {
        let is_it =
            |answer: &Answer| matches!(answer, Answer::Batch { chain: c, seq: s, .. } if (*c, *s) == (chain, seq));
        self.answers().iter().any(is_it)
    }

    pub(crate) fn has_photo_receipt(&self, sha256: Digest) -> bool {
        let is_it = |answer: &Answer| matches!(answer, Answer::Photo { photo, .. } if photo.sha256 == sha256);
        self.answers().iter().any(is_it)
    }

    /// An acute record was signed: whatever is on its way and does not move makes way.
    pub(crate) fn signed_acute(&self) {
        self.acute.fetch_add(1, Ordering::AcqRel);
    }

    /// How many acute records were signed.
    pub(crate) fn acute(&self) -> u64 {
        self.acute.load(Ordering::Acquire)
    }

    pub(crate) fn note_swallows(&self, swallows: bool) {
        self.swallows.store(swallows, Ordering::Release);
    }

    pub(crate) fn swallows(&self) -> bool {
        self.swallows.load(Ordering::Acquire)
    }

    /// Records that the backend has although no batch here lists them.
    pub(crate) fn note_loose(&self, operations: &[OperationId]) {
        held(&self.loose).extend(operations);
    }

    pub(crate) fn left_loose(&self, operation: OperationId) -> bool {
        held(&self.loose).contains(&operation)
    }

    fn answers(&self) -> MutexGuard<'_, Vec<Answer>> {
        held(&self.answers)
    }
}

fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
