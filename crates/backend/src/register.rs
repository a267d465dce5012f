//! What coordinators read: the views of the register, as JSON for the console.
//!
//! Everything about a record is read from its signed bytes; columns only help to find it.

mod alerts;
mod devices;
mod due;
mod enrolment;
mod inspections;
mod invitation;
mod order;
mod proof;
mod query;
mod standing;

use std::collections::BTreeMap;

use baken_protocol::dsse::{DsseEnvelope, Envelope};
use baken_protocol::record::{Action, AttachmentClass, ConfidentialityLevel};
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

pub use alerts::{Alert, AlertCode, AlertRecord};
pub use devices::{Arrivals, DeviceSummary, StoredDevice};
pub use due::Terms;
pub use enrolment::{Applicant, EnrolmentError, EnrolmentOutcome, let_in};
pub use inspections::{InspectionDetail, InspectionListItem, InspectionPage};
pub use invitation::{FreshInvitation, InvalidOrder, InvitationOrder, InviteError, invite};
pub use order::{Order, Place};
pub use proof::{Check, CheckCode, prove};
pub use query::{Apart, ArrivalCursor, Cursor, Filter, InspectionRequest, PageRequest, Sight};
pub use standing::{Standing, Step};

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
}

/// Whose observation an operation is about. An entity is named by the device that signed it first: what another
/// device signs under the same id changes nothing about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Author {
    /// The device's own.
    Itself,
    /// It changes or takes back what another device signed: it does neither.
    AnotherDevice,
    /// It changes or takes back what is not here, or not for this account.
    NotHere,
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
    /// Records of other devices that name this observation as theirs.
    pub claims: Vec<ObservationSummary>,
}

/// One operation of an observation in short, with how the observation stands.
#[derive(Debug, Clone)]
pub struct ObservedRecord {
    /// The operation that was asked for.
    pub summary: ObservationSummary,
    /// The operation that the list shows for it.
    pub current: String,
    /// Everything its device signed about it.
    pub history: Vec<ObservationSummary>,
    /// Records of other devices under the same id.
    pub claims: Vec<ObservationSummary>,
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

/// Why to believe a record, from its stored bytes, checked when asked.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Proof {
    /// The record's hash.
    pub operation_hash: String,
    /// Who signed.
    pub signed_by: Signer,
    /// When, by the device's clock.
    pub finalised_at: DateTime<Utc>,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// The place in the log as people count: the leaf index plus one.
    pub receipt_number: u64,
    /// The name of the log.
    pub log_origin: String,
    /// The chain it came in.
    pub chain: Uuid,
    /// The batch's place in it.
    pub seq: u64,
    /// The batch's hash.
    pub batch_hash: String,
    /// The fingerprint of the key that signed the receipt.
    pub receipt_key_fingerprint: String,
    /// The whole chain.
    pub chain_state: ChainState,
    /// Every check with its outcome.
    pub checks: Vec<Check>,
    /// Set apart: the device had been revoked.
    pub quarantined: bool,
    /// Seconds by which the municipality's clock was ahead of the device's (negative: behind) when they last met before
    /// the record was signed, as the device signed it. None where they had not met.
    pub clock_offset_seconds: Option<i64>,
    /// Seconds by which something the device signed is dated after its receipt: its clock was at least so far ahead.
    /// Zero where nothing is. How long before its receipt something is dated tells nothing of a clock: it may have
    /// waited for a network.
    pub dated_ahead_seconds: i64,
}

/// The device that signed.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Signer {
    /// Its id.
    pub device: Uuid,
    /// Its name.
    pub label: String,
    /// The organisation of whoever carried it.
    pub organisation: String,
    /// SHA-256 of its public key.
    pub key_fingerprint: String,
    /// When it was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// How whole a chain is.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChainState {
    /// Batches held.
    pub batches: u64,
    /// The last place.
    pub last_seq: u64,
    /// Places that are missing.
    pub gaps: Vec<u64>,
    /// Whether a fork has frozen it.
    pub frozen: bool,
}

/// Everything to check a record without believing the backend.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Evidence {
    /// The record as signed.
    #[schema(value_type = Object)]
    pub operation: DsseEnvelope,
    /// The batch that lists it.
    #[schema(value_type = Object)]
    pub batch: DsseEnvelope,
    /// The backend's receipt for that batch.
    #[schema(value_type = Object)]
    pub receipt: DsseEnvelope,
    /// The device's enrolment.
    #[schema(value_type = Object)]
    pub enrolment: DsseEnvelope,
    /// The device's certificate, signed by the receipt key.
    #[schema(value_type = Object)]
    pub certificate: DsseEnvelope,
    /// The receipts of the attachments that are held.
    #[schema(value_type = Vec<Object>)]
    pub attachment_receipts: Vec<DsseEnvelope>,
    /// The key directory it was sealed under, and the newest, which names every receipt key; one where they are the
    /// same.
    #[schema(value_type = Vec<Object>)]
    pub key_directories: Vec<DsseEnvelope>,
    /// Base64 of 32 raw bytes.
    pub device_public_key: String,
    /// Base64 of 32 raw bytes.
    pub root_public_key: String,
}

/// An invitation that is still open.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InvitationSummary {
    /// Its id.
    pub id: Uuid,
    /// The name the device will have.
    pub label: String,
    /// The organisation of whoever will carry it.
    pub organisation: String,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
}

/// A stored record with every signed message around it, for proof, evidence and dossier.
#[derive(Debug, Clone)]
pub struct StoredRecord {
    /// The entity it is about.
    pub entity: Uuid,
    /// The operation as signed.
    pub operation: Envelope,
    /// Its sealed part.
    pub sealed: Vec<u8>,
    /// The batch that lists it.
    pub batch: Envelope,
    /// The receipt for that batch.
    pub receipt: Envelope,
    /// The device's enrolment.
    pub enrolment: Envelope,
    /// The device's certificate.
    pub certificate: Envelope,
    /// The key directory it was sealed under, and the newest; one where they are the same.
    pub key_directories: Vec<Envelope>,
    /// The device.
    pub signer: StoredDevice,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// Set apart.
    pub quarantined: bool,
    /// Places of its chain that are held.
    pub chain_seqs: Vec<u64>,
    /// Whether its chain is frozen.
    pub chain_frozen: bool,
    /// The receipts of its attachments that are complete.
    pub attachment_receipts: Vec<Envelope>,
}
