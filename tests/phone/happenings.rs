//! What the core tells the interface, in order; the page asks for what it did not hear yet.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// How long the page waits for the next one.
const PATIENCE: Duration = Duration::from_secs(20);

/// Everything told so far.
#[derive(Default)]
pub(crate) struct Happenings {
    told: Mutex<Vec<Value>>,
    more: Notify,
}

impl Happenings {
    /// Notes an event with its payload, which is JSON.
    pub(crate) fn note(&self, name: &str, payload: &str) {
        let payload: Value = serde_json::from_str(payload).unwrap_or_default();
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(json!({ "event": name, "payload": payload }));
        self.more.notify_waiters();
    }

    fn since(&self, after: usize) -> Vec<Value> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).iter().skip(after).cloned().collect()
    }
}

/// What was told after the first `after`; waits a while where that is nothing.
pub(crate) async fn after(State(happenings): State<Arc<Happenings>>, Path(after): Path<usize>) -> Json<Vec<Value>> {
    let more = happenings.more.notified();
    tokio::pin!(more);
    more.as_mut().enable();
    if happenings.since(after).is_empty() {
        let _ = tokio::time::timeout(PATIENCE, more).await;
    }
    Json(happenings.since(after))
}
