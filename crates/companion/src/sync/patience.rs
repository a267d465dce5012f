//! How often, and how patiently, a request is tried again.

use std::time::Duration;

use super::jitter::with_jitter;
use super::run::Sync;
use crate::failure::Failure;
use crate::transport::{Transport, TransportError};

/// How often and how patiently a failed request is tried again within one run.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Tries after the first.
    pub again: u32,
    /// The wait before the second try; doubles with each, and a random part is added.
    pub first_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { again: 3, first_wait: Duration::from_millis(500) }
    }
}

impl<T: Transport> Sync<T> {
    /// Tries again what may go through a little later, waiting longer each time; not while something goes first, or a large
    /// body would begin anew on the one road there is.
    pub(super) async fn patiently<'a, A, F>(&'a self, request: impl Fn(&'a T) -> F) -> Result<A, Failure>
    where
        F: Future<Output = Result<A, TransportError>> + 'a,
    {
        let (mut wait, mut again) = (self.retry.first_wait, self.retry.again);
        loop {
            match self.unless_it_stands_in_the_way(request(&self.transport)).await {
                Err(error) if error.is_passing() && !self.stops() => {
                    if self.something_acute_came() {
                        return Err(Failure::Transport(TransportError::MadeWay));
                    }
                    let Some(left) = again.checked_sub(1) else { return Err(error.into()) };
                    let random = self.store.environment.ids.uuid().as_u128().to_le_bytes();
                    tokio::time::sleep(with_jitter(wait, random[0])).await;
                    if self.stops() || self.something_acute_came() {
                        return Err(Failure::Transport(TransportError::MadeWay));
                    }
                    wait *= 2;
                    again = left;
                }
                other => return Ok(other?),
            }
        }
    }
}
