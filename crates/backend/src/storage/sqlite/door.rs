//! The door to SQLite: statements are kept prepared, values are bound one by one, times, ids and hashes are texts.

use std::borrow::Cow;

use baken_protocol::digest::Digest;
use baken_sqlite::{parse_time, time_text};
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, Row};
use uuid::Uuid;

use crate::storage::StorageError;
use crate::storage::sql::{Columns, Engine, Table, Take, Value};

impl Engine for Connection {
    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, StorageError> {
        let changed = ready(self, sql, values)?.raw_execute()?;
        u64::try_from(changed).map_err(|_| StorageError::Content)
    }

    fn insert(&self, table: &Table<'_>, values: &[Value<'_>]) -> Result<(), StorageError> {
        let Table { name, columns } = table;
        let marks: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
        let sql = format!("INSERT INTO {name} ({}) VALUES ({})", columns.join(", "), marks.join(", "));
        let mut statement = self.prepare_cached(&sql)?;
        for row in values.chunks(columns.len()) {
            give(&mut statement, &sql, row)?;
            statement.raw_execute()?;
        }
        Ok(())
    }

    fn rows(&self, sql: &str, values: &[Value<'_>], take: &mut Take<'_>) -> Result<(), StorageError> {
        let mut statement = ready(self, sql, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if take(row)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn stream(&self, sql: &str, values: &[Value<'_>], take: &mut Take<'_>) -> Result<(), StorageError> {
        self.rows(sql, values, take)
    }

    fn commit(&self) -> Result<(), StorageError> {
        Ok(self.execute_batch("COMMIT")?)
    }
}

/// A statement with its values. SQLite numbers them by where they first stand in the text.
fn ready<'a>(connection: &'a Connection, sql: &str, values: &[Value<'_>]) -> Result<CachedStatement<'a>, StorageError> {
    let mut statement = connection.prepare_cached(sql)?;
    give(&mut statement, sql, values)?;
    Ok(statement)
}

fn give(statement: &mut CachedStatement<'_>, sql: &str, values: &[Value<'_>]) -> Result<(), StorageError> {
    if statement.parameter_count() != values.len() {
        return Err(StorageError::Content);
    }
    for (at, value) in (1..).zip(values) {
        debug_assert_eq!(statement.parameter_name(at), Some(&*format!("${at}")), "in the order they appear: {sql}");
        bind(statement, at, *value)?;
    }
    Ok(())
}

fn bind(statement: &mut CachedStatement<'_>, at: usize, value: Value<'_>) -> Result<(), StorageError> {
    match value {
        Value::Null => statement.raw_bind_parameter(at, rusqlite::types::Null)?,
        Value::Text(text) => statement.raw_bind_parameter(at, text)?,
        Value::Bytes(bytes) => statement.raw_bind_parameter(at, bytes)?,
        Value::Integer(number) => statement.raw_bind_parameter(at, number)?,
        Value::Natural(number) => statement.raw_bind_parameter(at, number)?,
        Value::Bool(is) => statement.raw_bind_parameter(at, is)?,
        Value::Moment(time) => statement.raw_bind_parameter(at, time_text(time))?,
        Value::Id(id) => {
            statement.raw_bind_parameter(at, &*id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))?;
        }
        Value::Hash(hash) => {
            let mut text = [0; 64];
            HEXLOWER.encode_mut(hash.as_bytes(), &mut text);
            statement.raw_bind_parameter(at, std::str::from_utf8(&text).map_err(|_| StorageError::Content)?)?;
        }
    }
    Ok(())
}

impl Columns for Row<'_> {
    fn is_null(&self, at: usize) -> Result<bool, StorageError> {
        Ok(self.get_ref(at)? == ValueRef::Null)
    }

    fn text(&self, at: usize) -> Result<&str, StorageError> {
        self.get_ref(at)?.as_str().map_err(|_| StorageError::Content)
    }

    fn bytes(&self, at: usize) -> Result<&[u8], StorageError> {
        self.get_ref(at)?.as_blob().map_err(|_| StorageError::Content)
    }

    fn integer(&self, at: usize) -> Result<i64, StorageError> {
        self.get_ref(at)?.as_i64().map_err(|_| StorageError::Content)
    }

    fn boolean(&self, at: usize) -> Result<bool, StorageError> {
        self.integer(at).map(|it| it != 0)
    }

    fn moment(&self, at: usize) -> Result<DateTime<Utc>, StorageError> {
        Ok(parse_time(self.text(at)?)?)
    }

    fn id(&self, at: usize) -> Result<Uuid, StorageError> {
        self.text(at)?.parse().map_err(|_| StorageError::Content)
    }

    fn digest(&self, at: usize) -> Result<Digest, StorageError> {
        self.text(at)?.parse().map_err(|_| StorageError::Content)
    }

    fn as_text(&self, at: usize) -> Result<Cow<'_, str>, StorageError> {
        match self.get_ref(at)? {
            ValueRef::Text(text) => Ok(String::from_utf8_lossy(text)),
            ValueRef::Integer(number) => Ok(number.to_string().into()),
            ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Err(StorageError::Content),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::storage::sql::values;

    #[test]
    fn a_statement_with_another_number_of_values_is_refused() {
        let connection: &dyn Engine = &Connection::open_in_memory().unwrap();
        for few in [values![1_u32], values![1_u32, 2_u32, 3_u32]] as [&[Value<'_>]; 2] {
            assert!(matches!(connection.value::<i64>("SELECT $1 + $2", few), Err(StorageError::Content)));
        }
        assert_eq!(connection.value::<i64>("SELECT $1 + 10 * $2", values![1_u32, 2_u32]).unwrap(), 21);
    }

    /// SQLite would give the first value to `$2`, and PostgreSQL the second.
    #[test]
    #[should_panic(expected = "in the order they appear")]
    fn values_that_two_engines_would_number_differently_are_found_by_any_test() {
        let connection: &dyn Engine = &Connection::open_in_memory().unwrap();
        let _ = connection.value::<i64>("SELECT $2 - $1", values![1_u32, 2_u32]);
    }
}
