//! Browsers somebody signed in from before. Guessing at a login elsewhere, in the same office too, must not keep its
//! owner out, so what is tried in such a browser is counted apart (OWASP calls this device cookies). The cookie opens
//! nothing: whoever has it may guess as often as its owner may mistype.

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use baken_protocol::digest::Digest;
use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;

use crate::environment::NoRandomness;
use crate::http::extract::origin::Network;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::{Acquaintance, Transaction};

/// Days after which a browser that was not used is as good as new.
const KNOWN_DAYS: i64 = 90;

/// The hash of the cookie a browser carries.
pub fn carried(state: &AppState, jar: &CookieJar) -> Option<Digest> {
    jar.get(cookie_name(state.is_https())).map(|cookie| Digest::of(cookie.value().as_bytes()))
}

/// How well a browser and a network are known to `login`.
pub fn acquaintance(
    state: &AppState,
    login: &str,
    browser: Option<Digest>,
    network: Network,
) -> Result<Acquaintance, Problem> {
    let since = state.environment.clock.now() - TimeDelta::try_days(KNOWN_DAYS).unwrap_or_default();
    state.read(|tx| Ok(tx.acquaintance(login, browser, &network.to_string(), since)?))
}

/// Remembers in `tx` that `login` signed in with a browser. Answers the cookie for it, unless it has one.
pub fn remember(
    (state, tx): (&AppState, &dyn Transaction),
    login: &str,
    browser: Option<Digest>,
    network: Network,
) -> Result<Option<Cookie<'static>>, Problem> {
    let now = state.environment.clock.now();
    let since = now - TimeDelta::try_days(KNOWN_DAYS).unwrap_or_default();
    let network = network.to_string();
    if let Some(browser) = browser
        && tx.is_known_browser(browser, since)?
    {
        tx.remember_browser(browser, login, &network, now)?;
        return Ok(None);
    }
    let token = fresh(state)?;
    tx.remember_browser(Digest::of(token.as_bytes()), login, &network, now)?;
    tx.forget_browsers(since)?;
    Ok(Some(cookie(state.is_https(), &token)))
}

fn fresh(state: &AppState) -> Result<String, NoRandomness> {
    state.environment.random::<32>().map(|bytes| BASE64URL_NOPAD.encode(&bytes))
}

/// Browsers accept the `__Host-` prefix on secure cookies only; loopback over http goes without.
const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-baken-browser" } else { "baken-browser" }
}

fn cookie(secure: bool, token: &str) -> Cookie<'static> {
    let seconds = KNOWN_DAYS * 24 * 60 * 60;
    let attributes = if secure { "; Secure" } else { "" };
    let text =
        format!("{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{attributes}", cookie_name(secure));
    Cookie::parse(text).unwrap_or_else(|_| Cookie::new(cookie_name(secure), ""))
}
