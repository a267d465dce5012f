//! Blocking work on the store, from asynchronous code: SQLite, hashing and signatures never hold up the runtime.

use std::sync::Arc;

use crate::failure::Failure;
use crate::store::Store;

impl Store {
    /// Runs `work` where it may block. A panic in it is logged and told as [`Failure::Internal`].
    pub(crate) async fn off_runtime<A: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<A, Failure> + Send + 'static,
    ) -> Result<A, Failure> {
        let store = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&store)).await.map_err(|error| {
            tracing::error!(%error, "work on the store ended unexpectedly");
            Failure::Internal
        })?
    }
}
