//! Signing in: the cookie, the two ends of a session, and guessers who lock nobody out.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::SET_COOKIE;
use baken_backend::http::bounds::attempts::{Attempts, Limits, Turns};
use baken_backend::http::extract::origin::{Proxies, parse_network};
use baken_backend::storage::Installation;
use chrono::TimeDelta;

use super::browser::{Browser, LOGIN, PASSWORD, attempt_from, attempt_with, backend};
use super::scene::{account, audited};
use crate::backend::{Answer, Backend};

/// One that is asked through a proxy it trusts, with these limits.
fn behind_a_proxy(limits: Limits) -> Backend {
    let mut backend = backend();
    backend.change(|state| {
        state.trusted_proxies = Proxies::new(vec![parse_network("127.0.0.1").unwrap()], None);
        state.limits = Arc::new(limits);
    });
    backend
}

fn over_https() -> Backend {
    let mut backend = backend();
    backend.change(|state| {
        let address = "https://baken.example".parse().unwrap();
        state.installation = Arc::new(Installation { address, ..Installation::clone(&state.installation) });
    });
    backend
}

fn attributes(set_cookie: &str) -> Vec<&str> {
    let mut attributes: Vec<_> = set_cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_this_host_and_to_encrypted_connections() {
    let backend = over_https();
    let answer = attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await;
    let set_cookie = answer.header("set-cookie");
    assert!(set_cookie.starts_with("__Host-baken="), "{set_cookie}");
    assert_eq!(attributes(set_cookie), ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]);
    let mut browser = Browser::sign_in(&backend).await;
    assert_eq!(browser.get("/v1/sessions/current").await.status, 200);
    let ended = browser.delete("/v1/sessions/current").await;
    assert_eq!(ended.status, 204);
    let gone = ended.header("set-cookie");
    assert!(gone.starts_with("__Host-baken=;") && gone.contains("Max-Age=0") && gone.contains("Secure"), "{gone}");
    assert_eq!(browser.get("/v1/sessions/current").await.refusal(), (401, "not-signed-in".into()));

    browser = Browser::sign_in(&backend).await;
    browser.cookie = browser.cookie.replace("__Host-baken", "baken");
    assert_eq!(browser.get("/v1/sessions/current").await.status, 401, "a cookie anybody on the way could have set");
}

#[tokio::test]
async fn over_loopback_the_cookie_is_kept_from_scripts_and_other_sites() {
    let backend = backend();
    let answer = attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await;
    let set_cookie = answer.header("set-cookie");
    assert!(set_cookie.starts_with("baken="), "{set_cookie}");
    assert_eq!(attributes(set_cookie), ["HttpOnly", "Path=/", "SameSite=Strict"]);
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_a_request() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    for _ in 0..3 {
        backend.pass(TimeDelta::minutes(30) - TimeDelta::milliseconds(1));
        assert_eq!(browser.get("/v1/sessions/current").await.status, 200, "in use");
    }
    backend.pass(TimeDelta::minutes(30));
    assert_eq!(browser.get("/v1/sessions/current").await.refusal(), (401, "not-signed-in".into()));
    assert_eq!(backend.count("sessions"), 0, "and nothing brings it back");
}

#[tokio::test]
async fn whoever_signs_out_everywhere_is_signed_in_nowhere_and_nobody_else_is_signed_out() {
    let backend = backend();
    account(&backend, "agent", "politie", vec![]);
    let (here, there) = (Browser::sign_in(&backend).await, Browser::sign_in(&backend).await);
    let colleague = Browser::sign_in_as(&backend, "agent").await;
    let mut forged = Browser::sign_in(&backend).await;
    forged.csrf = "x".to_owned();
    assert_eq!(forged.delete("/v1/sessions").await.refusal(), (403, "csrf".into()));
    let ended = here.delete("/v1/sessions").await;
    assert!(ended.status == 204 && ended.header("set-cookie").starts_with("baken=;"));
    for browser in [&here, &there, &forged] {
        assert_eq!(browser.get("/v1/sessions/current").await.refusal(), (401, "not-signed-in".into()));
    }
    assert_eq!(colleague.get("/v1/sessions/current").await.status, 200);
    assert_eq!(audited(&backend, "end-sessions", 1), [format!("{LOGIN} account {LOGIN} ok")]);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_busy_it_is() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    for _ in 0..35 {
        backend.pass(TimeDelta::minutes(20));
        assert_eq!(browser.get("/v1/sessions/current").await.status, 200);
    }
    backend.pass(TimeDelta::minutes(20) - TimeDelta::milliseconds(1));
    assert_eq!(browser.get("/v1/sessions/current").await.status, 200);
    backend.pass(TimeDelta::milliseconds(1));
    assert_eq!(browser.get("/v1/sessions/current").await.refusal(), (401, "not-signed-in".into()));
}

#[tokio::test]
async fn all_addresses_of_one_network_share_its_attempts() {
    let backend = behind_a_proxy(Limits::default());
    for host in 1..=5 {
        let answer = attempt_from(&backend, &format!("2001:db8:0:1::{host}"), LOGIN, "geraden").await;
        assert_eq!(answer.refusal(), (401, "wrong-credentials".into()), "host {host}");
    }
    let answer = attempt_from(&backend, "2001:db8:0:1:ffff::6", LOGIN, PASSWORD).await;
    assert_eq!(answer.refusal(), (429, "too-many-attempts".into()));
    assert_eq!(attempt_from(&backend, "2001:db8:1::1", LOGIN, PASSWORD).await.status, 201, "the network beside it");
}

#[tokio::test]
async fn who_guesses_locks_nobody_else_out() {
    let backend = behind_a_proxy(Limits::default());
    let mut refused = 0;
    for _ in 0..40 {
        let answer = attempt_from(&backend, "198.51.100.7", LOGIN, "geraden").await;
        refused += u32::from(answer.status == 429);
    }
    assert!(refused >= 30, "{refused} of 40 attempts had to wait");
    assert_eq!(attempt_from(&backend, "198.51.100.8", LOGIN, PASSWORD).await.status, 201);
}

#[tokio::test]
async fn guessing_from_everywhere_is_slowed_down_and_written_down_once() {
    let limits = Limits { failed_by_login: Attempts::a_minute(6), ..Limits::default() };
    let backend = behind_a_proxy(limits);
    for login in [LOGIN, "een wachtwoord in het verkeerde veld"] {
        for network in 0..6 {
            let answer = attempt_from(&backend, &format!("198.51.100.{network}"), login, "geraden").await;
            assert_eq!(answer.refusal(), (401, "wrong-credentials".into()), "network {network}");
        }
        for network in 6..9 {
            let answer = attempt_from(&backend, &format!("198.51.100.{network}"), login, "geraden").await;
            assert_eq!(answer.refusal(), (429, "too-many-attempts".into()), "network {network}");
        }
    }
    let lines: String = backend.one(
        "SELECT group_concat(actor || ', ' || object || ', ' || result || ', ' || origin, '; ')
         FROM audit_lines WHERE action = 'sign-in' AND result <> 'refused'",
    );
    assert_eq!(lines, format!("unknown, account {LOGIN}, too-many-attempts, 198.51.100.6"));
    assert_eq!(backend.one::<u64>("SELECT count(*) FROM audit_lines WHERE object LIKE '%wachtwoord%'"), 0);
}

#[tokio::test]
async fn no_more_passwords_are_hashed_at_once_than_there_are_turns() {
    let none = Limits { hashing: Turns::new(0, Duration::ZERO), ..Limits::default() };
    let mut backend = behind_a_proxy(none);
    let answer = attempt_from(&backend, "198.51.100.7", LOGIN, PASSWORD).await;
    assert_eq!(answer.refusal(), (503, "unavailable".into()));
    assert_eq!(backend.count("audit"), 0, "nothing was looked at");
    backend.change(|state| {
        let one = || Turns::new(1, Duration::ZERO);
        state.limits = Arc::new(Limits { hashing: one(), hashing_for_known: one(), ..Limits::default() });
    });
    for _ in 0..2 {
        assert_eq!(attempt_from(&backend, "198.51.100.7", LOGIN, PASSWORD).await.status, 201, "given back each time");
    }
}

/// The cookie by which a browser is known again.
fn known(answer: &Answer) -> String {
    let cookies = answer.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.into_iter().find(|cookie| cookie.contains("baken-browser=")).expect("a cookie to be known by");
    cookie.split(';').next().unwrap().to_owned()
}

const OFFICE: &str = "198.51.100.7";
const ELSEWHERE: &str = "203.0.113.9";

/// Guesses at `login` from `from` until it is told to wait.
async fn guess(backend: &Backend, from: &str, login: &str) {
    for _ in 0..40 {
        if attempt_from(backend, from, login, "geraden").await.status == 429 {
            return;
        }
    }
    panic!("nobody stops a guesser");
}

#[tokio::test]
async fn a_guesser_in_the_office_locks_out_neither_colleagues_nor_a_browser_that_is_known() {
    let backend = behind_a_proxy(Limits::default());
    account(&backend, "agent", "politie", vec![]);
    let cookie = known(&attempt_from(&backend, OFFICE, LOGIN, PASSWORD).await);
    guess(&backend, OFFICE, LOGIN).await;
    assert_eq!(attempt_from(&backend, OFFICE, "agent", PASSWORD).await.status, 201, "a colleague");
    let own = attempt_with(&backend, OFFICE, &cookie, LOGIN, PASSWORD).await;
    assert_eq!(own.status, 201, "the owner's own browser");
    assert_eq!(own.headers.get_all(SET_COOKIE).iter().count(), 1, "it is known already");
    assert_eq!(attempt_from(&backend, ELSEWHERE, LOGIN, PASSWORD).await.status, 201, "the owner elsewhere");
    let forged = format!("baken-browser={}", "A".repeat(43));
    let refused = attempt_with(&backend, OFFICE, &forged, LOGIN, PASSWORD).await;
    assert_eq!(refused.refusal(), (429, "too-many-attempts".into()), "a cookie nobody gave out");
    let of_another = attempt_with(&backend, OFFICE, &cookie, "agent", "geraden").await;
    assert_eq!(of_another.status, 401, "and it is known to its own account only");
}

#[tokio::test]
async fn who_tries_every_name_from_one_network_locks_out_strangers_there_and_nobody_who_is_known() {
    let backend = behind_a_proxy(Limits { failed_by_network: Attempts::a_minute(6), ..Limits::default() });
    account(&backend, "agent", "politie", vec![]);
    attempt_from(&backend, OFFICE, LOGIN, PASSWORD).await;
    for number in 0..6 {
        assert_eq!(attempt_from(&backend, OFFICE, &format!("naam{number}"), "geraden").await.status, 401);
    }
    let refused = attempt_from(&backend, OFFICE, "agent", PASSWORD).await;
    assert_eq!(refused.refusal(), (429, "too-many-attempts".into()), "never seen here before");
    assert_eq!(attempt_from(&backend, OFFICE, LOGIN, PASSWORD).await.status, 201, "signed in here before");
    assert_eq!(attempt_from(&backend, ELSEWHERE, "agent", PASSWORD).await.status, 201);
}

#[tokio::test]
async fn who_guesses_at_one_account_from_everywhere_keeps_its_owner_out_nowhere_it_is_known() {
    let backend = behind_a_proxy(Limits { failed_by_login: Attempts::a_minute(6), ..Limits::default() });
    let cookie = known(&attempt_from(&backend, OFFICE, LOGIN, PASSWORD).await);
    for network in 0..9 {
        attempt_from(&backend, &format!("192.0.2.{network}"), LOGIN, "geraden").await;
    }
    assert_eq!(attempt_from(&backend, ELSEWHERE, LOGIN, PASSWORD).await.status, 429);
    assert_eq!(attempt_from(&backend, OFFICE, LOGIN, PASSWORD).await.status, 201, "where it signed in before");
    assert_eq!(attempt_with(&backend, ELSEWHERE, &cookie, LOGIN, PASSWORD).await.status, 201, "with its own browser");
}

#[tokio::test]
async fn only_what_fails_is_counted_and_a_known_browser_is_forgotten_after_ninety_days() {
    let backend = behind_a_proxy(Limits { failed_by_network: Attempts::a_minute(1), ..Limits::default() });
    let mut last = attempt_from(&backend, OFFICE, LOGIN, PASSWORD).await;
    for _ in 0..8 {
        last = attempt_from(&backend, OFFICE, LOGIN, PASSWORD).await;
        assert_eq!(last.status, 201, "an office that signs in at nine");
    }
    let cookie = known(&last);
    for _ in 0..5 {
        assert_eq!(attempt_with(&backend, OFFICE, &cookie, LOGIN, "geraden").await.status, 401);
    }
    let tired = attempt_with(&backend, OFFICE, &cookie, LOGIN, PASSWORD).await;
    assert_eq!(tired.refusal(), (429, "too-many-attempts".into()), "whoever has the browser may not guess for ever");
    backend.pass(TimeDelta::days(91));
    attempt_from(&backend, ELSEWHERE, LOGIN, PASSWORD).await;
    assert_eq!(backend.count("known_browsers"), 1, "what was not used is swept out");
}

#[tokio::test]
async fn the_cookie_a_browser_is_known_by_is_kept_from_scripts_and_other_sites() {
    let backend = over_https();
    let answer = attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await;
    let cookies: Vec<_> = answer.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
    assert!(cookies[0].starts_with("__Host-baken="), "{cookies:?}");
    assert!(cookies[1].starts_with("__Host-baken-browser="), "{cookies:?}");
    assert_eq!(attributes(cookies[1]), ["HttpOnly", "Max-Age=7776000", "Path=/", "SameSite=Strict", "Secure"]);
    let token = cookies[1].split(['=', ';']).nth(1).unwrap();
    let held: u64 = backend.one(&format!("SELECT count(*) FROM known_browsers WHERE browser_hash = '{token}'"));
    assert_eq!((held, backend.count("known_browsers")), (0, 1), "by its hash alone");
}
