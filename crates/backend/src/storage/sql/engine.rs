//! What the SQL here is asked through, whichever engine answers it.
//!
//! One text serves all engines: values stand as `$1, $2 …` in the order in which they first appear, since SQLite counts
//! them so and PostgreSQL goes by the number. Deliberately absent: texts for one engine alone, and how an engine keeps a
//! value (`value.rs`) or a connection.

use std::ops::ControlFlow;

use super::{Columns, FromColumn, Value};
use crate::storage::StorageError;

/// What is done with each row; whoever has enough breaks.
pub(in crate::storage) type Take<'a> = dyn FnMut(&dyn Columns) -> Result<ControlFlow<()>, StorageError> + 'a;

/// Where rows are put, and the columns they have.
#[derive(Debug, Clone, Copy)]
pub(in crate::storage) struct Table<'a> {
    pub(in crate::storage) name: &'a str,
    pub(in crate::storage) columns: &'a [&'a str],
}

/// One transaction of an engine.
pub(in crate::storage) trait Engine {
    /// Runs a statement that answers no row; answers how many rows it changed.
    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, StorageError>;
    /// Puts rows into a table, all at once where an engine can: `values` are those of the first, of the second, and so on.
    fn insert(&self, table: &Table<'_>, values: &[Value<'_>]) -> Result<(), StorageError>;
    /// Hands over what a query finds, row by row. `take` asks nothing else meanwhile.
    fn rows(&self, sql: &str, values: &[Value<'_>], take: &mut Take<'_>) -> Result<(), StorageError>;
    /// The same for more rows than fit in memory; `take` may ask other things of the same transaction.
    fn stream(&self, sql: &str, values: &[Value<'_>], take: &mut Take<'_>) -> Result<(), StorageError>;
    /// Makes everything durable.
    fn commit(&self) -> Result<(), StorageError>;
}

impl dyn Engine + '_ {
    /// The first row, if there is one.
    pub(in crate::storage) fn first<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&dyn Columns) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        let (mut read, mut found) = (Some(read), None);
        self.rows(sql, values, &mut |row| {
            if let Some(read) = read.take() {
                found = Some(read(row)?);
            }
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// The first column of the one row there must be.
    pub(in crate::storage) fn value<T: FromColumn>(&self, sql: &str, values: &[Value<'_>]) -> Result<T, StorageError> {
        self.first(sql, values, |row| row.get(0))?.ok_or(StorageError::Content)
    }

    /// Every row, of a query that finds few.
    pub(in crate::storage) fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&dyn Columns) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let mut all = Vec::new();
        self.rows(sql, values, &mut |row| {
            all.push(read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    }

    /// Every row of a query that may find any number, let go one by one.
    pub(in crate::storage) fn each(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut check: impl FnMut(&dyn Columns) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        self.stream(sql, values, &mut |row| check(row).map(ControlFlow::Continue))
    }
}
