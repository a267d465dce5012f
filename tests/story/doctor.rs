//! `baken-backend doctor` before a backend behind something that hinders: each hindrance is named by its own check.

use axum::http::{HeaderMap, Method};
use baken_backend::admin::doctor::{DoctorError, Outcome, Report, examine};
use baken_backend::environment::Environment;

use crate::front::{Front, Reply};
use crate::world::World;

async fn report(url: &str) -> Report {
    examine(&url.parse().unwrap(), &Environment::system()).await.unwrap()
}

/// The checks that do not hold.
fn found(report: &Report) -> Vec<(&str, Outcome)> {
    let findings = report.findings.iter().filter(|finding| finding.outcome != Outcome::Holds);
    findings.map(|finding| (finding.check.as_str(), finding.outcome)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_nothing_in_between_everything_holds_and_nothing_is_changed() {
    let world = World::new().await;
    let report = report(&world.url()).await;
    assert_eq!(found(&report), []);
    assert!(report.holds() && report.findings.len() >= 15, "{:?}", report.findings);
    let after = world.verified();
    assert_eq!((after.batches, after.devices, after.attachments), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_do_not_arrive_are_named() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    for (method, check, outcome) in [
        (Method::PATCH, "method-patch", Outcome::Warning),
        (Method::PUT, "method-put", Outcome::Warning),
        (Method::HEAD, "method-head", Outcome::Warning),
        (Method::DELETE, "method-delete", Outcome::Warning),
    ] {
        front.answers(move |asked| (*asked.method == method).then(|| Reply::of_somebody_else(405)));
        assert_eq!(found(&report(&front.url()).await), [(check, outcome)]);
    }
    front.answers(|asked| (asked.method == Method::POST).then(|| Reply::of_somebody_else(405)));
    assert!(!report(&front.url()).await.holds(), "without POST no device sends anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_do_not_arrive_are_named() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    for (header, checks) in [
        ("authorization", vec![("authorization", Outcome::Fails)]),
        ("api-version", vec![("api-version", Outcome::Fails)]),
        ("content-security-policy", vec![("headers-back", Outcome::Warning)]),
        ("upload-offset", vec![("headers-back", Outcome::Warning), ("headers-there", Outcome::Warning)]),
    ] {
        front.touches(move |headers: &mut HeaderMap| {
            headers.remove(header);
        });
        assert_eq!(found(&report(&front.url()).await), checks, "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_size_that_arrives_is_found() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    front.answers(|asked| (asked.body.len() > 1_000_000).then(|| Reply::of_somebody_else(413)));
    let report = report(&front.url()).await;
    assert_eq!(found(&report), [("size-of-push", Outcome::Fails)]);
    let line = report.findings.iter().find(|finding| finding.check == "size-of-push").unwrap().line();
    let arrives: usize = line.split(' ').filter_map(|word| word.parse().ok()).nth(1).unwrap();
    assert!((980_000..=1_000_000).contains(&arrives), "{line}");
    assert!(line.starts_with("FAIL") && line.contains("client_max_body_size"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_in_the_backends_place_is_named() {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    for (status, check) in [(200, "api-version"), (301, "redirect"), (403, "api-version"), (502, "api-version")] {
        front.answers(move |_| Some(Reply::of_somebody_else(status)));
        assert_eq!(found(&report(&front.url()).await), [(check, Outcome::Fails)], "{status}");
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(found(&report(&format!("http://127.0.0.1:{port}")).await), [("connection", Outcome::Fails)]);
}

#[tokio::test]
async fn an_address_no_device_takes_is_refused() {
    for address in
        ["http://baken.example", "https://baken.example/deep", "ftp://baken.example", "https://u@baken.example"]
    {
        let refused = examine(&address.parse().unwrap(), &Environment::system()).await;
        assert!(matches!(refused, Err(DoctorError::Address)), "{address}");
    }
}
