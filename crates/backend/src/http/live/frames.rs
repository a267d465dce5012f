//! What one listener gets: a body that goes on until the session, the server or the listener ends it, in the form of
//! server-sent events (HTML Living Standard, section 9.2).

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use http_body::Frame;
use serde::Serialize;
use tokio::sync::mpsc;

use super::{Place, Said};
use crate::register::DeskCounts;

/// What is written before whoever listens took anything of it.
const AHEAD: usize = 2;
/// How long a browser waits before it listens again, in milliseconds.
const RETRY_MS: u32 = 5_000;

/// The body.
pub struct Frames(mpsc::Receiver<Bytes>);

/// One event.
#[derive(Serialize)]
struct Event {
    changed: Vec<&'static str>,
    #[serde(flatten)]
    desk: DeskCounts,
}

impl Frames {
    /// Begins with how the desk stands; what comes in after the operation numbered `seen` is told.
    pub fn begin(place: Place, desk: DeskCounts, seen: i64) -> Self {
        place.begin(desk, seen);
        let (sender, receiver) = mpsc::channel(AHEAD);
        tokio::spawn(speak(place, desk, sender));
        Self(receiver)
    }
}

impl HttpBody for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

async fn speak(mut place: Place, desk: DeskCounts, sender: mpsc::Sender<Bytes>) {
    let heartbeat = place.live.room.heartbeat;
    let mut before = Said { desk, ..place.said.borrow_and_update().clone() };
    let first = format!("retry: {RETRY_MS}\n{}", event(&Said { desk, ..Said::default() }, &before));
    let mut next = Some(Bytes::from(first));
    loop {
        if let Some(bytes) = next.take()
            && sender.send(bytes).await.is_err()
        {
            return;
        }
        let heard = tokio::select! {
            heard = place.said.changed() => Some(heard),
            () = tokio::time::sleep(heartbeat) => None,
            () = sender.closed() => return,
        };
        next = match heard {
            None => Some(Bytes::from_static(b"event: beat\ndata: {}\n\n")),
            Some(heard) => {
                let now = place.said.borrow_and_update().clone();
                if now.is_over {
                    let _ = sender.send(Bytes::from_static(b"event: over\ndata: {}\n\n")).await;
                    return;
                }
                if heard.is_err() {
                    return;
                }
                let bytes = Bytes::from(event(&before, &now));
                before = now;
                Some(bytes)
            }
        };
    }
}

fn event(before: &Said, now: &Said) -> String {
    let kinds = [
        ("records", before.records != now.records),
        ("handling", before.handling != now.handling),
        ("reports", before.reports != now.reports),
    ];
    let changed = kinds.into_iter().filter(|(_, is_new)| *is_new).map(|(kind, _)| kind).collect();
    let data = serde_json::to_string(&Event { changed, desk: now.desk }).unwrap_or_default();
    format!("event: desk\ndata: {data}\n\n")
}
