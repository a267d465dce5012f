//! What a run does in the store. A disk that cannot be written keeps nothing from leaving.

use super::next::Ended;
use super::run::Sync;
use crate::failure::Failure;
use crate::store::{Store, StoreError};
use crate::transport::Transport;

impl<T: Transport> Sync<T> {
    pub(super) async fn on_store<A: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<A, Failure> + Send + 'static,
    ) -> Result<A, Failure> {
        self.store.off_runtime(work).await
    }

    /// What would be good to write down, and keeps nothing from leaving where the disk is full or cannot be written.
    pub(super) async fn if_writable<A: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<A, Failure> + Send + 'static,
    ) -> Result<Option<A>, Failure> {
        match self.on_store(work).await {
            Err(Failure::Store(StoreError::DiskFull | StoreError::ReadOnly)) => Ok(None),
            other => other.map(Some),
        }
    }

    /// A disk that cannot be written keeps nothing from leaving; a lock ends the run.
    pub(super) fn unless_locked(&self, failure: Failure) -> Result<(), Ended> {
        if self.store.is_closed() { Err(failure.into()) } else { Ok(()) }
    }
}
