//! Records: an operation is one signed, immutable step in the life of an inspection or an observation.
//!
//! It has an open part the backend reads for triage and figures, and names its sealed part and
//! attachments by hash. The operation is signed by itself at the moment of *Vastleggen*, so one record can
//! be proven without showing the others of its batch (docs/adr/0002-operations-are-signed-one-by-one.md).

mod attachment;
mod call;
mod kinds;
mod level;
mod person;
mod place;
mod sealed;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::batch;
use crate::dsse::Payload;
use crate::ids::{DeviceId, EntityId, EntityReference, OperationId, RecordId, TenantId};
use crate::keydir::Team;
use crate::limits;

pub use attachment::{
    AttachmentClass, AttachmentHeader, AttachmentReference, attachment_container, open_attachment_container,
};
pub use call::UrgentCall;
pub use kinds::{
    FullObservation, InspectionCorrection, KindError, ObservationCorrection, OpenContact, OpenInspection,
    OpenObservation, OpenPart, OpenParticipation, PhotoNote, RecordKind, SealedContact, SealedInspection,
    SealedObservation, SealedParticipation,
};
pub use level::{ConfidentialityLevel, LevelError};
pub use person::{Consent, DescribedPerson, Person};
pub use place::{CoordinateSource, Coordinates, ExactPlace};
pub use sealed::{SealedHeader, SealedReference};

/// What an operation does to its entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Action {
    /// The first record of an entity.
    Create,
    /// Replaces what was said before; the earlier operation stays.
    Amend,
    /// Takes back what was said; the earlier operation stays.
    Retract,
}

/// `operation.v1`: what a device signs at *Vastleggen*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Operation {
    /// The municipality.
    pub tenant: TenantId,
    /// The device that signs.
    pub device: DeviceId,
    /// Unique among this device's for ever; the same id never stands for other bytes.
    pub operation: OperationId,
    /// What it does.
    pub action: Action,
    /// The inspection, observation or step it is about, which is this device's own: nobody amends another's.
    pub entity: EntityId,
    /// The inspection an observation belongs to or a step in taking part is about, perhaps another device's.
    pub inspection: Option<EntityReference>,
    /// The vocabulary its codes are from.
    pub vocabulary_version: u32,
    /// When it was signed, by the device's clock.
    #[serde(with = "crate::moment")]
    pub finalised_at: DateTime<Utc>,
    /// Seconds by which the municipality's clock was ahead of the device's when they last met; `null` before that.
    pub clock_offset_seconds: Option<i64>,
    /// When it was seen, by whoever saw it.
    #[serde(with = "crate::moment")]
    pub observed_at: DateTime<Utc>,
    /// What the backend may read.
    pub open: OpenPart,
    /// What it may not.
    pub sealed: SealedReference,
    /// Photos and the like, each sealed.
    pub attachments: Vec<AttachmentReference>,
}

impl Action {
    /// The schema of the batch in which a device sends an operation that does this, where it says no more than the first
    /// schemas can.
    pub const fn schema(self) -> u32 {
        match self {
            Self::Create => batch::SCHEMA,
            Self::Amend | Self::Retract => batch::CORRECTIONS_SCHEMA,
        }
    }
}

impl Payload for Operation {
    const TYPE: &'static str = "application/vnd.baken.operation.v1+json";
}

/// Why an operation is not well formed, though its signature may be.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OperationError {
    /// The sealed part or an attachment has no size or more than allowed.
    #[error("a sealed part or attachment has a size out of bounds")]
    Size,
    /// More attachments, or more codes in a list, than allowed.
    #[error("too many attachments or codes")]
    TooMany,
    /// Sealed to others than the level's team and the recovery key, or under no key directory.
    #[error("the sealed part is not for the level's team and the recovery key")]
    Recipients,
    /// Counts in the open part do not fit the lists, or something is named twice.
    #[error("the open part does not fit the rest of the operation")]
    Inconsistent,
}

impl Operation {
    /// The record's name: its own id, and whose it is.
    pub const fn id(&self) -> RecordId {
        RecordId { device: self.device, operation: self.operation }
    }

    /// The entity's name: its id, and whose it is.
    pub const fn entity(&self) -> EntityReference {
        EntityReference { device: self.device, entity: self.entity }
    }

    /// Checks what the types cannot say.
    pub fn check(&self) -> Result<(), OperationError> {
        let sealed = usize::try_from(self.sealed.size_bytes).map_err(|_| OperationError::Size)?;
        if sealed == 0 || sealed > limits::SEALED_PART_BYTES {
            return Err(OperationError::Size);
        }
        let fits = |attachment: &AttachmentReference| (1..=limits::ATTACHMENT_BYTES).contains(&attachment.size_bytes);
        if !self.attachments.iter().all(fits) {
            return Err(OperationError::Size);
        }
        if self.attachments.len() > limits::OPERATION_ATTACHMENTS {
            return Err(OperationError::TooMany);
        }
        let mut hashes = HashSet::new();
        let distinct = self.attachments.iter().all(|attachment| hashes.insert(attachment.sha256));
        if !distinct || self.inspection == Some(self.entity()) {
            return Err(OperationError::Inconsistent);
        }
        let for_level = |team: &Team| match self.open.level() {
            ConfidentialityLevel::Team => *team == Team::Coordinators,
            ConfidentialityLevel::Care => *team == Team::Care,
            ConfidentialityLevel::Own => matches!(team, Team::Organisation(_)),
        };
        let sealed_to_level = match self.sealed.recipients.as_slice() {
            [team, Team::Recovery] => for_level(team),
            _ => false,
        };
        if !sealed_to_level || self.sealed.epoch == 0 {
            return Err(OperationError::Recipients);
        }
        self.open.check(self)
    }
}
