//! Inspections as the console gets them: in a list, so that one without observations is found too, and one with its proof
//! and the observations made in it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ObservationSummary, SealedSummary};
use crate::register::{CodeSeen, Inspection, InspectionsPage, Participant, ParticipantStanding, Participants, Proof};

/// A page of inspections.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectionPage {
    /// The inspections, the last received first.
    pub items: Vec<InspectionListItem>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// An inspection in a list.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectionListItem {
    /// The inspection, as `DEVICE.ENTITY`.
    pub inspection: String,
    /// Its latest record, as `DEVICE.OPERATION`.
    pub operation: String,
    /// The device that signed it.
    pub device: Uuid,
    /// That device's name.
    pub device_label: String,
    /// The organisation of whoever carried it.
    pub organisation: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// The kind of place.
    pub place_kind: String,
    /// The district.
    pub district: Option<String>,
    /// The organisations that took part.
    pub organisations: Vec<String>,
    /// The legal ground for entering.
    pub ground: String,
    /// How many of its observations this account may see. What was set apart is not counted.
    pub observation_count: u64,
    /// When its device last amended it, by receipt.
    pub amended_at: Option<DateTime<Utc>>,
    /// When its device last took it back, by receipt.
    pub retracted_at: Option<DateTime<Utc>>,
    /// Set apart: the device had been revoked.
    pub quarantined: bool,
}

/// An inspection with its observations, and what is needed to unseal and to believe it.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectionDetail {
    /// The inspection, as `DEVICE.ENTITY`.
    pub inspection: String,
    /// Its record, as `DEVICE.OPERATION`.
    pub operation: String,
    /// The device that signed it.
    pub device: Uuid,
    /// That device's name.
    pub device_label: String,
    /// The organisation of whoever carried it.
    pub organisation: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// The kind of place.
    pub place_kind: String,
    /// The district.
    pub district: Option<String>,
    /// The organisations that took part.
    pub organisations: Vec<String>,
    /// The legal ground for entering.
    pub ground: String,
    /// Its sealed part, by hash.
    pub sealed: SealedSummary,
    /// Why to believe it.
    pub proof: Proof,
    /// Its observations this account may see, also those that were set apart.
    pub observations: Vec<ObservationSummary>,
    /// Who takes part, where several devices do it together and this account may see so.
    pub participation: Option<Participation>,
}

/// Who takes part in an inspection that several devices do together.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Participation {
    /// The devices, the first to join first.
    pub participants: Vec<ParticipantSummary>,
    /// Organisations that were to take part, of which no device has said anything yet.
    pub awaited: Vec<String>,
    /// Observations this account may see of devices that named the inspection and never joined.
    pub from_others: u64,
}

/// A device that takes part: an organisation and its role.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ParticipantSummary {
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
    /// When it said that it is done, by its clock.
    pub done_at: Option<DateTime<Utc>>,
    /// Whether it saw the join code.
    pub code_seen: CodeSeen,
    /// How many of its observations this account may see.
    pub observation_count: u64,
    /// Whether all of them are held.
    pub standing: ParticipantStanding,
    /// Set apart: the device had been revoked.
    pub quarantined: bool,
}

impl From<Participants> for Participation {
    fn from(Participants { devices, awaited, from_others }: Participants) -> Self {
        Self { participants: devices.into_iter().map(ParticipantSummary::from).collect(), awaited, from_others }
    }
}

impl From<Participant> for ParticipantSummary {
    fn from(participant: Participant) -> Self {
        Self {
            device: participant.device,
            device_label: participant.device_label,
            organisation: participant.organisation,
            role: participant.role,
            joined_at: participant.joined_at,
            done_at: participant.done_at,
            code_seen: participant.code_seen,
            observation_count: participant.observations,
            standing: participant.standing,
            quarantined: participant.quarantined,
        }
    }
}

impl From<InspectionsPage> for InspectionPage {
    fn from(page: InspectionsPage) -> Self {
        let next_cursor = page.next.map(|cursor| cursor.to_text());
        Self { items: page.items.into_iter().map(InspectionListItem::from).collect(), next_cursor }
    }
}

impl From<Inspection> for InspectionListItem {
    fn from(Inspection { row, signed, open, observations }: Inspection) -> Self {
        Self {
            inspection: signed.entity().to_string(),
            operation: signed.id().to_string(),
            device: row.device,
            device_label: row.device_label,
            organisation: row.organisation,
            started_at: signed.observed_at,
            received_at: row.received_at,
            place_kind: open.place_kind.to_string(),
            district: open.district.map(String::from),
            organisations: open.organisations.into_iter().map(String::from).collect(),
            ground: open.ground.to_string(),
            observation_count: observations,
            amended_at: row.amended_at,
            retracted_at: row.retracted_at,
            quarantined: row.quarantined,
        }
    }
}
