//! Which municipality a request is for, where one server serves several: that of the host it names, which is the host of
//! the address on its invitations. A municipality that is alone gets every request, under whatever name.
//!
//! Behind the front each is as if it were alone: its own register, keys, files, accounts and bounds. Whoever names no host
//! of theirs is told that nobody is here, in the same words whichever host that was; devices take that for a proxy's answer
//! and wait. Shared on purpose: the listener, its connections, and the machine.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tracing::Instrument;
use url::Url;

use crate::http::live::Live;
use crate::http::routes;
use crate::http::state::AppState;

/// Why nobody can be served.
#[derive(Debug, thiserror::Error)]
pub enum FrontError {
    /// There is no municipality.
    #[error("there is nobody to serve")]
    Nobody,
    /// Two have the same address, so that nobody could tell whose request it is.
    #[error("two data folders have the address {0}; each municipality needs a host of its own")]
    SameHost(String),
}

/// Everyone who is served from one listener.
pub(super) enum Municipalities {
    /// One municipality.
    One(Box<Served>),
    /// Several, each by its host, and whether one that belongs to them is missing.
    Several(HashMap<String, Served>, bool),
}

/// A municipality that is served.
pub(super) struct Served {
    code: String,
    router: Router,
    live: Arc<Live>,
}

impl Municipalities {
    /// These.
    pub(super) fn of(states: Vec<AppState>, is_short: bool) -> Result<Self, FrontError> {
        let (mut several, mut sites) = (HashMap::new(), HashSet::new());
        for state in states {
            let address = &state.installation.address;
            // A cookie does not know a port. On this machine alone, as for a trial, ports tell them apart.
            let site =
                if is_here(address) { host_of(address) } else { address.host_str().unwrap_or_default().to_owned() };
            if !sites.insert(site.clone()) {
                return Err(FrontError::SameHost(site));
            }
            let host = host_of(&state.installation.address);
            let code = state.installation.tenant.to_string();
            let live = Arc::clone(&state.live);
            several.insert(host, Served { code, router: routes::router(state), live });
        }
        if several.len() == 1
            && !is_short
            && let Some(one) = several.drain().map(|(_, served)| served).next()
        {
            return Ok(Self::One(Box::new(one)));
        }
        Ok(Self::Several(several, is_short))
    }

    /// Nobody listens for what changes any more: those answers would never end.
    pub(super) fn stop_live(&self) {
        match self {
            Self::One(one) => one.live.stop(),
            Self::Several(several, _) => several.values().for_each(|served| served.live.stop()),
        }
    }

    /// Answers a request.
    pub(super) async fn answer(&self, request: Request<Body>) -> Response {
        let served = match self {
            Self::One(one) => one.as_ref(),
            Self::Several(several, is_short) => match named_host(&request).and_then(|host| several.get(&host)) {
                Some(served) => served,
                None => return for_nobody(several, *is_short, request.uri().path()).await,
            },
        };
        let span = tracing::info_span!("for", tenant = %served.code);
        let Ok(answer) = served.router.clone().oneshot(request).instrument(span).await;
        answer
    }
}

/// A probe asks the machine and names no municipality; it hears whether all of them are well, and not who they are.
async fn for_nobody(several: &HashMap<String, Served>, is_short: bool, path: &str) -> Response {
    match path {
        "/healthz" => "ok".into_response(),
        "/readyz" if is_short => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        "/readyz" => {
            for served in several.values() {
                let asked = Request::get("/readyz").body(Body::empty()).unwrap_or_default();
                let Ok(answer) = served.router.clone().oneshot(asked).await;
                if answer.status() != StatusCode::OK {
                    return StatusCode::SERVICE_UNAVAILABLE.into_response();
                }
            }
            "ready".into_response()
        }
        _ => (StatusCode::MISDIRECTED_REQUEST, "Nobody is served under this host.\n").into_response(),
    }
}

/// Whether an address is one of this machine.
fn is_here(address: &Url) -> bool {
    match address.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The host and port of an address, as a request for it names them.
fn host_of(address: &Url) -> String {
    let host = address.host_str().unwrap_or_default().to_ascii_lowercase();
    address.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

/// The host that a request names, if it names one and no other beside it. The port that goes without saying is left out.
fn named_host(request: &Request<Body>) -> Option<String> {
    let mut headers = request.headers().get_all(header::HOST).iter();
    let named = headers.next()?.to_str().ok()?.to_ascii_lowercase();
    let in_target = request.uri().authority().map(|authority| authority.as_str().to_ascii_lowercase());
    if headers.next().is_some() || in_target.is_some_and(|it| it != named) {
        return None;
    }
    let without = named.strip_suffix(":443").or_else(|| named.strip_suffix(":80"));
    Some(without.map_or_else(|| named.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn named(target: &str, hosts: &[&str]) -> Option<String> {
        let request = hosts.iter().fold(Request::get(target), |request, host| request.header("host", *host));
        named_host(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn a_host_is_named_once_and_in_one_way() {
        for (address, host) in [
            ("https://velsen.example", "velsen.example"),
            ("https://velsen.example", "VELSEN.example:443"),
            ("https://velsen.example:8443", "velsen.example:8443"),
            ("http://[::1]:8787", "[::1]:8787"),
            ("http://127.0.0.1", "127.0.0.1:80"),
        ] {
            assert_eq!(named("/", &[host]), Some(host_of(&address.parse().unwrap())), "{address} {host}");
        }
        assert_eq!(named("http://a.example/", &["a.example"]).as_deref(), Some("a.example"));
        for (target, hosts) in [
            ("/", vec![]),
            ("/", vec!["a.example", "b.example"]),
            ("/", vec!["a.example", "a.example"]),
            ("http://a.example/", vec!["b.example"]),
            ("http://a.example/", vec![]),
        ] {
            assert_eq!(named(target, &hosts), None, "{target} {hosts:?}");
        }
    }
}
