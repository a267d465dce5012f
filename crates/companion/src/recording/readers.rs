//! Who can read a record.

use baken_protocol::ids::Code;
use baken_protocol::keydir::{KeyDirectory, Team};
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::seal::Recipient;

use crate::failure::{Failure, FieldError, FieldErrorCode};
use crate::store::Store;
use crate::trust::device;
use crate::trust::key_directory;

/// The level's team and the recovery key.
pub(crate) struct Readers {
    pub(crate) teams: Vec<Team>,
    pub(crate) keys: Vec<Recipient>,
}

impl Readers {
    /// An unknown team seals to nobody and is an error at its field.
    pub(crate) fn of(
        directory: &KeyDirectory,
        organisation: &Code,
        level: ConfidentialityLevel,
    ) -> Result<Self, Failure> {
        let found = directory
            .recipients_for(&level.team(organisation))
            .ok_or_else(|| Failure::Invalid(vec![FieldError::new("level", FieldErrorCode::Invalid)]))?;
        let (teams, keys) = found.into_iter().map(|entry| (entry.name.clone(), entry.recipient.clone())).unzip();
        Ok(Self { teams, keys })
    }
}

impl Store {
    /// Prepares the seal a draft of this level will need.
    pub(crate) fn prepare_seal(&self, level: ConfidentialityLevel) -> Result<(), Failure> {
        let readers = self.read(|connection| {
            let device = device::load(connection)?.ok_or(Failure::NotEnrolled)?;
            Readers::of(&key_directory::newest(connection, &self.known)?.payload, &device.organisation, level)
        })?;
        Ok(self.ahead.prepare(&readers.keys)?)
    }
}
