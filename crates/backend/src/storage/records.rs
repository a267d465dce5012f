//! Records, and the lists of them. Every question takes what the asker may see.

use std::collections::BTreeMap;

use baken_protocol::ids::{OperationId, RecordId};
use uuid::Uuid;

use super::StorageError;
use crate::register::{
    Alert, Arrivals, InspectionPage, InspectionRequest, ObservationPage, ObservedRecord, PageRequest, Sight,
    StoredRecord,
};

/// What the inbox asks.
pub trait Inbox {
    /// A page of the inbox.
    fn observations(&self, sight: &Sight, request: &PageRequest) -> Result<ObservationPage, StorageError>;
    /// One record of an observation in short, be it the latest or not, with everything that was done to it.
    fn observation(&self, sight: &Sight, record: RecordId) -> Result<Option<ObservedRecord>, StorageError>;
    /// What came from each device.
    fn arrivals(&self, sight: &Sight) -> Result<BTreeMap<Uuid, Arrivals>, StorageError>;
}

/// What the list of inspections asks.
pub trait Inspections {
    /// A page of inspections that `sight` allows.
    fn inspections(&self, sight: &Sight, request: &InspectionRequest) -> Result<InspectionPage, StorageError>;
}

/// What is asked of a record.
pub trait Records {
    /// A record with everything signed around it; with `sight`, only if that allows it.
    fn record(&self, sight: Option<&Sight>, record: RecordId) -> Result<Option<StoredRecord>, StorageError>;
    /// The records that devices gave this id, each its own.
    fn records_named(&self, operation: OperationId) -> Result<Vec<RecordId>, StorageError>;
}

/// What there is to look into.
pub trait Alerts {
    /// The last alert of each kind about each device, the last raised first. Of what was taken back only what `sight`
    /// allows.
    fn alerts(&self, sight: &Sight) -> Result<Vec<Alert>, StorageError>;
}
