//! What time it certainly is by now, whatever this device's clock says: not before this version was made, nor before
//! what the municipality has signed a time in. A time that is later than the truth cannot be known so; of receipts the
//! last that was taken in counts, not the latest, so that one with a wrong year is forgotten with the next.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use crate::device;
use crate::directory;
use crate::failure::Failure;
use crate::known::Known;
use crate::receipts;
use crate::store::Store;

/// Seconds since 1970 at which this version was not made yet (2026-11-01). Set with the version.
const RELEASED: i64 = 1_793_491_200;

/// When this version was made, at the earliest.
pub(crate) fn released() -> DateTime<Utc> {
    DateTime::from_timestamp(RELEASED, 0).unwrap_or_default()
}

/// The latest time that has certainly come: of this version, of the last verified receipt, of a verified key directory.
pub(crate) fn floor(connection: &Connection, known: &Known) -> Result<DateTime<Utc>, Failure> {
    let mut floor = released();
    if let Some(received) = receipts::last_received(connection)? {
        floor = floor.max(received);
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
