//! Observations as the console gets them.

use std::collections::BTreeMap;

use baken_protocol::ids::Code;
use baken_protocol::record::{Action, AttachmentClass, ConfidentialityLevel};
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{HandlingCounts, HandlingSummary};
use crate::register::{Author, InboxPage, Observation, Proof};

/// A page of the inbox.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ObservationPage {
    /// The observations, in the order asked for.
    pub items: Vec<ObservationSummary>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many there are with these filters, for this account.
    pub total: u64,
    /// How many fit these filters and were set apart: they are in no other number.
    pub apart: u64,
    /// How many of each urgency there are with these filters, that of urgency left out. The strictest counts.
    pub urgency_counts: BTreeMap<String, u64>,
    /// How many there are with these filters by how they are in hand, that left out.
    pub handling_counts: HandlingCounts,
    /// Whether these numbers are all there are. Beyond ten thousand, what is narrowed by more than level and urgency is
    /// not counted further: each is then the least there are.
    pub counts_are_exact: bool,
}

/// An observation in a list: its open part, who brought it, and when someone must act.
#[derive(Debug, Clone, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ObservationSummary {
    /// The observation, as `DEVICE.ENTITY`.
    pub observation: String,
    /// In a list its latest operation that says something; in a history the one that stands there. As
    /// `DEVICE.OPERATION`.
    pub operation: String,
    /// What that operation does.
    #[schema(value_type = String)]
    #[ts(type = "\"create\" | \"amend\" | \"retract\"")]
    pub action: Action,
    /// Whose observation it is about.
    pub author: Author,
    /// The inspection it belongs to, as `DEVICE.ENTITY`.
    pub inspection: Option<String>,
    /// The device that signed it.
    pub device: Uuid,
    /// That device's name.
    pub device_label: String,
    /// The organisation of whoever carried it.
    pub organisation: String,
    /// When it was seen.
    pub observed_at: DateTime<Utc>,
    /// When it was signed, by the device's clock.
    pub finalised_at: DateTime<Utc>,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// When its device last amended it, by receipt.
    pub amended_at: Option<DateTime<Utc>>,
    /// When its device last took it back, by receipt.
    pub retracted_at: Option<DateTime<Utc>>,
    /// When someone must have acted: the earliest term that any of its operations set.
    pub due_at: Option<DateTime<Utc>>,
    /// The strictest urgency that any of its operations named.
    pub strictest_urgency: String,
    /// Since when it is that urgent, by receipt.
    pub urgent_since: DateTime<Utc>,
    /// The kind of place.
    pub place_kind: String,
    /// The district.
    pub district: Option<String>,
    /// Forms of exploitation.
    pub forms: Vec<String>,
    /// Indicators.
    pub indicators: Vec<String>,
    /// Own observation, statement, document or suspicion.
    pub basis: String,
    /// How soon someone must act, as this operation says.
    pub urgency: String,
    /// What was done on the spot.
    pub actions: Vec<String>,
    /// Who may see it.
    #[schema(value_type = String)]
    pub level: ConfidentialityLevel,
    /// Persons in the sealed part.
    pub person_count: u32,
    /// Attachments in all.
    pub attachment_count: u32,
    /// Of these, not here yet.
    pub attachments_missing: u32,
    /// Set apart: the device had been revoked.
    pub quarantined: bool,
    /// How it is in hand here, with the last act on it.
    pub handling: HandlingSummary,
}

/// An observation with what is needed to unseal and to believe it.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ObservationDetail {
    /// As in the list.
    pub summary: ObservationSummary,
    /// Its attachments.
    pub attachments: Vec<AttachmentSummary>,
    /// Its sealed part, by hash.
    pub sealed: SealedSummary,
    /// Why to believe it.
    pub proof: Proof,
    /// The operation that the list shows for it.
    pub current: String,
    /// Everything its device signed about it that this account may see, the first received first.
    pub history: Vec<ObservationSummary>,
    /// How it is in hand, with the last acts on it.
    pub handling: HandlingSummary,
    /// Records of other devices that name this observation as theirs.
    pub claims: Vec<ObservationSummary>,
}

/// An attachment, by hash.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AttachmentSummary {
    /// SHA-256 of the age file.
    pub sha256: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// What it is.
    #[schema(value_type = String)]
    pub class: AttachmentClass,
    /// Whether the whole file is here.
    pub complete: bool,
}

/// A sealed part, by hash.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SealedSummary {
    /// SHA-256 of the age file.
    pub sha256: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// The teams it is sealed to.
    pub recipients: Vec<String>,
    /// The key directory's epoch.
    pub epoch: u64,
}

impl From<InboxPage> for ObservationPage {
    fn from(page: InboxPage) -> Self {
        let InboxPage { items, next, total, apart, urgency_counts, work_counts, counts_are_exact } = page;
        let next_cursor = next.map(|cursor| cursor.to_text());
        let (items, handling_counts) = (summaries(items), work_counts.into());
        Self { items, next_cursor, total, apart, urgency_counts, handling_counts, counts_are_exact }
    }
}

/// Each in short.
pub fn summaries(observations: Vec<Observation>) -> Vec<ObservationSummary> {
    observations.into_iter().map(ObservationSummary::from).collect()
}

impl From<Observation> for ObservationSummary {
    fn from(Observation { row, signed, open, author, strictest_urgency, standing, handled }: Observation) -> Self {
        let texts = |codes: &[Code]| codes.iter().map(ToString::to_string).collect();
        Self {
            observation: signed.entity().to_string(),
            operation: row.record.to_string(),
            action: signed.action,
            author,
            inspection: signed.inspection.map(|inspection| inspection.to_string()),
            device: row.record.device.0,
            device_label: row.device_label,
            organisation: row.organisation,
            observed_at: signed.observed_at,
            finalised_at: signed.finalised_at,
            received_at: row.received_at,
            amended_at: standing.amended_at,
            retracted_at: standing.retracted_at,
            due_at: standing.due_at,
            strictest_urgency,
            urgent_since: standing.urgent_since,
            place_kind: open.place_kind.to_string(),
            district: open.district.as_ref().map(ToString::to_string),
            forms: texts(&open.forms),
            indicators: texts(&open.indicators),
            basis: open.basis.to_string(),
            urgency: open.urgency.to_string(),
            actions: texts(&open.actions),
            level: open.level,
            person_count: open.person_count,
            attachment_count: open.attachment_count,
            attachments_missing: row.attachments_missing,
            quarantined: row.quarantined,
            handling: handled.into(),
        }
    }
}
