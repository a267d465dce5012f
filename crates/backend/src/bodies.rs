//! Bodies on their way in. Nobody has proved who they are before a push is read whole, so what all unfinished
//! requests hold together is bounded, what one network holds of it too, and a body that does not come on is given up.
//!
//! What fits in a pocket is never made to wait: a sign-in, an enrolment or a record without photos gets through however
//! many hold the rest.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use baken_protocol::limits;
use baken_protocol::refusal::RefusalCode;
use http_body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

use crate::origin::{Network, Origin};
use crate::patience::Patience;
use crate::problem::Problem;
use crate::state::AppState;

/// Bytes of a body that are not counted.
pub const POCKET_BYTES: usize = 64 * 1024;
/// What all unfinished bodies may hold beside that, in bytes.
const WHOLE_BYTES: usize = 32 * 1024 * 1024;
/// What those of one network may.
const SHARE_BYTES: usize = 16 * 1024 * 1024;
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// After so many networks those that hold nothing are forgotten.
const FORGET_ABOVE: usize = 256;

/// Bytes that unfinished requests may hold. Who comes first is served first.
pub struct Budget {
    whole: Arc<Semaphore>,
    share_bytes: usize,
    shares: Mutex<HashMap<Network, Weak<Semaphore>>>,
    longest_wait: Duration,
}

/// What a request holds of the budget, until it and everything made of it is dropped.
#[derive(Clone)]
pub struct Held {
    _permits: Arc<[OwnedSemaphorePermit]>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(WHOLE_BYTES, SHARE_BYTES, LONGEST_WAIT)
    }
}

impl Budget {
    /// So many bytes in all and of one network; others wait so long at most.
    pub fn new(whole_bytes: usize, share_bytes: usize, longest_wait: Duration) -> Self {
        Self { whole: Arc::new(Semaphore::new(whole_bytes)), share_bytes, shares: Mutex::default(), longest_wait }
    }

    /// Room for a body of `bytes`; none if it did not come in time.
    pub async fn take(&self, network: Network, bytes: usize) -> Option<Held> {
        if bytes <= POCKET_BYTES {
            return Some(Held { _permits: Arc::new([]) });
        }
        let bytes = u32::try_from(bytes).ok()?;
        let share = self.share(network);
        let both = async {
            // The network's own share first: whoever waits for that holds nothing of the others'.
            let share = share.acquire_many_owned(bytes).await.ok()?;
            Some([share, Arc::clone(&self.whole).acquire_many_owned(bytes).await.ok()?])
        };
        let permits = tokio::time::timeout(self.longest_wait, both).await.ok()??;
        Some(Held { _permits: Arc::new(permits) })
    }

    fn share(&self, network: Network) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if shares.len() > FORGET_ABOVE {
            shares.retain(|_, share| share.strong_count() > 0);
        }
        let known = shares.get(&network).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let share = Arc::new(Semaphore::new(self.share_bytes));
            shares.insert(network, Arc::downgrade(&share));
            share
        })
    }
}

/// Lets a body in when there is room, and gives it up when it does not come on.
pub async fn admit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let announced = request.body().size_hint().upper().map_or(Ok(limits::PUSH_WIRE_BYTES), usize::try_from);
    let Some(bytes) = announced.ok().filter(|bytes| *bytes <= limits::PUSH_WIRE_BYTES) else {
        return too_large().into_response();
    };
    let origin = Origin::of(&request, &state.trusted_proxies);
    let Some(held) = state.limits.bodies.take(origin.network(), bytes).await else {
        return Problem::busy("Too much is being sent at this moment. Try again in a moment.").into_response();
    };
    let too_slow = Arc::new(AtomicBool::new(false));
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(held.clone());
    let body = if body.is_end_stream() { body } else { Body::new(Paced::new(body, state.patience, &too_slow)) };
    let response = next.run(Request::from_parts(parts, body)).await;
    drop(held);
    if too_slow.load(Ordering::Relaxed) { given_up().into_response() } else { response }
}

fn too_large() -> Problem {
    let detail = "The request is larger than is ever accepted; nothing was kept.";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, RefusalCode::TooLarge, detail)
}

fn given_up() -> Problem {
    let detail = "The request did not come on for too long and was given up; nothing was kept. Send it again.";
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", detail)
}

/// The body did not come on.
#[derive(Debug, thiserror::Error)]
#[error("the body did not come on")]
struct TooSlow;

/// A body that must come on.
struct Paced {
    body: Body,
    patience: Patience,
    received: u64,
    /// Since when it is waited for, and when it is given up.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    too_slow: Arc<AtomicBool>,
}

impl Paced {
    fn new(body: Body, patience: Patience, too_slow: &Arc<AtomicBool>) -> Self {
        Self { body, patience, received: 0, waiting: None, too_slow: Arc::clone(too_slow) }
    }

    /// Once nothing came for too long, or too little since the beginning.
    fn until(&self, began: Instant, now: Instant) -> Instant {
        let earned = Duration::from_secs(self.received / u64::from(self.patience.slowest.max(1)));
        (now + self.patience.stall).min(began + self.patience.stall + earned)
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            if let Some(Ok(frame)) = &frame {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.received += u64::try_from(bytes).unwrap_or(u64::MAX);
                let now = Instant::now();
                if let Some((began, _)) = self.waiting {
                    let until = self.until(began, now);
                    if let Some((_, sleep)) = &mut self.waiting {
                        sleep.as_mut().reset(until);
                    }
                }
            }
            return Poll::Ready(frame);
        }
        if self.waiting.is_none() {
            let now = Instant::now();
            self.waiting = Some((now, Box::pin(tokio::time::sleep_until(self.until(now, now)))));
        }
        if let Some((_, sleep)) = &mut self.waiting {
            ready!(sleep.as_mut().poll(context));
        }
        self.too_slow.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn network(address: &str) -> Network {
        Origin(address.parse().unwrap()).network()
    }

    const PUSH: usize = 2 * POCKET_BYTES;

    #[tokio::test(start_paused = true)]
    async fn no_network_holds_more_than_its_share_and_all_together_no_more_than_there_is() {
        let budget = Budget::new(5 * PUSH, 3 * PUSH, Duration::from_secs(10));
        let (one, other) = (network("198.51.100.1"), network("198.51.100.2"));
        let mut held = vec![];
        for _ in 0..3 {
            held.push(budget.take(one, PUSH).await.unwrap());
        }
        let before = Instant::now();
        assert!(budget.take(one, PUSH).await.is_none());
        assert_eq!(before.elapsed(), Duration::from_secs(10), "it waited for its turn");
        assert!(budget.take(one, POCKET_BYTES).await.is_some(), "what is small never waits");
        for _ in 0..2 {
            held.push(budget.take(other, PUSH).await.unwrap());
        }
        assert!(budget.take(network("198.51.100.3"), PUSH).await.is_none(), "nothing is left for anybody");
        held.truncate(4);
        assert!(budget.take(network("198.51.100.3"), PUSH).await.is_some(), "given back");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waited_gets_what_is_given_back() {
        let budget = Arc::new(Budget::new(PUSH, PUSH, Duration::from_secs(10)));
        let first = budget.take(network("198.51.100.1"), PUSH).await.unwrap();
        let waiting = tokio::spawn({
            let budget = Arc::clone(&budget);
            async move { budget.take(network("198.51.100.2"), PUSH).await.is_some() }
        });
        tokio::time::sleep(Duration::from_secs(9)).await;
        drop(first);
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn networks_that_hold_nothing_are_forgotten() {
        let budget = Budget::default();
        for number in 0..2000_u32 {
            let address = std::net::Ipv4Addr::from_bits(number).to_string();
            budget.take(network(&address), PUSH).await.unwrap();
        }
        let known = budget.shares.lock().unwrap().len();
        assert!(known <= FORGET_ABOVE + 1, "{known} networks are kept");
    }
}
