//! The second factor: begun, put in force by a code, asked for at signing in, and taken away again.

use std::sync::Arc;

use baken_backend::access::Role;
use baken_backend::admin::second_factor::EndError;
use baken_backend::http::bounds::attempts::{Attempts, Limits};
use baken_protocol::record::ConfidentialityLevel::Team;
use chrono::TimeDelta;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::browser::{Browser, LOGIN, PASSWORD, attempt_from, backend};
use super::scene::{account_with, audited, text};
use crate::backend::{Answer, Backend};

const HERE: &str = "/v1/second-factor";

/// What the app on the phone shows now.
pub fn code_now(backend: &Backend, secret: &str) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    let now = u64::try_from(backend.environment.clock.now().timestamp()).unwrap();
    totp.generate(now).to_string()
}

async fn signs_in(backend: &Backend, code: Option<&str>) -> Answer {
    let mut body = json!({ "login": LOGIN, "password": PASSWORD });
    if let Some(code) = code {
        body["code"] = code.into();
    }
    let request = axum::http::Request::post("/v1/sessions").header("content-type", "application/json");
    backend.send(request.body(axum::body::Body::from(body.to_string())).unwrap()).await
}

/// Begun and in force; its secret.
pub async fn in_force(backend: &Backend, browser: &Browser<'_>) -> String {
    let begun = browser.post(HERE, &json!({ "password": PASSWORD })).await;
    assert_eq!(begun.status, 201, "{}", begun.json());
    let secret = text(&begun.json()["secret"]);
    let confirmed = browser.put(HERE, &json!({ "code": code_now(backend, &secret) })).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.json());
    backend.pass(TimeDelta::minutes(1));
    secret
}

fn wrong(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.refusal(), (400, "invalid".into()));
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|error| format!("{} {}", text(&error["field"]), text(&error["code"]))).collect()
}

#[tokio::test]
async fn whoever_has_the_password_alone_is_let_in_until_a_code_was_seen_and_not_after_it() {
    let backend = backend();
    let (browser, elsewhere) = (Browser::sign_in(&backend).await, Browser::sign_in(&backend).await);
    assert_eq!(browser.json(HERE).await, json!({ "since": Value::Null }));
    let begun = browser.post(HERE, &json!({ "password": PASSWORD })).await.json();
    let secret = text(&begun["secret"]);
    assert!(text(&begun["uri"]).contains(&secret) && text(&begun["qrSvg"]).contains("<svg"));
    assert_eq!(signs_in(&backend, None).await.status, 201, "begun is not in force");

    let confirmed = browser.put(HERE, &json!({ "code": code_now(&backend, &secret) })).await;
    assert!(confirmed.json()["since"].is_string(), "{}", confirmed.json());
    assert_eq!(browser.get(HERE).await.status, 200, "whoever did it stays signed in");
    assert_eq!(elsewhere.get(HERE).await.status, 401, "and nobody else");
    assert_eq!(signs_in(&backend, None).await.refusal(), (401, "second-factor-required".into()));
    assert_eq!(signs_in(&backend, Some(" ")).await.refusal(), (401, "second-factor-required".into()));
    assert_eq!(signs_in(&backend, Some("000000")).await.refusal(), (401, "wrong-code".into()));
    backend.pass(TimeDelta::minutes(1));
    let code = code_now(&backend, &secret);
    assert_eq!(signs_in(&backend, Some(&code)).await.status, 201);
    assert_eq!(signs_in(&backend, Some(&code)).await.refusal(), (401, "wrong-code".into()), "a code counts once");
    assert_eq!(audited(&backend, "set-second-factor", 1), [format!("{LOGIN} account {LOGIN} ok")]);
    let tried = audited(&backend, "sign-in", 2);
    assert_eq!(tried, [format!("{LOGIN} session ok"), format!("{LOGIN} session wrong-code")]);
    backend.assert_holds();
}

#[tokio::test]
async fn the_code_that_put_it_in_force_lets_nobody_in() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    let secret = text(&browser.post(HERE, &json!({ "password": PASSWORD })).await.json()["secret"]);
    let code = code_now(&backend, &secret);
    assert_eq!(browser.put(HERE, &json!({ "code": code })).await.status, 200);
    assert_eq!(signs_in(&backend, Some(&code)).await.refusal(), (401, "wrong-code".into()));
}

/// Who has a password that is right guesses twenty codes in a day, however slowly, and with them keeps nobody out whose browser
/// is known.
#[tokio::test]
async fn few_codes_are_guessed_in_a_day_and_a_browser_that_is_known_has_its_own() {
    let mut backend = backend();
    backend.change(|state| {
        state.limits = Arc::new(Limits {
            failed_by_login_and_network: Attempts::a_minute(1_000_000),
            failed_by_network: Attempts::a_minute(1_000_000),
            failed_by_login: Attempts::a_minute(1_000_000),
            ..Limits::default()
        });
    });
    let known = attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await;
    let cookies = known.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap().split(';').next().unwrap());
    let cookies = cookies.collect::<Vec<_>>().join("; ");
    let browser = Browser::with(&backend, &(cookies.clone(), text(&known.json()["csrfToken"])));
    let secret = in_force(&backend, &browser).await;
    let mut tried = 0;
    let last = loop {
        let answer = signs_in(&backend, Some("000000")).await;
        if answer.status != 401 || tried > 200 {
            break answer;
        }
        tried += 1;
    };
    assert_eq!((last.status.as_u16(), last.code(), tried), (429, "too-many-attempts".into(), 20));
    assert_eq!(signs_in(&backend, Some(&code_now(&backend, &secret))).await.status, 429, "the right one neither");
    let body = json!({ "login": LOGIN, "password": PASSWORD, "code": code_now(&backend, &secret) }).to_string();
    let request = axum::http::Request::post("/v1/sessions").header("content-type", "application/json");
    let request = request.header("cookie", cookies).body(axum::body::Body::from(body)).unwrap();
    assert_eq!(backend.send(request).await.status, 201, "the member's own browser");
}

/// Somebody saw the picture over a shoulder, and the member went away.
#[tokio::test]
async fn what_was_begun_and_not_confirmed_lapses() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    let secret = text(&browser.post(HERE, &json!({ "password": PASSWORD })).await.json()["secret"]);
    backend.pass(TimeDelta::minutes(16));
    let late = browser.put(HERE, &json!({ "code": code_now(&backend, &secret) })).await;
    assert_eq!(late.refusal(), (409, "not-now".into()));
    let lines = audited(&backend, "set-second-factor", 2);
    assert_eq!(lines, [format!("{LOGIN} account {LOGIN} begun"), format!("{LOGIN} account {LOGIN} not-now")]);
}

#[tokio::test]
async fn it_is_changed_with_the_password_and_taken_away_with_a_code_too() {
    let backend = backend();
    let browser = Browser::sign_in(&backend).await;
    assert_eq!(wrong(&browser.post(HERE, &json!({})).await), ["password required"]);
    assert_eq!(wrong(&browser.post(HERE, &json!({ "password": "mis" })).await), ["password invalid"]);
    assert_eq!(browser.post(HERE, &json!({ "password": 1 })).await.refusal(), (400, "malformed".into()));
    let confirms = async |code: &str| browser.put(HERE, &json!({ "code": code })).await;
    assert_eq!(confirms("123456").await.refusal(), (409, "not-now".into()), "none was begun");
    assert_eq!(wrong(&confirms("").await), ["code required"]);
    let first = text(&browser.post(HERE, &json!({ "password": PASSWORD })).await.json()["secret"]);
    let second = text(&browser.post(HERE, &json!({ "password": PASSWORD })).await.json()["secret"]);
    assert_eq!(wrong(&confirms(&code_now(&backend, &first)).await), ["code invalid"], "the second took its place");
    assert_eq!(confirms(&code_now(&backend, &second)).await.status, 200);
    let again = browser.post(HERE, &json!({ "password": PASSWORD })).await;
    assert_eq!(again.refusal(), (409, "not-now".into()), "one that is in force is not replaced by the way");

    backend.pass(TimeDelta::minutes(1));
    let endings = "/v1/second-factor/endings";
    let ends =
        async |password: &str, code: &str| browser.post(endings, &json!({ "password": password, "code": code })).await;
    assert_eq!(wrong(&browser.post(endings, &json!({})).await), ["password required", "code required"]);
    let code = code_now(&backend, &second);
    assert_eq!(wrong(&ends("mis", &code).await), ["password invalid"]);
    assert_eq!(wrong(&ends(PASSWORD, "000000").await), ["code invalid"]);
    assert_eq!(ends(PASSWORD, &code).await.status, 201, "a wrong password spent no code");
    assert_eq!(ends(PASSWORD, &code).await.refusal(), (409, "not-now".into()));
    assert_eq!(signs_in(&backend, None).await.status, 201);
    assert_eq!(audited(&backend, "end-second-factor", 1), [format!("{LOGIN} account {LOGIN} ok")]);
    backend.assert_holds();
}

#[tokio::test]
async fn whoever_lost_the_phone_has_it_taken_away_by_an_administrator() {
    let backend = backend();
    let member = Browser::sign_in(&backend).await;
    in_force(&backend, &member).await;
    account_with(&backend, "beheer", "gemeente-velsen", &[Role::Administrator], vec![Team]);
    let boss = Browser::sign_in_as(&backend, "beheer").await;
    let since = |list: Value| {
        list["members"].as_array().unwrap().iter().find(|it| it["login"] == LOGIN).unwrap()["secondFactorSince"].clone()
    };
    assert!(since(boss.json("/v1/members").await).is_string());
    let path = format!("/v1/members/{LOGIN}/second-factor");
    assert_eq!(member.delete(&path).await.refusal(), (409, "not-now".into()), "one's own goes with password and code");
    assert_eq!(boss.delete(&path).await.status, 204);
    assert_eq!(boss.delete(&path).await.refusal(), (404, "not-found".into()), "there is none any more");
    assert!(since(boss.json("/v1/members").await).is_null());
    assert_eq!(member.get(HERE).await.status, 401, "signed out everywhere");
    assert_eq!(attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await.status, 201);
    assert_eq!(audited(&backend, "end-second-factor", 2)[0], format!("beheer account {LOGIN} ok"));
    backend.assert_holds();
}

/// The only administrator lost the phone: whoever stands at the machine helps.
#[tokio::test]
async fn at_the_machine_it_is_taken_away_too() {
    let backend = backend();
    let member = Browser::sign_in(&backend).await;
    in_force(&backend, &member).await;
    let ends = |login: &str| baken_backend::admin::second_factor::end(&*backend.storage, &backend.environment, login);
    assert!(matches!(ends("niemand"), Err(EndError::None)));
    ends(LOGIN).unwrap();
    assert!(matches!(ends(LOGIN), Err(EndError::None)), "there is none any more");
    assert_eq!(member.get(HERE).await.status, 401);
    assert_eq!(signs_in(&backend, None).await.status, 201);
    assert_eq!(audited(&backend, "end-second-factor", 1), [format!("operator account {LOGIN} ok")]);
}
