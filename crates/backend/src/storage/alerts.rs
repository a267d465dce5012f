//! What there is to look into about devices and what they send: one list of codes, which the database, the description
//! and TypeScript get as it is.
//!
//! Nothing of it is refused: what a record says may be true, and a device that is refused says it nowhere.

use std::fmt;
use std::str::FromStr;

use baken_protocol::ids::{DeviceId, RecordId};
use baken_protocol::record::RecordKind;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Clearance, StorageError};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum AlertCode {
    /// A chain has two histories, and was frozen.
    ChainForked,
    /// A revoked device sent something.
    Quarantined,
    /// A record was taken back.
    Retracted,
    /// A device signed another first record under an id.
    CreatedAgain,
    /// A record is sealed to an organisation that is not its device's.
    SealedToOthers,
    /// A record or its batch goes by an epoch that no key directory here has.
    SealedForLater,
}

impl AlertCode {
    const ALL: [Self; 6] = [
        Self::ChainForked,
        Self::Quarantined,
        Self::Retracted,
        Self::CreatedAgain,
        Self::SealedToOthers,
        Self::SealedForLater,
    ];

    /// Those that one record raises, and that are told with it to whoever may see it.
    pub const OF_RECORDS: [Self; 4] = [Self::Retracted, Self::CreatedAgain, Self::SealedToOthers, Self::SealedForLater];
}

impl fmt::Display for AlertCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// The text is no alert's code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not the code of an alert")]
pub struct AlertCodeError;

impl FromStr for AlertCode {
    type Err = AlertCodeError;

    fn from_str(text: &str) -> Result<Self, AlertCodeError> {
        Self::ALL.into_iter().find(|code| code.to_string() == text).ok_or(AlertCodeError)
    }
}

/// The last of its kind about a device.
#[derive(Debug, Clone)]
pub struct AlertRow {
    /// Counts up within its kind.
    pub id: u64,
    /// What happened.
    pub code: AlertCode,
    /// The device it is about.
    pub device: Uuid,
    /// That device's name.
    pub device_label: String,
    /// When this last happened.
    pub raised_at: DateTime<Utc>,
    /// In technical words; empty where it is about a record.
    pub detail: String,
    /// How often this happened with this device.
    pub count: u64,
    /// The record it last happened to, where it is about one, with its kind.
    pub record: Option<(RecordId, RecordKind)>,
}

/// What is asked of what there is to look into.
pub trait Alerts {
    /// What was noted: the last of each kind about each device.
    fn noted_alerts(&self) -> Result<Vec<AlertRow>, StorageError>;
    /// The last record of each device that raises this, as far as `clearance` allows; of what was set apart none.
    fn record_alerts(&self, clearance: &Clearance, code: AlertCode) -> Result<Vec<AlertRow>, StorageError>;
    /// Notes what is odd about a record.
    fn note_oddity(&self, record: RecordId, code: AlertCode) -> Result<(), StorageError>;
    /// Tells the coordinators of something about a device.
    fn raise_alert(
        &self,
        code: AlertCode,
        device: DeviceId,
        at: DateTime<Utc>,
        detail: &str,
    ) -> Result<(), StorageError>;
    /// Whether this was told of the device before.
    fn was_told(&self, code: AlertCode, device: DeviceId) -> Result<bool, StorageError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_as_it_is_written_and_no_other() {
        for code in AlertCode::ALL {
            assert_eq!(code.to_string().parse(), Ok(code));
        }
        for wrong in ["", "Retracted", "later"] {
            assert_eq!(wrong.parse::<AlertCode>(), Err(AlertCodeError), "{wrong:?}");
        }
    }
}
