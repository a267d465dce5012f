//! Signing in by the municipality's own sign-in: there and back, and every way in which it comes to nothing.

pub mod played;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::SET_COOKIE;
use baken_backend::admin::sign_in::{self, SignInError};
use baken_backend::openid::{Client, ClientKey, ClientProof, Provider};
use baken_backend::register::provider::BindError;
use baken_backend::storage::UnitOfWork;
use chrono::TimeDelta;
use serde_json::{Value, json};

use self::played::{Played, Whim};
use super::browser::{Browser, LOGIN, PASSWORD, attempt_from, backend};
use super::scene::{account, audited, text};
use super::second_factor::{code_now, in_force};
use crate::backend::{Answer, Backend};

const SUBJECT: &str = "248289761001";

pub fn as_set(played: &Played, backend: &Backend) -> Provider {
    let key = ClientKey::generate(backend.environment.secure_random()).unwrap();
    played.knows(&key);
    Provider {
        issuer: played.issuer.clone(),
        client_id: "baken".to_owned(),
        proof: ClientProof::PrivateKey(key),
        claim: "sub".to_owned(),
        scopes: Vec::new(),
        acr: Vec::new(),
        amr: Vec::new(),
        only: false,
    }
}

/// A backend with one member, whom a provider knows.
async fn scene() -> (Backend, Arc<Played>) {
    scene_with(|_| {}).await
}

async fn scene_with(change: impl FnOnce(&mut Provider)) -> (Backend, Arc<Played>) {
    let backend = backend();
    let played = Played::start(backend.environment.clock.now()).await;
    let mut provider = as_set(&played, &backend);
    change(&mut provider);
    sign_in::set(&*backend.storage, &backend.environment, &provider).await.unwrap();
    sign_in::give(&*backend.storage, &backend.environment, LOGIN, SUBJECT).unwrap();
    (backend, played)
}

pub async fn post(backend: &Backend, path: &str, cookie: &str, body: &Value) -> Answer {
    let request = Request::post(path).header("content-type", "application/json").header("cookie", cookie);
    backend.send(request.body(Body::from(body.to_string())).unwrap()).await
}

fn set_cookie(answer: &Answer, name: &str) -> String {
    let all = answer.headers.get_all(SET_COOKIE).iter().map(|it| it.to_str().unwrap());
    all.filter_map(|it| it.split(';').next()).find(|it| it.starts_with(name)).unwrap().to_owned()
}

/// Somebody left: the cookie, and with what they come back.
pub async fn left(backend: &Backend, played: &Played) -> (String, Value) {
    let answer = post(backend, "/v1/sign-in/departures", "", &json!({})).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    (set_cookie(&answer, "baken-away"), played.sends_back(&text(&answer.json()["address"])))
}

pub async fn comes_back(backend: &Backend, cookie: &str, with: &Value) -> Answer {
    post(backend, "/v1/sign-in/returns", cookie, with).await
}

async fn there_and_back(backend: &Backend, played: &Played) -> Answer {
    let (cookie, with) = left(backend, played).await;
    comes_back(backend, &cookie, &with).await
}

async fn ways(backend: &Backend) -> Value {
    backend.send(Request::get("/v1/sign-in").body(Body::empty()).unwrap()).await.json()
}

#[tokio::test]
async fn a_member_signs_in_by_the_provider_and_out_of_it_too() {
    let (backend, played) = scene().await;
    assert_eq!(ways(&backend).await, json!({ "password": true, "provider": true }));
    let answer = there_and_back(&backend, &played).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    assert_eq!(answer.json()["login"], LOGIN);
    let out = text(&answer.json()["signOutAt"]);
    assert!(out.starts_with(&format!("{}/end?client_id=baken&post_logout_redirect_uri=", played.issuer)), "{out}");
    let csrf = text(&answer.json()["csrfToken"]);
    let browser = Browser::with(&backend, &(set_cookie(&answer, "baken="), csrf));
    assert_eq!(browser.json("/v1/sessions/current").await["signOutAt"], out);
    let away = set_cookie(&answer, "baken-away");
    assert_eq!(away, "baken-away=", "it is done");
    assert_eq!(audited(&backend, "sign-in", 1), [format!("{LOGIN} session by the municipality's own sign-in ok")]);
    let by_password = attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await;
    assert_eq!((by_password.status.as_u16(), &by_password.json()["signOutAt"]), (201, &Value::Null));
    assert_eq!((played.asked("itself"), played.asked("jwks")), (2, 2), "when it was set, and once for all who came");
    backend.assert_holds();
}

#[tokio::test]
async fn the_cookie_of_a_journey_is_kept_from_scripts_and_other_sites() {
    let (backend, _played) = scene().await;
    let answer = post(&backend, "/v1/sign-in/departures", "", &json!({})).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=600"), "{cookie}");
}

#[tokio::test]
async fn one_comes_back_once_in_time_and_in_the_browser_that_left() {
    let (backend, played) = scene().await;
    let (cookie, with) = left(&backend, &played).await;
    let (other, _) = left(&backend, &played).await;
    let lapsed = (401, "sign-in-lapsed".to_owned());
    assert_eq!(comes_back(&backend, "", &with).await.refusal(), lapsed);
    assert_eq!(comes_back(&backend, "baken-away=x", &with).await.refusal(), lapsed);
    assert_eq!(comes_back(&backend, &other, &with).await.refusal(), lapsed, "another's answer");
    assert_eq!(comes_back(&backend, &cookie, &json!({ "state": "x", "code": "y" })).await.refusal(), lapsed);
    let (cookie, with) = left(&backend, &played).await;
    assert_eq!(comes_back(&backend, &cookie, &with).await.status, 201);
    assert_eq!(comes_back(&backend, &cookie, &with).await.refusal(), lapsed, "once");
    let (cookie, with) = left(&backend, &played).await;
    backend.pass(TimeDelta::minutes(11));
    assert_eq!(comes_back(&backend, &cookie, &with).await.refusal(), lapsed);
    for malformed in [json!({}), json!({ "state": 1 }), json!([]), json!({ "state": "x", "more": 1 })] {
        assert_eq!(comes_back(&backend, &cookie, &malformed).await.refusal(), (400, "malformed".into()));
    }
}

#[tokio::test]
async fn whoever_turns_back_is_told_so_and_signed_in_as_nobody() {
    let (backend, played) = scene().await;
    for (error, refusal) in [
        ("access_denied", (401, "sign-in-cancelled".to_owned())),
        ("temporarily_unavailable", (503, "provider-failed".to_owned())),
        ("<b>", (503, "provider-failed".to_owned())),
    ] {
        let (cookie, with) = left(&backend, &played).await;
        let turned = json!({ "state": with["state"], "error": error, "iss": with["iss"] });
        let answer = comes_back(&backend, &cookie, &turned).await;
        assert_eq!(answer.refusal(), refusal, "{error}");
        assert!(!String::from_utf8_lossy(&answer.body).contains(error), "a stranger's word");
        assert_eq!(audited(&backend, "sign-in", 1), [format!("unknown session {}", refusal.1)]);
    }
    assert_eq!((played.asked("token"), backend.count("sessions")), (0, 0));
}

#[tokio::test]
async fn a_code_of_another_provider_is_not_turned_in() {
    let (backend, played) = scene().await;
    for issuer in [json!("https://elders.example"), json!(""), Value::Null] {
        let (cookie, mut with) = left(&backend, &played).await;
        with["iss"] = issuer.clone();
        assert_eq!(
            comes_back(&backend, &cookie, &with).await.refusal(),
            (401, "provider-not-believed".into()),
            "{issuer}"
        );
    }
    assert_eq!(played.asked("token"), 0, "and no other sees it");
}

#[tokio::test]
async fn what_is_not_believed_signs_nobody_in() {
    let (backend, played) = scene().await;
    for says in [
        json!({ "nonce": "een andere" }),
        json!({ "aud": "ander" }),
        json!({ "iss": "https://elders.example" }),
        json!({ "exp": 0 }),
        json!({ "sub": "" }),
    ] {
        *played.says.lock().unwrap() = says.clone();
        let answer = there_and_back(&backend, &played).await;
        assert_eq!(answer.refusal(), (401, "provider-not-believed".into()), "{says}");
        assert_eq!(audited(&backend, "sign-in", 1), ["unknown session provider-not-believed"]);
    }
    assert_eq!(backend.count("sessions"), 0);
}

#[tokio::test]
async fn whoever_is_no_member_gets_nothing_and_is_written_down() {
    let (backend, played) = scene().await;
    *played.says.lock().unwrap() = json!({ "sub": "nieuw", "roles": ["administrator"], "preferred_username": LOGIN });
    let answer = there_and_back(&backend, &played).await;
    assert_eq!(answer.refusal(), (403, "unknown-subject".into()));
    assert_eq!(
        audited(&backend, "sign-in", 1),
        ["unknown session nieuw unknown-subject"],
        "so that an operator can bind it"
    );
    account(&backend, "agent", "politie", vec![]);
    let give = |login: &str, subject: &str| sign_in::give(&*backend.storage, &backend.environment, login, subject);
    assert!(matches!(give("agent", SUBJECT), Err(BindError::Taken(login)) if login == LOGIN));
    assert!(matches!(give("niemand", "nieuw"), Err(BindError::NoSuchMember)));
    give("agent", "nieuw").unwrap();
    assert_eq!(there_and_back(&backend, &played).await.json()["login"], "agent");
    let now = backend.environment.clock.now();
    backend.storage.write(|tx| tx.disable_account("agent", now)).unwrap();
    assert_eq!(there_and_back(&backend, &played).await.refusal(), (403, "unknown-subject".into()), "ended");
    give(LOGIN, "nieuw").unwrap();
    assert_eq!(there_and_back(&backend, &played).await.json()["login"], LOGIN, "a name that nobody has any more");
    let take = || sign_in::take(&*backend.storage, &backend.environment, LOGIN).unwrap();
    assert!(take() && !take());
    assert_eq!(backend.count("sessions"), 1, "of agent, which opens nothing");
    assert_eq!(there_and_back(&backend, &played).await.refusal(), (403, "unknown-subject".into()));
    backend.assert_holds();
}

#[tokio::test]
async fn a_code_of_baken_is_asked_unless_the_provider_saw_a_second_factor() {
    let (backend, played) = scene_with(|provider| {
        provider.acr = vec!["hoog".to_owned()];
        provider.amr = vec!["hwk".to_owned()];
    })
    .await;
    let secret = in_force(&backend, &Browser::sign_in(&backend).await).await;
    for says in [json!({}), json!({ "acr": "laag", "amr": ["pwd"] })] {
        *played.says.lock().unwrap() = says;
        assert_eq!(there_and_back(&backend, &played).await.refusal(), (401, "second-factor-required".into()));
    }
    let (cookie, with) = left(&backend, &played).await;
    let prove = async |code: &str| post(&backend, "/v1/sign-in/codes", &cookie, &json!({ "code": code })).await;
    assert_eq!(prove("000000").await.refusal(), (401, "sign-in-lapsed".into()), "nobody came back");
    assert_eq!(comes_back(&backend, &cookie, &with).await.refusal(), (401, "second-factor-required".into()));
    assert_eq!(prove("000000").await.refusal(), (401, "wrong-code".into()));
    assert_eq!(prove(" ").await.refusal(), (401, "second-factor-required".into()));
    let code = code_now(&backend, &secret);
    assert_eq!(prove(&code).await.json()["login"], LOGIN);
    assert_eq!(prove(&code).await.refusal(), (401, "sign-in-lapsed".into()), "once");

    let (cookie, with) = left(&backend, &played).await;
    comes_back(&backend, &cookie, &with).await;
    backend.pass(TimeDelta::minutes(11));
    let late = post(&backend, "/v1/sign-in/codes", &cookie, &json!({ "code": code_now(&backend, &secret) })).await;
    assert_eq!(late.refusal(), (401, "sign-in-lapsed".into()));
    backend.pass(TimeDelta::minutes(-12));
    for says in [json!({ "acr": "hoog" }), json!({ "amr": ["pwd", "hwk"] })] {
        *played.says.lock().unwrap() = says.clone();
        assert_eq!(there_and_back(&backend, &played).await.status, 201, "{says}");
    }
}

#[tokio::test]
async fn where_passwords_open_nothing_the_machine_is_the_way_back() {
    let (backend, played) = scene_with(|provider| provider.only = true).await;
    assert_eq!(ways(&backend).await, json!({ "password": false, "provider": true }));
    for password in [PASSWORD, "geraden"] {
        let answer = attempt_from(&backend, "127.0.0.1", LOGIN, password).await;
        assert_eq!(answer.refusal(), (403, "password-not-taken".into()));
    }
    assert_eq!(there_and_back(&backend, &played).await.status, 201);
    sign_in::end(&*backend.storage, &backend.environment).unwrap();
    assert!(matches!(sign_in::end(&*backend.storage, &backend.environment), Err(SignInError::NotSet)));
    assert_eq!(ways(&backend).await, json!({ "password": true, "provider": false }));
    assert_eq!(attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await.status, 201);
    assert_eq!(post(&backend, "/v1/sign-in/departures", "", &json!({})).await.refusal(), (404, "not-found".into()));
    assert_eq!(audited(&backend, "end-provider", 1), [format!("operator provider {} ok", played.issuer)]);
    backend.assert_holds();
}

#[tokio::test]
async fn a_provider_that_does_not_answer_as_it_must_costs_a_sign_in_and_nothing_else() {
    let (mut backend, played) = scene().await;
    let failed = (503, "provider-failed".to_owned());
    backend.change(|state| state.providers = Arc::new(Client::with_patience(Duration::from_millis(300))));
    for whim in [Whim::Broken, Whim::Elsewhere, Whim::Huge, Whim::Silent] {
        played.whim("token", whim);
        assert_eq!(there_and_back(&backend, &played).await.refusal(), failed, "{whim:?}");
    }
    played.whim("token", Whim::None);
    *played.baken.lock().unwrap() = None;
    assert_eq!(there_and_back(&backend, &played).await.refusal(), failed, "it knows Baken's key no more");
    let provider = as_set(&played, &backend);
    for whim in [Whim::Broken, Whim::Elsewhere, Whim::Huge] {
        for place in ["itself", "jwks"] {
            played.whim(place, whim);
            let set = sign_in::set(&*backend.storage, &backend.environment, &provider).await;
            assert!(matches!(set, Err(SignInError::Provider(_))), "{place} {whim:?}");
            played.whim(place, Whim::None);
        }
    }
    *played.itself.lock().unwrap() = json!({ "code_challenge_methods_supported": ["plain"] });
    let set = sign_in::set(&*backend.storage, &backend.environment, &provider).await;
    assert!(matches!(set, Err(SignInError::Provider(_))));
    assert_eq!(attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await.status, 201);
}

/// What it said is held for an hour; then it is asked again, and after it failed not for ten seconds.
#[tokio::test]
async fn a_provider_that_is_gone_is_not_asked_by_everybody() {
    let (backend, played) = scene().await;
    let leaves = async || post(&backend, "/v1/sign-in/departures", "", &json!({})).await;
    assert_eq!(leaves().await.status, 201);
    played.whim("itself", Whim::Broken);
    assert_eq!(leaves().await.status, 201, "held");
    backend.pass(TimeDelta::hours(1));
    let before = played.asked("itself");
    for _ in 0..5 {
        assert_eq!(leaves().await.refusal(), (503, "provider-failed".into()));
    }
    assert_eq!(played.asked("itself"), before + 1);
    played.whim("itself", Whim::None);
    backend.pass(TimeDelta::seconds(10));
    assert_eq!(leaves().await.status, 201);
}

#[tokio::test]
async fn a_key_that_is_new_is_asked_for_and_at_most_once_a_minute() {
    let (backend, played) = scene().await;
    assert_eq!(there_and_back(&backend, &played).await.status, 201);
    let before = played.asked("jwks");
    played.rename_key("twee");
    assert_eq!(there_and_back(&backend, &played).await.refusal(), (401, "provider-not-believed".into()), "just asked");
    assert_eq!(played.asked("jwks"), before);
    backend.pass(TimeDelta::minutes(1));
    assert_eq!(there_and_back(&backend, &played).await.status, 201);
    assert_eq!(played.asked("jwks"), before + 1);
}

#[tokio::test]
async fn from_one_network_so_many_leave_in_a_minute() {
    let (backend, _played) = scene().await;
    for _ in 0..60 {
        assert_eq!(post(&backend, "/v1/sign-in/departures", "", &json!({})).await.status, 201);
    }
    assert_eq!(
        post(&backend, "/v1/sign-in/departures", "", &json!({})).await.refusal(),
        (429, "too-many-attempts".into())
    );
}
