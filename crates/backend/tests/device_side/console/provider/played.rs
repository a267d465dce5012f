//! A provider of the test's own on this machine, which answers as the test says. A real one is tried in `tests/e2e`.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use baken_backend::openid::ClientKey;
use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};
use url::Url;

/// How a provider answers other than it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whim {
    /// It does as it should.
    None,
    /// It answers that something is wrong.
    Broken,
    /// It sends elsewhere.
    Elsewhere,
    /// It answers without end.
    Huge,
    /// It never answers.
    Silent,
}

/// What it is asked, and how it answers.
pub struct Played {
    pub issuer: String,
    key: EncodingKey,
    name: Mutex<String>,
    /// How often each address was asked.
    pub asked: Mutex<HashMap<&'static str, usize>>,
    /// What each address does instead.
    pub whims: Mutex<HashMap<&'static str, Whim>>,
    /// What the next token says beside what it should.
    pub says: Mutex<Value>,
    /// What it says of itself beside what it should.
    pub itself: Mutex<Value>,
    /// The key that Baken proves itself with.
    pub baken: Mutex<Option<Value>>,
    nonce: Mutex<String>,
    challenge: Mutex<String>,
    now: Mutex<DateTime<Utc>>,
}

fn fresh_key() -> EncodingKey {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    EncodingKey::from_ec_der(made.as_ref())
}

impl Played {
    /// Begins to serve; ends with the test.
    pub async fn start(now: DateTime<Utc>) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let played = Arc::new(Self {
            issuer,
            key: fresh_key(),
            name: Mutex::new("een".to_owned()),
            asked: Mutex::default(),
            whims: Mutex::default(),
            says: Mutex::new(json!({})),
            itself: Mutex::new(json!({})),
            baken: Mutex::default(),
            nonce: Mutex::default(),
            challenge: Mutex::default(),
            now: Mutex::new(now),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(itself))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .with_state(Arc::clone(&played));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        played
    }

    pub fn whim(&self, place: &'static str, whim: Whim) {
        self.whims.lock().unwrap().insert(place, whim);
    }

    /// Its key gets another name, under which it lists it from now on.
    pub fn rename_key(&self, name: &str) {
        name.clone_into(&mut self.name.lock().unwrap());
    }

    pub fn asked(&self, place: &str) -> usize {
        self.asked.lock().unwrap().get(place).copied().unwrap_or_default()
    }

    pub fn knows(&self, key: &ClientKey) {
        *self.baken.lock().unwrap() = Some(key.public().unwrap());
    }

    /// A browser arrives and somebody signs in: with what it is sent back.
    pub fn sends_back(&self, address: &str) -> Value {
        let address = Url::parse(address).unwrap();
        assert!(address.as_str().starts_with(&format!("{}/auth?", self.issuer)));
        let query: HashMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!((&*query["response_type"], &*query["scope"]), ("code", "openid"));
        assert_eq!((&*query["client_id"], &*query["code_challenge_method"]), ("baken", "S256"));
        query["nonce"].clone_into(&mut self.nonce.lock().unwrap());
        query["code_challenge"].clone_into(&mut self.challenge.lock().unwrap());
        json!({ "state": query["state"], "code": "de code", "iss": self.issuer })
    }

    async fn as_it_is(&self, place: &'static str, answer: impl FnOnce() -> Response) -> Response {
        *self.asked.lock().unwrap().entry(place).or_default() += 1;
        let whim = self.whims.lock().unwrap().get(place).copied().unwrap_or(Whim::None);
        match whim {
            Whim::None => answer(),
            Whim::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Whim::Elsewhere => Redirect::temporary("http://127.0.0.1:1/elders").into_response(),
            Whim::Huge => vec![b' '; 300 * 1024].into_response(),
            Whim::Silent => std::future::pending().await,
        }
    }
}

async fn itself(State(played): State<Arc<Played>>) -> Response {
    let at = |path: &str| format!("{}{path}", played.issuer);
    let mut said = json!({
        "issuer": played.issuer, "authorization_endpoint": at("/auth"), "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks"), "end_session_endpoint": at("/end"), "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": true,
    });
    merge(&mut said, &played.itself.lock().unwrap());
    played.as_it_is("itself", || axum::Json(said).into_response()).await
}

async fn jwks(State(played): State<Arc<Played>>) -> Response {
    let mut listed = serde_json::to_value(Jwk::from_encoding_key(&played.key, Algorithm::ES256).unwrap()).unwrap();
    listed["kid"] = played.name.lock().unwrap().clone().into();
    played.as_it_is("jwks", || axum::Json(json!({ "keys": [listed] })).into_response()).await
}

async fn token(State(played): State<Arc<Played>>, body: Bytes) -> Response {
    let form: HashMap<_, _> = url::form_urlencoded::parse(&body).into_owned().collect();
    let refused = |error: &str| (StatusCode::BAD_REQUEST, axum::Json(json!({ "error": error }))).into_response();
    let answer = if !is_baken(&played, &form) {
        refused("invalid_client")
    } else if !is_shown(&played, &form) {
        refused("invalid_grant")
    } else {
        let now = played.now.lock().unwrap().timestamp();
        let mut claims = json!({
            "iss": played.issuer, "aud": "baken", "sub": "248289761001", "nonce": *played.nonce.lock().unwrap(),
            "exp": now + 300, "iat": now,
        });
        merge(&mut claims, &played.says.lock().unwrap());
        let header = Header { kid: Some(played.name.lock().unwrap().clone()), ..Header::new(Algorithm::ES256) };
        axum::Json(json!({ "id_token": encode(&header, &claims, &played.key).unwrap(), "access_token": "x" }))
            .into_response()
    };
    played.as_it_is("token", || answer).await
}

fn is_baken(played: &Played, form: &HashMap<String, String>) -> bool {
    let Some(known) = played.baken.lock().unwrap().clone() else { return false };
    let jwk: Jwk = serde_json::from_value(known["keys"][0].clone()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_audience(&[&played.issuer]);
    let kind = form.get("client_assertion_type").map(String::as_str);
    kind == Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        && decode::<Value>(&form["client_assertion"], &DecodingKey::from_jwk(&jwk).unwrap(), &validation).is_ok()
}

/// Whether the code comes from whoever left, to the address they left from.
fn is_shown(played: &Played, form: &HashMap<String, String>) -> bool {
    let hash = baken_protocol::digest::Digest::of(form["code_verifier"].as_bytes());
    data_encoding::BASE64URL_NOPAD.encode(hash.as_bytes()) == *played.challenge.lock().unwrap()
        && form["code"] == "de code"
        && form["redirect_uri"].ends_with("/sign-in")
}

fn merge(into: &mut Value, more: &Value) {
    for (name, value) in more.as_object().unwrap() {
        into[name] = value.clone();
    }
}
