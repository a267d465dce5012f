//! One connection, with what it has prepared. Whoever asks waits on their own thread: the connection itself is driven by
//! the pool's, so that it does not matter whether an asynchronous runtime called.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;
use tokio_postgres::{Client, Error, Statement};

/// Statements a connection keeps prepared; lists are narrowed in many ways.
const KEPT: usize = 256;

/// How long an answer may take: a little longer than the server lets a statement run (`url.rs`), so that it is the server
/// that gives up, if it still does anything.
const PATIENCE: Duration = Duration::from_secs(75);

/// One connection.
pub(super) struct Session {
    client: Client,
    /// Ends the connection where no answer comes.
    driver: AbortHandle,
    patience: Cell<Duration>,
    statements: RefCell<HashMap<Box<str>, Statement>>,
}

impl Session {
    pub(super) fn new(client: Client, driver: AbortHandle) -> Self {
        Self { client, driver, patience: Cell::new(PATIENCE), statements: RefCell::default() }
    }

    /// Waits so long for each answer from now on; `None` is as long as for any other.
    pub(super) fn bear(&self, patience: Option<Duration>) {
        self.patience.set(patience.unwrap_or(PATIENCE));
    }

    /// Waits for an answer that another thread brings. A server that stands still, or is gone without a word, is not waited
    /// for: the connection is ended, and whatever was asked on it answers that it is.
    pub(super) fn wait<F: Future>(&self, future: F) -> F::Output {
        wait_until(Some((Instant::now() + self.patience.get(), &self.driver)), future)
    }

    /// Whether it can be asked nothing any more.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Statements without values, in one go.
    pub(super) fn batch(&self, sql: &str) -> Result<(), Failure> {
        self.wait(self.client.batch_execute(sql)).map_err(Failure)
    }

    /// What the database answers to whom it asked.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// The same, for a transaction of its own.
    pub(super) const fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The statement with this text, prepared once.
    pub(super) fn statement(&self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.wait(self.client.prepare(sql))?;
        let mut kept = self.statements.borrow_mut();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(sql.into(), statement.clone());
        Ok(statement)
    }
}

/// Why a connection did not do what it was asked.
#[derive(Debug)]
pub(super) struct Failure(Error);

impl Failure {
    /// Whether the connection was ended, by the server too, and a new one may do.
    pub(super) fn is_gone(&self) -> bool {
        self.0.is_closed() || self.0.as_db_error().is_none_or(|error| error.code().code().starts_with("57P"))
    }

    pub(super) fn into_inner(self) -> Error {
        self.0
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Failure> for crate::storage::StorageError {
    fn from(Failure(error): Failure) -> Self {
        error.into()
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// As [`Session::wait`], for as long as it takes: what changes a schema has no bound.
pub(super) fn wait<F: Future>(future: F) -> F::Output {
    wait_until(None, future)
}

fn wait_until<F: Future>(mut bound: Option<(Instant, &AbortHandle)>, future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut context) {
            return answer;
        }
        match bound.map(|(until, driver)| (until.saturating_duration_since(Instant::now()), driver)) {
            None => thread::park(),
            Some((Duration::ZERO, driver)) => {
                driver.abort();
                bound = None;
            }
            Some((left, _)) => thread::park_timeout(left),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use tokio::runtime::Runtime;
    use tokio::sync::oneshot;

    use super::*;

    #[test]
    fn a_server_that_says_nothing_is_not_waited_for_without_end() {
        let runtime = Runtime::new().unwrap();
        let (answers, answer) = oneshot::channel::<()>();
        // As a connection to a server that stands still: it has the question and never ends by itself.
        let driver = runtime.spawn(async move {
            std::future::pending::<()>().await;
            drop(answers);
        });
        let ended = wait_until(Some((Instant::now(), &driver.abort_handle())), answer);
        assert!(ended.is_err(), "whoever asked is told that the connection is gone");
    }
}
