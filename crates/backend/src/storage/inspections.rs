//! Inspections and contact moments, each by the operation that is shown for it.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::EntityReference;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Clearance, InspectionRequest, StorageError};

/// An inspection or a contact moment in a list.
#[derive(Debug, Clone)]
pub struct InspectionRow {
    /// As it was signed.
    pub envelope: Envelope,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// The organisation of whoever carried the device.
    pub organisation: String,
    /// Whether it was set apart.
    pub quarantined: bool,
    /// The device.
    pub device: Uuid,
    /// The device's name.
    pub device_label: String,
    /// When it was last amended.
    pub amended_at: Option<DateTime<Utc>>,
    /// When it was last taken back.
    pub retracted_at: Option<DateTime<Utc>>,
}

/// A step in taking part in an inspection.
#[derive(Debug, Clone)]
pub struct StepRecord {
    /// As it was signed.
    pub envelope: Envelope,
    /// The device.
    pub device: Uuid,
    /// The device's name.
    pub device_label: String,
    /// The organisation the device was let in for.
    pub organisation: String,
    /// Whether it was set apart.
    pub quarantined: bool,
}

/// What is asked of inspections, and of contact moments in the same way.
pub trait Inspections {
    /// The inspections that `clearance` allows, the last received first: one more than asked for, where there are more.
    fn inspections(
        &self,
        clearance: &Clearance,
        request: &InspectionRequest,
    ) -> Result<Vec<InspectionRow>, StorageError>;
    /// The contact moments that `clearance` allows, in the same way.
    fn contacts(&self, clearance: &Clearance, request: &InspectionRequest) -> Result<Vec<InspectionRow>, StorageError>;
    /// How many observations of an inspection the inbox shows: a number over all levels would tell that there is more.
    fn count_observations(&self, clearance: &Clearance, inspection: EntityReference) -> Result<u64, StorageError>;
    /// The steps that devices took in taking part, as far as `clearance` allows.
    fn steps_in(&self, clearance: &Clearance, inspection: EntityReference) -> Result<Vec<StepRecord>, StorageError>;
    /// How many observations of an inspection are held of each device that has any, what was set apart included: those
    /// that `clearance` allows, or all.
    fn observations_by_device(
        &self,
        clearance: Option<&Clearance>,
        inspection: EntityReference,
    ) -> Result<Vec<(Uuid, u64)>, StorageError>;
}
