//! Whom the municipality no longer trusts, as this device heard it: added to what it knew, for ever.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::DeviceId;
use baken_protocol::revocations::Revocations;
use rusqlite::Connection;

use crate::failure::Failure;
use crate::store::settings::Setting;
use crate::store::{Store, StoreError};
use crate::transport::TransportError;
use crate::trust::device;
use crate::trust::key_directory;

/// What the municipality says of this device itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trusted {
    /// Nothing that its core must act on; that it is revoked its receipts say.
    Yes,
    /// It is to destroy its keys.
    ToBeWiped,
}

/// The devices this one heard of.
pub(crate) fn known(connection: &Connection) -> Result<Vec<DeviceId>, StoreError> {
    Ok(Setting::RevokedDevices.read(connection)?.unwrap_or_default())
}

/// Adds some to those this one heard of.
pub(crate) fn add(connection: &Connection, revoked: impl IntoIterator<Item = DeviceId>) -> Result<(), StoreError> {
    let before = known(connection)?;
    let heard: BTreeSet<_> = before.iter().copied().chain(revoked).collect();
    if heard.len() > before.len() {
        Setting::RevokedDevices.write(connection, Some(&heard))?;
    }
    Ok(())
}

impl Store {
    /// Takes in what the backend says, if it is signed for this municipality. That this device is to be wiped holds also
    /// where it cannot be written down.
    pub(crate) fn accept_revocations(&self, bytes: &[u8]) -> Result<Trusted, Failure> {
        let (own, word) = self.read(|connection| {
            let own = device::load(connection)?.ok_or(Failure::NotEnrolled)?;
            let directory = key_directory::newest(connection, &self.known)?;
            let envelope = Envelope::from_json(bytes).map_err(|_| TransportError::Answer)?;
            let word = Revocations::verify(envelope, &directory.payload.receipt_keys, &own.tenant);
            Ok::<_, Failure>((own.device, word.map_err(|_| TransportError::Answer)?.payload))
        })?;
        let wiped = word.devices.iter().any(|it| it.wipe && it.device == own);
        if wiped {
            self.wipe_ordered.store(true, Ordering::Release);
        }
        let kept = self.write(|tx| {
            add(tx, word.devices.iter().map(|it| it.device))?;
            if wiped {
                Setting::WipeOrdered.write(tx, Some(&true))?;
            }
            Ok::<_, Failure>(())
        });
        match kept {
            Ok(()) => {}
            Err(failure @ Failure::Store(StoreError::DiskFull | StoreError::ReadOnly)) => {
                tracing::warn!(code = ?failure.code(), "who was revoked is heard again at the next contact");
            }
            Err(failure) if !wiped => return Err(failure),
            Err(failure) => {
                tracing::warn!(code = ?failure.code(), "that this device is to be wiped is not written down");
            }
        }
        Ok(if wiped { Trusted::ToBeWiped } else { Trusted::Yes })
    }

    /// Whether this device is to be wiped.
    pub(crate) fn is_to_be_wiped(&self) -> bool {
        let written = || self.read(|connection| Setting::WipeOrdered.read::<bool>(connection));
        self.wipe_ordered.load(Ordering::Acquire) || matches!(written(), Ok(Some(true)))
    }
}
