//! PostgreSQL behind the storage traits: a few connections, one writer for each register, row-level security.
//!
//! One database holds any number of registers, and a storage is of one: every transaction says which before anything is
//! asked (`SET LOCAL`, so a connection that is used again says it again), and the database shows no row of another
//! (`migrations/backend/postgres/0001_create_register.sql`). Why so: docs/adr/0029-postgresql.md.
//!
//! Deliberately absent: TLS. A database on another machine is reached through a tunnel (`url.rs`).

mod door;
mod fitness;
mod migrate;
mod pool;
mod register_name;
mod session;
mod turn;
mod url;

use std::cell::Cell;
use std::error::Error;
use std::io;
use std::sync::Arc;

use super::sql::SqlTransaction;
use super::{Database, StorageError, Transaction};

pub use migrate::migrate;
pub use pool::Pool;
pub use register_name::{RegisterName, RegisterNameError};
pub use url::{DatabaseUrl, DatabaseUrlError};

use pool::Pooled;
use turn::{Taken, Turn};

impl From<tokio_postgres::Error> for StorageError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else {
            let lost = error.is_closed() || error.source().is_some_and(<dyn Error>::is::<io::Error>);
            return if lost { Self::Unreachable } else { Self::Postgres(error) };
        };
        // PostgreSQL 15, appendix A; the first two characters are the class.
        match said.code().code() {
            "53100" => Self::Full,
            // Waited too long, or in the way of another; the server goes down or has no room for one more.
            "55P03" | "57014" | "40001" | "40P01" | "25P03" | "57P01" | "57P02" | "57P03" | "53300" => Self::Busy,
            "XX001" | "XX002" => Self::Damaged,
            code if code.starts_with("08") => Self::Unreachable,
            code if code.starts_with("28") || code == "3D000" => Self::Unreachable,
            _ => Self::Postgres(error),
        }
    }
}

/// The tables of one register.
pub struct PostgresStorage {
    pool: Arc<Pool>,
    register: RegisterName,
    writer: Turn,
}

impl PostgresStorage {
    /// Opens a register in a database that has this program's schema, by a role that can see no other. Whether there is
    /// such a register shows when it is asked for its installation.
    pub fn open(url: &DatabaseUrl, register: RegisterName) -> Result<Self, StorageError> {
        let pool = Pool::with(url.bounded(&register))?;
        let session = pool.take()?;
        migrate::assert_current(&session)?;
        fitness::assert_fit(&session)?;
        session.give_back();
        Ok(Self { pool: Arc::new(pool), register, writer: Turn::default() })
    }

    fn run<'a>(&'a self, how: &str, turn: Option<Taken<'a>>) -> Result<PostgresTransaction<'a>, StorageError> {
        let begin = |session: Pooled<'a>| session.batch(how).map(|()| session);
        // A connection that lay idle may have been ended by the server since; nothing was asked of it yet.
        let session = match begin(self.pool.take()?) {
            Err(error) if error.is_gone() => begin(self.pool.take_fresh()?),
            first => first,
        };
        let (session, failed, cursors) = (Cell::new(Some(session?)), Cell::new(false), Cell::new(0));
        Ok(PostgresTransaction { session, failed, cursors, _turn: turn })
    }
}

impl Database for PostgresStorage {
    fn begin(&self) -> Result<Box<dyn Transaction + '_>, StorageError> {
        // Whoever waits in this process waits here, and takes no connection from those who read.
        let turn = self.writer.take()?;
        let how = format!(
            "BEGIN; SET LOCAL baken.register = '{0}'; SELECT pg_advisory_xact_lock(hashtextextended('baken {0}', 0))",
            self.register
        );
        Ok(Box::new(SqlTransaction::new(self.run(&how, Some(turn))?)))
    }

    fn snapshot(&self) -> Result<Box<dyn Transaction + '_>, StorageError> {
        let how =
            format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL baken.register = '{}'", self.register);
        Ok(Box::new(SqlTransaction::new(self.run(&how, None)?)))
    }
}

/// One transaction on a connection that nobody else has meanwhile.
struct PostgresTransaction<'a> {
    /// None once it was committed.
    session: Cell<Option<Pooled<'a>>>,
    /// A statement failed in it. PostgreSQL answers COMMIT without an error then, and keeps nothing.
    failed: Cell<bool>,
    cursors: Cell<u32>,
    _turn: Option<Taken<'a>>,
}

impl<'a> PostgresTransaction<'a> {
    /// Asks its connection, and notes a failure.
    fn ask<T>(&self, ask: impl FnOnce(&Pooled<'a>) -> Result<T, tokio_postgres::Error>) -> Result<T, StorageError> {
        let session = self.session.take().ok_or(StorageError::Busy)?;
        let answer = ask(&session);
        self.session.set(Some(session));
        self.failed.set(self.failed.get() || answer.is_err());
        Ok(answer?)
    }

    fn end(&self) -> Result<(), StorageError> {
        if self.failed.get() {
            return Err(StorageError::Busy);
        }
        self.ask(|session| session.batch("COMMIT").map_err(session::Failure::into_inner))?;
        if let Some(session) = self.session.take() {
            session.give_back();
        }
        Ok(())
    }
}

impl Drop for PostgresTransaction<'_> {
    /// Undoes what was not committed, also in a panic. A connection that cannot even do that is let go.
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            session.bear(None);
            if session.batch("ROLLBACK").is_ok() {
                session.give_back();
            }
        }
    }
}
