//! A database of this backend, whichever engine it is, and one transaction of it.

use std::sync::Arc;

use super::{
    Accounts, Alerts, Attachments, Audit, Batches, Catalogues, Devices, Enrolments, Handling, Inspections,
    Installations, Invitations, KeyDirectories, KnownBrowsers, MemberInvitations, Observations, Outcomes, Providers,
    Records, ReportTasks, ReportTexts, Reports, Sessions, Standings, StorageError, Tables, VouchedMessages, Whole,
};

/// A database of this backend.
pub trait Database: Send + Sync {
    /// Begins a transaction that may change something. Another one waits until it ended.
    fn begin(&self) -> Result<Box<dyn Transaction + '_>, StorageError>;
    /// Begins one that only reads: one consistent state, whatever others change meanwhile.
    fn snapshot(&self) -> Result<Box<dyn Transaction + '_>, StorageError>;
}

impl<D: Database + ?Sized> Database for Arc<D> {
    fn begin(&self) -> Result<Box<dyn Transaction + '_>, StorageError> {
        self.as_ref().begin()
    }

    fn snapshot(&self) -> Result<Box<dyn Transaction + '_>, StorageError> {
        self.as_ref().snapshot()
    }
}

impl<D: Database + ?Sized> Database for Box<D> {
    fn begin(&self) -> Result<Box<dyn Transaction + '_>, StorageError> {
        self.as_ref().begin()
    }

    fn snapshot(&self) -> Result<Box<dyn Transaction + '_>, StorageError> {
        self.as_ref().snapshot()
    }
}

/// One transaction. Dropped without a commit, nothing of it happened.
pub trait Transaction:
    Accounts
    + Alerts
    + Attachments
    + Audit
    + Batches
    + Catalogues
    + Devices
    + Enrolments
    + Handling
    + Health
    + Inspections
    + Installations
    + Invitations
    + KeyDirectories
    + KnownBrowsers
    + MemberInvitations
    + Observations
    + Outcomes
    + Providers
    + Records
    + ReportTasks
    + ReportTexts
    + Reports
    + Sessions
    + Standings
    + Tables
    + VouchedMessages
    + Whole
{
    /// Makes all of it durable.
    fn commit(self: Box<Self>) -> Result<(), StorageError>;
}

/// The schema of a register or a database, before it was brought up and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// Before.
    pub from: usize,
    /// After.
    pub to: usize,
}

/// Whether the database answers.
pub trait Health {
    /// Reads the one row that makes a register of it.
    fn check(&self) -> Result<(), StorageError>;
}

/// One transaction around a piece of work.
pub trait UnitOfWork: Database {
    /// Runs `work` in a transaction: all of it is durable when this returns, or none of it happened.
    fn write<T, E: From<StorageError>>(&self, work: impl FnOnce(&dyn Transaction) -> Result<T, E>) -> Result<T, E> {
        let transaction = self.begin()?;
        let done = work(transaction.as_ref())?;
        transaction.commit()?;
        Ok(done)
    }

    /// Runs `work` on one consistent state.
    fn read<T, E: From<StorageError>>(&self, work: impl FnOnce(&dyn Transaction) -> Result<T, E>) -> Result<T, E> {
        work(self.snapshot()?.as_ref())
    }
}

impl<D: Database + ?Sized> UnitOfWork for D {}
