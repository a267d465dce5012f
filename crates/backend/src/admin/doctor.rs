//! `baken-backend doctor`: tries a backend through its front door, as devices and browsers come in, and says of each
//! thing they need whether it holds or what to change at the proxy.
//!
//! It asks nothing but `/v1/passage` and `/healthz`: it needs no secrets and changes nothing, and can be run from
//! anywhere. Deliberately absent: looking into the proxy's configuration. What counts is what arrives.

mod findings;
mod visit;

use std::time::Duration;

use baken_protocol::limits;
use baken_protocol::this_machine::is_this_machine;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, StatusCode};
use url::Url;

pub use findings::{Finding, Outcome, Report};
use visit::{Visit, Visitor};

use crate::environment::Environment;
use crate::http::routes::passage::Passage;

/// A body that nothing turns away.
const SMALL_BYTES: usize = 1024;
/// Looking for what a proxy lets through ends here.
const FINE_ENOUGH_BYTES: usize = 16 * 1024;
/// A clock further off than this shows in every receipt.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(2);
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why nothing could be tried.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// The address is not one a device would take.
    #[error("devices take no such address: https and a name alone, or http on this very machine")]
    Address,
    /// The client could not be made.
    #[error("no connection can be made from here: {0}")]
    Client(#[from] reqwest::Error),
}

/// Tries everything.
pub async fn examine(address: &Url, environment: &Environment) -> Result<Report, DoctorError> {
    let local = is_this_machine(address);
    let acceptable = address.scheme() == "https" || (address.scheme() == "http" && local);
    if !acceptable || address.path() != "/" || !address.username().is_empty() || address.query().is_some() {
        return Err(DoctorError::Address);
    }
    let visitor = Visitor::new(address.clone(), local, TIMEOUT)?;
    let mut report = Report::default();
    let Some(first) = first_visit(&visitor, &mut report).await else { return Ok(report) };
    if address.scheme() == "https" {
        modern_tls(address, local, &mut report).await?;
    }
    headers_back(&first, &mut report);
    fresh(&visitor, &mut report).await;
    methods(&visitor, &mut report).await;
    if let Some(arrived) = headers_there(&visitor, address, &mut report).await {
        client(&arrived, local, &mut report);
    }
    sizes(&visitor, &mut report).await;
    clock(&first, environment.clock.now(), &mut report);
    Ok(report)
}

/// Whether anybody answers, and whether it is the backend.
async fn first_visit(visitor: &Visitor, report: &mut Report) -> Option<Visit> {
    let visit = match visitor.ask(Method::GET, &[]).await {
        Ok(visit) => visit,
        Err(error) => {
            report.fails("connection", format!("no answer: {}", visit::causes(&error)), visit::cure(&error));
            return None;
        }
    };
    report.holds_that("connection", "the address answers, and its certificate is believed here");
    if visit.status.is_redirection() {
        let to = visit.header("location").unwrap_or("elsewhere").to_owned();
        report.fails(
            "redirect",
            format!("{} to {to}", visit.status),
            "Devices follow no redirect: invitations must carry the address the backend answers at.",
        );
        return None;
    }
    report.holds_that("redirect", "answered here, not sent elsewhere");
    if visit.header("api-version").is_none() {
        let cure = if visit.arrived().is_some() {
            "The proxy strips API-Version: let it through, or devices take a refusal for the network's."
        } else {
            "Something else answers: let the proxy hand every path to the backend, and ask nobody to sign in."
        };
        report.fails("api-version", format!("{} without API-Version", visit.status), cure);
        visit.arrived()?;
        return Some(visit);
    }
    if visit.status == StatusCode::NOT_FOUND {
        report.fails("api-version", "the backend has no /v1/passage", "Update the backend, then run this again.");
        return None;
    }
    if visit.arrived().is_none() {
        report.fails("api-version", format!("{} without an answer", visit.status), "Try again in a minute.");
        return None;
    }
    report.holds_that("api-version", "the backend itself answers");
    Some(visit)
}

async fn modern_tls(address: &Url, local: bool, report: &mut Report) -> Result<(), DoctorError> {
    let visitor = Visitor::with_tls_1_3(address.clone(), local, TIMEOUT)?;
    if visitor.ask(Method::GET, &[]).await.is_ok() {
        report.holds_that("tls", "TLS 1.3");
    } else {
        report.warns("tls", "no TLS 1.3", "Devices go on with TLS 1.2; switch TLS 1.3 on at the proxy.");
    }
    Ok(())
}

fn headers_back(first: &Visit, report: &mut Report) {
    let expected = ["upload-offset", "upload-complete", "cache-control", "content-security-policy"];
    let missing: Vec<_> = expected.into_iter().filter(|name| first.header(name).is_none()).collect();
    if missing.is_empty() {
        report.holds_that("headers-back", "the backend's headers arrive");
    } else {
        report.warns(
            "headers-back",
            format!("stripped on the way back: {}", missing.join(", ")),
            "Companions go on without; let the proxy pass all headers of the backend, for browsers' sake above all.",
        );
    }
}

/// Answers must not come out of a cache.
async fn fresh(visitor: &Visitor, report: &mut Report) {
    let mut times = Vec::new();
    for _ in 0..2 {
        if let Ok(visit) = visitor.ask(Method::GET, &[]).await
            && let Some(arrived) = visit.arrived()
        {
            times.push(arrived.time);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    if let [first, second] = times.as_slice() {
        if first == second {
            report.fails("cache", "the same answer twice", "Switch the proxy's cache off for this address.");
        } else {
            report.holds_that("cache", "every answer is fresh");
        }
    }
}

async fn methods(visitor: &Visitor, report: &mut Report) {
    for method in [Method::GET, Method::POST, Method::PUT, Method::HEAD, Method::PATCH, Method::DELETE] {
        let name = format!("method-{}", method.as_str().to_lowercase());
        let answered = visitor.ask(method.clone(), &[]).await;
        // A HEAD has no body that could say more.
        let arrives = answered.as_ref().is_ok_and(|visit| {
            visit.status.is_success()
                && (method == Method::HEAD || visit.arrived().is_some_and(|arrived| arrived.method == method.as_str()))
        });
        let said = answered.map_or_else(|error| visit::causes(&error), |visit| visit.status.to_string());
        if arrives {
            report.holds_that(&name, "arrives");
        } else if method == Method::GET || method == Method::POST {
            report.fails(&name, said, "Let this method through: devices send by POST and ask by GET.");
        } else if method == Method::DELETE {
            let cure = "Let this method through: in the console nobody signs out or withdraws an invitation without.";
            report.warns(&name, said, cure);
        } else {
            report.warns(&name, said, "Companions send by POST and ask by GET alone; other programs may want it.");
        }
    }
}

/// What the backend sees of a request's headers, and of its body byte by byte.
async fn headers_there(visitor: &Visitor, address: &Url, report: &mut Report) -> Option<Passage> {
    let body: Vec<u8> = (0..SMALL_BYTES).map(|number| u8::try_from(number % 251).unwrap_or(0)).collect();
    let arrived = visitor.ask(Method::POST, &body).await.ok()?.arrived()?;
    let host = &address[url::Position::BeforeHost..url::Position::AfterPort];
    if arrived.host.eq_ignore_ascii_case(host) {
        report.holds_that("host", "the Host header arrives as it was sent");
    } else {
        report.fails(
            "host",
            format!("sent {host}, arrived {:?}", arrived.host),
            "Keep the Host header (nginx: proxy_set_header Host $http_host; Apache: ProxyPreserveHost On): browsers' \
             requests are checked against it.",
        );
    }
    if arrived.has_authorization {
        report.holds_that("authorization", "the Authorization header arrives");
    } else {
        report.fails(
            "authorization",
            "Authorization is stripped",
            "Let it through, and ask for no password at the proxy: devices show their token in it.",
        );
    }
    if arrived.content_type == visit::CONTENT_TYPE {
        report.holds_that("content-type", "the Content-Type header arrives");
    } else {
        report.fails(
            "content-type",
            format!("arrived {:?}", arrived.content_type),
            "Leave Content-Type as it is: the backend takes no push without its own.",
        );
    }
    if arrived.upload_offset == visit::UPLOAD_OFFSET {
        report.holds_that("headers-there", "headers it does not know arrive");
    } else {
        report.warns("headers-there", "Upload-Offset is stripped", "Companions go on without; other programs may not.");
    }
    if arrived.has(&body) {
        report.holds_that("bytes", "bytes arrive as they were sent");
    } else {
        report.fails("bytes", "the body arrives changed", "Switch off whatever rewrites or scans bodies.");
    }
    Some(arrived)
}

/// By which address attempts are counted.
fn client(arrived: &Passage, local: bool, report: &mut Report) {
    let seen = &arrived.client_address;
    let is_proxy = seen.parse::<std::net::IpAddr>().is_ok_and(|address| match address.to_canonical() {
        std::net::IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        std::net::IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    });
    if local || !is_proxy {
        report.holds_that("client-address", &format!("attempts from here are counted by {seen}"));
    } else {
        report.warns(
            "client-address",
            format!("attempts from here are counted by {seen}"),
            "Unless this is your own address in the same network: name the proxy with --trusted-proxy and let it write \
             X-Forwarded-For, or one guesser locks everybody out.",
        );
    }
}

async fn sizes(visitor: &Visitor, report: &mut Report) {
    for (name, bytes) in [("size-of-piece", limits::ATTACHMENT_PIECE_BYTES), ("size-of-push", limits::PUSH_WIRE_BYTES)]
    {
        if passes(visitor, bytes).await {
            report.holds_that(name, &format!("{bytes} bytes arrive"));
            continue;
        }
        let widest = widest(visitor, bytes).await;
        report.fails(
            name,
            format!("{bytes} bytes do not arrive; {widest} do"),
            "Allow bodies of 6 MB (nginx: client_max_body_size 6m; Apache: LimitRequestBody 6291456; Caddy: \
             request_body max_size 6MB). Companions send in smaller pieces until then; what is larger waits.",
        );
    }
}

async fn passes(visitor: &Visitor, bytes: usize) -> bool {
    let body = vec![0; bytes];
    let visit = visitor.ask(Method::POST, &body).await;
    visit.is_ok_and(|visit| visit.arrived().is_some_and(|arrived| arrived.has(&body)))
}

/// The largest body that arrives, more or less.
async fn widest(visitor: &Visitor, too_large: usize) -> usize {
    let (mut passed, mut fails) = (0, too_large);
    while fails - passed > FINE_ENOUGH_BYTES.min(fails / 8).max(1) {
        let middle = passed.midpoint(fails);
        if passes(visitor, middle).await {
            passed = middle;
        } else {
            fails = middle;
        }
    }
    passed
}

fn clock(first: &Visit, now: DateTime<Utc>, report: &mut Report) {
    let Some(arrived) = first.arrived() else { return };
    let ahead = arrived.time - now;
    if ahead.abs() <= CLOCK_TOLERANCE {
        report.holds_that("clock", &format!("the backend's clock and this one differ {} s", ahead.num_seconds()));
    } else {
        report.fails(
            "clock",
            format!("the backend's clock is {} s ahead of this one", ahead.num_seconds()),
            "Set both by NTP: every receipt carries the backend's time.",
        );
    }
}
