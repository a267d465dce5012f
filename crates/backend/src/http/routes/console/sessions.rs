//! `POST` and `DELETE /v1/sessions`, `GET` and `DELETE /v1/sessions/current`: signing in, being signed in, signing out, here or
//! everywhere.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use baken_protocol::digest::Digest;
use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::access::{Permission, Role};
use crate::accounts::password_matches;
use crate::http::attempt::Attempt;
use crate::http::extract::known_browser::{carried, remember};
use crate::http::extract::origin::Origin;
use crate::http::extract::signed_in::{Fresh, SignedIn, cookie, fresh};
use crate::http::problem::{Problem, ProblemCode};
use crate::http::state::AppState;
use crate::register::{Passes, passes_second_factor};
use crate::storage::{Account, AuditAction, AuditEntry, AuditObject, SessionRow};

/// What a person types.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    login: String,
    password: String,
    /// A code of the second factor, where the account has one.
    code: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Session {
    /// The login name.
    pub login: String,
    /// The organisation.
    pub organisation: String,
    /// What the person does.
    pub roles: Vec<Role>,
    /// What that allows; the console shows nothing else.
    pub permissions: Vec<Permission>,
    /// The levels this account may see.
    #[schema(value_type = Vec<String>)]
    pub levels: Vec<ConfidentialityLevel>,
    /// Whether somebody who reads still has to let it in; until then it reads nothing.
    pub waits: bool,
    /// To repeat in `X-CSRF-Token` on changing requests.
    pub csrf_token: String,
    /// The municipality's code.
    pub tenant: String,
    /// The municipality's name.
    pub municipality: String,
    /// The municipality's time zone by its IANA name: a day begins and ends there.
    pub time_zone: String,
    /// The end, however busy it is.
    pub expires_at: DateTime<Utc>,
    /// Where the browser goes once it signed out here, to sign out of the municipality's own sign-in too; null where that was
    /// not used.
    pub sign_out_at: Option<String>,
}

impl Session {
    fn of(state: &AppState, account: Account, row: SessionRow) -> Self {
        let (grant, waits) = (account.grant(), account.waits());
        let permissions = Permission::ALL.into_iter().filter(|it| grant.may(*it)).collect();
        Self {
            permissions,
            waits,
            roles: account.roles,
            login: account.login,
            organisation: account.organisation.to_string(),
            levels: account.levels,
            csrf_token: row.csrf_token,
            tenant: state.installation.tenant.to_string(),
            municipality: state.installation.municipality.clone(),
            time_zone: state.installation.time_zone.to_string(),
            expires_at: row.expires_at,
            sign_out_at: row.sign_out_at,
        }
    }
}

/// Signs in. Wrong login and wrong password are not told apart, and take the same time; only whoever has both hears of a
/// second factor.
#[utoipa::path(post, path = "/v1/sessions", operation_id = "signIn", request_body = Credentials, responses(
    (status = 201, description = "Signed in; the cookie is set.", body = Session),
    (status = 400, description = "malformed.", body = Problem, content_type = "application/problem+json"),
    (status = 401, description = "wrong-credentials. second-factor-required: both are right, and `code` is needed too. \
     wrong-code: both are right, and that is no code of now, or one that counted before.", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "password-not-taken: one signs in by the municipality's own sign-in. cross-site.",
     body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "unavailable: too many sign in at this moment.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn create(
    State(state): State<AppState>,
    origin: Origin,
    jar: CookieJar,
    credentials: Result<Json<Credentials>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let malformed = Problem::new(StatusCode::BAD_REQUEST, ProblemCode::Malformed, "Send login and password as JSON.");
    let Json(credentials) = credentials.map_err(|rejection| Problem::of_json(&rejection, malformed.clone()))?;
    // No text of a database may hold it.
    if credentials.login.contains('\0') {
        return Err(malformed);
    }
    let browser = carried(&state, &jar);
    let attempt = Attempt::of(&state, &credentials.login, browser, origin).await?;
    let turn = attempt.turn(&state).await?;
    let (session, cookies) = state
        .blocking(move |state| {
            // Held here, since the work goes on when whoever asked is gone.
            let _turn = turn;
            sign_in(state, &credentials, browser, &attempt)
        })
        .await?;
    let cookies = cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie.to_string()));
    Ok((StatusCode::CREATED, AppendHeaders(cookies), Json(session)))
}

fn sign_in(
    state: &AppState,
    credentials: &Credentials,
    browser: Option<Digest>,
    attempt: &Attempt,
) -> Result<(Session, Vec<Cookie<'static>>), Problem> {
    let origin = &attempt.origin();
    let (found, provider) = state.read(|tx| Ok((tx.account(&credentials.login)?, tx.provider()?)))?;
    if provider.is_some_and(|provider| provider.only) {
        let detail = "One signs in here by the municipality's own sign-in; a password opens nothing.";
        return Err(Problem::new(StatusCode::FORBIDDEN, ProblemCode::PasswordNotTaken, detail));
    }
    let hash = found.as_ref().map(|(_, hash)| hash.as_str());
    let matches = password_matches(hash, &credentials.password);
    let Some((account, _)) = found.filter(|_| matches) else {
        attempt.failed(state);
        let entry = AuditEntry::new("unknown", AuditAction::SignIn, AuditObject::Session, "", origin);
        state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry.ended("refused"))?))?;
        let detail = "Login or password is not right. Mind capitals; ask the administrator if it goes on.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, ProblemCode::WrongCredentials, detail));
    };
    let_in(
        state,
        Proven { account, sign_out_at: None, asks_code: true, by: BY_PASSWORD },
        credentials.code.as_deref(),
        browser,
        attempt,
    )
}

/// What the line about a session says that was begun with a password: nothing, as ever.
const BY_PASSWORD: &str = "";

/// Somebody who proved to be a member.
pub(super) struct Proven {
    /// Which.
    pub(super) account: Account,
    /// Where they sign out too.
    pub(super) sign_out_at: Option<String>,
    /// Whether a second factor is asked for, where the account has one.
    pub(super) asks_code: bool,
    /// By what it was proved; empty for a password.
    pub(super) by: &'static str,
}

/// Begins a session for whoever proved to be a member, once the second factor is passed too.
pub(super) fn let_in(
    state: &AppState,
    proven: Proven,
    code: Option<&str>,
    browser: Option<Digest>,
    attempt: &Attempt,
) -> Result<(Session, Vec<Cookie<'static>>), Problem> {
    let Proven { account, sign_out_at, asks_code, by } = proven;
    let Fresh { token, row } = fresh(state, &account.login, sign_out_at)?;
    let origin = attempt.origin();
    let entry = AuditEntry::new(&account.login, AuditAction::SignIn, AuditObject::Session, "", &origin);
    let entry = if by.is_empty() { entry } else { entry.with_detail(by) };
    let remembered = state.write(|tx| {
        let code = code.filter(|code| !code.trim().is_empty());
        if code.is_some() && !attempt.may_try_code(state) {
            tx.audit(row.last_seen_at, &entry.ended("too-many-attempts"))?;
            return Ok(Err(Problem::too_many(3600)));
        }
        let passes =
            if asks_code { passes_second_factor(tx, &account.login, code, row.last_seen_at)? } else { Passes::Yes };
        if let Some(refused) = not_passed(passes) {
            // The line is kept, and no session is made.
            tx.audit(row.last_seen_at, &entry.ended(&refused.code.to_string()))?;
            return Ok(Err(refused));
        }
        tx.create_session(Digest::of(token.as_bytes()), &row)?;
        tx.audit(row.last_seen_at, &entry)?;
        remember((state, tx), &account.login, browser, attempt.network()).map(Ok)
    })?;
    let remembered = remembered.inspect_err(|refused| {
        if refused.code == ProblemCode::WrongCode {
            attempt.code_failed(state);
        }
    })?;
    let cookies = [cookie(state, &token)].into_iter().chain(remembered).collect();
    Ok((Session::of(state, account, row), cookies))
}

fn not_passed(passes: Passes) -> Option<Problem> {
    let refused = |code, detail: &str| Some(Problem::new(StatusCode::UNAUTHORIZED, code, detail));
    match passes {
        Passes::Yes => None,
        Passes::CodeAsked => refused(ProblemCode::SecondFactorRequired, "Send the code of the second factor too."),
        Passes::WrongCode => {
            refused(ProblemCode::WrongCode, "That is no code of now. Send the one that the app shows next.")
        }
    }
}

/// Who is signed in.
#[utoipa::path(get, path = "/v1/sessions/current", operation_id = "readSession", responses(
    (status = 200, description = "Signed in.", body = Session),
))]
pub async fn read(State(state): State<AppState>, signed_in: SignedIn) -> Json<Session> {
    Json(Session::of(&state, signed_in.account, signed_in.session))
}

/// Signs out.
#[utoipa::path(delete, path = "/v1/sessions/current", operation_id = "signOut", responses(
    (status = 204, description = "Signed out; the cookie is gone."),
))]
pub async fn end(
    State(state): State<AppState>,
    jar: CookieJar,
    signed_in: SignedIn,
) -> Result<impl IntoResponse, Problem> {
    state
        .blocking(move |state| {
            let (now, entry) =
                (state.environment.clock.now(), signed_in.entry(AuditAction::SignOut, AuditObject::Session, ""));
            state.write(|tx| {
                tx.remove_session(signed_in.token_hash)?;
                Ok(tx.audit(now, &entry)?)
            })
        })
        .await?;
    Ok((StatusCode::NO_CONTENT, jar.add(cookie(&state, ""))))
}

/// Signs out in every browser, this one among them.
#[utoipa::path(delete, path = "/v1/sessions", operation_id = "signOutEverywhere", responses(
    (status = 204, description = "Signed out everywhere; the cookie is gone."),
))]
pub async fn end_all(
    State(state): State<AppState>,
    jar: CookieJar,
    signed_in: SignedIn,
) -> Result<impl IntoResponse, Problem> {
    state
        .blocking(move |state| {
            let login = &signed_in.account.login;
            let entry = signed_in.entry(AuditAction::EndSessions, AuditObject::Account, login);
            state.write(|tx| {
                tx.end_sessions_of(login)?;
                Ok(tx.audit(state.environment.clock.now(), &entry)?)
            })
        })
        .await?;
    Ok((StatusCode::NO_CONTENT, jar.add(cookie(&state, ""))))
}
