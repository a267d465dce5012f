//! Making way. A request that does not move must not hold the only road when something goes first: an acute record that was
//! signed just now, a pause that somebody asked for, a lock. Nor may a large one that moves hold it for minutes more when it
//! is an acute record.

use std::sync::atomic::Ordering;
use std::time::Duration;

use baken_protocol::limits::POCKET_BYTES;
use tokio::time::Instant;

use super::memory::Batches;
use super::movement::SILENCE;
use super::next::Ended;
use super::run::Sync;
use crate::store::Store;
use crate::transport::{Transport, TransportError, UnderWay};

/// How long a request that is in the way of something acute, or of a pause, may stand still.
const STANDS_STILL: Duration = Duration::from_secs(10);
/// How long one that moves may still take where something acute is there, as fast as it went in the last [`STANDS_STILL`].
const STILL_TAKES: Duration = Duration::from_mins(1);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// How fast the body that is under way went lately.
#[derive(Default)]
struct Pace {
    since: Option<(Instant, usize)>,
}

impl Pace {
    /// What the rest of a body takes at the least, once a while of it was seen. What nobody waits for is not measured, nor
    /// does it pay to begin such a one anew.
    fn what_is_left_takes(&mut self, body: UnderWay, now: Instant) -> Option<Duration> {
        let (since, taken) = *self.since.get_or_insert((now, body.taken));
        let time = now.saturating_duration_since(since);
        if body.size <= POCKET_BYTES || time < STANDS_STILL {
            return None;
        }
        self.since = Some((now, body.taken));
        let went = u128::try_from(body.taken.saturating_sub(taken)).unwrap_or(u128::MAX).max(1);
        let left = u128::try_from(body.size.saturating_sub(body.taken)).unwrap_or(u128::MAX);
        let left = left.saturating_mul(time.as_millis()) / went;
        Some(Duration::from_millis(u64::try_from(left).unwrap_or(u64::MAX)))
    }
}

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
        let mut pace = Pace::default();
        loop {
            tokio::time::sleep(LOOK).await;
            if self.something_acute_came() {
                let left = self.transport.under_way().and_then(|body| pace.what_is_left_takes(body, Instant::now()));
                if left.is_some_and(|left| left > STILL_TAKES) {
                    return;
                }
            }
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

    pub(super) fn check_pause(&self) -> Result<(), Ended> {
        if self.stops() {
            return Err(Ended::Paused);
        }
        if self.something_acute_came() { Err(Ended::MadeWay) } else { Ok(()) }
    }

    /// Whether somebody asked for a pause, or locked.
    pub(super) fn stops(&self) -> bool {
        self.pause.load(Ordering::Relaxed) || self.store.is_closed()
    }

    /// Whether something acute was signed since the plan at hand was made.
    pub(super) fn something_acute_came(&self) -> bool {
        self.memory.acute.came(self.store.road.acute())
    }

    /// Lets what is acute go before whatever was on its way. Batches that wait for the next run wait no longer: at worst
    /// one more request is refused, and what is acute does not wait for the photos.
    pub(super) async fn make_way(&mut self) -> Result<(), Ended> {
        if self.stops() {
            return Err(Ended::Paused);
        }
        self.memory.acute.planned(self.store.road.acute());
        self.memory.batches = Batches::Flow;
        if self.if_writable(Store::first_things_first).await?.unwrap_or(false) {
            self.memory.chain.made_anew();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use baken_protocol::ids::DeviceId;
    use http_body::Body;
    use uuid::Uuid;

    use super::*;
    use crate::store::scratch;
    use crate::sync::HttpTransport;
    use crate::sync::memory::Freight;
    use crate::sync::movement::Portions;
    use crate::sync::upload::lighter;
    use crate::trust::device::BackendAccess;

    const SIZE: usize = 256 * 1024;

    /// A body of so many bytes on a line of so many a second, and an acute record that is signed meanwhile or is not.
    async fn sent(bytes: usize, pace: u64, acute: bool) -> (Result<(), TransportError>, Duration) {
        let signs = |run: &mut Sync<HttpTransport>| {
            if acute {
                run.store.road.signed_acute();
            }
        };
        sent_while(bytes, pace, signs).await
    }

    async fn sent_while(
        bytes: usize,
        pace: u64,
        meanwhile: impl FnOnce(&mut Sync<HttpTransport>),
    ) -> (Result<(), TransportError>, Duration) {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        let (store, address) = (Arc::new(store), "http://127.0.0.1:9".parse().unwrap());
        let access = BackendAccess { address, device: DeviceId(Uuid::nil()), token: String::new().into() };
        let transport = HttpTransport::to(access, &store.road).unwrap();
        let mut body = Portions::of(vec![0; bytes], &transport.movement);
        let line = async {
            while let Some(portion) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
                let length = u64::try_from(portion.unwrap().into_data().unwrap().len()).unwrap();
                tokio::time::sleep(Duration::from_millis(length * 1000 / pace)).await;
            }
            Ok(())
        };
        let mut run = Sync::new(store, transport, Arc::new(AtomicBool::new(false)), Arc::new(|_| ()));
        meanwhile(&mut run);
        let began = Instant::now();
        (run.unless_it_stands_in_the_way(run.transport.while_it_moves(bytes, line)).await, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_large_and_slow_makes_way_for_what_is_acute_though_it_moves() {
        let (answer, time) = sent(SIZE, 1024, true).await;
        assert_eq!(answer, Err(TransportError::MadeWay));
        assert!(time < Duration::from_secs(12), "{time:?}");
        assert_eq!(sent(SIZE, 1024, false).await.0, Ok(()), "nothing waits for it");
        assert_eq!(sent(SIZE, 8 * 1024, true).await.0, Ok(()), "it is soon over");
        assert_eq!(sent(POCKET_BYTES, 600, true).await.0, Ok(()), "it is small");
    }

    /// Each acute record that is signed would send the one before it from its start again.
    #[tokio::test(start_paused = true)]
    async fn what_is_acute_makes_way_for_nothing_acute() {
        let another = |run: &mut Sync<HttpTransport>| {
            run.memory.acute.sends(Freight::Acute);
            run.store.road.signed_acute();
        };
        assert_eq!(sent_while(SIZE, 1024, another).await.0, Ok(()));
        let stands_still = sent_while(SIZE, 1, another).await.0;
        assert_eq!(stands_still, Err(TransportError::Silent { bytes: SIZE }), "given up as if nothing waited for it");
    }

    /// It never stands still, so that alone would be no silence.
    #[tokio::test(start_paused = true)]
    async fn a_line_that_moves_and_is_too_slow_asks_for_smaller_portions() {
        for (bytes, pace) in [(SIZE, 400), (POCKET_BYTES, 300), (8 * 1024, 100)] {
            let (answer, _) = sent(bytes, pace, false).await;
            assert_eq!(answer, Err(TransportError::Slow { bytes }));
            assert!(lighter(&answer.unwrap_err(), bytes).is_some_and(|fewer| fewer < bytes));
        }
        assert_eq!(sent(4 * 1024, 100, false).await.0, Ok(()), "which arrive");
    }
}
