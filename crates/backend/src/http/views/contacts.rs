//! Contact moments as the console gets them: in a list, and one with its proof.

use baken_protocol::record::{Action, ConfidentialityLevel};
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use super::SealedSummary;
use crate::register::{Contact, ContactsPage, Proof};

/// A page of contact moments.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ContactPage {
    /// The contact moments, the last received first.
    pub items: Vec<ContactListItem>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// A contact moment in a list.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ContactListItem {
    /// The contact moment, as `DEVICE.ENTITY`.
    pub contact: String,
    /// Its latest record, as `DEVICE.OPERATION`.
    pub operation: String,
    /// The device that signed it.
    pub device: Uuid,
    /// That device's name.
    pub device_label: String,
    /// The organisation of whoever carried it.
    pub organisation: String,
    /// When they met.
    pub met_at: DateTime<Utc>,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// When it goes on.
    pub follow_up: String,
    /// Who may see it.
    #[schema(value_type = String)]
    #[ts(type = "\"team\" | \"zorg\" | \"eigen\"")]
    pub level: ConfidentialityLevel,
    /// When its device last amended it, by receipt.
    pub amended_at: Option<DateTime<Utc>>,
    /// When its device last took it back, by receipt.
    pub retracted_at: Option<DateTime<Utc>>,
    /// Set apart: the device had been revoked.
    pub quarantined: bool,
}

/// One record of a contact moment, and what is needed to unseal and to believe it.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ContactDetail {
    /// The contact moment, as `DEVICE.ENTITY`.
    pub contact: String,
    /// Its record, as `DEVICE.OPERATION`.
    pub operation: String,
    /// What that record does.
    #[schema(value_type = String)]
    #[ts(type = "\"create\" | \"amend\" | \"retract\"")]
    pub action: Action,
    /// The inspection it belongs to, as `DEVICE.ENTITY`.
    pub inspection: Option<String>,
    /// The device that signed it.
    pub device: Uuid,
    /// That device's name.
    pub device_label: String,
    /// The organisation of whoever carried it.
    pub organisation: String,
    /// When they met.
    pub met_at: DateTime<Utc>,
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// When it goes on.
    pub follow_up: String,
    /// Who may see it.
    #[schema(value_type = String)]
    #[ts(type = "\"team\" | \"zorg\" | \"eigen\"")]
    pub level: ConfidentialityLevel,
    /// Its sealed part, by hash.
    pub sealed: SealedSummary,
    /// Why to believe it.
    pub proof: Proof,
}

impl From<ContactsPage> for ContactPage {
    fn from(page: ContactsPage) -> Self {
        let next_cursor = page.next.map(|cursor| cursor.to_text());
        Self { items: page.items.into_iter().map(ContactListItem::from).collect(), next_cursor }
    }
}

impl From<Contact> for ContactListItem {
    fn from(Contact { row, signed, open }: Contact) -> Self {
        Self {
            contact: signed.entity().to_string(),
            operation: signed.id().to_string(),
            device: row.device,
            device_label: row.device_label,
            organisation: row.organisation,
            met_at: signed.observed_at,
            received_at: row.received_at,
            follow_up: open.follow_up.to_string(),
            level: open.level,
            amended_at: row.amended_at,
            retracted_at: row.retracted_at,
            quarantined: row.quarantined,
        }
    }
}
