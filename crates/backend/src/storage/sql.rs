//! The storage traits in SQL that every engine reads: written once, through a small door ([`Engine`]) that SQLite and
//! PostgreSQL each open in their own way.
//!
//! Deliberately absent: what is said otherwise in one engine. It is written so that both read it; what no text can say
//! for both (a file, a copy of it, a migration) stands with the engine.

mod accounts;
mod alerts;
mod attachments;
pub(super) mod audit;
mod batches;
mod casework;
mod catalogues;
mod columns;
mod conditions;
mod devices;
mod engine;
mod enrolments;
mod handling;
mod inspections;
mod installation;
mod invitations;
mod key_directories;
mod known_browsers;
mod member_invitations;
mod observations;
mod outcomes;
mod providers;
pub(super) mod records;
mod reports;
mod sessions;
mod standings;
mod steps;
mod stretch;
mod tables;
mod value;
mod vouched;
mod whole;

use super::{Health, StorageError, Transaction};

#[cfg(test)]
pub(super) use batches::{entities_sql, signed_as_sql};
#[cfg(test)]
pub(super) use casework::listed_tasks;
#[cfg(test)]
pub(super) use conditions::{Conditions, numbered};
#[cfg(test)]
pub(super) use observations::claimed_sql;
#[cfg(test)]
pub(super) use outcomes::outcomes_sql;
#[cfg(test)]
pub(super) use standings::{gathered, in_the_hands, standings_of_sql};
#[cfg(test)]
pub(super) use steps::steps_sql;
#[cfg(test)]
pub(super) use stretch::in_ranges;

pub(super) use columns::{Columns, FromColumn};
pub(super) use engine::{Engine, Table, Take};
pub(super) use value::{Value, values};

/// One transaction, whichever engine it is of.
pub(super) struct SqlTransaction<'a>(Box<dyn Engine + 'a>);

impl<'a> SqlTransaction<'a> {
    /// What an engine began.
    pub(super) fn new(engine: impl Engine + 'a) -> Self {
        Self(Box::new(engine))
    }

    fn sql(&self) -> &(dyn Engine + 'a) {
        self.0.as_ref()
    }
}

impl Transaction for SqlTransaction<'_> {
    fn commit(self: Box<Self>) -> Result<(), StorageError> {
        self.0.commit()
    }
}

impl Health for SqlTransaction<'_> {
    fn check(&self) -> Result<(), StorageError> {
        let installed: u64 = self.sql().value("SELECT count(*) FROM installation", &[])?;
        if installed == 1 { Ok(()) } else { Err(StorageError::Content) }
    }
}
