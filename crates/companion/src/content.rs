//! What the municipality gives this device to work with: reference cards, places to choose from, planned inspections,
//! telephone numbers. All of it is signed by the content key that the key directory names, and checked before a byte of it
//! is kept; from then on it is there without a network.
//!
//! Deliberately absent: leaving anything out for its age. Whoever stands below deck with an old list has more than one
//! with none; that it is old is said.

pub(crate) mod cards;
pub(crate) mod intake;
pub(crate) mod lease;
pub(crate) mod offer;
pub(crate) mod places;
pub(crate) mod planned;

use baken_protocol::catalogue::{CatalogueKind, Content};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use crate::environment::Environment;
use crate::failure::Failure;
use crate::store::known::Known;
use crate::store::{Cached, StoreError, parse_time};
use crate::trust::clock_reading;

/// A list that is held, and how old it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Age {
    pub(crate) issued_at: DateTime<Utc>,
    /// Whether its time is over.
    pub(crate) is_over: bool,
}

/// The content of a list that is held, as far as this version reads it.
pub(crate) fn held<C: Content>(connection: &Connection) -> Result<Option<C>, StoreError> {
    let sql = "SELECT content FROM catalogues WHERE kind = ?1";
    let content: Option<Option<Vec<u8>>> =
        connection.query_row_cached(sql, [C::KIND.name()], |row| row.get(0)).optional()?;
    // What was kept was read by the version that kept it.
    Ok(content.flatten().and_then(|bytes| C::parse(&bytes).ok()))
}

/// How old a list is that is held.
pub(crate) fn age(
    connection: &Connection,
    environment: &Environment,
    known: &Known,
    kind: CatalogueKind,
) -> Result<Option<Age>, Failure> {
    let sql = "SELECT issued_at, not_after FROM catalogues WHERE kind = ?1";
    let row: Option<(String, String)> =
        connection.query_row_cached(sql, [kind.name()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((issued_at, not_after)) = row else { return Ok(None) };
    let now = clock_reading::latest_known(connection, environment, known)?;
    Ok(Some(Age { issued_at: parse_time(&issued_at)?, is_over: parse_time(&not_after)? < now }))
}
