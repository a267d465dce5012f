//! The lock, as far as sending is concerned: what was signed is made ready to leave before the store is shut.

use rusqlite::Connection;

use super::parcel::Parcel;
use crate::failure::Failure;
use crate::outbox::{batches, order, standing};
use crate::store::Store;

impl Store {
    /// Signs the last batches, takes out what has to leave, and closes. Whoever writes finishes; whoever only reads is
    /// interrupted; whoever comes later finds it locked.
    pub(crate) fn take_leave(&self) -> Option<Parcel> {
        self.close_after(|connection| match self.pack(connection) {
            Ok(parcel) => parcel,
            Err(failure) => {
                tracing::warn!(code = ?failure.code(), "what was signed leaves after the next unlock only");
                None
            }
        })
    }

    fn pack(&self, connection: &mut Connection) -> Result<Option<Parcel>, Failure> {
        // What cannot be put in order or batched now keeps nothing back that was.
        if let Err(failure) = self.last_write::<_, Failure>(connection, |tx| order::first_things_first(tx, self)) {
            tracing::warn!(code = ?failure.code(), "what was signed leaves as it stands");
        }
        while let Ok(Some(_)) = self.last_write::<_, Failure>(connection, |tx| batches::form(tx, self)) {}
        debug_assert!(standing::are_kept_right(connection), "what is counted is not what is there");
        Parcel::load(connection, &self.road, Parcel::MAX_BYTES)
    }
}
