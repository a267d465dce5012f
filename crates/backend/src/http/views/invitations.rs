//! Invitations that can still be used, as the console gets them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::storage::OpenInvitation;

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

impl From<OpenInvitation> for InvitationSummary {
    fn from(OpenInvitation { id, label, organisation, expires_at }: OpenInvitation) -> Self {
        Self { id, label, organisation, expires_at }
    }
}
