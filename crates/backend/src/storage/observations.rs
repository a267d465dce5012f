//! Observations: their operations as small rows, and one of them as it is shown.

use std::collections::BTreeMap;

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{DeviceId, EntityId, RecordId};
use baken_protocol::record::Action;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Clearance, StorageError};

/// One operation of an observation, as it comes by; its texts are the row's own.
#[derive(Debug, Clone, Copy)]
pub struct StepRow<'a> {
    /// In the order they came.
    pub number: i64,
    /// The device that signed it.
    pub device: &'a str,
    /// The entity it is about.
    pub entity: &'a str,
    /// Its level.
    pub level: &'a str,
    /// The organisation of whoever carried the device.
    pub organisation: &'a str,
    /// Whether it was set apart.
    pub quarantined: bool,
    /// What it does.
    pub action: Action,
    /// The urgency it names.
    pub urgency: &'a str,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Its id.
    pub operation: &'a str,
    /// The observation it is noted to be of.
    pub standing: Option<i64>,
}

/// Whose operations are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    /// All of them, whoever may see them.
    All,
    /// Of one device, about one entity, as far as somebody may see them.
    Author(&'a Clearance, DeviceId, EntityId),
    /// Of other devices than this one, about an entity of that id, as far as somebody may see them.
    Others(&'a Clearance, DeviceId, EntityId),
}

/// What is done with each operation.
pub type EachStep<'a> = dyn FnMut(StepRow<'_>) -> Result<(), StorageError> + 'a;

/// One operation of an observation, with what was signed.
#[derive(Debug, Clone)]
pub struct ShownRow {
    /// The record.
    pub record: RecordId,
    /// The entity it is about.
    pub entity: EntityId,
    /// Its level.
    pub level: String,
    /// As it was signed.
    pub envelope: Envelope,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// The name of its device.
    pub device_label: String,
    /// The organisation of whoever carried that.
    pub organisation: String,
    /// Whether it was set apart.
    pub quarantined: bool,
    /// How many of its attachments its device did not bring yet.
    pub attachments_missing: u32,
}

/// What came from a device, as far as somebody may see it.
#[derive(Debug, Clone, Default)]
pub struct Arrivals {
    /// When the last record came in.
    pub last_received_at: Option<DateTime<Utc>>,
    /// Observations in the inbox.
    pub observations: u64,
}

/// What is asked of observations.
pub trait Observations {
    /// Every operation that is asked for, those of one observation after one another.
    fn each_step(&self, of: Of<'_>, take: &mut EachStep<'_>) -> Result<(), StorageError>;
    /// One operation as it is shown; with `clearance`, only if that allows it.
    fn shown(&self, clearance: Option<&Clearance>, record: RecordId) -> Result<Option<ShownRow>, StorageError>;
    /// What a device signed about an entity, in the order of the log. Of more than `limit` the first of each urgency, and
    /// the last.
    fn history(
        &self,
        clearance: &Clearance,
        device: DeviceId,
        entity: EntityId,
        limit: u32,
    ) -> Result<Vec<ShownRow>, StorageError>;
    /// Whether a device signed a first record of an entity.
    fn was_created_by(&self, device: DeviceId, entity: EntityId) -> Result<bool, StorageError>;
    /// Whether another device signed an observation of that id that `clearance` allows to see.
    fn is_claimed(&self, clearance: &Clearance, device: DeviceId, entity: EntityId) -> Result<bool, StorageError>;
    /// Whether anything came after the operation with this number that `clearance` allows to see, of whatever kind.
    fn came_after(&self, clearance: &Clearance, number: i64) -> Result<bool, StorageError>;
    /// What came from each of these devices. Observations are counted as the inbox shows them: one that was amended counts once,
    /// and one that was set apart not at all.
    fn arrivals(&self, clearance: &Clearance, devices: &[Uuid]) -> Result<BTreeMap<Uuid, Arrivals>, StorageError>;
}
