//! Bodies on their way in must come on: whoever sends nothing for too long, or too little over the whole, is given up.
//! Room for the larger ones is another question (`admission.rs`).

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

use crate::http::bounds::patience::Patience;
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// Refuses what is larger than is ever taken, and gives up a body that does not come on.
pub async fn keep_coming(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if announced(request.body()).is_none() {
        return too_large().into_response();
    }
    let too_slow = Arc::new(AtomicBool::new(false));
    let request = request
        .map(|body| if body.is_end_stream() { body } else { Body::new(Paced::new(body, state.patience, &too_slow)) });
    let response = next.run(request).await;
    if too_slow.load(Ordering::Relaxed) { given_up().into_response() } else { response }
}

/// The bytes a body says it has, or may have where it does not say; `None` if that is more than is ever taken.
pub fn announced(body: &Body) -> Option<usize> {
    let announced = body.size_hint().upper().map_or(Ok(limits::PUSH_WIRE_BYTES), usize::try_from);
    announced.ok().filter(|bytes| *bytes <= limits::PUSH_WIRE_BYTES)
}

/// The answer to what is larger than is ever taken.
pub fn too_large() -> Problem {
    let detail = "The request is larger than is ever accepted; nothing was kept.";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, RefusalCode::TooLarge, detail)
}

fn given_up() -> Problem {
    let detail = "The request did not come on for too long and was given up; nothing was kept. Send it again.";
    Problem::new(StatusCode::REQUEST_TIMEOUT, RefusalCode::TooSlow, detail)
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
