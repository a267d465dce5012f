//! `GET /v1/sign-in`, `POST /v1/sign-in/departures`, `returns` and `codes`: by what one signs in, and the way over the
//! municipality's own sign-in and back ([`crate::openid`]).
//!
//! The provider sends a browser back to a page of the console, which hands over here what it came with. So a return is a
//! request of this site's own page as every other that changes something, its cookies are strict, and what goes wrong is shown by the console.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use baken_protocol::digest::Digest;
use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::sessions::{Proven, Session, let_in};
use crate::http::attempt::Attempt;
use crate::http::away::Awaited;
use crate::http::extract::known_browser::carried;
use crate::http::extract::origin::Origin;
use crate::http::problem::{Problem, ProblemCode};
use crate::http::state::AppState;
use crate::openid::{Departure, Metadata, Provider, ProviderError, Returned, Vouched};
use crate::register::provider::{member_called, vouches_for_two};
use crate::storage::{Account, AuditAction, AuditEntry, AuditObject, Installation};

/// Seconds a browser keeps what it is known by while it is away; as long as it is waited for.
const AWAY_SECONDS: u32 = 600;

/// By what one signs in here.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SignInWays {
    /// By login and password.
    pub password: bool,
    /// By the municipality's own sign-in.
    pub provider: bool,
}

/// Where the browser goes.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Departing {
    /// At the provider.
    pub address: String,
}

/// What a browser leaves with: nothing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaving {}

/// What the provider sent a browser back with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// As it was sent along.
    state: String,
    /// To be turned in.
    code: Option<String>,
    /// Who says it is.
    iss: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

/// A code of the member's own second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondStep {
    code: String,
}

/// Where a provider sends browsers back to, after signing in and out. A provider knows it to the letter.
pub fn address(installation: &Installation) -> String {
    format!("{}/sign-in", installation.address.as_str().trim_end_matches('/'))
}

/// By what one signs in here.
#[utoipa::path(get, path = "/v1/sign-in", operation_id = "readSignIn", responses(
    (status = 200, description = "By these.", body = SignInWays),
))]
pub async fn read(State(state): State<AppState>) -> Result<Json<SignInWays>, Problem> {
    let provider = provider(&state).await?;
    let password = provider.as_ref().is_none_or(|provider| !provider.only);
    Ok(Json(SignInWays { password, provider: provider.is_some() }))
}

/// Begins signing in by the municipality's own sign-in: answers where the browser goes.
#[utoipa::path(post, path = "/v1/sign-in/departures", operation_id = "beginProviderSignIn", request_body = Leaving, responses(
    (status = 201, description = "Go there; a cookie is set, for ten minutes.", body = Departing),
    (status = 400, description = "malformed.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "No provider is set.", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "provider-failed. unavailable: too many sign in at this moment.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn leave(
    State(state): State<AppState>,
    origin: Origin,
    leaving: Result<Json<Leaving>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(Leaving {}) = leaving.map_err(|it| Problem::of_json(&it, Problem::malformed("an empty object")))?;
    let provider = provider(&state).await?.ok_or_else(Problem::not_found)?;
    if !state.limits.departures.allow(&origin.network()) {
        return Err(Problem::too_many(60));
    }
    let now = state.environment.clock.now();
    let known = state.providers.metadata(&provider, now).await.map_err(|error| failed(&error))?;
    let departure = Departure::fresh(&state.environment)?;
    let address = departure.address(&provider, &known, &address(&state.installation)).to_string();
    let token = state.environment.random::<32>().map(|bytes| BASE64URL_NOPAD.encode(&bytes))?;
    if !state.away.leave(Digest::of(token.as_bytes()), departure, now) {
        return Err(Problem::busy("Too many people sign in at this moment. Try again in a moment."));
    }
    let cookie = cookie(state.is_https(), &token, AWAY_SECONDS);
    Ok((StatusCode::CREATED, AppendHeaders([(header::SET_COOKIE, cookie)]), Json(Departing { address })))
}

/// Signs in whoever comes back from the provider. What came with them counts once.
#[utoipa::path(post, path = "/v1/sign-in/returns", operation_id = "completeProviderSignIn", request_body = Return, responses(
    (status = 201, description = "Signed in; the cookie is set.", body = Session),
    (status = 400, description = "malformed.", body = Problem, content_type = "application/problem+json"),
    (status = 401, description = "sign-in-lapsed: this browser did not leave with that, or too long ago, or came back before. \
     sign-in-cancelled. provider-not-believed. second-factor-required: send a code too, to `/sign-in/codes`.",
     body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "unknown-subject: the provider vouches for somebody who is no member here.", body = Problem,
     content_type = "application/problem+json"),
    (status = 404, description = "No provider is set.", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "provider-failed.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn come_back(
    State(state): State<AppState>,
    origin: Origin,
    jar: CookieJar,
    returned: Result<Json<Return>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let malformed = Problem::malformed("state, and code or error,");
    let Json(returned) = returned.map_err(|it| Problem::of_json(&it, malformed.clone()))?;
    let browser = away(&state, &jar).ok_or_else(lapsed)?;
    let now = state.environment.clock.now();
    let (since, departure) = state.away.come_back(browser, &returned.state, now).ok_or_else(lapsed)?;
    let provider = provider(&state).await?.ok_or_else(Problem::not_found)?;
    let vouched = match (&returned.code, &returned.error) {
        (Some(code), None) => vouched_for(&state, &provider, &departure, code, returned.iss.as_deref()).await,
        (_, Some(error)) => Err(not_given(error)),
        (None, None) => return Err(malformed),
    };
    let came = (browser, since, origin);
    match vouched {
        Ok((vouched, known)) => welcome(&state, came, &jar, (provider, vouched, known)).await,
        Err(problem) => Err(refused(&state, &came, problem, None).await),
    }
}

/// The second step of whoever came back from the provider, and is asked for a code.
#[utoipa::path(post, path = "/v1/sign-in/codes", operation_id = "completeSecondStep", request_body = SecondStep, responses(
    (status = 201, description = "Signed in; the cookie is set.", body = Session),
    (status = 400, description = "malformed.", body = Problem, content_type = "application/problem+json"),
    (status = 401, description = "sign-in-lapsed: nobody is asked for a code in this browser, or not any more. \
     second-factor-required. wrong-code.", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn prove(
    State(state): State<AppState>,
    origin: Origin,
    jar: CookieJar,
    step: Result<Json<SecondStep>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(SecondStep { code }) = step.map_err(|it| Problem::of_json(&it, Problem::malformed("the code")))?;
    let browser = away(&state, &jar).ok_or_else(lapsed)?;
    let awaited = state.away.awaited(browser, state.environment.clock.now()).ok_or_else(lapsed)?;
    let known_by = carried(&state, &jar);
    let attempt = Attempt::of(&state, &awaited.login, known_by, origin).await?;
    let entered = state.blocking(move |state| {
        // It may have been ended since.
        let (account, _) = state.read(|tx| Ok(tx.account(&awaited.login)?))?.ok_or_else(lapsed)?;
        let proven = Proven { account, sign_out_at: awaited.sign_out_at, asks_code: true, by: BY_PROVIDER };
        let entered = let_in(state, proven, Some(&code), known_by, &attempt)?;
        state.away.done(browser);
        Ok(entered)
    });
    Ok(with_cookies(&state, entered.await?))
}

/// What the line about a session says that the provider vouched for.
const BY_PROVIDER: &str = "by the municipality's own sign-in";

/// Whom the provider vouches for, and what it says of itself.
async fn vouched_for(
    state: &AppState,
    provider: &Provider,
    departure: &Departure,
    code: &str,
    issuer: Option<&str>,
) -> Result<(Vouched, Metadata), Problem> {
    let place = (provider, address(&state.installation));
    let returned = Returned { code, issuer };
    let vouched = state.providers.turn_in((place.0, &place.1), departure, returned, &state.environment).await;
    let vouched = vouched.map_err(|error| failed(&error))?;
    let known = state.providers.metadata(provider, state.environment.clock.now()).await;
    Ok((vouched, known.map_err(|error| failed(&error))?))
}

/// Lets in whom the provider vouches for, if that is a member.
async fn welcome(
    state: &AppState,
    (browser, since, origin): (Digest, DateTime<Utc>, Origin),
    jar: &CookieJar,
    (provider, vouched, known): (Provider, Vouched, Metadata),
) -> Result<impl IntoResponse + use<>, Problem> {
    let subject = vouched.subject.clone();
    let asked = provider.clone();
    let found: Option<Account> =
        state.blocking(move |state| state.read(|tx| Ok(member_called(tx, &asked, &subject)?))).await?;
    let Some(account) = found else {
        let detail = "The provider vouches for somebody who is no member here. An administrator can change that.";
        let problem = Problem::new(StatusCode::FORBIDDEN, ProblemCode::UnknownSubject, detail);
        return Err(refused(state, &(browser, since, origin), problem, Some(vouched.subject)).await);
    };
    let known_by = carried(state, jar);
    let attempt = Attempt::of(state, &account.login, known_by, origin).await?;
    let sign_out_at = sign_out_at(&provider, &known, &state.installation);
    let asks_code = !vouches_for_two(&provider, &vouched);
    let entered = state.blocking(move |state| {
        let awaited = Awaited { login: account.login.clone(), sign_out_at: sign_out_at.clone() };
        let proven = Proven { account, sign_out_at, asks_code, by: BY_PROVIDER };
        let entered = let_in(state, proven, None, known_by, &attempt);
        if entered.as_ref().is_err_and(|problem| problem.code == ProblemCode::SecondFactorRequired) {
            state.away.ask_code(browser, since, awaited);
        }
        entered
    });
    Ok(with_cookies(state, entered.await?))
}

/// The session's cookies, and the end of the one that a browser was away with.
fn with_cookies(state: &AppState, (session, cookies): (Session, Vec<Cookie<'static>>)) -> impl IntoResponse + use<> {
    let gone = cookie(state.is_https(), "", 0);
    let cookies = cookies.into_iter().filter_map(|it| HeaderValue::from_str(&it.to_string()).ok());
    let all: Vec<_> = cookies.chain(HeaderValue::from_str(&gone)).map(|it| (header::SET_COOKIE, it)).collect();
    let mut answer = (StatusCode::CREATED, Json(session)).into_response();
    answer.headers_mut().extend(all);
    answer
}

/// Where a member of this installation signs out of the provider too, and from where they come back.
fn sign_out_at(provider: &Provider, known: &Metadata, installation: &Installation) -> Option<String> {
    let mut place = known.end_session_endpoint.clone()?;
    let back = address(installation);
    let query = [("client_id", provider.client_id.as_str()), ("post_logout_redirect_uri", &back)];
    place.query_pairs_mut().extend_pairs(query);
    Some(place.to_string())
}

/// Writes down that somebody came back in vain.
async fn refused(
    state: &AppState,
    (_, _, origin): &(Digest, DateTime<Utc>, Origin),
    problem: Problem,
    subject: Option<String>,
) -> Problem {
    let (code, origin) = (problem.code.to_string(), origin.0.to_string());
    let written = state.blocking(move |state| {
        let entry = AuditEntry::new("unknown", AuditAction::SignIn, AuditObject::Session, "", &origin).ended(&code);
        let entry = subject.as_deref().map_or(entry, |subject| entry.with_detail(subject));
        state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry)?))
    });
    written.await.map_or_else(|error| error, |()| problem)
}

/// What went wrong at the provider, for whoever signs in; the log says more.
fn failed(error: &ProviderError) -> Problem {
    tracing::warn!(%error, "nobody was vouched for");
    match error {
        ProviderError::MixUp | ProviderError::NotBelieved(_) => {
            let detail =
                "What the provider answered is not believed. Begin again; tell the administrator if it goes on.";
            Problem::new(StatusCode::UNAUTHORIZED, ProblemCode::ProviderNotBelieved, detail)
        }
        ProviderError::Web(_)
        | ProviderError::Unfit(_)
        | ProviderError::Keys
        | ProviderError::Refused(_)
        | ProviderError::Key(_) => provider_failed(),
    }
}

/// Why there is no code (RFC 6749 section 4.1.2.1).
fn not_given(error: &str) -> Problem {
    if error == "access_denied" {
        return Problem::new(
            StatusCode::UNAUTHORIZED,
            ProblemCode::SignInCancelled,
            "Nobody was signed in. Begin again.",
        );
    }
    tracing::warn!(known = ?KNOWN_ERRORS.iter().find(|it| **it == error), "the provider gave no code");
    provider_failed()
}

/// What of a stranger's word is written down.
const KNOWN_ERRORS: [&str; 8] = [
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "login_required",
    "interaction_required",
];

fn provider_failed() -> Problem {
    let detail = "The municipality's own sign-in does not work at this moment. Try again, or sign in with a password.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::ProviderFailed, detail)
}

fn lapsed() -> Problem {
    let detail = "This browser did not begin that, or it took too long. Begin again.";
    Problem::new(StatusCode::UNAUTHORIZED, ProblemCode::SignInLapsed, detail)
}

async fn provider(state: &AppState) -> Result<Option<Provider>, Problem> {
    state.blocking(|state| state.read(|tx| Ok(tx.provider()?))).await
}

/// Browsers accept the `__Host-` prefix on secure cookies only; loopback over http goes without.
const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-baken-away" } else { "baken-away" }
}

fn cookie(secure: bool, token: &str, seconds: u32) -> String {
    let attributes = if secure { "; Secure" } else { "" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{attributes}", cookie_name(secure))
}

/// The hash of what a browser is known by that left from here.
fn away(state: &AppState, jar: &CookieJar) -> Option<Digest> {
    jar.get(cookie_name(state.is_https())).map(|cookie| Digest::of(cookie.value().as_bytes()))
}
