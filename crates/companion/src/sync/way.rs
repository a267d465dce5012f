//! Making way. A request that does not move must not hold the only road when something goes first: an acute record that was
//! signed just now, a pause that somebody asked for, a lock.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::apply::{Ended, Sync};
use super::movement::SILENCE;
use crate::store::Store;
use crate::transport::{Transport, TransportError};

/// How long a request that is in the way of something acute, or of a pause, may stand still.
const STANDS_STILL: Duration = Duration::from_secs(10);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(250);

impl<T: Transport> Sync<T> {
    /// Does a request, unless it stands still while something goes first.
    pub(super) async fn unless_it_stands_in_the_way<A>(
        &self,
        request: impl Future<Output = Result<A, TransportError>>,
    ) -> Result<A, TransportError> {
        tokio::select! {
            biased;
            answer = request => answer,
            () = self.it_stands_in_the_way() => {
                tracing::warn!("a request that does not move makes way");
                Err(TransportError::MadeWay)
            }
        }
    }

    async fn it_stands_in_the_way(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            if self.may_stand_still().is_some_and(|longest| self.transport.still_for() >= longest) {
                return;
            }
        }
    }

    /// How long a request may stand still, where something else goes first. After a lock the sender sends the same from
    /// its start, so it is given what any request is given.
    fn may_stand_still(&self) -> Option<Duration> {
        if self.something_acute_came() || self.pause.load(Ordering::Relaxed) {
            return Some(STANDS_STILL);
        }
        self.stops().then_some(SILENCE)
    }

    /// Whether something acute was signed since the plan at hand was made. What is acute itself makes way for none: each
    /// that is signed would send it from its start again.
    pub(super) fn something_acute_came(&self) -> bool {
        !self.acute_under_way && self.store.road.acute() != self.acute_known
    }

    /// Lets what is acute go before whatever was on its way. Batches that wait for the next run wait no longer: at worst
    /// one more request is refused, and what is acute does not wait for the photos.
    pub(super) async fn make_way(&mut self) -> Result<(), Ended> {
        if self.stops() {
            return Err(Ended::Paused);
        }
        self.acute_known = self.store.road.acute();
        self.batches_wait = false;
        if self.if_writable(Store::first_things_first).await?.unwrap_or(false) {
            self.waits_for = None;
            self.ahead = 1;
        }
        Ok(())
    }
}
