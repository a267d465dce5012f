//! Who takes part in an inspection that several devices do together: by what each of them signed, and by what of theirs is
//! held.
//!
//! Of one device its last step counts, by its own clock: all of them are its own word, and chains may arrive in any
//! order. The organisation shown is the one the device was let in for; one that says otherwise proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use baken_protocol::ids::{EntityReference, TenantId};
use baken_protocol::join_code::has_seen;
use baken_protocol::record::{OpenInspection, OpenPart, OpenParticipation, Operation};
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::storage::{Clearance, StepRecord, StorageError, Transaction};

/// How far what a device recorded has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum ParticipantStanding {
    /// It joined, and neither it nor whoever started is done.
    TakingPart,
    /// It is done, and all it said to have recorded is held.
    Complete,
    /// It is done and less is held than it recorded; or whoever started is done, and it never said that it is.
    Missing,
}

/// Whether a device saw the join code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum CodeSeen {
    /// It started the inspection.
    Started,
    /// Its proof holds.
    Proven,
    /// Its proof does not hold, or it names an organisation that is not its own.
    Unproven,
    /// The record of whoever started is not held yet.
    NotYetKnown,
}

/// A device that takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// The device.
    pub device: Uuid,
    /// Its name.
    pub device_label: String,
    /// Its organisation, by the municipality's word.
    pub organisation: String,
    /// What it does there.
    pub role: String,
    /// When it first joined, by its clock.
    pub joined_at: DateTime<Utc>,
    /// When it said that it is done, by its clock; none where it joined again since.
    pub done_at: Option<DateTime<Utc>>,
    /// Whether it saw the join code.
    pub code_seen: CodeSeen,
    /// How many of its observations the asker may see.
    pub observations: u64,
    /// Whether all of them are here.
    pub standing: ParticipantStanding,
    /// Its last step was set apart.
    pub quarantined: bool,
}

/// Everyone who takes part in an inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participants {
    /// The devices, the first to join first.
    pub devices: Vec<Participant>,
    /// Organisations that were to take part, of which no device has said anything yet.
    pub awaited: Vec<String>,
    /// Observations the asker may see of devices that named the inspection and never joined.
    pub from_others: u64,
}

/// Who takes part, as far as `clearance` allows; none where nobody said so.
pub fn participants(
    tx: &dyn Transaction,
    tenant: &TenantId,
    clearance: &Clearance,
    inspection: EntityReference,
    open: &OpenInspection,
) -> Result<Option<Participants>, StorageError> {
    let steps = tx.steps_in(clearance, inspection)?;
    if steps.is_empty() {
        return Ok(None);
    }
    let steps = steps.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let held = tx.observations_by_device(None, inspection)?.into_iter().collect();
    let seen = tx.observations_by_device(Some(clearance), inspection)?.into_iter().collect();
    Ok(Some(fold(tenant, inspection, open, steps, &Counts { held, seen })))
}

/// Observations of the inspection by device: all that are held, and those the asker may see.
struct Counts {
    held: BTreeMap<Uuid, u64>,
    seen: BTreeMap<Uuid, u64>,
}

struct Step {
    record: StepRecord,
    signed: Operation,
    open: OpenParticipation,
}

fn read(record: StepRecord) -> Result<Step, StorageError> {
    let signed: Operation = record.envelope.peek().map_err(|_| StorageError::Content)?;
    let OpenPart::Participation(open) = signed.open.clone() else { return Err(StorageError::Content) };
    Ok(Step { record, signed, open })
}

fn fold(
    tenant: &TenantId,
    inspection: EntityReference,
    open: &OpenInspection,
    mut steps: Vec<Step>,
    counts: &Counts,
) -> Participants {
    steps.sort_by_key(|step| (step.signed.finalised_at, step.signed.operation));
    let of_starter = |step: &&Step| step.signed.device == inspection.device;
    let keys: Vec<VerifyingKey> = steps.iter().filter(of_starter).filter_map(|step| step.open.join_key).collect();
    let starter_done = steps.iter().rev().find(of_starter).is_some_and(|step| step.open.closed_with.is_some());
    let mut devices: Vec<Participant> = Vec::new();
    for step in &steps {
        let joined_at = devices.iter().find(|known| known.device == step.record.device).map(|known| known.joined_at);
        devices.retain(|known| known.device != step.record.device);
        devices.push(Participant {
            joined_at: joined_at.unwrap_or(step.signed.observed_at),
            ..participant(tenant, inspection, step, &keys, counts, starter_done)
        });
    }
    devices.sort_by_key(|device| (device.joined_at, device.device));
    let heard: BTreeSet<&str> = devices.iter().map(|device| device.organisation.as_str()).collect();
    let named = open.organisations.iter().map(ToString::to_string);
    let awaited = named.filter(|organisation| !heard.contains(organisation.as_str())).collect();
    let joined: BTreeSet<Uuid> = devices.iter().map(|device| device.device).collect();
    let others = counts.seen.iter().filter(|(device, _)| !joined.contains(device) && **device != inspection.device.0);
    Participants { awaited, from_others: others.map(|(_, count)| count).sum(), devices }
}

fn participant(
    tenant: &TenantId,
    inspection: EntityReference,
    Step { record, signed, open }: &Step,
    keys: &[VerifyingKey],
    counts: &Counts,
    starter_done: bool,
) -> Participant {
    let count = |of: &BTreeMap<Uuid, u64>| of.get(&record.device).copied().unwrap_or(0);
    let standing = match open.closed_with {
        Some(recorded) if count(&counts.held) < u64::from(recorded) => ParticipantStanding::Missing,
        Some(_) => ParticipantStanding::Complete,
        None if starter_done => ParticipantStanding::Missing,
        None => ParticipantStanding::TakingPart,
    };
    let proves = |proof| keys.iter().any(|key| has_seen(key, proof, tenant, inspection, signed.device));
    let code_seen = if open.organisation.as_str() != record.organisation {
        CodeSeen::Unproven
    } else if signed.device == inspection.device {
        CodeSeen::Started
    } else if keys.is_empty() {
        CodeSeen::NotYetKnown
    } else if open.proof.as_ref().is_some_and(proves) {
        CodeSeen::Proven
    } else {
        CodeSeen::Unproven
    };
    Participant {
        device: record.device,
        device_label: record.device_label.clone(),
        organisation: record.organisation.clone(),
        role: open.role.to_string(),
        joined_at: signed.observed_at,
        done_at: open.closed_with.map(|_| signed.observed_at),
        code_seen,
        observations: count(&counts.seen),
        standing,
        quarantined: record.quarantined,
    }
}

#[cfg(test)]
mod tests;
