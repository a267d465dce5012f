//! What time it certainly is by now, whatever this device's clock says: not before this version was made, nor before
//! anything the municipality has signed a time in. A time that is later than the truth cannot be known so.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use crate::device;
use crate::directory;
use crate::failure::Failure;
use crate::known::Known;
use crate::store::cached::Cached;
use crate::store::{Store, parse_time};

/// Seconds since 1970 at which this version was not made yet (2026-11-01). Set with the version.
const RELEASED: i64 = 1_793_491_200;

pub(crate) const LAST_RECEIVED: &str = "SELECT max(received_at) FROM receipts";

/// When this version was made, at the earliest.
pub(crate) fn released() -> DateTime<Utc> {
    DateTime::from_timestamp(RELEASED, 0).unwrap_or_default()
}

/// The latest time that has certainly come: of this version, of a verified receipt, of a verified key directory.
pub(crate) fn floor(connection: &Connection, known: &Known) -> Result<DateTime<Utc>, Failure> {
    let mut floor = released();
    let received: Option<String> = connection.query_row_cached(LAST_RECEIVED, [], |row| row.get(0))?;
    if let Some(received) = received {
        floor = floor.max(parse_time(&received)?);
    }
    if device::load(connection)?.is_some() {
        floor = floor.max(directory::newest(connection, known)?.payload.issued_at);
    }
    Ok(floor)
}

impl Store {
    /// The latest time that has certainly come.
    pub(crate) fn time_floor(&self) -> Result<DateTime<Utc>, Failure> {
        self.read(|connection| floor(connection, &self.known))
    }
}
