//! `POST /v1/joinings` and `POST /v1/joinings/readings`: somebody who was invited sees what for, and joins. Nobody is signed
//! in for either; the code is what they have. It travels in a body, since an address is written down on its way.
//!
//! The key of whoever joins was made in their browser: its public half comes here, and the other half as a file that their
//! passphrase opens, which never comes here.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::seal::{Recipient, Wrapped, wrapped_how};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::access::Role;
use crate::accounts::{UnfitPassword, fits_as_password, hash_password};
use crate::http::bounds::refusals::refused;
use crate::http::extract::origin::Origin;
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem, ProblemCode};
use crate::http::state::AppState;
use crate::register::{JoinError, join, open_invitation};
use crate::storage::{AuditAction, AuditEntry, AuditObject};

/// Bytes of a wrapped identity, at most: an age file with one line in it has about 460.
const WRAPPED_BYTES: usize = 2048;

/// What somebody was given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinCode {
    code: String,
}

/// What an invitation is for.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InvitedTo {
    /// The login name they will have.
    pub login: String,
    /// The organisation.
    pub organisation: String,
    /// What they will do.
    pub roles: Vec<Role>,
    /// The levels they may see, beside what is for their own organisation.
    #[schema(value_type = Vec<String>)]
    pub levels: Vec<ConfidentialityLevel>,
    /// The municipality's name.
    pub municipality: String,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
}

/// Somebody joins.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Joining {
    code: String,
    // Missing is as good as empty: all is told in `errors`.
    #[serde(default)]
    #[schema(required = true, min_length = 12, max_length = 200)]
    password: String,
    /// The age recipient of the key that their browser made.
    #[serde(default)]
    #[schema(required = true)]
    recipient: String,
    /// The key itself, an armored age file under their passphrase.
    #[serde(default)]
    #[schema(required = true)]
    wrapped_identity: String,
}

/// Somebody joined.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Joined {
    /// Their login name.
    pub login: String,
    /// Whether a member has to let them in before they read; not where none of their roles reads.
    pub waits: bool,
}

/// What an invitation is for. It stays as it is.
#[utoipa::path(post, path = "/v1/joinings/readings", operation_id = "readMemberInvitation", request_body = JoinCode,
    responses(
        (status = 201, description = "It may be used.", body = InvitedTo),
        (status = 400, description = "malformed.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "code-unknown: used, withdrawn, or never there. cross-site.", body = Problem,
         content_type = "application/problem+json"),
        (status = 410, description = "code-expired.", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn read(
    State(state): State<AppState>,
    origin: Origin,
    given: Result<Json<JoinCode>, JsonRejection>,
) -> Result<(StatusCode, Json<InvitedTo>), Problem> {
    let Json(JoinCode { code }) = given.map_err(|it| Problem::of_json(&it, Problem::malformed("the code")))?;
    let invited = with_code(&state, origin, move |state, _| {
        let invited = state.read(|tx| Ok(open_invitation(tx, &code, state.environment.clock.now())?))??;
        let (login, organisation) = (invited.login, invited.organisation.to_string());
        let municipality = state.installation.municipality.clone();
        let (roles, levels, expires_at) = (invited.roles, invited.levels, invited.expires_at);
        Ok(InvitedTo { login, organisation, roles, levels, municipality, expires_at })
    });
    Ok((StatusCode::CREATED, Json(invited.await?)))
}

/// Makes the account. It signs in as any other, and reads nothing until a member lets it in.
#[utoipa::path(post, path = "/v1/joinings", operation_id = "join", request_body = Joining, responses(
    (status = 201, description = "The account is there; the code is worth nothing any more.", body = Joined),
    (status = 400, description = "malformed, or invalid with every wrong field: password is required, out-of-range, too-long \
     or guessable; recipient required or invalid; wrappedIdentity required, too-long or invalid.", body = Problem,
     content_type = "application/problem+json"),
    (status = 403, description = "code-unknown: used, withdrawn, or never there. cross-site.", body = Problem,
     content_type = "application/problem+json"),
    (status = 410, description = "code-expired.", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "unavailable: too many sign in at this moment.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn create(
    State(state): State<AppState>,
    origin: Origin,
    given: Result<Json<Joining>, JsonRejection>,
) -> Result<(StatusCode, Json<Joined>), Problem> {
    let malformed = Problem::malformed("code, password, recipient and wrappedIdentity");
    let Json(joining) = given.map_err(|it| Problem::of_json(&it, malformed))?;
    // A code that is none takes no turn from those who sign in.
    let code = joining.code.clone();
    with_code(&state, origin, move |state, _| {
        Ok(state.read(|tx| Ok(open_invitation(tx, &code, state.environment.clock.now())?))??)
    })
    .await?;
    let turn = state.limits.hashing.take().await;
    let turn = turn.ok_or_else(|| Problem::busy("Too many people sign in at this moment. Try again in a moment."))?;
    let account = with_code(&state, origin, move |state, address| {
        let _turn = turn;
        let now = state.environment.clock.now();
        // A code that is none costs no hash.
        let invited = state.read(|tx| Ok(open_invitation(tx, &joining.code, now)?))??;
        let password = password_problem(&joining.password, &invited.login);
        let own_key = read_own_key(&joining.recipient, &joining.wrapped_identity);
        let recipient = match (password, own_key) {
            (None, Ok(recipient)) => recipient,
            (password, own_key) => {
                return Err(Problem::invalid(
                    password.into_iter().chain(own_key.err().into_iter().flatten()).collect(),
                ));
            }
        };
        let hash = hash_password(&joining.password).map_err(|_| Problem::internal())?;
        let key = (&*hash, &recipient, &*joining.wrapped_identity);
        Ok(state.write(|tx| Ok(join(tx, &joining.code, key, (now, address))?))??)
    });
    let account = account.await?;
    Ok((StatusCode::CREATED, Json(Joined { waits: account.waits(), login: account.login })))
}

/// Does it for whoever has a code; what is refused leaves a line, and counts.
async fn with_code<T: Send + 'static>(
    state: &AppState,
    origin: Origin,
    what: impl FnOnce(&AppState, &str) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    state
        .blocking(move |state| {
            let address = origin.0.to_string();
            let entry = AuditEntry::new("unknown", AuditAction::Join, AuditObject::Invitation, "", &address);
            what(state, &address).map_err(|problem| {
                // What somebody mistyped beside a good code is no guess.
                let is_guess = problem.code != ProblemCode::Invalid;
                if is_guess { refused(state, &state.limits.refused_joinings, origin, &entry, problem) } else { problem }
            })
        })
        .await
}

/// What is wrong with a password that somebody chose.
pub(super) fn password_problem(password: &str, login: &str) -> Option<FieldProblem> {
    let code = match fits_as_password(password, login).err()? {
        UnfitPassword::Missing => FieldProblemCode::Required,
        UnfitPassword::TooShort => FieldProblemCode::OutOfRange,
        UnfitPassword::TooLong => FieldProblemCode::TooLong,
        UnfitPassword::Guessable => FieldProblemCode::Guessable,
    };
    Some(FieldProblem::new("password", code))
}

/// The public half of a member's own key, and all that is wrong with it and with the wrapped one.
pub(super) fn read_own_key(recipient: &str, wrapped: &str) -> Result<Recipient, Vec<FieldProblem>> {
    let read = match recipient {
        "" => Err(FieldProblemCode::Required),
        text => text.parse::<Recipient>().ok().filter(|it| it.to_string() == text).ok_or(FieldProblemCode::Invalid),
    };
    let wrong = match wrapped {
        "" => Some(FieldProblemCode::Required),
        long if long.len() > WRAPPED_BYTES => Some(FieldProblemCode::TooLong),
        text if wrapped_how(text) != Some(Wrapped::UnderPassphrase) => Some(FieldProblemCode::Invalid),
        _ => None,
    };
    let wrong = wrong.map(|code| FieldProblem::new("wrappedIdentity", code));
    match (read, wrong) {
        (Ok(recipient), None) => Ok(recipient),
        (read, wrong) => {
            let read = read.err().map(|code| FieldProblem::new("recipient", code));
            Err(read.into_iter().chain(wrong).collect())
        }
    }
}

impl From<JoinError> for Problem {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::Unknown => {
                let detail = "Nobody gave out this code, or it was used. Ask the administrator for a new invitation.";
                Self::new(StatusCode::FORBIDDEN, ProblemCode::CodeUnknown, detail)
            }
            JoinError::Expired => {
                let detail = "This code's time is over. Ask the administrator for a new invitation.";
                Self::new(StatusCode::GONE, ProblemCode::CodeExpired, detail)
            }
        }
    }
}
