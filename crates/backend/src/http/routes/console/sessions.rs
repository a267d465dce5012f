//! `POST /v1/sessions`, `GET` and `DELETE /v1/sessions/current`: signing in, being signed in, signing out.

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
use crate::http::extract::known_browser::{acquaintance, carried, remember};
use crate::http::extract::origin::{Network, Origin};
use crate::http::extract::signed_in::{Fresh, SignedIn, cookie, fresh};
use crate::http::problem::{Problem, ProblemCode};
use crate::http::state::AppState;
use crate::storage::{Account, Acquaintance, AuditAction, AuditEntry, AuditObject, SessionRow};

/// Characters of a login that attempts are counted by.
const LOGIN_CHARS: usize = 64;

/// What a person types.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    login: String,
    password: String,
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
}

impl Session {
    fn of(state: &AppState, account: Account, row: SessionRow) -> Self {
        let grant = account.grant();
        let permissions = Permission::ALL.into_iter().filter(|it| grant.may(*it)).collect();
        Self {
            permissions,
            roles: account.roles,
            login: account.login,
            organisation: account.organisation.to_string(),
            levels: account.levels,
            csrf_token: row.csrf_token,
            tenant: state.installation.tenant.to_string(),
            municipality: state.installation.municipality.clone(),
            time_zone: state.installation.time_zone.to_string(),
            expires_at: row.expires_at,
        }
    }
}

/// Signs in. Wrong login and wrong password are not told apart, and take the same time.
#[utoipa::path(post, path = "/v1/sessions", operation_id = "signIn", request_body = Credentials, responses(
    (status = 201, description = "Signed in; the cookie is set.", body = Session),
    (status = 400, description = "malformed.", body = Problem, content_type = "application/problem+json"),
    (status = 401, description = "wrong-credentials.", body = Problem, content_type = "application/problem+json"),
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
    attempt.admit(&state).await?;
    let turns = match attempt.known {
        Acquaintance::Stranger => &state.limits.hashing,
        Acquaintance::Browser(_) | Acquaintance::Network => &state.limits.hashing_for_known,
    };
    let turn = turns.take().await;
    let turn = turn.ok_or_else(|| Problem::busy("Too many people sign in at this moment. Try again in a moment."))?;
    // Those who failed while this one waited count as well.
    attempt.admit(&state).await?;
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

/// Somebody tries to sign in.
struct Attempt {
    login: String,
    origin: Origin,
    network: Network,
    known: Acquaintance,
}

impl Attempt {
    async fn of(state: &AppState, login: &str, browser: Option<Digest>, origin: Origin) -> Result<Self, Problem> {
        let login: String = login.chars().take(LOGIN_CHARS).collect();
        let network = origin.network();
        let asked = login.clone();
        let known = state.blocking(move |state| acquaintance(state, &asked, browser, network)).await?;
        Ok(Self { login, origin, network, known })
    }

    /// Whether enough went well, for as far as whoever tries is known. A guesser spends the budget of strangers to
    /// this account here: not that of colleagues, nor that of whoever signed in with this browser before.
    async fn admit(&self, state: &AppState) -> Result<(), Problem> {
        let limits = &state.limits;
        let here = (self.login.clone(), self.network);
        let (mine, everywhere) = match self.known {
            Acquaintance::Browser(browser) => (limits.failed_by_browser.is_left(&browser), true),
            Acquaintance::Network => (limits.failed_by_login_and_network.is_left(&here), true),
            Acquaintance::Stranger => (
                limits.failed_by_login_and_network.is_left(&here) && limits.failed_by_network.is_left(&self.network),
                limits.failed_by_login.is_left(&self.login),
            ),
        };
        if mine && everywhere {
            return Ok(());
        }
        if mine && limits.lines_by_login.allow(&self.login) {
            let (login, origin) = (self.login.clone(), self.origin.0.to_string());
            state.blocking(move |state| note_guessing(state, &login, &origin)).await?;
        }
        Err(Problem::too_many(60))
    }

    fn failed(&self, state: &AppState) {
        let limits = &state.limits;
        match self.known {
            Acquaintance::Browser(browser) => {
                limits.failed_by_browser.allow(&browser);
            }
            Acquaintance::Network => {
                limits.failed_by_login_and_network.allow(&(self.login.clone(), self.network));
            }
            Acquaintance::Stranger => {
                limits.failed_by_login_and_network.allow(&(self.login.clone(), self.network));
                limits.failed_by_network.allow(&self.network);
                limits.failed_by_login.allow(&self.login);
            }
        }
    }
}

/// Writes down that an account is being guessed at from many networks. Of a name that is no account nothing is
/// written: it may be a password in the wrong field.
fn note_guessing(state: &AppState, login: &str, origin: &str) -> Result<(), Problem> {
    let entry = AuditEntry::new("unknown", AuditAction::SignIn, AuditObject::Account, login, origin);
    let entry = entry.ended("too-many-attempts");
    state.write(|tx| {
        if tx.account(login)?.is_some() {
            tx.audit(state.environment.clock.now(), &entry)?;
        }
        Ok(())
    })
}

fn sign_in(
    state: &AppState,
    credentials: &Credentials,
    browser: Option<Digest>,
    attempt: &Attempt,
) -> Result<(Session, Vec<Cookie<'static>>), Problem> {
    let origin = &attempt.origin.0.to_string();
    let found = state.read(|tx| Ok(tx.account(&credentials.login)?))?;
    let hash = found.as_ref().map(|(_, hash)| hash.as_str());
    let matches = password_matches(hash, &credentials.password);
    let Some((account, _)) = found.filter(|_| matches) else {
        attempt.failed(state);
        let entry = AuditEntry::new("unknown", AuditAction::SignIn, AuditObject::Session, "", origin);
        state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry.ended("refused"))?))?;
        let detail = "Login or password is not right. Mind capitals; ask the administrator if it goes on.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, ProblemCode::WrongCredentials, detail));
    };
    let Fresh { token, row } = fresh(state, &account.login)?;
    let entry = AuditEntry::new(&account.login, AuditAction::SignIn, AuditObject::Session, "", origin);
    let remembered = state.write(|tx| {
        tx.create_session(Digest::of(token.as_bytes()), &row)?;
        tx.audit(row.last_seen_at, &entry)?;
        remember((state, tx), &account.login, browser, attempt.network)
    })?;
    let cookies = [cookie(state, &token)].into_iter().chain(remembered).collect();
    Ok((Session::of(state, account, row), cookies))
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
