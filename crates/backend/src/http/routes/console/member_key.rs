//! `GET /v1/member-key`: the member's own key, wrapped, and the team keys sealed to it.
//! Both are opened in the browser; nothing here can.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::http::extract::signed_in::SignedIn;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::AuditObject;

/// A member's keys, all of them locked.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MemberKey {
    /// The login name.
    pub login: String,
    /// The member's age recipient.
    pub recipient: String,
    /// Armored age file under the member's passphrase; inside is one `AGE-SECRET-KEY-1…` line.
    pub wrapped_identity: String,
    /// The team keys.
    pub team_keys: Vec<TeamKeyShare>,
}

/// A team's key, sealed to the member.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamKeyShare {
    /// `team`, `zorg` or `eigen:ORGANISATION`.
    pub team: String,
    /// The key directory's epoch.
    pub epoch: u64,
    /// The team's age recipient.
    pub recipient: String,
    /// Armored age file to the member; inside is one `AGE-SECRET-KEY-1…` line.
    pub sealed: String,
}

/// The signed-in member's keys.
#[utoipa::path(get, path = "/v1/member-key", operation_id = "readMemberKey", responses(
    (status = 200, description = "Locked keys.", body = MemberKey),
))]
pub async fn read(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<MemberKey>, Problem> {
    let key = state
        .blocking(move |state| {
            let mut keys = state.read(|tx| Ok(tx.team_keys(&signed_in.account.login)?))?;
            // A role that was taken away takes its keys along, as far as they are not in a browser yet.
            keys.retain(|key| signed_in.account.grant().may_have(&key.team));
            signed_in.account_for_reading(state, AuditObject::MemberKey, "", true)?;
            let share = |key: crate::storage::TeamKey| TeamKeyShare {
                team: key.team.to_string(),
                epoch: key.epoch,
                recipient: key.recipient,
                sealed: key.sealed,
            };
            Ok(MemberKey {
                login: signed_in.account.login,
                recipient: signed_in.account.recipient,
                wrapped_identity: signed_in.account.wrapped_identity,
                team_keys: keys.into_iter().map(share).collect(),
            })
        })
        .await?;
    Ok(Json(key))
}
