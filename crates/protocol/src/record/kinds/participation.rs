//! Taking part in an inspection: a device joins, and says when it is done and how much it recorded. An organisation and
//! its role, never a person. Each step is a record of its own; of one device the last step counts.

use serde::{Deserialize, Serialize};

use crate::ids::Code;
use crate::record::{ConfidentialityLevel, ExactPlace, Operation, OperationError, SealedHeader};
use crate::signature::{Signature, VerifyingKey};
use crate::strict_json::{self, StrictJsonError};

/// The open part of a step in taking part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenParticipation {
    /// The organisation of whoever carries the device.
    pub organisation: Code,
    /// What it does there.
    pub role: Code,
    /// How many observations of this inspection the device signed, of whatever level, once it is done; `null` when it
    /// joins.
    pub closed_with: Option<u32>,
    /// By whoever started the inspection: the public half of the join secret. Else `null`.
    pub join_key: Option<VerifyingKey>,
    /// By whoever joined: the proof that its device saw the join secret. Else `null`.
    pub proof: Option<Signature>,
}

impl OpenParticipation {
    /// The roles there are words for. Another one is kept all the same.
    pub const ROLES: [&'static str; 4] = ["leiding", "handhaving", "hulpverlening", "ondersteuning"];

    /// Who takes part is for all coordinators.
    #[expect(clippy::unused_self, reason = "every kind answers this, and this one always the same")]
    pub(super) const fn level(&self) -> ConfidentialityLevel {
        ConfidentialityLevel::Team
    }

    /// It is of an inspection; whoever started that names the key, and everyone else has the proof.
    pub(super) fn check(&self, operation: &Operation) -> Result<(), OperationError> {
        let Some(inspection) = operation.inspection else { return Err(OperationError::Inconsistent) };
        let started = inspection.device == operation.device;
        let says_so = self.join_key.is_some() == started && self.proof.is_some() != started;
        if says_so && operation.attachments.is_empty() { Ok(()) } else { Err(OperationError::Inconsistent) }
    }
}

/// The sealed part of a step in taking part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedParticipation {
    /// The record it belongs to.
    pub header: SealedHeader,
    /// Where, as this device was told.
    pub place: ExactPlace,
}

impl SealedParticipation {
    /// The schema name in the header.
    pub const SCHEMA: &'static str = "participation.v1";

    /// Reads what is sealed, if it is written in the one way it can be.
    pub fn parse(text: &[u8]) -> Result<Self, StrictJsonError> {
        strict_json::parse_canonical(text)
    }
}
