//! The key directories this device has accepted: each signed by the pinned root key, none older than the one before.

use std::sync::Arc;

use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::keydir::KeyDirectory;
use rusqlite::{Connection, OptionalExtension, params};

use crate::environment::Environment;
use crate::failure::Failure;
use crate::store::known::Known;
use crate::store::{Cached, Store};
use crate::transport::TransportError;
use crate::trust::clock_reading;
use crate::trust::device;

/// The newest key directory this device has accepted.
pub(crate) fn newest(connection: &Connection, known: &Known) -> Result<Arc<Verified<KeyDirectory>>, Failure> {
    let bytes: Vec<u8> = connection
        .query_row_cached("SELECT envelope FROM key_directories ORDER BY epoch DESC LIMIT 1", [], |row| row.get(0))
        .optional()?
        .ok_or(Failure::NotEnrolled)?;
    known.directory.of(bytes, |bytes| {
        let device = device::load(connection)?.ok_or(Failure::NotEnrolled)?;
        Ok(KeyDirectory::verify(Envelope::from_json(bytes)?, &device.root)?)
    })
}

/// Whether the newest directory has run out: for certain, or by this device's clock as far as it was heard to be right.
/// Nothing is refused for it. Records are sealed to it all the same, since one that is not made is lost, and its
/// readers are those the municipality named last.
pub(crate) fn has_expired(connection: &Connection, environment: &Environment, known: &Known) -> Result<bool, Failure> {
    let not_after = newest(connection, known)?.payload.not_after;
    Ok(not_after < clock_reading::latest_known(connection, environment, known)?)
}

/// Keeps a directory that was verified and may follow what is known.
pub(crate) fn keep(connection: &Connection, directory: &Verified<KeyDirectory>) -> Result<(), Failure> {
    connection.execute_cached(
        "INSERT INTO key_directories (epoch, envelope) VALUES (?1, ?2) ON CONFLICT (epoch) DO NOTHING",
        params![directory.payload.epoch, directory.envelope.to_json()?],
    )?;
    Ok(())
}

impl Store {
    /// Keeps a key directory the backend offers, if it is signed by the pinned root key and not older than the one
    /// known.
    pub(crate) fn accept_directory(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.write(|tx| {
            let known = newest(tx, &self.known)?;
            let root = device::load(tx)?.ok_or(Failure::NotEnrolled)?.root;
            let envelope = Envelope::from_json(bytes).map_err(|_| TransportError::Answer)?;
            let next = KeyDirectory::verify(envelope, &root)?;
            KeyDirectory::check_succession(&known, &next)?;
            keep(tx, &next)
        })
        .map(|()| self.keep_recovery_or_say_so())
    }
}
