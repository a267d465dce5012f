//! The door to PostgreSQL: each value in the type the statement has for it, rows of any number by a cursor.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use baken_protocol::digest::Digest;
use baken_sqlite::time_text;
use bytes::BytesMut;
use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::PostgresTransaction;
use crate::storage::StorageError;
use crate::storage::sql::{Columns, Engine, Table, Take, Value};

/// Rows of a cursor that are in memory together; one may hold a whole sealed part.
const FETCHED: usize = 64;
/// How long the first of them may take, and a minute more.
const SORTING: Duration = Duration::from_mins(61);

impl Engine for PostgresTransaction<'_> {
    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, StorageError> {
        self.ask(|session| session.wait(session.client().execute(&session.statement(sql)?, &numbered(values))))
    }

    /// One array for each column: a statement for any number of rows, which COPY would be too, but for row-level security.
    fn insert(&self, table: &Table<'_>, values: &[Value<'_>]) -> Result<(), StorageError> {
        let Table { name, columns } = table;
        let count = columns.len();
        let arrays: Vec<Vec<Value<'_>>> =
            (0..count).map(|column| values.iter().skip(column).step_by(count).copied().collect()).collect();
        let arrays: Vec<&(dyn ToSql + Sync)> = arrays.iter().map(|array| array as &(dyn ToSql + Sync)).collect();
        let columns = columns.join(", ");
        self.ask(|session| {
            let shape = session.statement(&format!("SELECT {columns} FROM {name} LIMIT 0"))?;
            let types = (1..).zip(shape.columns()).map(|(number, column)| format!("${number}::{}[]", column.type_()));
            let types = types.collect::<Vec<_>>().join(", ");
            let sql = format!("INSERT INTO {name} ({columns}) SELECT * FROM unnest({types})");
            session.wait(session.client().execute(&session.statement(&sql)?, &arrays)).map(drop)
        })
    }

    fn rows(&self, sql: &str, values: &[Value<'_>], take: &mut Take<'_>) -> Result<(), StorageError> {
        let rows =
            self.ask(|session| session.wait(session.client().query(&session.statement(sql)?, &numbered(values))))?;
        for row in &rows {
            if take(row)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn stream(&self, sql: &str, values: &[Value<'_>], take: &mut Take<'_>) -> Result<(), StorageError> {
        let name = format!("rows_{}", self.cursors.replace(self.cursors.get() + 1));
        // The first page of a whole register may have to put all of it in order first.
        self.ask(|session| {
            session.bear(Some(SORTING));
            session.wait(session.client().batch_execute("SET LOCAL statement_timeout = '1h'"))
        })?;
        let declare = format!("DECLARE {name} NO SCROLL CURSOR FOR {sql}");
        self.ask(|session| {
            let statement = session.wait(session.client().prepare(&declare))?;
            session.wait(session.client().execute(&statement, &numbered(values)))
        })?;
        let fetch = format!("FETCH {FETCHED} FROM {name}");
        'rows: loop {
            let rows = self.ask(|session| session.wait(session.client().query_typed(&fetch, &[])))?;
            for row in &rows {
                if take(row)?.is_break() {
                    break 'rows;
                }
            }
            if rows.len() < FETCHED {
                break;
            }
        }
        let closed = format!("CLOSE {name}; SET LOCAL statement_timeout = '60s'");
        self.ask(|session| {
            session.bear(None);
            session.wait(session.client().batch_execute(&closed))
        })
    }

    fn commit(&self) -> Result<(), StorageError> {
        self.end()
    }
}

fn numbered<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// A value that the type the statement has for it cannot hold.
#[derive(Debug, thiserror::Error)]
#[error("a value does not fit the type {0}")]
struct Unfit(Type);

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let unfit = || Box::new(Unfit(ty.clone()));
        let whole = |number: i64, out: &mut BytesMut| match *ty {
            Type::INT8 => number.to_sql(ty, out),
            Type::INT4 => i32::try_from(number)?.to_sql(ty, out),
            _ => Err(unfit().into()),
        };
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Text(text) => match *ty {
                Type::TEXT => text.to_sql(ty, out),
                // What was read as text of such a column.
                Type::UUID => text.parse::<Uuid>()?.to_sql(ty, out),
                Type::BYTEA => text.parse::<Digest>()?.as_bytes().as_slice().to_sql(ty, out),
                Type::INT8 | Type::INT4 => whole(text.parse()?, out),
                _ => Err(unfit().into()),
            },
            Self::Bytes(bytes) if *ty == Type::BYTEA => bytes.to_sql(ty, out),
            Self::Hash(hash) if *ty == Type::BYTEA => hash.as_bytes().as_slice().to_sql(ty, out),
            Self::Bool(is) if *ty == Type::BOOL => is.to_sql(ty, out),
            Self::Moment(time) if *ty == Type::TIMESTAMPTZ => time.trunc_subsecs(3).to_sql(ty, out),
            Self::Id(id) if *ty == Type::UUID => id.to_sql(ty, out),
            Self::Integer(number) => whole(number, out),
            Self::Natural(number) => whole(number.try_into()?, out),
            Self::Bytes(_) | Self::Hash(_) | Self::Bool(_) | Self::Moment(_) | Self::Id(_) => Err(unfit().into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A column that is not what is asked for.
fn content<T>(read: Result<T, tokio_postgres::Error>) -> Result<T, StorageError> {
    read.map_err(|_| StorageError::Content)
}

/// Whatever there is, of any type.
struct Anything;

impl<'a> tokio_postgres::types::FromSql<'a> for Anything {
    fn from_sql(_: &Type, _: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Columns for Row {
    fn is_null(&self, at: usize) -> Result<bool, StorageError> {
        content(self.try_get::<_, Option<Anything>>(at)).map(|value| value.is_none())
    }

    fn text(&self, at: usize) -> Result<&str, StorageError> {
        content(self.try_get(at))
    }

    fn bytes(&self, at: usize) -> Result<&[u8], StorageError> {
        content(self.try_get(at))
    }

    fn integer(&self, at: usize) -> Result<i64, StorageError> {
        let short = self.columns().get(at).is_some_and(|column| *column.type_() == Type::INT4);
        if short { content(self.try_get::<_, i32>(at)).map(i64::from) } else { content(self.try_get(at)) }
    }

    fn boolean(&self, at: usize) -> Result<bool, StorageError> {
        content(self.try_get(at))
    }

    fn moment(&self, at: usize) -> Result<DateTime<Utc>, StorageError> {
        content(self.try_get(at))
    }

    fn id(&self, at: usize) -> Result<Uuid, StorageError> {
        content(self.try_get(at))
    }

    fn digest(&self, at: usize) -> Result<Digest, StorageError> {
        Ok(Digest::from_bytes(self.bytes(at)?.try_into().map_err(|_| StorageError::Content)?))
    }

    fn as_text(&self, at: usize) -> Result<Cow<'_, str>, StorageError> {
        let column = self.columns().get(at).ok_or(StorageError::Content)?;
        match *column.type_() {
            Type::TEXT => self.text(at).map(Cow::from),
            Type::UUID => self.id(at).map(|id| id.to_string().into()),
            Type::BYTEA => self.digest(at).map(|hash| hash.to_string().into()),
            Type::INT8 | Type::INT4 => self.integer(at).map(|number| number.to_string().into()),
            Type::TIMESTAMPTZ => self.moment(at).map(|time| written(time).into()),
            _ => Err(StorageError::Content),
        }
    }
}

/// As SQLite keeps it. What somebody put in finer than this program does is not hidden.
fn written(time: DateTime<Utc>) -> String {
    if time.trunc_subsecs(3) == time { time_text(time) } else { time.to_rfc3339_opts(SecondsFormat::AutoSi, true) }
}
