//! `GET` and `PUT /v1/member-key`: the member's own key, wrapped, and the team keys sealed to it; the same key under another
//! passphrase, or another key. All of it is opened and made in the browser; nothing here can.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, StatusCode};
use axum::response::AppendHeaders;
use axum_extra::extract::CookieJar;
use baken_protocol::dsse::Envelope;
use baken_protocol::keydir::{KeyDirectory, Team};
use baken_protocol::seal::KeyFingerprint;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::joinings::read_own_key;
use crate::http::extract::origin::Origin;
use crate::http::extract::signed_in::SignedIn;
use crate::http::password_again::{pass_code, required, with_password};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::{AuditAction, AuditObject};

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
    /// The age recipient of the municipality's recovery key, which every record is sealed to as well.
    pub recovery: String,
}

/// A team's key, sealed to the member.
#[derive(Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
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

/// The key that the member is to have from now on.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMemberKey {
    // Missing is as good as empty: all is told in `errors`.
    #[serde(default)]
    #[schema(required = true)]
    password: String,
    /// A code of the second factor, where the account has one.
    code: Option<String>,
    /// The age recipient: the one there is, where only the passphrase changes.
    #[serde(default)]
    #[schema(required = true)]
    recipient: String,
    /// An armored age file under the member's passphrase.
    #[serde(default)]
    #[schema(required = true)]
    wrapped_identity: String,
}

/// The signed-in member's keys.
#[utoipa::path(get, path = "/v1/member-key", operation_id = "readMemberKey", responses(
    (status = 200, description = "Locked keys.", body = MemberKey),
))]
pub async fn read(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<MemberKey>, Problem> {
    let key = state
        .blocking(move |state| {
            let (mut keys, directory) =
                state.read(|tx| Ok((tx.team_keys(&signed_in.account.login)?, tx.key_directory()?)))?;
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
                recovery: recovery_of(&directory).ok_or_else(Problem::internal)?,
            })
        })
        .await?;
    Ok(Json(key))
}

/// Whom the newest directory names as the recovery key.
fn recovery_of(directory: &[u8]) -> Option<String> {
    let newest = Envelope::from_json(directory).ok()?.peek::<KeyDirectory>().ok()?;
    newest.recipients.iter().find(|team| team.name == Team::Recovery).map(|team| team.recipient.to_string())
}

/// Another passphrase, where the recipient stays; or another key, to which no team key is sealed yet: a colleague gives them
/// anew. Every other browser of the member is signed out then.
#[utoipa::path(put, path = "/v1/member-key", operation_id = "replaceMemberKey", request_body = NewMemberKey, responses(
    (status = 204, description = "It holds from now on."),
    (status = 400, description = "malformed, or invalid with every wrong field: password is required, or invalid for another \
     one; code required or invalid; recipient required or invalid; wrappedIdentity required, too-long or invalid.",
     body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "unavailable: too many sign in at this moment.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn replace(
    State(state): State<AppState>,
    signed_in: SignedIn,
    origin: Origin,
    jar: CookieJar,
    given: Result<Json<NewMemberKey>, JsonRejection>,
) -> Result<(StatusCode, AppendHeaders<[(HeaderName, String); 1]>), Problem> {
    let malformed = Problem::malformed("password, recipient and wrappedIdentity");
    let Json(given) = given.map_err(|it| Problem::of_json(&it, malformed))?;
    let NewMemberKey { password, code, recipient, wrapped_identity } = given;
    required(&[("password", &password)])?;
    let recipient = read_own_key(&recipient, &wrapped_identity).map_err(Problem::invalid)?;
    let fingerprint = KeyFingerprint::of(&recipient).to_string();
    let recipient = recipient.to_string();
    let is_other = recipient != signed_in.account.recipient;
    let action = if is_other { AuditAction::ChangeMemberKey } else { AuditAction::ChangePassphrase };
    let cookie = with_password(&state, (signed_in, origin, jar), action, password, move |state, signed_in| {
        let login = &signed_in.account.login;
        state.write(|tx| {
            pass_code(state, tx, login, code.as_deref())?;
            // Whoever changed it while this one waited for its turn has ended the session that this one was asked in.
            let cookie = signed_in.begin_anew(state, tx)?;
            tx.replace_member_key(login, &recipient, &wrapped_identity)?;
            if is_other {
                tx.take_team_keys(login)?;
            }
            let entry = signed_in.entry(action, AuditObject::Account, login);
            tx.audit(state.environment.clock.now(), &entry.with_detail(&fingerprint))?;
            Ok(cookie)
        })
    })
    .await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, cookie.to_string())])))
}
