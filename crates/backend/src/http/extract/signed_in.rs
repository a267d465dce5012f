//! Sessions of signed-in browsers: a random cookie whose hash alone is stored, an idle and an absolute end,
//! and a token that every changing request must repeat in a header (against cross-site request forgery; what other
//! sites make a browser send is refused before that, `cross_site.rs`).
//!
//! Written here rather than taken from a session library because the store is our register and the rule is
//! twenty lines (docs/adr/0007-own-sessions.md).

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use baken_protocol::digest::Digest;
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use utoipa::openapi::path::Operation;

use crate::access::Permission;
use crate::environment::NoRandomness;
use crate::http::extract::described::{Call, Described, asks_who, refuses};
use crate::http::extract::origin::Origin;
use crate::http::problem::{Problem, ProblemCode};
use crate::http::state::AppState;
use crate::storage::{Account, AuditAction, AuditEntry, AuditObject, Clearance, SessionRow, Transaction};

/// Minutes without a request after which a session is over.
const IDLE_MINUTES: i64 = 30;
/// Hours after which it is over anyway.
const ABSOLUTE_HOURS: i64 = 12;
/// A session is marked as used at most once in so many seconds, so that reading does not mean writing.
const TOUCH_SECONDS: i64 = 60;

/// The header that repeats the session's token.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// A fresh session: the cookie's value, and what is stored.
pub struct Fresh {
    /// What the cookie carries.
    pub token: String,
    /// What is stored, under the token's hash.
    pub row: SessionRow,
}

/// Makes a session for `login`, who signs out elsewhere too where that is named.
pub fn fresh(state: &AppState, login: &str, sign_out_at: Option<String>) -> Result<Fresh, NoRandomness> {
    let now = state.environment.clock.now();
    let secret = || state.environment.random::<32>().map(|bytes| BASE64URL_NOPAD.encode(&bytes));
    let row = SessionRow {
        login: login.to_owned(),
        csrf_token: secret()?,
        last_seen_at: now,
        expires_at: now + TimeDelta::try_hours(ABSOLUTE_HOURS).unwrap_or_default(),
        sign_out_at,
    };
    Ok(Fresh { token: secret()?, row })
}

/// The cookie that carries `token`; an empty one ends it.
pub fn cookie(state: &AppState, token: &str) -> Cookie<'static> {
    let secure = state.is_https();
    let mut cookie = Cookie::build((cookie_name(secure), token.to_owned()))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Strict)
        .build();
    if token.is_empty() {
        cookie.make_removal();
        // That one goes by the machine's own clock; Max-Age=0 says enough (RFC 6265 section 5.3).
        cookie.unset_expires();
    }
    cookie
}

/// Browsers accept the `__Host-` prefix on secure cookies only; loopback over http goes without.
const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-baken" } else { "baken" }
}

/// The signed-in account behind a request; for changing requests its CSRF token was checked.
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// The hash of the cookie.
    pub token_hash: Digest,
    /// The stored session.
    pub session: SessionRow,
    /// The network address.
    pub origin: String,
}

impl SignedIn {
    /// What this account may see.
    pub fn clearance(&self) -> Clearance {
        self.account.grant().clearance()
    }

    /// Signs every other browser of this account out, unless this one was signed out itself meanwhile.
    pub fn leave_elsewhere(&self, tx: &dyn Transaction) -> Result<(), Problem> {
        tx.session(self.token_hash)?.ok_or_else(not_signed_in)?;
        tx.end_sessions_of(&self.account.login)?;
        Ok(tx.create_session(self.token_hash, &self.session)?)
    }

    /// The same, and gives this browser another cookie: whoever copied the one before has nothing by it.
    pub fn begin_anew(&self, state: &AppState, tx: &dyn Transaction) -> Result<Cookie<'static>, Problem> {
        let login = &self.account.login;
        self.leave_elsewhere(tx)?;
        tx.remove_session(self.token_hash)?;
        let Fresh { token, row } = fresh(state, login, self.session.sign_out_at.clone())?;
        // It ends when the one before would have.
        let row = SessionRow { expires_at: self.session.expires_at, ..row };
        tx.create_session(Digest::of(token.as_bytes()), &row)?;
        Ok(cookie(state, &token))
    }

    /// The account as it is within this transaction, which may still do this and was not signed out meanwhile.
    pub fn still(&self, tx: &dyn Transaction, permission: Permission) -> Result<Account, Problem> {
        tx.session(self.token_hash)?.ok_or_else(not_signed_in)?;
        let account = tx.account(&self.account.login)?.map(|(account, _)| account).ok_or_else(not_signed_in)?;
        if account.grant().may(permission) { Ok(account) } else { Err(Problem::not_permitted()) }
    }

    /// The line of something this account does.
    pub fn entry<'a>(&'a self, action: AuditAction, object: AuditObject, id: &'a str) -> AuditEntry<'a> {
        AuditEntry::new(&self.account.login, action, object, id, &self.origin)
    }

    /// Writes down what was read. Without that line nothing is shown.
    pub fn account_for_reading(
        &self,
        state: &AppState,
        object: AuditObject,
        id: &str,
        found: bool,
    ) -> Result<(), Problem> {
        let entry = self.entry(AuditAction::Read, object, id).if_found(found);
        state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry)?))
    }

    /// The same of a page of a list: what was asked, and how many were shown.
    pub fn account_for_listing(&self, state: &AppState, object: AuditObject, asked: &str) -> Result<(), Problem> {
        let entry = self.entry(AuditAction::List, object, "").with_detail(asked);
        state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry)?))
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Self::of(parts, state, Presence::AtWork).await
    }
}

/// What a request says of whoever is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// Somebody does something: the session goes on.
    AtWork,
    /// A page asks by itself, for as long as it is open.
    Unknown,
}

impl SignedIn {
    /// Who is signed in. Nobody's session is kept alive by a page that asks by itself.
    pub(super) async fn of(parts: &mut Parts, state: &AppState, presence: Presence) -> Result<Self, Problem> {
        let jar = CookieJar::from_headers(&parts.headers);
        let Some(cookie) = jar.get(cookie_name(state.is_https())) else { return Err(not_signed_in()) };
        let token_hash = Digest::of(cookie.value().as_bytes());
        let Ok(origin) = Origin::from_request_parts(parts, state).await;
        let csrf = parts.headers.get(CSRF_HEADER).map(|value| value.as_bytes().to_vec());
        let found = state.blocking(move |state| load(state, token_hash, presence)).await?;
        let (account, session) = found.ok_or_else(not_signed_in)?;
        if !parts.method.is_safe() {
            // Comparing hashes tells a guesser nothing by the time it takes.
            if Digest::of(&csrf.unwrap_or_default()) != Digest::of(session.csrf_token.as_bytes()) {
                let detail = "Repeat the session's csrfToken in the X-CSRF-Token header.";
                return Err(Problem::new(StatusCode::FORBIDDEN, ProblemCode::Csrf, detail));
            }
        }
        Ok(Self { account, token_hash, session, origin: origin.0.to_string() })
    }
}

/// What changes something repeats the session's token too.
impl Described for SignedIn {
    fn describe(call: Call, operation: &mut Operation) {
        match call {
            Call::Reads | Call::ReadsHeaders => asks_who(call, operation, &["session"], "not-signed-in."),
            Call::Changes => {
                asks_who(call, operation, &["session", "csrfToken"], "not-signed-in.");
                refuses(call, operation, "403", "csrf or cross-site.");
            }
        }
    }
}

fn load(state: &AppState, token_hash: Digest, presence: Presence) -> Result<Option<(Account, SessionRow)>, Problem> {
    let now = state.environment.clock.now();
    let found = state.read(|tx| {
        let Some(session) = tx.session(token_hash)? else { return Ok(None) };
        Ok(Some((tx.account(&session.login)?, session)))
    })?;
    let Some((account, session)) = found else { return Ok(None) };
    if is_over(session.last_seen_at, session.expires_at, now) {
        state.write(|tx| Ok(tx.remove_session(token_hash)?))?;
        return Ok(None);
    }
    if presence == Presence::AtWork && (now - session.last_seen_at).num_seconds() >= TOUCH_SECONDS {
        state.write(|tx| Ok(tx.touch_session(token_hash, now)?))?;
    }
    Ok(account.map(|(account, _)| (account, session)))
}

/// Whether a session that was last used and ends then is over.
pub fn is_over(last_seen_at: DateTime<Utc>, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let idle = (now - last_seen_at).num_minutes() >= IDLE_MINUTES;
    idle || now >= expires_at
}

/// Nobody is signed in, or not any more.
pub fn not_signed_in() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, ProblemCode::NotSignedIn, "Sign in first.")
}
