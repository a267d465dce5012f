//! Bodies on their way in. Nobody has proved who they are before a push is read whole, so what all unfinished
//! requests hold together is bounded, what one network holds of it too, and a body that does not come on is given up.
//!
//! What fits in a pocket is never made to wait: a sign-in, an enrolment or a record without photos gets through however
//! many hold the rest.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
use tokio::time::{Instant, Sleep};

use crate::origin::Origin;
use crate::patience::Patience;
use crate::problem::Problem;
use crate::state::AppState;

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
