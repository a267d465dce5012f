//! The kinds of record, one file each: its open part, its sealed part, its name and schema, its checks. The list below
//! is the only one: whatever differs by kind follows from it or does not compile until it says what the new kind does.
//!
//! The open part has codes and counts only. No free text, no name, no exact place: a field that could carry a person does
//! not exist there.

mod contact;
mod correction;
mod full;
mod inspection;
mod observation;
mod participation;

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ConfidentialityLevel, Operation, OperationError};
use crate::batch::{CORRECTIONS_SCHEMA, FULL_SCHEMA};
use crate::strict_json::StrictJsonError;

pub use contact::{OpenContact, SealedContact};
pub use correction::{InspectionCorrection, ObservationCorrection};
pub use full::{FullObservation, PhotoNote};
pub use inspection::{OpenInspection, SealedInspection};
pub use observation::{OpenObservation, SealedObservation};
pub use participation::{OpenParticipation, SealedParticipation};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal: $open:ident, $sealed:ident, $correction:ident, $full:ident;)+) => {
        /// What a record is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[ts(export)]
        pub enum RecordKind {
            $($(#[$doc])* #[serde(rename = $name)] $kind,)+
        }

        /// What the backend may read of a record, by kind.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum OpenPart {
            $($(#[$doc])* #[serde(rename = $name)] $kind($open),)+
        }

        impl RecordKind {
            /// Every kind; a record of another is of a later version.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// As it is signed and stored.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name),+
                }
            }

            /// The schema that the header of its sealed part names, in a batch of this one.
            pub const fn schema(self, batch: u32) -> &'static str {
                match self {
                    $(Self::$kind if batch == CORRECTIONS_SCHEMA => $correction::SCHEMA,)+
                    $(Self::$kind if batch == FULL_SCHEMA => $full::SCHEMA,)+
                    $(Self::$kind => $sealed::SCHEMA,)+
                }
            }

            /// Whether `text` is a sealed part of this kind as one stands in a batch of this schema, written in the one
            /// way it can be.
            pub fn check_sealed(self, batch: u32, text: &[u8]) -> Result<(), StrictJsonError> {
                match self {
                    $(Self::$kind if batch == CORRECTIONS_SCHEMA => $correction::parse(text).map(drop),)+
                    $(Self::$kind if batch == FULL_SCHEMA => $full::parse(text).map(drop),)+
                    $(Self::$kind => $sealed::parse(text).map(drop),)+
                }
            }
        }

        impl OpenPart {
            /// What the record is about.
            pub const fn kind(&self) -> RecordKind {
                match self {
                    $(Self::$kind(_) => RecordKind::$kind),+
                }
            }

            /// Who may see it.
            pub const fn level(&self) -> ConfidentialityLevel {
                match self {
                    $(Self::$kind(open) => open.level()),+
                }
            }

            pub(super) fn check(&self, operation: &Operation) -> Result<(), OperationError> {
                match self {
                    $(Self::$kind(open) => open.check(operation)),+
                }
            }
        }
    };
}

kinds! {
    /// A joint inspection.
    Inspection = "inspection": OpenInspection, SealedInspection, InspectionCorrection, SealedInspection;
    /// Something seen, said or suspected.
    Observation = "observation": OpenObservation, SealedObservation, ObservationCorrection, FullObservation;
    /// A step in taking part in an inspection: joining it, or being done. A step is followed by another and never corrected.
    Participation = "participation": OpenParticipation, SealedParticipation, SealedParticipation, SealedParticipation;
    /// A contact moment of an outreach worker.
    Contact = "contact": OpenContact, SealedContact, SealedContact, SealedContact;
}

/// The text is the name of no kind that this version knows.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a kind of record that this version knows")]
pub struct KindError;

impl FromStr for RecordKind {
    type Err = KindError;

    fn from_str(text: &str) -> Result<Self, KindError> {
        Self::ALL.iter().copied().find(|kind| kind.name() == text).ok_or(KindError)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::collections::HashMap;

    use super::*;
    use crate::batch::SCHEMA;

    #[test]
    fn a_kind_is_read_from_its_name_and_from_nothing_else() {
        for kind in RecordKind::ALL.iter().copied() {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        for wrong in ["", "Inspection", "observation ", "seizure"] {
            assert_eq!(wrong.parse::<RecordKind>(), Err(KindError), "{wrong:?}");
        }
    }

    #[test]
    fn no_two_kinds_share_a_schema() {
        let mut owners = HashMap::new();
        for batch in [SCHEMA, CORRECTIONS_SCHEMA, FULL_SCHEMA] {
            for kind in RecordKind::ALL {
                assert_eq!(*owners.entry(kind.schema(batch)).or_insert(kind), kind);
            }
        }
    }
}
