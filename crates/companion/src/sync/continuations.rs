//! A receipt of a log, or by a key, that this device does not know: the backend is asked, once in a run each, whether that
//! log goes on from the one it knows, and for its key directory. Without a valid answer the receipt is not kept, everything
//! is sent all the same, and a person is told.

use std::marker;

use super::memory::Once;
use super::next::Why;
use super::run::Sync;
use crate::failure::Failure;
use crate::store::Store;
use crate::transport::{Transport, TransportError};

impl<T: Transport> Sync<T> {
    /// Does what takes in a receipt; once more where its key turns out to be the one in use now, and its log to go on
    /// from the one known.
    pub(super) async fn knowing_the_log<A: Send + 'static>(
        &mut self,
        work: impl Fn(&Store) -> Result<A, Failure> + Clone + Send + marker::Sync + 'static,
    ) -> Result<A, Failure> {
        match self.knowing_the_keys(work.clone()).await {
            Err(Failure::LogUnexplained) if !self.memory.done.has(Once::Continuations) => {
                self.memory.done.note(Once::Continuations);
                if let Err(failure) = self.fetch_continuations().await {
                    if made_way(&failure) {
                        self.memory.done.take_back(Once::Continuations);
                    }
                    return Err(failure);
                }
                let taken_in = self.on_store(work).await;
                // What the statement cuts off is to be sent again, by another plan.
                if taken_in.is_ok() {
                    self.memory.another_plan_follows(Why::LogGoesOn);
                }
                taken_in
            }
            other => other,
        }
    }

    /// The backend may sign with another key since this device last heard: then the root key says so.
    async fn knowing_the_keys<A: Send + 'static>(
        &mut self,
        work: impl Fn(&Store) -> Result<A, Failure> + Clone + Send + marker::Sync + 'static,
    ) -> Result<A, Failure> {
        match self.on_store(work.clone()).await {
            Err(Failure::Transport(TransportError::ReceiptInvalid)) if !self.memory.done.has(Once::Directory) => {
                self.memory.done.note(Once::Directory);
                match self.patiently(Transport::key_directory).await {
                    Ok(bytes) => {
                        if let Err(failure) = self.on_store(move |store| store.accept_directory(&bytes)).await {
                            tracing::warn!(code = ?failure.code(), "the key directory offered is not accepted");
                        }
                    }
                    Err(failure) if made_way(&failure) => {
                        self.memory.done.take_back(Once::Directory);
                        return Err(failure);
                    }
                    // One that cannot be had or believed changes nothing; the rest of the run tells of it.
                    Err(_) => {}
                }
                self.on_store(work).await
            }
            other => other,
        }
    }

    async fn fetch_continuations(&self) -> Result<(), Failure> {
        match self.patiently(Transport::log_continuations).await {
            Ok(bytes) => self.on_store(move |store| store.accept_continuations(&bytes)).await,
            // A backend that knows no such request, or answers it in no way that explains anything.
            Err(Failure::Transport(TransportError::Refused { .. } | TransportError::Answer)) => {
                Err(Failure::LogUnexplained)
            }
            Err(other) => Err(other),
        }
    }
}

/// It was not answered at all, so it may be asked again in this run.
const fn made_way(failure: &Failure) -> bool {
    matches!(failure, Failure::Transport(TransportError::MadeWay))
}
