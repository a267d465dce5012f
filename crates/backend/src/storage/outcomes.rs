//! The last change of each observation that is told to its device, by numbers that only grow. What is told then is decided
//! in `register::told`, from how the observation is in hand.

use baken_protocol::ids::{DeviceId, OperationId};
use chrono::{DateTime, Utc};

use super::StorageError;

/// That something changed which is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRow {
    /// The number of the change.
    pub number: u64,
    /// The observation: the number of its first operation.
    pub standing: i64,
    /// That operation.
    pub operation: OperationId,
    /// When it changed.
    pub since: DateTime<Utc>,
}

/// What is asked of them.
pub trait Outcomes {
    /// Notes that an observation of this device changed, under the next number, in the place of its change before.
    fn note_outcome(&self, standing: i64, device: DeviceId, since: DateTime<Utc>) -> Result<(), StorageError>;
    /// The changes of a device's observations after this number, at most so many, in their order.
    fn outcomes_after(&self, device: DeviceId, number: u64, limit: u32) -> Result<Vec<OutcomeRow>, StorageError>;
    /// How many are noted of an observation of another device, or of one about which nothing was done.
    fn count_stray_outcomes(&self) -> Result<u64, StorageError>;
    /// How many observations are in hand of which nothing is noted.
    fn count_untold_outcomes(&self) -> Result<u64, StorageError>;
}
