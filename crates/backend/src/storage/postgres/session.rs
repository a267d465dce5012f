//! One connection, with what it has prepared. Whoever asks waits on their own thread: the connection itself is driven by
//! the pool's, so that it does not matter whether an asynchronous runtime called.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio_postgres::{Client, Error, Statement};

/// Statements a connection keeps prepared; lists are narrowed in many ways.
const KEPT: usize = 256;

/// One connection.
pub(super) struct Session {
    client: Client,
    statements: RefCell<HashMap<Box<str>, Statement>>,
}

impl Session {
    pub(super) fn new(client: Client) -> Self {
        Self { client, statements: RefCell::default() }
    }

    /// Whether it can be asked nothing any more.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Statements without values, in one go.
    pub(super) fn batch(&self, sql: &str) -> Result<(), Failure> {
        wait(self.client.batch_execute(sql)).map_err(Failure)
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
        let statement = wait(self.client.prepare(sql))?;
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

/// Waits for an answer that another thread brings.
pub(super) fn wait<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => thread::park(),
        }
    }
}
