//! Room for a body before it is read. What fits in a pocket is never made to wait: a sign-in, an enrolment or a record
//! without photos gets through however many hold the rest. More is reserved by devices alone: by the token, or, with
//! much less for all of them together, by the name of a device in the path.
//!
//! A reservation earns its size. While somebody waits for what it holds, a body must arrive in step with what it
//! reserved (`Patience::crowded_whole`), or it is given up; the device then sends in portions that never wait. While
//! nobody waits a slow line is left in peace.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use baken_protocol::ids::DeviceId;
use baken_protocol::limits;
use baken_protocol::refusal::RefusalCode;
use http_body::{Frame, SizeHint};
use tokio::time::Sleep;

use crate::http::bounds::patience::Patience;
use crate::http::bounds::room::{Held, Holder};
use crate::http::extract::device_token::Bearer;
use crate::http::extract::named;
use crate::http::extract::origin::Origin;
use crate::http::middleware::bodies::{announced, too_large};
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// The part of a path that names a device.
const DEVICE: &str = "device";

/// Lets a body in when there is room for it, and gives it up when it does not earn its room.
pub async fn admit(
    State(state): State<AppState>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(params) = params else { return Problem::misspelt_name().into_response() };
    let Some(bytes) = announced(request.body()) else { return too_large().into_response() };
    let (mut parts, body) = request.into_parts();
    if bytes <= limits::POCKET_BYTES {
        parts.extensions.insert(Held::nothing());
        return next.run(Request::from_parts(parts, body)).await;
    }
    let holder = match holder(&state, &mut parts, &params).await {
        Ok(holder) => holder,
        Err(problem) => return problem.into_response(),
    };
    let Some(held) = state.limits.bodies.take(holder, bytes).await else {
        return Problem::busy("Too much is being sent at this moment. Try again in a moment.").into_response();
    };
    let crowded_out = Arc::new(AtomicBool::new(false));
    let body = Earning {
        body,
        patience: state.patience,
        reserved: bytes,
        received: 0,
        held: held.clone(),
        tick: None,
        crowded_out: Arc::clone(&crowded_out),
    };
    parts.extensions.insert(held);
    let response = next.run(Request::from_parts(parts, Body::new(body))).await;
    if crowded_out.load(Ordering::Relaxed) { made_way().into_response() } else { response }
}

/// Who asks for room; nobody who is no device gets any.
async fn holder(state: &AppState, parts: &mut Parts, params: &RawPathParams) -> Result<Holder, Problem> {
    let network = Origin::of(parts, &state.trusted_proxies).network();
    let no_token = match Bearer::from_request_parts(parts, state).await {
        Ok(Bearer(device)) if !device.revoked => return Ok(Holder::Device(device.device)),
        // It may bring what it signed, and not in the way of the others.
        Ok(Bearer(_)) => return Ok(Holder::Unproven(network)),
        Err(problem) => problem,
    };
    let Some((_, device)) = params.iter().find(|(name, _)| *name == DEVICE) else { return Err(no_token) };
    let device: DeviceId = named::read(device).ok_or_else(Problem::misspelt_name)?;
    let known = state.blocking(move |state| state.read(|tx| Ok(tx.device(device)?))).await?;
    known.map(|_| Holder::Unproven(network)).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, RefusalCode::UnknownDevice, "Enrol this device first; nothing was kept.")
    })
}

fn made_way() -> Problem {
    let detail = "Others waited, and the request came too slowly for its size; nothing was kept. Send it again in \
                  portions of at most 64 KiB, which never wait.";
    Problem::new(StatusCode::REQUEST_TIMEOUT, RefusalCode::TooSlow, detail)
}

/// Others waited for the room of a body that did not come on.
#[derive(Debug, thiserror::Error)]
#[error("others waited for the room of this body")]
struct CrowdedOut;

/// A body that must come on while others wait for what it holds.
struct Earning {
    body: Body,
    patience: Patience,
    reserved: usize,
    received: usize,
    held: Held,
    /// When to look again whether somebody waits.
    tick: Option<Pin<Box<Sleep>>>,
    crowded_out: Arc<AtomicBool>,
}

impl Earning {
    /// Others may wait a little whatever came, and for the rest in step with what did.
    fn has_earned(&self) -> bool {
        let whole = self.patience.crowded_whole.as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "sizes of bodies are far below 2^52")]
        let part = self.received as f64 / self.reserved.max(1) as f64;
        self.held.wanted_for() <= self.patience.crowded_begin + Duration::from_secs_f64(whole * part.clamp(0.0, 1.0))
    }

    fn every(&self) -> Duration {
        (self.patience.crowded_begin / 4).max(Duration::from_millis(10))
    }
}

impl HttpBody for Earning {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            if let Some(Ok(frame)) = &frame {
                self.received += frame.data_ref().map_or(0, Bytes::len);
            }
            return Poll::Ready(frame);
        }
        while self.has_earned() {
            let every = self.every();
            let tick = self.tick.get_or_insert_with(|| Box::pin(tokio::time::sleep(every)));
            ready!(tick.as_mut().poll(context));
            self.tick = None;
        }
        self.crowded_out.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(axum::Error::new(CrowdedOut))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
