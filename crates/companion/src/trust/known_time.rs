//! What time it certainly is by now, whatever this device's clock says: not before this version was made, nor before
//! what the municipality has signed a time in. A time that is later than the truth cannot be known so; of receipts the
//! last that was taken in counts, not the latest, so that one with a wrong year is forgotten with the next.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use crate::failure::Failure;
use crate::store::known::Known;
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, parse_time};
use crate::trust::device;
use crate::trust::key_directory;

/// Seconds since 1970 at which this version was not made yet (2026-11-01). Set with the version.
const RELEASED: i64 = 1_793_491_200;

/// When this version was made, at the earliest.
pub(crate) fn released() -> DateTime<Utc> {
    DateTime::from_timestamp(RELEASED, 0).unwrap_or_default()
}

/// The latest time that has certainly come: of this version, of the last verified receipt, of a verified key directory.
pub(crate) fn floor(connection: &Connection, known: &Known) -> Result<DateTime<Utc>, Failure> {
    let mut floor = released();
    if let Some(received) = last_received(connection)? {
        floor = floor.max(received);
    }
    if device::load(connection)?.is_some() {
        floor = floor.max(key_directory::newest(connection, known)?.payload.issued_at);
    }
    Ok(floor)
}

/// The time in the receipt that was taken in last.
pub(crate) fn last_received(connection: &Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let last: Option<String> = Setting::LastReceipt.read(connection)?;
    let Some(hash) = last else { return Ok(None) };
    let sql = "SELECT received_at FROM receipts WHERE hash = ?1";
    let received: Option<String> = connection.query_row_cached(sql, [hash], |row| row.get(0)).optional()?;
    Ok(received.map(|text| parse_time(&text)).transpose()?)
}

impl Store {
    /// The latest time that has certainly come.
    pub(crate) fn time_floor(&self) -> Result<DateTime<Utc>, Failure> {
        self.read(|connection| floor(connection, &self.known))
    }
}
