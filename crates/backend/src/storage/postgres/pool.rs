//! The connections of one program to one database: few, each used by one transaction at a time.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Config, NoTls};

use super::session::Session;
use crate::storage::StorageError;

/// One that writes, and those that read beside it.
const MOST: usize = 8;
/// How long one waits for a free one, or for a new one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connections to one database.
pub struct Pool {
    config: Config,
    /// Drives the connections; none once the pool goes away.
    runtime: Option<Runtime>,
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    idle: Vec<Session>,
    taken: usize,
}

impl Pool {
    /// Connects to nothing yet.
    pub(super) fn with(config: Config) -> Result<Self, StorageError> {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).thread_name("postgres").enable_all().build();
        let runtime = Some(runtime.map_err(|_| StorageError::Unreachable)?);
        let state = Mutex::new(State { idle: Vec::new(), taken: 0 });
        Ok(Self { config, runtime, state, freed: Condvar::new() })
    }

    /// A connection that nobody else has; the one used last, which has most prepared.
    pub(super) fn take(&self) -> Result<Pooled<'_>, StorageError> {
        let (place, idle) = self.reserve()?;
        let session = idle.map_or_else(|| self.connect(), Ok)?;
        Ok(Pooled { place, session })
    }

    /// A new connection: those that lie idle may all have been ended with the one that was.
    pub(super) fn take_fresh(&self) -> Result<Pooled<'_>, StorageError> {
        self.state().idle.clear();
        self.take()
    }

    /// A place, with a connection where one lies idle.
    fn reserve(&self) -> Result<(Place<'_>, Option<Session>), StorageError> {
        let full = |state: &mut State| state.taken >= MOST;
        let waited = self.freed.wait_timeout_while(self.state(), PATIENCE, full);
        let (mut state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StorageError::Busy);
        }
        state.idle.retain(|session| !session.is_closed());
        state.taken += 1;
        Ok((Place(self), state.idle.pop()))
    }

    fn connect(&self) -> Result<Session, StorageError> {
        let (tell, told) = mpsc::channel();
        let config = self.config.clone();
        let runtime = self.runtime.as_ref().ok_or(StorageError::Unreachable)?;
        let driver = runtime.spawn(async move {
            match config.connect(NoTls).await {
                Ok((client, connection)) => {
                    // Whoever asks is told by the client why it ended.
                    if tell.send(Ok(client)).is_ok() {
                        let _ = connection.await;
                    }
                }
                Err(error) => {
                    let _ = tell.send(Err(error));
                }
            }
        });
        let driver = driver.abort_handle();
        // The address may be reached and nobody answer there.
        let client = told.recv_timeout(PATIENCE).map_err(|_| {
            driver.abort();
            StorageError::Unreachable
        })??;
        Ok(Session::new(client, driver))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pool {
    /// The runtime is not waited for: this may be called from within another.
    fn drop(&mut self) {
        self.state().idle.clear();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// One of the places there are.
struct Place<'a>(&'a Pool);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.state().taken -= 1;
        self.0.freed.notify_one();
    }
}

/// A connection that is in use. Dropped without being given back, it is closed.
pub(super) struct Pooled<'a> {
    place: Place<'a>,
    session: Session,
}

impl Pooled<'_> {
    /// Lets others use it: nothing is under way on it.
    pub(super) fn give_back(self) {
        let Self { place, session } = self;
        // Whatever was borne with for what it did last.
        session.bear(None);
        place.0.state().idle.push(session);
    }
}

impl Deref for Pooled<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Pooled<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}
