//! What another web site makes a browser send is refused here, before any route: whatever would change something must
//! come from this site's own pages, or from no page at all, and must be of a kind that a page elsewhere cannot send
//! unasked. One layer around everything: a new route cannot forget it.
//!
//! A browser says where a request comes from (Fetch Metadata's `Sec-Fetch-Site`; RFC 6454's `Origin`). A device says
//! neither. What a form or a script of another site may send without asking first is text, form data, or of no kind at
//! all (the Fetch standard's CORS-safelisted types): none of these is taken anywhere.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use baken_protocol::this_machine::is_this_machine;
use baken_protocol::wire;
use url::Url;

use crate::http::problem::{Problem, ProblemCode};
use crate::http::state::AppState;

const FETCH_SITE: &str = "sec-fetch-site";
/// What is sent here at all; each route says which of these it takes.
const MEDIA_TYPES: [&str; 4] =
    ["application/json", wire::MEDIA_TYPE, "application/partial-upload", "application/octet-stream"];

/// Refuses it, before it costs anything.
pub async fn refuse(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (method, headers) = (request.method(), request.headers());
    let checked = if method.is_safe() {
        Ok(())
    } else {
        of_this_site(headers, &state.installation.address).and_then(|()| of_a_kind(method, headers))
    };
    match checked {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn of_this_site(headers: &HeaderMap, address: &Url) -> Result<(), Problem> {
    let foreign = |what: &str| Err(Problem::new(StatusCode::FORBIDDEN, ProblemCode::CrossSite, what));
    let mut sites = headers.get_all(FETCH_SITE).iter().peekable();
    let vouched_for = sites.peek().is_some();
    if !sites.all(|site| site == "same-origin" || site == "none") {
        return foreign("This request came from another site.");
    }
    if headers.get_all(header::ORIGIN).iter().all(|origin| is_own(origin, headers, address, vouched_for)) {
        return Ok(());
    }
    foreign("This request came from another site, or the console was opened at another address than its own.")
}

/// Whether an `Origin` is this installation's own. Another name for it is taken only where the browser itself vouches
/// for it, or on this very machine: a name that an attacker's DNS leads here is somebody else's site.
fn is_own(origin: &HeaderValue, headers: &HeaderMap, address: &Url, vouched_for: bool) -> bool {
    let Some(origin) = origin.to_str().ok().and_then(|text| Url::parse(text).ok()) else { return false };
    if origin.origin() == address.origin() {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let asked = host.and_then(|host| Url::parse(&format!("{}://{host}", origin.scheme())).ok());
    asked.is_some_and(|asked| asked.origin() == origin.origin()) && (vouched_for || is_this_machine(&origin))
}

fn of_a_kind(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let known = |kind: &HeaderValue| {
        let essence = kind.to_str().ok().and_then(|text| text.split(';').next()).unwrap_or_default().trim();
        MEDIA_TYPES.iter().any(|known| essence.eq_ignore_ascii_case(known))
    };
    let fine = match (kinds.next(), kinds.next()) {
        (Some(kind), None) => known(kind),
        // Nothing is sent along, and no page elsewhere may send this method without asking.
        (None, None) => *method == Method::DELETE,
        (_, Some(_)) => false,
    };
    if fine {
        return Ok(());
    }
    let detail = "Say in Content-Type which of the media types of the description this is.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::UnsupportedMediaType, detail))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn own(lines: &[(&'static str, &'static str)]) -> bool {
        of_this_site(&headers(lines), &"https://baken.example".parse().unwrap()).is_ok()
    }

    #[test]
    fn a_device_and_the_installations_own_pages_are_let_through() {
        assert!(own(&[("host", "baken.example")]), "no browser");
        assert!(own(&[("host", "10.0.0.3:8787"), ("origin", "https://baken.example")]), "a proxy changed the host");
        assert!(own(&[("origin", "https://baken.example:443"), ("sec-fetch-site", "same-origin")]));
        assert!(own(&[("host", "localhost:8787"), ("origin", "http://localhost:8787")]), "on the machine itself");
        assert!(own(&[("host", "[::1]:8787"), ("origin", "http://[::1]:8787")]));
        let another_name = ("origin", "https://baken.intern");
        assert!(own(&[("host", "baken.intern"), another_name, ("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn every_other_site_is_refused_however_it_names_itself() {
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN "] {
            assert!(!own(&[("sec-fetch-site", site)]), "{site}");
        }
        assert!(!own(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]));
        let host = ("host", "baken.example");
        for origin in [
            "https://elsewhere.example",
            "http://baken.example",
            "https://baken.example:8443",
            "https://baken.example.elsewhere.example",
            "https://x@elsewhere.example",
            "null",
            "",
            "baken.example",
        ] {
            assert!(!own(&[host, ("origin", origin)]), "{origin}");
        }
        assert!(!own(&[host, ("origin", "https://baken.example"), ("origin", "https://elsewhere.example")]));
        let led_here = [("host", "elsewhere.example"), ("origin", "http://elsewhere.example")];
        assert!(!own(&led_here), "another's name that leads to this machine");
    }

    #[test]
    fn nothing_is_taken_that_a_page_elsewhere_may_send_unasked() {
        let fits = |method: Method, kinds: &[&'static str]| {
            let lines: Vec<_> = kinds.iter().map(|kind| ("content-type", *kind)).collect();
            of_a_kind(&method, &headers(&lines)).is_ok()
        };
        for kind in ["application/json", "Application/JSON; charset=utf-8", wire::MEDIA_TYPE] {
            assert!(fits(Method::POST, &[kind]), "{kind}");
        }
        let simple = ["text/plain", "text/plain;application/json", "application/x-www-form-urlencoded", ""];
        for kind in simple.into_iter().chain(["multipart/form-data; boundary=x", "application/jsonx", "json"]) {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                assert!(!fits(method.clone(), &[kind]), "{method} {kind}");
            }
        }
        assert!(!fits(Method::POST, &[]) && !fits(Method::PUT, &[]) && !fits(Method::PATCH, &[]));
        assert!(!fits(Method::POST, &["text/plain", "application/json"]));
        assert!(fits(Method::DELETE, &[]));
    }
}
