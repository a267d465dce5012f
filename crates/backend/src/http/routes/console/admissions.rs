//! `GET /v1/admissions` and `PUT /v1/admissions/{login}`: who waits to be let in or for a team's key, and letting them in.
//! The asker's browser seals the keys; they are not to be opened here.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::seal::{KeyFingerprint, Wrapped, wrapped_how};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::member_key::TeamKeyShare;
use crate::access::{Permission, Role};
use crate::http::extract::allowed::{Allowed, ReadSealed, Unattended};
use crate::http::extract::named::{LoginName, Named};
use crate::http::extract::origin::Origin;
use crate::http::password_again::{pass_code, required, with_password};
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem, ProblemCode};
use crate::http::state::AppState;
use crate::register::{AdmissionError, HandedKey, KeyName, Waiting, admit, waiting};
use crate::storage::{AuditAction, AuditObject};

/// Team keys in one request, at most: as many as fit into a document. Whoever has more to give asks again (the console gives
/// fifty at a time).
const MOST_KEYS: usize = 60;
/// Bytes of a sealed key, at most: an age file with one line in it has about 460.
const SEALED_BYTES: usize = 2048;

/// Everybody who waits for something.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Admissions {
    /// By login.
    pub waiting: Vec<Admission>,
}

/// Somebody who joined and was not let in, or who lacks a team's key.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Admission {
    /// The login name.
    pub login: String,
    /// The organisation.
    pub organisation: String,
    /// What they do.
    pub roles: Vec<Role>,
    /// The levels they may see, beside what is for their own organisation.
    #[schema(value_type = Vec<String>)]
    pub levels: Vec<ConfidentialityLevel>,
    /// The age recipient of their own key: to be compared with what they read out.
    pub recipient: String,
    /// Whether they were let in; if so they lack a key, and read what is open.
    pub admitted: bool,
    /// Whether the asker sees as much as they are to see, and so may let them in.
    pub may_be_admitted: bool,
    /// The keys that they lack and the asker has.
    pub lacks: Vec<LackedKey>,
    /// Teams whose key they lack and the asker too: `team`, `zorg` or `eigen:ORGANISATION`.
    pub lacks_elsewhere: Vec<String>,
}

/// A team's key that somebody lacks.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LackedKey {
    /// `team`, `zorg` or `eigen:ORGANISATION`.
    pub team: String,
    /// The key directory's epoch.
    pub epoch: u64,
    /// The team's age recipient.
    pub recipient: String,
}

/// The keys that somebody is given.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GivenKeys {
    // Missing is as good as empty: all is told in `errors`.
    #[serde(default)]
    #[schema(required = true)]
    password: String,
    /// A code of the second factor, where the asker has one.
    code: Option<String>,
    /// The recipient that they were sealed to, as it was compared.
    recipient: String,
    /// None, where there is nothing to give.
    team_keys: Vec<TeamKeyShare>,
}

/// When somebody was let in.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Admitted {
    /// Now.
    pub at: DateTime<Utc>,
    /// How many keys were given.
    pub keys: u32,
}

/// Who waits, as the asker sees it. A page asks by itself, so that it shows who waits on the line; nothing of a record is in it.
#[utoipa::path(get, path = "/v1/admissions", operation_id = "listAdmissions", responses(
    (status = 200, description = "Members who joined and were not let in, and those who lack a key.", body = Admissions),
))]
pub async fn list(
    State(state): State<AppState>,
    Unattended(signed_in, _): Unattended<ReadSealed>,
) -> Result<Json<Admissions>, Problem> {
    let waiting = state.blocking(move |state| state.read(|tx| Ok(waiting(tx, &signed_in.account)?))).await?;
    Ok(Json(Admissions { waiting: waiting.into_iter().map(Admission::from).collect() }))
}

/// Lets somebody in, or gives them the keys that they lack.
#[utoipa::path(put, path = "/v1/admissions/{login}", operation_id = "admitMember", request_body = GivenKeys, responses(
    (status = 200, description = "From their next request on they read what their roles and levels allow.", body = Admitted),
    (status = 400, description = "malformed, or invalid: password is required, or invalid for another one; code required or \
     invalid; teamKeys is out-of-range, unknown for a key that the asker has not or \
     that they may not have or lack no more, or invalid where one is no age file to a key.", body = Problem,
     content_type = "application/problem+json"),
    (status = 404, description = "Nobody waits under this login.", body = Problem,
     content_type = "application/problem+json"),
    (status = 409, description = "changed-meanwhile: they have another key of their own since. beyond-yours: they are to see \
     more than the asker sees.", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "unavailable: too many sign in at this moment.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn admit_member(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadSealed>,
    Named(LoginName { login }): Named<LoginName>,
    origin: Origin,
    jar: CookieJar,
    given: Result<Json<GivenKeys>, JsonRejection>,
) -> Result<Json<Admitted>, Problem> {
    let malformed = Problem::malformed("password, recipient and teamKeys");
    let Json(given) = given.map_err(|it| Problem::of_json(&it, malformed))?;
    let GivenKeys { password, code, recipient, team_keys } = given;
    required(&[("password", &password)])?;
    let keys = read_keys(team_keys)?;
    let action = AuditAction::Admit;
    let admitted = with_password(&state, (signed_in, origin, jar), action, password, move |state, signed_in| {
        let now = state.environment.clock.now();
        let names: Vec<String> = keys.iter().map(|key| format!("{}@{}", key.name.team, key.name.epoch)).collect();
        let fingerprint = recipient.parse().map(|it| KeyFingerprint::of(&it).to_string()).unwrap_or_default();
        let detail = format!("{fingerprint} {}", names.join(","));
        let entry = signed_in.entry(action, AuditObject::Account, &login);
        state.write(|tx| {
            pass_code(state, tx, &signed_in.account.login, code.as_deref())?;
            let colleague = signed_in.still(tx, Permission::ReadSealed)?;
            match admit(tx, &colleague, (&login, &recipient), &keys, now) {
                Ok(count) => {
                    tx.audit(now, &entry.with_detail(detail.trim()))?;
                    Ok(Ok(Admitted { at: now, keys: u32::try_from(count).unwrap_or(u32::MAX) }))
                }
                Err(AdmissionError::Storage(error)) => Err(error.into()),
                Err(refused) => {
                    // Somebody who tries keys on others is worth a line.
                    let refused = Problem::from(refused);
                    tx.audit(now, &entry.with_detail(&fingerprint).ended(&refused.code.to_string()))?;
                    Ok(Err(refused))
                }
            }
        })
    });
    admitted.await?.map(Json)
}

fn read_keys(given: Vec<TeamKeyShare>) -> Result<Vec<HandedKey>, Problem> {
    let refused = |code| Err(Problem::invalid(vec![FieldProblem::new("teamKeys", code)]));
    if given.len() > MOST_KEYS {
        return refused(FieldProblemCode::OutOfRange);
    }
    let sealed =
        |key: &TeamKeyShare| key.sealed.len() <= SEALED_BYTES && wrapped_how(&key.sealed) == Some(Wrapped::ToKeys);
    if !given.iter().all(sealed) {
        return refused(FieldProblemCode::Invalid);
    }
    let read = |TeamKeyShare { team, epoch, recipient, sealed }| HandedKey {
        name: KeyName { team, epoch, recipient },
        sealed,
    };
    Ok(given.into_iter().map(read).collect())
}

impl From<Waiting> for Admission {
    fn from(waiting: Waiting) -> Self {
        let Waiting { account, may_be_admitted, lacks, lacks_elsewhere } = waiting;
        let lacked = |KeyName { team, epoch, recipient }| LackedKey { team, epoch, recipient };
        Self {
            login: account.login,
            organisation: account.organisation.to_string(),
            roles: account.roles,
            levels: account.levels,
            recipient: account.recipient,
            admitted: account.admitted,
            may_be_admitted,
            lacks: lacks.into_iter().map(lacked).collect(),
            lacks_elsewhere,
        }
    }
}

impl From<AdmissionError> for Problem {
    fn from(error: AdmissionError) -> Self {
        let conflict = |code, detail: &str| Self::new(StatusCode::CONFLICT, code, detail);
        match error {
            AdmissionError::NotWaiting => Self::not_found(),
            AdmissionError::OtherRecipient => conflict(
                ProblemCode::ChangedMeanwhile,
                "They have another key since. Read it again and compare it anew.",
            ),
            AdmissionError::BeyondYours => conflict(
                ProblemCode::BeyondYours,
                "They are to see more than you do. Somebody who sees as much lets them in.",
            ),
            AdmissionError::NotToBeGiven => {
                Self::invalid(vec![FieldProblem::new("teamKeys", FieldProblemCode::Unknown)])
            }
            AdmissionError::Storage(error) => error.into(),
        }
    }
}
